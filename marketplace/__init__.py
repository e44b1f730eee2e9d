"""Joins the packages into one Flask application, and nothing else."""

from pathlib import Path

from flask import Flask

from marketplace.config import Config


def create_app(config: Config | None = None) -> Flask:
    """Build the application. Without `config`, settings come from the environment.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    from marketplace import composition

    config = config or Config.from_env()
    top = Path(__file__).resolve().parent.parent
    app = Flask(__name__, template_folder=str(top / "templates"), static_folder=str(top / "static"))
    composition.compose(app, config)
    return app
