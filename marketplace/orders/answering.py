"""Decides how reliably a shop answers its orders: the rate and the usual time that buyers see.

Asked: an order that waited for the shop's answer. Answered in time: accepted or declined before the deadline.
Not counted: what still waits, what the buyer took back first, what a shop bought from itself, and what an
outlet sold over its counter, where nobody waits for an answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from marketplace.catalog.shown import ShownShop
from marketplace.extensions import db
from marketplace.orders.models import COUNTER, Order, SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status
from marketplace.sellers.models import Shop
from marketplace.sellers.queries import PublicShop

REMEMBERED = timedelta(days=90)
FEWEST = 5
# Enough for a rate that means something, however much a shop sells.
MOST = 500
STALE = timedelta(days=1)
_ANSWERS = (Status.ACCEPTED.value, Status.DECLINED.value)


@dataclass(frozen=True)
class Question:
    """An order that waited for the shop's answer; `answered_at` is None where the deadline ended it."""

    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How many orders asked, how many were answered in time, and the median minutes that an answer took."""

    asked: int
    given: int
    minutes: int


def standing(questions: Sequence[Question]) -> Standing:
    """Add questions up."""
    waits = [each.answered_at - each.asked_at for each in questions if each.answered_at is not None]
    minutes = [int(wait.total_seconds() // 60) for wait in waits]
    return Standing(len(questions), len(waits), int(median(minutes)) if minutes else 0)


def answer_rate(asked: int, given: int) -> int | None:
    """Per cent answered in time, rounded down so that 100 means all; None below five questions."""
    return given * 100 // asked if asked >= FEWEST else None


def answer_words(shop: Shop | ShownShop | PublicShop) -> str:
    """What buyers read: Menjawab 96 % pesanan, biasanya dalam 2 jam; or that the shop is new."""
    rate = answer_rate(shop.answers_asked, shop.answers_given)
    if rate is None:
        return str(_("Toko baru"))
    if not shop.answers_given:
        return str(_("Menjawab %(rate)s %% pesanan", rate=rate))
    return str(
        _(
            "Menjawab %(rate)s %% pesanan, biasanya dalam %(time)s",
            rate=rate,
            time=_usual(shop.answer_minutes),
        )
    )


def recount(shop_id: int, *, at: datetime) -> Standing:
    """Count the last 90 days of a shop anew and keep it with the shop; the same however often it is done."""
    found = standing(_questions(shop_id, since=at - REMEMBERED))
    db.session.execute(
        update(Shop)
        .where(Shop.id == shop_id)
        .values(
            answers_asked=found.asked,
            answers_given=found.given,
            answer_minutes=found.minutes,
            answers_at=at,
        )
    )
    return found


def counted(shop: Shop) -> Standing:
    """What a shop's last count should have said, from the same day on, counted again."""
    if shop.answers_at is None:
        return Standing(0, 0, 0)
    return standing(_questions(shop.id, since=shop.answers_at - REMEMBERED))


def stale(*, at: datetime, most: int = 50) -> list[int]:
    """Shops whose rate is a day old, so that what is older than 90 days leaves it."""
    rows = (
        select(Shop.id)
        .where(Shop.answers_asked > 0, Shop.answers_at < at - STALE)
        .order_by(Shop.answers_at)
        .limit(most)
    )
    return list(db.session.scalars(rows))


def _questions(shop_id: int, *, since: datetime) -> list[Question]:
    asked, answered = aliased(SellerOrderEvent), aliased(SellerOrderEvent)
    rows = db.session.execute(
        select(asked.at.label("asked_at"), answered.at.label("at"), answered.to_status)
        .select_from(SellerOrder)
        .join(Order, Order.id == SellerOrder.order_id)
        .join(asked, asked.seller_order_id == SellerOrder.id)
        .join(answered, answered.seller_order_id == SellerOrder.id)
        .where(
            SellerOrder.shop_id == shop_id,
            SellerOrder.placed_at >= since,
            SellerOrder.self_purchase.is_(False),
            Order.channel != COUNTER,
            asked.to_status == Status.AWAITING_CONFIRMATION.value,
            answered.from_status == Status.AWAITING_CONFIRMATION.value,
            answered.to_status.in_([*_ANSWERS, Status.LAPSED.value]),
        )
        .order_by(SellerOrder.placed_at.desc(), SellerOrder.id.desc())
        .limit(MOST)
    )
    return [Question(row.asked_at, row.at if row.to_status in _ANSWERS else None) for row in rows]


def _usual(minutes: int) -> str:
    """A time that is kept usually, rounded up: 40 menit, 2 jam."""
    if minutes < 60:
        return str(_("%(count)s menit", count=max(1, minutes)))
    return str(_("%(count)s jam", count=-(-minutes // 60)))
