"""Reads what the sheet names beside the figures: goods, ways, shared orders, outlets of a village."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from marketplace.catalog.models import Category
from marketplace.catalog.permits import standing
from marketplace.catalog.permits.kinds import NIB
from marketplace.catalog.permits.models import VERIFIED as LOOKED_AT
from marketplace.catalog.permits.models import Permit
from marketplace.extensions import db
from marketplace.indicators.inputs.outlets import KINDS as OUTLET_KINDS
from marketplace.indicators.models import OutcomeFact, SaleCircumstance, SaleFact
from marketplace.indicators.sums import RINGS
from marketplace.indicators.tallies import SOLD, ring
from marketplace.kit.clock import start_of_day
from marketplace.orders.models import UNNAMED, SellerOrder
from marketplace.orders.states import S
from marketplace.regions.queries import labels
from marketplace.sellers.models import VERIFIED, Shop

CREATIVE = "kriya"
MOST = 12


@dataclass(frozen=True)
class Goods:
    """A product that was sold: its net in rupiah, orders and buyers, and how far its goods went at most."""

    name: str
    brand: str
    net: int
    orders: int
    buyers: int
    ring: str


@dataclass(frozen=True)
class Outlet:
    """A shop of the village's economic institution, with its business number if a person has looked at it."""

    name: str
    kind: str
    number: str


def superior(village: str, year: int) -> list[Goods]:
    """Superior products (unggulan at the sale) by net, the largest first."""
    return _goods(village, year, SaleFact.unggulan)


def creative(village: str, year: int) -> list[Goods]:
    """Crafts and textiles, by net."""
    below = select(Category.slug).where(Category.parent_slug == CREATIVE)
    return _goods(village, year, SaleFact.category_slug.in_(below) | (SaleFact.category_slug == CREATIVE))


def categories(village: str, year: int) -> list[tuple[str, int]]:
    """The kinds of goods with a net above zero, and that net, the largest first."""
    net = func.sum(SaleFact.net)
    rows = (
        select(Category.name_id, net)
        .join(Category, Category.slug == SaleFact.category_slug)
        .where(*_of(village, year))
        .group_by(Category.name_id)
        .having(net > 0)
        .order_by(net.desc(), Category.name_id)
    )
    return [(name, int(total)) for name, total in db.session.execute(rows)]


def months_with_sales(village: str, year: int) -> int:
    """In how many months something was sold."""
    asked = select(func.count(SaleFact.month.distinct())).where(*_of(village, year), SOLD)
    return db.session.scalar(asked) or 0


def shared_orders(village: str, year: int) -> tuple[int, list[str]]:
    """Completed orders whose buyer ordered from another village as well, and the names of those villages."""
    ours, theirs = aliased(SellerOrder), aliased(SellerOrder)
    joined = (
        select(ours.order_id, theirs.village_code)
        .join(theirs, theirs.order_id == ours.order_id)
        .where(ours.village_code == village, theirs.village_code != village, *_completed(ours, year))
        .where(theirs.status == S.COMPLETED)
    )
    rows = db.session.execute(joined).all()
    called = labels(row.village_code for row in rows)
    return len({row.order_id for row in rows}), sorted(called.values())


def ways(village: str, year: int) -> list[tuple[str, int]]:
    """Ways of delivery of completed orders, the most used first."""
    many = func.count()
    rows = (
        select(OutcomeFact.delivery_method, many)
        .where(OutcomeFact.village_code == village, _in_year(OutcomeFact.month, year))
        .where(OutcomeFact.status == S.COMPLETED)
        .group_by(OutcomeFact.delivery_method)
        .order_by(many.desc(), OutcomeFact.delivery_method)
    )
    return [(way, int(count)) for way, count in db.session.execute(rows)]


def outlets(village: str, today: date) -> list[Outlet]:
    """The verified shops of the village that are BUMDes, BUMDesma, BUMK or koperasi, as they stand today."""
    shops = select(Shop).where(
        Shop.village_code == village, Shop.status == VERIFIED, Shop.kind.in_(OUTLET_KINDS)
    )
    found = db.session.scalars(shops.order_by(Shop.name)).unique().all()
    permits = select(Permit.shop_id, Permit.number).where(
        Permit.kind == NIB, Permit.verdict == LOOKED_AT, standing.holds(today)
    )
    rows = db.session.execute(permits.where(Permit.shop_id.in_([shop.id for shop in found])))
    numbers = {row.shop_id: row.number for row in rows}
    return [Outlet(shop.name, shop.kind, numbers.get(shop.id, "")) for shop in found]


def kinds_of_shops(village: str) -> list[tuple[str, int]]:
    """Verified shops by kind, as they stand today."""
    rows = (
        select(Shop.kind, func.count())
        .where(Shop.village_code == village, Shop.status == VERIFIED)
        .group_by(Shop.kind)
        .order_by(Shop.kind)
    )
    return [(kind, int(count)) for kind, count in db.session.execute(rows)]


def outlet_sales(village: str, year: int) -> int:
    """Net rupiah of what the outlet's own shops sold."""
    asked = select(func.coalesce(func.sum(SaleFact.net), 0))
    return int(db.session.scalar(asked.where(*_of(village, year), SaleFact.shop_kind.in_(OUTLET_KINDS))) or 0)


def village_fees(village: str, year: int) -> int:
    """Rupiah that the village kept of completed orders, less what went back before the sale."""
    kept = func.coalesce(func.sum(SellerOrder.village_fee - SellerOrder.village_fee_back), 0)
    asked = select(kept).where(SellerOrder.village_code == village, *_completed(SellerOrder, year))
    return int(db.session.scalar(asked) or 0)


def _goods(village: str, year: int, which: Any) -> list[Goods]:
    net = func.sum(SaleFact.net)
    rows = (
        select(
            func.max(SaleFact.product_name).label("name"),
            func.max(SaleCircumstance.brand).label("brand"),
            net.label("net"),
            func.count(SaleFact.seller_order_id.distinct()).label("orders"),
            func.count(func.nullif(SaleFact.buyer_key, UNNAMED).distinct()).label("buyers"),
            func.max(ring()).label("ring"),
        )
        .outerjoin(SaleCircumstance, SaleCircumstance.order_line_id == SaleFact.order_line_id)
        .where(*_of(village, year), which)
        .group_by(SaleFact.product_id)
        .having(net > 0)
        .order_by(net.desc(), SaleFact.product_id)
        .limit(MOST)
    )
    return [
        Goods(row.name, row.brand or "", int(row.net), row.orders, row.buyers, RINGS[row.ring])
        for row in db.session.execute(rows)
    ]


def _of(village: str, year: int) -> Sequence[ColumnElement[bool]]:
    return SaleFact.village_code == village, _in_year(SaleFact.month, year)


def _in_year(month: Any, year: int) -> ColumnElement[bool]:
    between: ColumnElement[bool] = month.between(f"{year}-01", f"{year}-12")
    return between


def _completed(order: Any, year: int) -> Sequence[ColumnElement[bool]]:
    first, end = start_of_day(date(year, 1, 1)), start_of_day(date(year + 1, 1, 1))
    return order.status == S.COMPLETED, order.completed_at >= first, order.completed_at < end
