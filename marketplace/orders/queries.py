"""Reads of the orders, each through its owner: a stranger finds nothing."""

import hmac
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.codes import token_hash
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.kit.rows import ask, table_of
from marketplace.orders.models import Order, SellerOrder, SellerOrderEvent
from marketplace.orders.states import ENDED, OPEN, Status
from marketplace.sellers.models import Shop

PER_PAGE = 20
# So many that what is open fits on the first page.
PER_SELLER_PAGE = 50
# A shop with more open orders than this has its newest ones on the first page all the same.
MOST_BESIDE = 200
GROUPS = {
    "tindakan": (
        Status.AWAITING_CONFIRMATION,
        Status.ACCEPTED,
        Status.PACKED,
        Status.DELIVERY_FAILED,
        Status.DISPUTED,
    ),
    "berjalan": (Status.READY_FOR_PICKUP, Status.SHIPPED, Status.DELIVERED),
    "selesai": ENDED,
}
BY_AGE = ("berjalan", "selesai")
# Built once. An order's parts and lines come in the same query, at a third of the price of their own.
_BY_NUMBER = (
    select(Order)
    .where(Order.number == bindparam("number"))
    .options(joinedload(Order.children).joinedload(SellerOrder.lines))
)

_EVENT = table_of(SellerOrderEvent)
_HAPPENED = (
    select(_EVENT.c.to_status, _EVENT.c.at, _EVENT.c.actor, _EVENT.c.reason)
    .where(_EVENT.c.seller_order_id == bindparam("order"))
    .order_by(_EVENT.c.id)
)


class Happened(NamedTuple):
    """A step of a seller order: to which state, when, by whom (`buyer`, `seller:12` …) and why."""

    to_status: str
    at: datetime
    actor: str
    reason: str


