"""Decides how a sale is taken out of the figures: facts below zero on the day on which it was found out."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import insert, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators import marking
from marketplace.indicators.facts import excluded_lines, exclusion_of
from marketplace.indicators.models import FactExclusion, SaleFact
from marketplace.indicators.turns import facts_alone
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import append
from marketplace.orders.models import SellerOrder
from marketplace.orders.moving import lock
from marketplace.orders.states import Status

LONGEST_REASON = 300


def exclude(seller_order_id: int, *, reason: str, by: User, at: datetime) -> int:
    """Let a completed sale count no longer (a test order, a self-purchase); answers how many facts it took.

    Its facts stay in their month. What is left of it leaves the month of `at`; refunds afterwards change no
    figure. The event of its completion must have been heard.

    Raises:
        Invalid: no reason (field `alasan`).
        Conflict: not a sale that counts, not counted yet, or excluded already.
    """
    words = " ".join(reason.split())[:LONGEST_REASON]
    if not words:
        raise Invalid("Tulis mengapa penjualan ini tidak dihitung.", "alasan")
    facts_alone()
    order = lock(seller_order_id)
    if order.status != Status.COMPLETED.value or order.self_purchase or not _is_counted(order):
        raise Conflict(
            _(
                "Pesanan %(number)s tidak terhitung dalam angka, jadi tidak perlu dikeluarkan.",
                number=order.number,
            )
        )
    if db.session.scalar(select(FactExclusion.id).where(FactExclusion.seller_order_id == order.id)):
        raise Conflict(_("Pesanan %(number)s sudah dikeluarkan dari angka.", number=order.number))
    row = {"seller_order_id": order.id, "reason": words, "by_id": by.id, "at": at}
    db.session.flush()
    append(FactExclusion, row)
    lines = db.session.execute(excluded_lines().where(SellerOrder.id == order.id))
    facts = [exclusion_of(line) for line in lines]
    if facts:
        db.session.execute(insert(SaleFact), facts)
        marking.mark_all({(fact["village_code"], fact["month"]) for fact in facts}, at=at)
    return len(facts)


def _is_counted(order: SellerOrder) -> bool:
    facts = select(SaleFact.source).where(SaleFact.source.in_([f"sale:{line.id}" for line in order.lines]))
    return db.session.scalar(facts.limit(1)) is not None
