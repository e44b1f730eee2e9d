"""Reads of what an outlet sold over its counter: one sale, a day, its sums by way of paying and by shop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.clock import start_of_day
from marketplace.kit.errors import NotFound
from marketplace.orders.models import COUNTER, Order, SellerOrder, SellerOrderEvent
from marketplace.payments.models import PaymentSplit, Refund


@dataclass(frozen=True)
class Sold:
    """A counter sale: what went back of each seller's part (by its id) in rupiah, and who rang it up."""

    order: Order
    back: dict[int, int]
    by: str

    @property
    def at(self) -> datetime:
        """When it was sold."""
        return self.order.placed_at

    @property
    def returned(self) -> int:
        """Rupiah that went back of all of it."""
        return sum(self.back.values())

    @property
    def kept(self) -> int:
        """Rupiah that stayed with outlet and sellers."""
        return self.order.total - self.returned


@dataclass(frozen=True)
class Sums:
    """Sales in rupiah: what came in, what of it went back, and of how many sales."""

    sales: int = 0
    taken: int = 0
    back: int = 0

    @property
    def kept(self) -> int:
        """What must be there."""
        return self.taken - self.back

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(self.sales + other.sales, self.taken + other.taken, self.back + other.back)


def day(village_code: str, wanted: date) -> list[Sold]:
    """The counter sales of a village on a WIB day, the newest first. Five queries, however many sales.

    What went back is told as it stood in the evening: what a seller returns later leaves no cash box.
    """
    evening = start_of_day(wanted + timedelta(days=1))
    rows = (
        select(Order)
        .where(
            Order.channel == COUNTER,
            Order.region_code == village_code,
            Order.placed_at >= start_of_day(wanted),
            Order.placed_at < evening,
        )
        .order_by(Order.placed_at.desc(), Order.id.desc())
    )
    return _told(db.session.scalars(rows).unique().all(), until=evening)


def sale_of(village_code: str, number: str) -> Sold:
    """One counter sale of a village.

    Raises:
        NotFound: unknown, another village's, or not sold over a counter.
    """
    wanted = (Order.number == number, Order.channel == COUNTER, Order.region_code == village_code)
    found = _told(db.session.scalars(select(Order).where(*wanted)).unique().all())
    if not found:
        raise NotFound
    return found[0]


def part_of(village_code: str, number: str) -> SellerOrder:
    """One seller's part of a counter sale of a village, by its own number.

    Raises:
        NotFound: as `sale_of`.
    """
    rows = (
        select(SellerOrder)
        .join(Order, Order.id == SellerOrder.order_id)
        .where(
            SellerOrder.number == number,
            Order.channel == COUNTER,
            Order.region_code == village_code,
        )
    )
    found = db.session.scalars(rows).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def by_way(sold: Iterable[Sold]) -> dict[str, Sums]:
    """The sums of some sales by way of paying."""
    found: dict[str, Sums] = {}
    for sale in sold:
        way = sale.order.payment_method
        found[way] = found.get(way, Sums()) + Sums(1, sale.order.total, sale.returned)
    return found


def by_shop(sold: Iterable[Sold]) -> dict[tuple[str, str], Sums]:
    """The sums of some sales by the name of the shop and the way of paying: what is whose."""
    found: dict[tuple[str, str], Sums] = {}
    for sale in sold:
        for child in sale.order.children:
            key = (child.shop.name, sale.order.payment_method)
            found[key] = found.get(key, Sums()) + Sums(1, child.total, sale.back.get(child.id, 0))
    return dict(sorted(found.items()))


def _told(orders: Sequence[Order], *, until: datetime | None = None) -> list[Sold]:
    ids = [child.id for order in orders for child in order.children]
    back, by = _back(ids, until), _by(ids)
    return [
        Sold(
            order,
            {child.id: back[child.id] for child in order.children if child.id in back},
            by.get(order.children[0].id, ""),
        )
        for order in orders
    ]


def _back(seller_order_ids: Sequence[int], until: datetime | None) -> dict[int, int]:
    rows = (
        select(PaymentSplit.seller_order_id, func.sum(Refund.amount))
        .join(Refund, Refund.split_id == PaymentSplit.id)
        .where(PaymentSplit.seller_order_id.in_(seller_order_ids))
        .group_by(PaymentSplit.seller_order_id)
    )
    if until:
        rows = rows.where(Refund.owed_at < until)
    return {seller_order_id: int(amount) for seller_order_id, amount in db.session.execute(rows)}


def _by(seller_order_ids: Sequence[int]) -> dict[int, str]:
    """Who rang up each of these, by the actor of its first event."""
    rows = select(SellerOrderEvent.seller_order_id, SellerOrderEvent.actor).where(
        SellerOrderEvent.seller_order_id.in_(seller_order_ids), SellerOrderEvent.from_status == ""
    )
    actors = {each: int(actor.partition(":")[2]) for each, actor in db.session.execute(rows)}
    people = select(User.id, User.name).where(User.id.in_(set(actors.values())))
    names = {row.id: row.name for row in db.session.execute(people)}
    return {each: names.get(person, "") for each, person in actors.items()}
