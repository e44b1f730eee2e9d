"""Reads of the complaints that wait for an answer: each through the regions for which somebody may decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.orders.models import Order, SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status
from marketplace.sellers.models import ShopMember

PER_PAGE = 20


@dataclass(frozen=True)
class Complaint:
    """An open complaint: the buyer's words and since when they wait."""

    order: SellerOrder
    words: str
    since: datetime


def open_complaints(user: User, scopes: Sequence[str], page: int) -> Page[Complaint]:
    """What `user` may decide within `scopes` (region codes, empty: everywhere), the oldest first."""
    mine = _decidable(user, scopes)
    last = (
        select(func.max(SellerOrderEvent.id))
        .where(SellerOrderEvent.seller_order_id == SellerOrder.id)
        .correlate(SellerOrder)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(SellerOrder, SellerOrderEvent)
        .join(SellerOrder.order)
        .join(SellerOrderEvent, SellerOrderEvent.id == last)
        .where(mine)
        .order_by(SellerOrderEvent.at, SellerOrder.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).unique()
    found = [Complaint(order, event.reason, event.at) for order, event in rows]
    total = db.session.scalar(select(func.count(SellerOrder.id)).join(SellerOrder.order).where(mine)) or 0
    return Page(found, page, PER_PAGE, total)


def decidable(user: User, scopes: Sequence[str], number: str) -> SellerOrder:
    """A seller order within the scopes in which `user` has no part, whatever its state is now.

    Raises:
        NotFound: unknown, of another region, or the person's own.
    """
    order = db.session.scalar(
        select(SellerOrder)
        .join(SellerOrder.order)
        .where(SellerOrder.number == number, _within(scopes), _not_own(user), _was_complained_about())
    )
    if order is None:
        raise NotFound("Komplain ini tidak ada di wilayah Anda.")
    return order


def _decidable(user: User, scopes: Sequence[str]) -> ColumnElement[bool]:
    return and_(SellerOrder.status == Status.DISPUTED.value, _within(scopes), _not_own(user))


def _within(scopes: Sequence[str]) -> ColumnElement[bool]:
    """The region's own code, or one below it at a dot; no scope at all covers nothing."""
    if "" in scopes:
        return SellerOrder.village_code.is_not(None)
    codes = [
        or_(SellerOrder.village_code == scope, SellerOrder.village_code.startswith(f"{scope}."))
        for scope in scopes
    ]
    return or_(false(), *codes)


def _not_own(user: User) -> ColumnElement[bool]:
    """Nobody decides about a shop they work in, or about their own purchase."""
    own_shops = select(ShopMember.shop_id).where(ShopMember.user_id == user.id)
    bought = and_(Order.user_id.is_not(None), Order.user_id == user.id)
    return and_(SellerOrder.shop_id.not_in(own_shops), ~bought)


def _was_complained_about() -> ColumnElement[bool]:
    return (
        select(SellerOrderEvent.id)
        .where(
            SellerOrderEvent.seller_order_id == SellerOrder.id,
            SellerOrderEvent.to_status == Status.DISPUTED.value,
        )
        .exists()
    )
