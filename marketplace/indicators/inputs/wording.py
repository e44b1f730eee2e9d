"""Decides how the value of an input is written: for people, and as the cells in which it comes in again."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from marketplace.indicators import wording
from marketplace.indicators.inputs import idm, kinds, queries
from marketplace.indicators.inputs.models import DatedInput
from marketplace.indicators.inputs.queries import Known, Status
from marketplace.kit.csv_files import Cell


def said(kind: str, known: Known) -> str:
    """What is known, in words: `1.204 keluarga`, `Maju (IDM 2024, skor 0,7146)`."""
    return _words(kind, known.value)


def row_said(row: DatedInput) -> str:
    """What a row says; that it withdraws an earlier one."""
    if row.number is None and not row.word:
        return str(_("Ditarik"))
    return _words(row.kind, queries.value_of(row))


def cells(row: DatedInput) -> tuple[Cell, ...]:
    """The columns of the row's kind, as people type them."""
    day = f"{row.as_of:%d/%m/%Y}"
    if row.kind == kinds.STATUS:
        score = "" if row.number is None else _score(row.number)
        return row.series, row.year, score, row.word
    if row.kind == kinds.OUTLET_DAYS:
        return row.series, row.number
    if row.kind == kinds.JOINED:
        return (day,)
    return (row.word if row.number is None else row.number), day


def _words(kind: str, value: Any) -> str:
    return str(_WORDS[kind](value))


def _outlet_days(days: Mapping[str, int]) -> str:
    month = max(days)
    return str(_("%(days)s hari pada %(month)s", days=days[month], month=month))


def _status(status: Status) -> str:
    name, index, year = idm.CLASSES[status.status], status.index_name, status.year
    if status.score is None:
        return str(_("%(name)s (%(index)s %(year)s)", name=name, index=index, year=year))
    score = _score(int(status.score * idm.SCALE))
    words = _("%(name)s (%(index)s %(year)s, skor %(score)s)", name=name, index=index, year=year, score=score)
    return str(words)


def _score(number: int) -> str:
    """Ten-thousandths as a decimal with a comma, without zeros that say nothing."""
    whole, part = divmod(number, idm.SCALE)
    return f"{whole},{part:04d}".rstrip("0").rstrip(",")


_WORDS: dict[str, Callable[[Any], object]] = {
    kinds.HOUSEHOLDS: lambda value: _("%(count)s keluarga", count=wording.whole(value)),
    kinds.STATUS: _status,
    kinds.FOCUS: kinds.FOCUSES.__getitem__,
    kinds.LOCUS: lambda value: _("Desa lokus") if value else _("Bukan desa lokus"),
    kinds.JOINED: wording.day,
    kinds.OUTLET_DAYS: _outlet_days,
}
