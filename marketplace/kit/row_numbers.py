"""Decides which numbers in an address can be those of a row: none that a database cannot be asked for."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from marketplace.kit.columns import MOST_ID


class RowNumber(IntegerConverter):
    """`<int:…>` in an address, up to `MOST_ID`; a larger one is no page, as is that of an unknown row."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug names it so
        super().__init__(map, max=MOST_ID)


def register(app: Flask) -> None:
    """Read all numbers in addresses this way; before the first route is added."""
    app.url_map.converters["int"] = RowNumber
