"""Reads what stood in villages in the months of a period: snapshots, households, days of their outlets.

A village month counts where something was sold, an order ended or a snapshot was taken in it; what stood at
the end of a longer period is that of its last such month.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import String, case, cast, func, select

from marketplace.extensions import db
from marketplace.indicators.beneath.shape import Question
from marketplace.indicators.inputs import queries as inputs
from marketplace.indicators.inputs.kinds import HOUSEHOLDS, OUTLET_DAYS
from marketplace.indicators.inputs.models import VillageSnapshot
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.periods import month

Days = dict[tuple[str, str], tuple[int, int]]


def months_with_data(asked: Question) -> dict[str, set[str]]:
    """The months of the period in which anything is known, by village."""
    found: dict[str, set[str]] = {}
    for table in (SaleFact, OutcomeFact):
        inside = asked.inside(table.village_code, table.month)
        for code, key in db.session.execute(select(table.village_code, table.month).where(inside).distinct()):
            found.setdefault(code, set()).add(key)
    for code, key in _snapshots(asked):
        found.setdefault(code, set()).add(key)
    return found


def last_seen(asked: Question, last: Mapping[str, str]) -> dict[str, VillageSnapshot]:
    """The last snapshot of each village within its last month."""
    newest = (
        select(VillageSnapshot.village_code, func.max(VillageSnapshot.day).label("day"))
        .where(_here(asked), VillageSnapshot.day.between(*_span(asked.period.first, asked.period.last)))
        .group_by(VillageSnapshot.village_code)
        .subquery()
    )
    same = (VillageSnapshot.village_code == newest.c.village_code) & (VillageSnapshot.day == newest.c.day)
    rows = db.session.scalars(select(VillageSnapshot).join(newest, same))
    return {row.village_code: row for row in rows if last.get(row.village_code) == row.day.isoformat()[:7]}


def households(asked: Question, last: Mapping[str, str]) -> dict[str, inputs.Known]:
    """How many households each village is known to have at the end of its last month."""
    found: dict[str, inputs.Known] = {}
    for key in set(last.values()):
        known = inputs.known_in(HOUSEHOLDS, month(key).last_day, asked.scope)
        found |= {code: each for code, each in known.items() if last.get(code) == key}
    return found


def outlet_days(asked: Question, months: Mapping[str, set[str]]) -> dict[str, tuple[int, int]]:
    """Days with activity and calendar days by village: as entered for a month, or as seen daily in it."""
    entered = inputs.known_in(OUTLET_DAYS, asked.period.last_day, asked.scope)
    days = {pair: seen for pair, seen in _snapshots(asked).items() if seen[1]}
    for code, known in entered.items():
        for key in months.get(code, set()) & set(known.value):
            days[code, key] = known.value[key], month(key).last_day.day
    found: dict[str, tuple[int, int]] = {}
    for (code, _key), (busy, calendar) in days.items():
        before = found.get(code, (0, 0))
        found[code] = before[0] + busy, before[1] + calendar
    return found


def _snapshots(asked: Question) -> Days:
    """By village and month with a snapshot: days at work, and days since its outlet was first at work."""
    begun = (
        select(VillageSnapshot.village_code, func.min(VillageSnapshot.day).label("day"))
        .where(VillageSnapshot.outlet_active.is_(True))
        .group_by(VillageSnapshot.village_code)
        .subquery()
    )
    seen = (
        select(
            VillageSnapshot.village_code,
            func.substr(cast(VillageSnapshot.day, String), 1, 7).label("month"),
            case((VillageSnapshot.outlet_active.is_(True), 1), else_=0).label("busy"),
            case((VillageSnapshot.day >= begun.c.day, 1), else_=0).label("since"),
        )
        .outerjoin(begun, begun.c.village_code == VillageSnapshot.village_code)
        .where(_here(asked), VillageSnapshot.day.between(*_span(asked.period.first, asked.period.last)))
        .subquery()
    )
    key = (seen.c.village_code, seen.c.month)
    rows = select(*key, func.sum(seen.c.busy), func.sum(seen.c.since)).group_by(*key)
    return {(code, each): (int(busy), int(since)) for code, each, busy, since in db.session.execute(rows)}


def _here(asked: Question) -> Any:
    return func.substr(VillageSnapshot.village_code, 1, len(asked.scope)) == asked.scope


def _span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(f"{first}-01"), month(last).last_day
