"""Decides how long a count is believed: what nobody has confirmed steps back, and its shop is asked.

The lists sort by a flag that the worker sets, so that they stay on their index and no page counts days.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, or_, select, update

from marketplace.catalog.models import ACTIVE, DRAFT, Product, Variant
from marketplace.catalog.shown import ShownVariant
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.sellers.models import VERIFIED, Shop

STALE_AFTER = timedelta(days=14)
ASK_AFTER = timedelta(days=7)
"""A shop is asked once a week, and has a second week before its goods step back."""

MOST = 100


def confirm_all(shop: Shop, *, at: datetime) -> int:
    """The shop says that all it sells is still there as written; how many products that is about."""
    done = db.session.execute(
        update(Product)
        .where(Product.shop_id == shop.id, Product.status != DRAFT, _counted())
        .values(confirmed_at=at, fresh=True)
        .returning(Product.id)
        .execution_options(synchronize_session="fetch")
    )
    return len(done.all())


def step_back(*, at: datetime) -> int:
    """Take the flag from goods on sale that nobody has confirmed for `STALE_AFTER`; how many."""
    rows = (
        select(Product.id)
        .where(Product.status == ACTIVE, Product.fresh, _said() < at - STALE_AFTER, _counted())
        .order_by(Product.id)
        .limit(MOST)
    )
    old = list(db.session.scalars(rows.with_for_update(of=Product, key_share=True)))
    db.session.execute(update(Product).where(Product.id.in_(old)).values(fresh=False))
    return len(old)


def ask(*, at: datetime) -> int:
    """Announce `stock.unconfirmed` for shops with goods not counted for a week, weekly; not on holiday."""
    oldest = (
        select(Product.shop_id, func.min(_said()).label("since"))
        .where(Product.status == ACTIVE, _counted(), _said() < at - ASK_AFTER)
        .group_by(Product.shop_id)
        .subquery()
    )
    unasked = or_(Shop.stock_asked_at.is_(None), Shop.stock_asked_at < at - ASK_AFTER)
    at_work = or_(Shop.holiday_begins.is_(None), Shop.holiday_begins > at, Shop.holiday_ends <= at)
    rows = (
        select(Shop, oldest.c.since)
        .join(oldest, oldest.c.shop_id == Shop.id)
        .where(Shop.status == VERIFIED, unasked, at_work)
        .order_by(Shop.id)
        .limit(MOST)
    )
    found = db.session.execute(locked(rows, of=Shop)).unique().all()
    for shop, since in found:
        shop.stock_asked_at = at
        told = {"shop_id": shop.id, "days": (day_wib(at) - day_wib(since)).days}
        announce("stock.unconfirmed", f"shop:{shop.id}", told, at=at)
    db.session.flush()
    return len(found)


def tell_low(*, at: datetime) -> int:
    """Announce `stock.low` for pieces that have come down to `low_at`; again only after there were more."""
    low = Variant.on_hand <= Product.low_at
    rows = (
        select(Variant)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.status == ACTIVE, ~Variant.on_demand, Variant.withdrawn_at.is_(None))
        .where(or_(low & ~Variant.low_told, ~low & Variant.low_told))
        .order_by(Variant.id)
        .limit(MOST)
    )
    told = 0
    for variant in db.session.scalars(locked(rows, of=Variant)).unique():
        variant.low_told = not variant.low_told
        if variant.low_told:
            told += 1
            _tell_low(variant, at)
    db.session.flush()
    return told


def confirmed_since(moment: datetime) -> ColumnElement[bool]:
    """Whether goods are believed at a moment: their count was confirmed since, or they are made to order."""
    return or_(_said() >= moment, ~_counted())


def words(variants: Sequence[Variant | ShownVariant], *, at: datetime) -> str:
    """When the counts of a product were last confirmed; empty for what is made to order or never was."""
    confirmed_at = variants[0].product.confirmed_at
    if confirmed_at is None or all(variant.on_demand for variant in variants):
        return ""
    return day_words(day_wib(confirmed_at), day_wib(at))


def day_words(day: date, today: date) -> str:
    """How long ago a day is, in a sentence."""
    days = (today - day).days
    if days <= 0:
        return str(_("Stok dikonfirmasi hari ini"))
    if days == 1:
        return str(_("Stok dikonfirmasi kemarin"))
    return str(_("Stok dikonfirmasi %(days)s hari lalu", days=days))


def _said() -> ColumnElement[datetime]:
    """When somebody of the shop last said how much there is; publishing is saying so too."""
    return func.coalesce(Product.confirmed_at, Product.published_at, Product.created_at)


def _counted() -> ColumnElement[bool]:
    """Goods of which pieces are counted; what is made to order is always there."""
    return exists().where(
        Variant.product_id == Product.id, Variant.withdrawn_at.is_(None), ~Variant.on_demand
    )


def _tell_low(variant: Variant, at: datetime) -> None:
    told = {
        "variant_id": variant.id,
        "product_id": variant.product_id,
        "shop_id": variant.product.shop_id,
        "left": variant.on_hand,
    }
    announce("stock.low", f"variant:{variant.id}", told, at=at)
