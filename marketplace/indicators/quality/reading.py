"""Reads findings inside a region, what was said of them, and the rows beneath one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs.queries import inside
from marketplace.indicators.models import SaleFact
from marketplace.indicators.quality.looking import MONTH
from marketplace.indicators.quality.models import Finding, QualityDay, Settlement
from marketplace.kit.columns import MOST_ID
from marketplace.kit.errors import NotFound
from marketplace.orders.models import OrderLine

MOST_ROWS = 100


@dataclass(frozen=True)
class Row:
    """A sale fact beneath a finding: its day (WIB), goods, pieces, net rupiah. Nothing of the buyer."""

    day: date
    product: str
    quantity: int
    unit: str
    net: int


def listed(
    region: str, kind: str, *, open_only: bool, skip: int, most: int
) -> list[tuple[Finding, Settlement | None]]:
    """Findings of a region, newest first; of one kind, or of all (empty)."""
    asked = _asked(select(Finding, Settlement), region, kind, open_only=open_only)
    rows = db.session.execute(asked.order_by(Finding.id.desc()).offset(skip).limit(most))
    return [(row[0], row[1]) for row in rows]


def how_many(region: str, kind: str, *, open_only: bool) -> int:
    """How many that are."""
    return int(db.session.scalar(_asked(select(func.count()), region, kind, open_only=open_only)) or 0)


def open_by_kind(region: str) -> dict[str, int]:
    """Kind -> open findings of a region."""
    asked = _asked(select(Finding.kind, func.count()), region, "", open_only=True)
    return {row[0]: int(row[1]) for row in db.session.execute(asked.group_by(Finding.kind))}


def finding(number: int) -> Finding:
    """One finding.

    Raises:
        NotFound: there is none.
    """
    row = db.session.get(Finding, min(number, MOST_ID))
    if row is None:
        raise NotFound
    return row


def beneath(found: Finding) -> Sequence[Row]:
    """The sale facts that a finding is about: of its order, or of the village's month; newest first."""
    fact = SaleFact
    asked = select(fact.day, fact.product_name, fact.quantity, fact.unit, fact.net)
    if found.seller_order_id is not None:
        asked = asked.join(OrderLine, OrderLine.id == fact.order_line_id)
        asked = asked.where(OrderLine.seller_order_id == found.seller_order_id)
    elif found.kind == MONTH:
        asked = asked.where(fact.village_code == found.village_code, fact.month == found.detail["month"])
    elif found.shop_id is not None:
        asked = asked.where(fact.shop_id == found.shop_id)
    else:
        return []
    rows = db.session.execute(asked.order_by(fact.happened_at.desc(), fact.source).limit(MOST_ROWS))
    return [Row(*row) for row in rows]


def looked_at() -> datetime | None:
    """When the worker looked last."""
    return db.session.scalar(select(func.max(QualityDay.looked_at)))


def _asked(what: Any, region: str, kind: str, *, open_only: bool) -> Any:
    asked = what.select_from(Finding).outerjoin(Settlement, Settlement.finding_id == Finding.id)
    asked = asked.where(inside(Finding.village_code, region))
    if kind:
        asked = asked.where(Finding.kind == kind)
    return asked.where(Settlement.id.is_(None)) if open_only else asked
