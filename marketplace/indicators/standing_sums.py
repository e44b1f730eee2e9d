"""Counts the sums of a village month that are no sales: households, shops, goods on sale, days of the outlet.

As known at the end of the month: the latest dated row not after its last day, and the last snapshot taken in
it. Days of an outlet are those that somebody entered for the month; where nobody did, the days on which a
snapshot saw it at work, of the days that have a snapshot, from the first on which it was ever seen at work.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.inputs.queries import in_force
from marketplace.kit.clock import month_of

SEEN = ("verified", "active_products", "fresh_products")
Sums = dict[tuple[str, str], dict[str, int]]


def add(found: Sums, villages: Sequence[str], months: Sequence[str]) -> None:
    """Bring what stood at the end of these months into the sums of these villages.

    A village month has sums where something was sold, an order ended, or a snapshot was taken.
    """
    seen = _snapshots(villages, months)
    for pair, sums in seen.items():
        found.setdefault(pair, {}).update(sums)
    households, outlet = _households(villages, months), _outlet_days(villages, months)
    for pair, sums in found.items():
        if pair in households:
            sums.update(households=households[pair], known_households=1, households_net=sums.get("net", 0))
        sums.update(outlet.get(pair, {}))
        _share_processors(sums)
        sums["villages_outlet"] = int(sums.get("outlet_calendar", 0) > 0)


def _share_processors(sums: dict[str, int]) -> None:
    """Small processors are compared with households where both are known."""
    both = sums.get("villages_seen") and sums.get("known_households")
    sums["micro_households"] = sums["households"] if both else 0
    sums["micro"] = sums["micro"] if both else 0


def _snapshots(villages: Sequence[str], months: Sequence[str]) -> Sums:
    rows = select(VillageSnapshot).where(
        VillageSnapshot.village_code.in_(villages),
        VillageSnapshot.day.between(_first(min(months)), _last(max(months))),
    )
    begun = _first_at_work(villages)
    found: Sums = {}
    for row in db.session.scalars(rows.order_by(VillageSnapshot.village_code, VillageSnapshot.day)):
        month = month_of(row.day)
        if month not in months:
            continue
        sums = found.setdefault((row.village_code, month), {"outlet_days": 0, "outlet_calendar": 0})
        # The last day of the month stands at its end.
        sums.update({name: getattr(row, name) for name in (*SEEN, "micro")}, villages_seen=1)
        sums["outlet_days"] += row.outlet_active
        sums["outlet_calendar"] += row.day >= begun.get(row.village_code, date.max)
    return found


def _first_at_work(villages: Sequence[str]) -> dict[str, date]:
    rows = (
        select(VillageSnapshot.village_code, func.min(VillageSnapshot.day))
        .where(VillageSnapshot.village_code.in_(villages), VillageSnapshot.outlet_active.is_(True))
        .group_by(VillageSnapshot.village_code)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _households(villages: Sequence[str], months: Sequence[str]) -> dict[tuple[str, str], int]:
    known: dict[tuple[str, str], int] = {}
    for row in _entered(kinds.HOUSEHOLDS, villages, _last(max(months))):
        for month in months:
            if row.as_of <= _last(month):
                known[row.village_code, month] = row.number
    return known


def _outlet_days(villages: Sequence[str], months: Sequence[str]) -> Sums:
    found: Sums = {}
    for row in _entered(kinds.OUTLET_DAYS, villages, _last(max(months))):
        month = month_of(row.as_of)
        if month in months:
            found[row.village_code, month] = {
                "outlet_days": row.number,
                "outlet_calendar": _last(month).day,
            }
    return found


def _entered(kind: str, villages: Sequence[str], until: date) -> Any:
    """Rows in force, the oldest first, so that a later one is told last."""
    return db.session.execute(
        select(DatedInput.village_code, DatedInput.as_of, DatedInput.number)
        .where(
            DatedInput.kind == kind,
            DatedInput.village_code.in_(villages),
            DatedInput.as_of <= until,
            DatedInput.number.is_not(None),
            in_force(),
        )
        .order_by(DatedInput.village_code, DatedInput.as_of, DatedInput.id)
    )


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _last(month: str) -> date:
    first = _first(month)
    return first.replace(day=monthrange(first.year, first.month)[1])
