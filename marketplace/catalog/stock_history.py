"""Reads of a variant's movements, newest first, each with who wrote it and what lay there afterwards."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.catalog.models import StockMovement, Variant
from marketplace.extensions import db
from marketplace.kit.languages import retold
from marketplace.kit.paging import Page

PER_PAGE = 20
KINDS = {
    "received": _l("Stok masuk"),
    "sold": _l("Dipesan pembeli"),
    "returned": _l("Kembali dari pesanan"),
    "counted": _l("Dihitung ulang"),
    "adjusted": _l("Koreksi"),
}
_OF_ORDERS = "DM-"
_PEOPLE = {"seller": _l("%(name)s"), "operator": _l("%(name)s (operator desa), atas nama penjual")}


@dataclass(frozen=True)
class HistoryRow:
    """One movement: pieces (negative: gone), the count after it, why, who, and the order behind it."""

    label: str
    quantity: int
    left: int
    reason: str
    who: str
    order_number: str
    at: datetime


def history_of(variant: Variant, page: int) -> Page[HistoryRow]:
    """The movements of a variant, newest first."""
    mine = StockMovement.variant_id == variant.id
    left = func.sum(StockMovement.quantity).over(order_by=StockMovement.id).label("left")
    told = select(StockMovement.id.label("movement_id"), left).where(mine).subquery()
    rows = db.session.execute(
        select(StockMovement, told.c.left)
        .join(told, told.c.movement_id == StockMovement.id)
        .order_by(StockMovement.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    names = _names({movement.actor for movement, _left in rows})
    total = db.session.scalar(select(func.count(StockMovement.id)).where(mine)) or 0
    return Page([_row(movement, int(after), names) for movement, after in rows], page, PER_PAGE, total)


def _row(movement: StockMovement, left: int, names: dict[str, str]) -> HistoryRow:
    ordered = movement.reference.startswith(_OF_ORDERS)
    return HistoryRow(
        label=str(KINDS[movement.kind]),
        quantity=movement.quantity,
        left=left,
        reason=retold(movement.reason),
        who=names.get(movement.actor, "" if ordered else str(_("DesaMart"))),
        order_number=movement.reference if ordered else "",
        at=movement.at,
    )


def _names(actors: set[str]) -> dict[str, str]:
    """The people behind `seller:<id>` (of this shop, now or then) and `operator:<id>` (who helped it)."""
    told = {actor: actor.partition(":") for actor in actors}
    ids = {
        actor: int(number)
        for actor, (kind, _, number) in told.items()
        if kind in _PEOPLE and number.isdigit()
    }
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(ids.values())))
    by_id = {row.id: row.name for row in rows}
    return {
        actor: str(_PEOPLE[told[actor][0]]) % {"name": by_id[number]}
        for actor, number in ids.items()
        if number in by_id
    }
