"""Decides what is frozen of goods and seller beside a sale, because the order does not hold it.

Frozen once, when the sale is heard of; whatever changes afterwards, a brand, a permit, who leads the shop,
changes no figure.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, exists, insert, or_, select

from marketplace.catalog.models import Product
from marketplace.catalog.permits.kinds import HALAL, MD, NIB, PIRT
from marketplace.catalog.permits.models import Permit, PermitExemption
from marketplace.catalog.permits.requirements import (
    DISTRIBUTION,
    HALAL_SINCE,
    SHORT_LIFE_DAYS,
    categories_needing,
)
from marketplace.catalog.permits.standing import covers, holds
from marketplace.extensions import db
from marketplace.indicators.models import SaleCircumstance
from marketplace.kit.clock import day_wib
from marketplace.orders.models import COUNTER, ONLINE, Order, OrderLine, SellerOrder, SellerOrderEvent
from marketplace.sellers.models import Shop

ASSISTED = "assisted"
AT_THE_OUTLET = (ASSISTED, COUNTER)
"""Channels through the hands of the outlet's people."""

FARMERS = ("petani", "poktan")
FARMING = "A"


def freeze(seller_order_ids: Collection[int], *, day: date, at: datetime, late: bool = False) -> int:
    """Write the circumstances of the lines of these seller orders that have none; answers how many.

    Permits are asked for `day` (WIB), the day of the sale. `late`: what is written is what is true today.
    """
    lines = db.session.execute(_as_they_are(seller_order_ids, day)).all()
    rows = [_row(line, at, late) for line in lines]
    if rows:
        db.session.execute(insert(SaleCircumstance), rows)
    return len(rows)


def says_farmer(kind: str, registration: str | None, section: str) -> bool | None:
    """Whether a shop says that it farms: by kind, KPB or poktan text, or section; None: nobody asked."""
    if kind in FARMERS or registration or section == FARMING:
        return True
    return False if section or registration is not None else None


def _row(line: Row[Any], at: datetime, late: bool) -> dict[str, Any]:
    permitted = line.permitted and (line.halal or day_wib(line.completed_at) < HALAL_SINCE)
    return {
        "order_line_id": line.id,
        "brand": line.brand,
        "unggulan": line.is_unggulan,
        "grade": line.grade,
        "packaged": line.packaged,
        "licensed": line.packaged and permitted,
        "nib": line.nib,
        "shop_kind": line.kind,
        "shop_section": line.sector,
        "registration": line.registration,
        "farmer": says_farmer(line.kind, line.registration, line.sector),
        "woman_led": line.woman_led,
        "channel": COUNTER if line.channel == COUNTER else ASSISTED if line.assisted else ONLINE,
        "frozen_at": at,
        "late": late,
    }


def _as_they_are(seller_order_ids: Collection[int], day: date) -> Select[*tuple[Any, ...]]:
    keeps = or_(Product.shelf_life_days.is_(None), Product.shelf_life_days > SHORT_LIFE_DAYS)
    exempt = exists().where(PermitExemption.product_id == Product.id)
    food = OrderLine.category_slug.in_(categories_needing(DISTRIBUTION))
    nib = exists().where(Permit.shop_id == Shop.id, Permit.kind == NIB, holds(day))
    helped = exists().where(
        SellerOrderEvent.seller_order_id == SellerOrder.id, SellerOrderEvent.actor.startswith("operator:")
    )
    known = exists().where(SaleCircumstance.order_line_id == OrderLine.id)
    return (
        select(
            *(OrderLine.id, SellerOrder.completed_at, Order.channel),
            *(Product.brand, Product.is_unggulan, Product.grade),
            *(Shop.kind, Shop.sector, Shop.registration, Shop.woman_led),
            (food & keeps & ~exempt).label("packaged"),
            exists().where(Permit.kind.in_((PIRT, MD)), covers(), holds(day)).label("permitted"),
            exists().where(Permit.kind == HALAL, covers(), holds(day)).label("halal"),
            nib.label("nib"),
            helped.label("assisted"),
        )
        .select_from(OrderLine)
        .join(SellerOrder, SellerOrder.id == OrderLine.seller_order_id)
        .join(Order, Order.id == SellerOrder.order_id)
        .join(Shop, Shop.id == SellerOrder.shop_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(OrderLine.seller_order_id.in_(seller_order_ids), ~known)
        .order_by(OrderLine.id)
    )
