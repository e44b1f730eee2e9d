"""Brings the English texts up to date with the source: `.venv/bin/python -m scripts.texts`.

Every text that a page may show is collected into `marketplace/translations/en.po`: those in `_()`, in
templates and in Python, the first words of every refusal, and the names of categories, whose English ones
stand in their table. New ones come without a translation, gone ones go. Says how many still lack one, and
ends with 1 if any does.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from marketplace.catalog.loading import categories
from marketplace.kit.languages import CATALOGUE, ENGLISH

ROOT = Path(__file__).resolve().parent.parent
METHODS = [("marketplace/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
REFUSAL = re.compile(r"^class (\w+)\((\w+)\)", re.MULTILINE)
BEGUN = datetime(2026, 11, 23, tzinfo=UTC)
HEADER = "English texts of DesaMart. `python -m scripts.texts` keeps the list; people write the words."


def collected() -> Catalog:
    """Every text of the source, without translations and without the lines where they stand."""
    found = Catalog(
        project="DesaMart",
        version="1",
        msgid_bugs_address="-",
        last_translator="DesaMart",
        language_team="DesaMart",
        header_comment=f"# {HEADER}",
        # Always the same, so that the file changes with its texts only.
        creation_date=BEGUN,
        revision_date=BEGUN,
        fuzzy=False,
    )
    keywords = {
        **DEFAULT_KEYWORDS,
        "_l": None,
        "lazy_gettext": None,
        "lazy_ngettext": (1, 2),
        "noted": None,
        **dict.fromkeys(refusals()),
    }
    for row in categories():
        found.add(row.name_id, locations=[("marketplace/catalog/data/kategori_produk.csv", None)])
    texts = extract_from_dir(str(ROOT), METHODS, OPTIONS, keywords=keywords)
    for file, _line, message, _comments, context in texts:
        if isinstance(message, tuple) or re.search(r"\w", message):
            found.add(message, locations=[(file, None)], context=context)  # type: ignore[list-item]
    return found


def refusals() -> Iterator[str]:
    """The names of all kinds of refusal: what they are raised with is shown to people."""
    kinds: dict[str, str] = {}
    for path in sorted((ROOT / "marketplace").rglob("*.py")):
        kinds |= dict(REFUSAL.findall(path.read_text(encoding="utf-8")))
    for name in kinds:
        parent: str | None = name
        while parent in kinds:
            parent = kinds[parent]
            if parent == "DomainError":
                yield name
                break


def merged() -> Catalog:
    """The texts of the source with the translations that are there."""
    found = collected()
    with CATALOGUE.open("rb") as source:
        written = read_po(source, locale=ENGLISH)
    for message in found:
        kept = written.get(message.id, context=message.context) if message.id else None
        if kept:
            message.string = kept.string
    for row in categories():
        found[row.name_id].string = row.name_en
    found.locale = ENGLISH
    return found


def lacking(catalogue: Catalog) -> list[str]:
    """The texts without a translation."""
    return [str(message.id) for message in catalogue if message.id and not _whole(message.string)]


def _whole(words: str | Sequence[str] | None) -> bool:
    return bool(words) and (isinstance(words, str) or all(words or ()))


def main() -> int:
    """Write the catalogue; the exit code."""
    catalogue = merged()
    with CATALOGUE.open("wb") as target:
        write_po(target, catalogue, width=0, sort_output=True, omit_header=False, include_lineno=False)
    missing = lacking(catalogue)
    sys.stdout.write(f"{len(catalogue)} texts, {len(missing)} without English\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
