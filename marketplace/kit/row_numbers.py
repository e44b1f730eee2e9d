"""Decides which numbers in an address or a form can be those of a row: what a database can be asked for."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from marketplace.kit.columns import MOST_ID


def row_number(text: str | None) -> int:
    """The number of a row as a form sends it; 0, which no row has, for everything else."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) < len(str(MOST_ID))
    return int(text) if text and plain else 0


class RowNumber(IntegerConverter):
    """`<int:…>` in an address, up to `MOST_ID`; a larger one is no page, as is that of an unknown row."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - werkzeug names it so
        super().__init__(map, max=MOST_ID)


def register(app: Flask) -> None:
    """Read all numbers in addresses this way; before the first route is added."""
    app.url_map.converters["int"] = RowNumber