def orders_of(user: User, page: int) -> Page[Order]:
    """A person's own orders, newest first."""
    mine = Order.user_id == user.id
    rows = db.session.scalars(
        select(Order)
        .where(mine)
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    total = db.session.scalar(select(func.count(Order.id)).where(mine)) or 0
    return Page(list(rows.unique()), page, PER_PAGE, total)


def order_for(number: str, user: User | None, token: str | None) -> Order:
    """An order, for its owner or for who holds its token.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    order = db.session.scalars(_BY_NUMBER, {"number": number}).unique().one_or_none()
    if order is not None:
        if user is not None and order.user_id == user.id:
            return order
        if token and hmac.compare_digest(order.token_hash, token_hash(token)):
            return order
    raise NotFound("Pesanan ini tidak ada, atau tautannya tidak lengkap.")


def tracked(number: str, phone: str) -> Order:
    """An order by its number and the last four digits of the buyer's phone.

    The whole phone number and a seller order's number (`…-1`) will do as well: people copy what they have.

    Raises:
        NotFound: no such order, or other digits: the two answer alike.
    """
    whole = "-".join(number.strip().upper().split("-")[:3])
    order = db.session.scalars(_BY_NUMBER, {"number": whole}).unique().one_or_none()
    tail = "".join(character for character in phone if character in "0123456789")[-4:]
    fits = (
        order is not None and len(tail) == 4 and hmac.compare_digest(order.phone[-4:].encode(), tail.encode())
    )
    if order is None or not fits:
        raise NotFound("Tidak ada pesanan dengan nomor dan telepon itu. Periksa lagi keduanya.")
    return order


def seller_orders_of(shop: Shop, group: str, page: int) -> Page[SellerOrder]:
    """A shop's orders of one group (`tindakan`, `berjalan`, `selesai`; all for any other word).

    What the shop must do first stands first, a complaint before any deadline; what is not open follows,
    newest first. `berjalan` and `selesai` are newest first altogether.

    Orders that were never paid, where payment comes first, are not the shop's business.
    """
    wanted = (SellerOrder.shop_id == shop.id) & _binding()
    if group in GROUPS:
        wanted &= SellerOrder.status.in_([status.value for status in GROUPS[group]])
    rows = db.session.scalars(
        select(SellerOrder)
        .where(wanted)
        .options(selectinload(SellerOrder.lines))
        .order_by(*_sequence(group), SellerOrder.placed_at.desc(), SellerOrder.id.desc())
        .limit(PER_SELLER_PAGE)
        .offset((page - 1) * PER_SELLER_PAGE)
    )
    total = db.session.scalar(select(func.count(SellerOrder.id)).where(wanted)) or 0
    return Page(list(rows.unique()), page, PER_SELLER_PAGE, total)


def open_beside(shop: Shop, shown: Page[SellerOrder]) -> list[SellerOrder]:
    """What is open and does not fit on the first page of all orders, the newest first, without its lines.

    The list goes by deadline, so that a new order may stand far down; on the first page it is found anyway.
    """
    if shown.page > 1 or shown.pages == 1:
        return []
    wanted = SellerOrder.status.in_([status.value for status in OPEN])
    rows = (
        select(SellerOrder)
        .where(SellerOrder.shop_id == shop.id, _binding(), wanted)
        .where(SellerOrder.id.not_in([order.id for order in shown.rows]))
        .order_by(SellerOrder.placed_at.desc(), SellerOrder.id.desc())
        .limit(MOST_BESIDE)
    )
    return list(db.session.scalars(rows).unique())


def group_sizes(shop: Shop) -> dict[str, int]:
    """How many orders of the shop lie in each group."""
    counted = db.session.execute(
        select(SellerOrder.status, func.count(SellerOrder.id).label("number"))
        .where(SellerOrder.shop_id == shop.id, _binding())
        .group_by(SellerOrder.status)
    )
    by_status = {row.status: row.number for row in counted}
    return {
        name: sum(by_status.get(status.value, 0) for status in statuses) for name, statuses in GROUPS.items()
    }


def seller_order_of(shop: Shop, number: str) -> SellerOrder:
    """One order of a shop.

    Raises:
        NotFound: unknown, or another shop's.
    """
    order = db.session.scalar(
        select(SellerOrder).where(
            SellerOrder.number == number,
            SellerOrder.shop_id == shop.id,
            _binding(),
        )
    )
    if order is None:
        raise NotFound("Pesanan ini tidak ada di toko Anda.")
    return order


def child_of(order: Order, shop_slug: str) -> SellerOrder:
    """The part of an order that one shop fulfils.

    Raises:
        NotFound: the order has nothing of that shop.
    """
    for child in order.children:
        if child.shop.slug == shop_slug:
            return child
    raise NotFound


def events(order: SellerOrder) -> list[Happened]:
    """What happened to a seller order, oldest first."""
    return [Happened(*row) for row in ask(_HAPPENED, order=order.id)]


def _sequence(group: str) -> tuple[ColumnElement[Any], ...]:
    """By deadline where something is to do; the newest first is what breaks ties, and rules elsewhere."""
    if group in BY_AGE:
        return ()
    is_open = SellerOrder.status.in_([status.value for status in OPEN])
    # A complaint waits for a person and has no deadline; cash on its way has none either, but nobody waits.
    pressing = case(
        (SellerOrder.status == Status.DISPUTED.value, 0), (SellerOrder.deadline_at.is_not(None), 1), else_=2
    )
    return (
        is_open.desc(),
        case((is_open, pressing), else_=3),
        case((is_open, SellerOrder.deadline_at), else_=None),
    )


def _binding() -> ColumnElement[bool]:
    """Orders that bind the shop: cash orders from the start, others once the money is there.

    While an order waits for money that goes straight to the shop, the shop sees it too: only it can look into
    its account.
    """
    to_the_shop = and_(
        SellerOrder.platform_collects.is_(False), SellerOrder.status == Status.AWAITING_PAYMENT.value
    )
    return or_(SellerOrder.prepaid.is_(False), SellerOrder.paid_at.is_not(None), to_the_shop)
