"""Reads what the rule of privacy decides from: cells, who sold what in them, and what was decided before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.circumstances import AT_THE_OUTLET
from marketplace.indicators.counting import AT_OUTLET, CASHLESS, OUTLETS
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import MONTH, Period
from marketplace.indicators.publishing.contributions import TURNOVER, Atom, Contributions, Table
from marketplace.indicators.publishing.covering import Cell, Cells
from marketplace.indicators.publishing.models import FigureRelease
from marketplace.indicators.publishing.places import tree
from marketplace.indicators.publishing.suppression import Known, Shown, parts
from marketplace.indicators.sums import RINGS, Totals
from marketplace.indicators.tallies import SOLD, ring
from marketplace.regions.models import LEVELS, VILLAGE
from marketplace.regions.queries import LAMPUNG


def known(period: Period) -> Known:
    """What the turnover of a period is decided from: its cells, and those inside it or right before."""
    awake: dict[str, str] = {}
    cells: dict[str, Cells] = {}
    for level in LEVELS:
        awake |= {place.code: place.since for place in queries.places(LAMPUNG, level) if place.since}
    for each in _around(period):
        sums: dict[str, Totals] = {}
        for level in LEVELS:
            found = queries.totals(LAMPUNG, level, [each])
            sums |= {code: totals for (code, _key), totals in found.items()}
        cells[each.key] = _cells(sums, awake, each)
    villages = [place.code for place in queries.places(LAMPUNG, VILLAGE)]
    gone = [code for some in cells.values() for code in some if code.count(".") == villages[0].count(".")]
    everything = Known(tree([*villages, *gone]), cells, {})
    return of_table(everything, period, TURNOVER)


def of_table(known: Known, period: Period, table: Table) -> Known:
    """The same to decide another table from: its own decisions of before, and what each seller had in it."""
    sellers = Contributions(table, _sold(period.months(), table))
    return replace(known, shown=_shown(period, table), sellers=sellers)


def _around(period: Period) -> list[Period]:
    return [period, *(parts(period) if period.kind != MONTH else [period.back()])]


def _shown(period: Period, table: Table) -> dict[str, Shown]:
    keys = [each.key for each in _around(period)]
    rows = db.session.scalars(select(FigureRelease).where(FigureRelease.period_key.in_(keys)))
    return {row.period_key: row.places(table.name) for row in rows}


def _cells(sums: Mapping[str, Totals], awake: Mapping[str, str], period: Period) -> Cells:
    found = {}
    for code in sums.keys() | awake.keys():
        totals = sums.get(code, Totals())
        there = totals.lines > 0 or totals.ended > 0
        since = awake.get(code)
        if there or (since and since <= period.last):
            found[code] = Cell(totals.shops, totals.orders, there, awake=True)
    return found


def _sold(months: Sequence[str], table: Table) -> dict[Atom, list[tuple[int, tuple[int, ...]]]]:
    """Rupiah of each part by village, month and seller; a seller of whom nothing is left has no row."""
    key = (SaleFact.village_code, SaleFact.month, SaleFact.shop_id)
    columns = _columns()
    sums = (func.coalesce(func.sum(columns[part]), 0) for part in table.parts)
    rows = db.session.execute(select(*key, *sums).where(SaleFact.month.in_(months)).group_by(*key))
    found: dict[Atom, list[tuple[int, tuple[int, ...]]]] = {}
    for village, month, shop, *amounts in rows:
        if any(amounts):
            found.setdefault((village, month), []).append((shop, tuple(map(int, amounts))))
    return found


def _columns() -> dict[str, ColumnElement[Any]]:
    """What each part takes of a fact: the same as the sums that the figures are made of (`counting`)."""
    outlet = SaleFact.shop_kind.in_(OUTLETS) | (SaleFact.delivery_method == AT_OUTLET)
    outlet |= SaleFact.channel.in_(AT_THE_OUTLET)
    cashless = SaleFact.payment_method.in_(CASHLESS)
    weighed = SaleFact.grams.is_not(None)
    return {
        "net": SaleFact.__table__.c.net,
        "cashless": case((SOLD & cashless, SaleFact.net), else_=0),
        "cash": case((SOLD & ~cashless, SaleFact.net), else_=0),
        "outlet": case((SOLD & outlet, SaleFact.net), else_=0),
        "elsewhere": case((SOLD & ~outlet, SaleFact.net), else_=0),
        "weighed": case((weighed, SaleFact.net), else_=0),
        "unweighed": case((weighed, 0), else_=SaleFact.net),
        **{
            f"ring_{name}": case((SOLD & (ring() == place), SaleFact.net), else_=0)
            for place, name in enumerate(RINGS)
        },
    }
