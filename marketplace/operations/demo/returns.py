"""Decides what goes back in the demo market, and what waits: refunds, complaints, a sum that did not fit."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import ADMIN, RoleGrant
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.orders import detours
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import confirming, owing
from marketplace.payments.models import PENDING, TRANSFER, PaymentAttempt
from marketplace.payments.owing import Wish
from marketplace.sellers.models import Shop, ShopMember

HOUR = timedelta(hours=1)
SHORT_OF, CHEAPEST = 500, 10_000


def give_back(at: datetime) -> None:
    """Sellers give back a piece that was paid by card, and a part of a price that was paid in cash."""
    by_card = _newest_sale("stripe", before=at - 2 * HOUR)
    if by_card is not None:
        line = min(by_card.lines, key=lambda line: line.id)
        _refund(by_card, Wish({line.id: 1}), "Satu kemasan sobek di jalan", at - HOUR)
    in_cash = _newest_sale("cod", before=at - 2 * HOUR)
    if in_cash is not None:
        _refund(in_cash, Wish(amount=5_000), "Potongan karena kirimnya terlambat", at - HOUR)


def receive_another_sum(at: datetime) -> None:
    """A buyer transferred a little less than was asked; the seller wrote down what came."""
    waiting = (
        select(PaymentAttempt.id, PaymentAttempt.amount, ShopMember.user_id)
        .join(SellerOrder, SellerOrder.order_id == PaymentAttempt.order_id)
        .join(ShopMember, ShopMember.shop_id == SellerOrder.shop_id)
        .where(PaymentAttempt.provider == TRANSFER, PaymentAttempt.status == PENDING)
        .order_by(PaymentAttempt.id, ShopMember.user_id)
        .limit(1)
    )
    found = db.session.execute(waiting).one_or_none()
    if found is None:
        return
    attempt_id, amount, by = found
    with transaction():
        confirming.accept(attempt_id, amount=amount - SHORT_OF, by=by, at=at - HOUR)


def complain(at: datetime) -> None:
    """Two buyers are not content with what a demo seller brought; about one the platform has decided."""
    admin = select(RoleGrant.user_id).where(RoleGrant.role == ADMIN).limit(1)
    for slug, words in zip(DEMO_SHOPS, ("Dua bungkus remuk", "Kiriman terasa kurang"), strict=True):
        rows = select(SellerOrder.id).join(Shop, Shop.id == SellerOrder.shop_id)
        rows = rows.where(Shop.slug == slug, SellerOrder.status == Status.DELIVERED.value)
        found = db.session.scalar(rows.order_by(SellerOrder.id.desc()).limit(1))
        if found is None:
            continue
        with transaction():
            detours.complain(found, actor="buyer", at=at - 3 * HOUR, reason=words)
            if slug == DEMO_SHOPS[1]:
                judge, said = f"counter:{db.session.scalar(admin)}", "Sudah ditimbang bersama, isinya cukup"
                detours.decide(found, actor=judge, at=at - HOUR, for_buyer=False, reason=said)


def _newest_sale(way: str, *, before: datetime) -> SellerOrder | None:
    """The last completed sale of a demo seller that was paid this way."""
    rows = (
        select(SellerOrder)
        .join(Order, Order.id == SellerOrder.order_id)
        .join(Shop, Shop.id == SellerOrder.shop_id)
        .where(
            Shop.slug.in_(DEMO_SHOPS),
            Order.payment_method == way,
            SellerOrder.status == Status.COMPLETED.value,
            SellerOrder.completed_at < before,
            SellerOrder.goods_total > CHEAPEST,
        )
        .order_by(SellerOrder.completed_at.desc(), SellerOrder.id.desc())
        .limit(1)
    )
    return db.session.scalars(rows).unique().one_or_none()


def _refund(sale: SellerOrder, wish: Wish, words: str, at: datetime) -> None:
    owner = select(ShopMember.user_id).where(ShopMember.shop_id == sale.shop_id).order_by(ShopMember.since)
    seller = db.session.scalars(owner.limit(1)).one()
    sale_id = sale.id
    with transaction():
        owing.refund(sale_id, wish, words=words, actor=f"seller:{seller}", at=at)
