"""Decides how the database sorts moments into days of Asia/Jakarta, alike on both engines."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class wib_day(FunctionElement[str]):  # noqa: N801 - named like the functions of the database
    """The WIB day of a moment, as `2026-11-22`."""

    name = "wib_day"
    type = String()
    inherit_cache = True


@compiles(wib_day, "postgresql")
def _on_postgresql(element: wib_day, compiler: Any, **options: Any) -> str:
    moment = compiler.process(element.clauses, **options)
    return f"to_char({moment} AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM-DD')"


@compiles(wib_day, "sqlite")
def _on_sqlite(element: wib_day, compiler: Any, **options: Any) -> str:
    # Jakarta has stood seven hours before UTC since 1964. The fraction of a second is cut off: SQLite would
    # round the last one of a day up into the next.
    return f"date(substr({compiler.process(element.clauses, **options)}, 1, 19), '+7 hours')"
