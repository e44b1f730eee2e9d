"""Decides what may be told of an event: numbers, names of shops and goods, sums; nothing of a buyer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.lanes import Rows
from marketplace.kit.money import rupiah
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.rows import ask, table_of
from marketplace.kit.texts import noted
from marketplace.orders.models import COUNTER, Order, SellerOrder
from marketplace.payments.models import PaymentAttempt
from marketplace.payouts.models import Payout
from marketplace.sellers.models import MoneyAccount, Shop

MOST_GOODS = 3
# Parts of sentences that stand there or not.
PARCEL, WHY = noted(" Nomor resi %(number)s."), noted(" Alasannya: %(reason)s")
NAMED = noted(": %(goods)s")
PASSED_THROUGH = frozenset(
    f"seller_order.{status}"
    for status in ("awaiting_confirmation", "accepted", "ready_for_pickup", "delivered")
)
"""Goods sold over a counter go through these in one moment; only their end is news."""
_PART, _WHOLE, _SHOP = table_of(SellerOrder), table_of(Order), table_of(Shop)
# Built once, since every event of an order asks it.
_ORDER = (
    select(
        _PART.c.number,
        _PART.c.shop_id,
        _PART.c.village_code,
        _PART.c.total,
        _PART.c.deadline_at,
        _PART.c.tracking_number,
        _WHOLE.c.number.label("order"),
        _WHOLE.c.user_id,
        _WHOLE.c.channel,
        _SHOP.c.name,
        _SHOP.c.slug,
    )
    .join_from(_PART, _WHOLE, _WHOLE.c.id == _PART.c.order_id)
    .join(_SHOP, _SHOP.c.id == _PART.c.shop_id)
    .where(_PART.c.id == bindparam("seller_order"))
)


class Words(dict[str, str]):
    """Words for the places of a sentence; what an event does not say stays empty."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True)
class Facts:
    """Whom an event is about, and the words for it. What is 0 or empty plays no part in it.

    `village_code` is the village of the shop, `counter` that of a village's account that gets the money,
    `origin` the state that a seller order leaves.
    """

    words: Words = field(default_factory=Words)
    shop_id: int = 0
    buyer_id: int = 0
    person_id: int = 0
    village_code: str = ""
    counter: str = ""
    origin: str = ""


def ask_order(event: OutboxEvent) -> Rows | None:
    """The order that an event is about, for `facts_of`; asked with whatever else is asked next."""
    told = event.payload
    if "payout_id" in told or "seller_order_id" not in told:
        return None
    return ask(_ORDER, seller_order=told["seller_order_id"])


def facts_of(event: OutboxEvent, order: Rows | None) -> Facts | None:
    """What can be told of an event now; None when it is about nothing any more. `order`: see `ask_order`."""
    told = event.payload
    if "payout_id" in told:
        return _of_payout(told)
    if order is not None:
        return _of_order(event.kind, told, order)
    if "shop_id" in told:
        return _of_shop(told)
    return None


def moment(at: datetime | None) -> str:
    """A moment in WIB, as `23 Nov, 10.00 WIB`; empty for none."""
    return _("%(time)s WIB", time=format_datetime(at, "d MMM, HH.mm")) if at else ""


def _of_order(kind: str, told: Mapping[str, Any], order: Rows) -> Facts | None:
    row = order.one_or_none()
    if row is None or (row.channel == COUNTER and kind in PASSED_THROUGH):
        return None
    words = _shared(told)
    words |= {"number": row.number, "order": row.order, "shop": row.name, "slug": row.slug}
    words |= {"total": rupiah(row.total), "deadline": moment(row.deadline_at)}
    words["proof"] = f"/penjual/pesanan/{row.number}/pembayaran?toko={row.slug}"
    counter = _counter(told)
    if counter:
        words["proof"] = "/gerai/pembayaran"
    if row.tracking_number:
        words["parcel"] = PARCEL % {"number": row.tracking_number}
    return Facts(
        words,
        shop_id=row.shop_id,
        buyer_id=row.user_id or 0,
        village_code=row.village_code,
        counter=counter,
        origin=told.get("from", ""),
    )


def _counter(told: Mapping[str, Any]) -> str:
    """The village whose counter gets this payment, if it does."""
    if "attempt_id" not in told:
        return ""
    account = (
        select(MoneyAccount.village_code)
        .join(PaymentAttempt, PaymentAttempt.account_id == MoneyAccount.id)
        .where(PaymentAttempt.id == told["attempt_id"])
    )
    return db.session.scalar(account) or ""


def _of_shop(told: Mapping[str, Any]) -> Facts | None:
    row = db.session.execute(
        select(Shop.name, Shop.slug, Shop.village_code).where(Shop.id == told["shop_id"])
    ).one_or_none()
    if row is None:
        return None
    words = _shared(told)
    words |= {"shop": row.name, "slug": row.slug, "import": str(told.get("import_id", ""))}
    return Facts(
        words,
        shop_id=told["shop_id"],
        person_id=told.get("user_id") or 0,
        village_code=row.village_code,
    )


def _of_payout(told: Mapping[str, Any]) -> Facts | None:
    payout = db.session.get(Payout, told["payout_id"])
    if payout is None:
        return None
    words = _shared(told)
    words |= {"number": payout.number, "shop": payout.payee_name, "total": rupiah(payout.net)}
    words["bank"] = payout.bank
    # A village has no page of a single payout.
    words["page"] = "/gerai/saldo"
    if payout.shop:
        words["page"] = f"/penjual/pencairan/{payout.number}?toko={payout.shop.slug}"
    return Facts(words, shop_id=payout.shop_id or 0, village_code=payout.village_code or "")


def _shared(told: Mapping[str, Any]) -> Words:
    """The words that any event may bring along."""
    words = Words({name: str(told[name]) for name in ("days", "left") if told.get(name) is not None})
    if told.get("amount"):
        words["amount"] = rupiah(told["amount"])
    if told.get("reason"):
        words["why"] = WHY % {"reason": told["reason"]}
    words["named"] = "."
    wanted = told.get("product_ids") or [told[name] for name in ("product_id",) if told.get(name)]
    if wanted:
        goods = db.session.execute(
            select(Product.name).where(Product.id.in_(wanted)).order_by(Product.id)
        ).all()
        more = "…" if len(goods) > MOST_GOODS else ""
        words["goods"] = ", ".join(row.name for row in goods[:MOST_GOODS]) + more
        words["named"] = NAMED % words if goods else "."
    return words
