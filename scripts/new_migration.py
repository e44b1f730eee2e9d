"""Drafts a migration from how tables and models differ: `.venv/bin/python -m scripts.new_migration season`.

It compares with a fresh database that has all migrations so far. What comes out is a draft: read it.
"""

import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from flask_migrate import revision

import marketplace
from marketplace.config import Config
from marketplace.operations import setup


def import_models() -> None:
    """Let every table be known: one that is not would look as if it had been removed."""
    house = Path(marketplace.__file__).parent
    for path in sorted(house.rglob("*.py")):
        if "__tablename__" in path.read_text(encoding="utf-8"):
            import_module(".".join(("marketplace", *path.relative_to(house).with_suffix("").parts)))


def write(what: str) -> None:
    """Write the draft of a migration called `what`."""
    import_models()
    with TemporaryDirectory() as folder:
        app = marketplace.create_app(replace(Config(), data_dir=Path(folder)).completed())
        setup.upgrade(app)
        with app.app_context():
            revision(directory=str(setup.MIGRATIONS), message=what, autogenerate=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write(sys.argv[1])
