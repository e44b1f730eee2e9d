"""Decides what happens to goods that lack a permit they need: notice first, then off the shelf, and back.

A product that the rule meets for the first time is sold for `NOTICE` days more, whenever it was published, so
that nothing vanishes without notice (docs/decisions). One whose permit has ended had its reminders before
and goes at once; one whose permit was rejected has `AFTER_REJECTION` days.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import lazyload

from marketplace.catalog import publishing
from marketplace.catalog.models import ACTIVE, PAUSED, Product
from marketplace.catalog.permits.models import REJECTED, Permit, PermitGap
from marketplace.catalog.permits.requirements import DISTRIBUTION, NEEDS, categories_needing
from marketplace.catalog.permits.standing import covers, lacking
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.sellers.models import VERIFIED, Shop

NOTICE, AFTER_REJECTION = 30, 7
MOST = 100


def meet(*, at: datetime) -> int:
    """Give notice to the goods on sale that lack a distribution permit and had no notice yet; how many."""
    today = day_wib(at)
    told = exists().where(PermitGap.product_id == Product.id, PermitGap.closed_at.is_(None))
    rows = (
        select(Product.id, Product.shop_id)
        .join(Shop, Shop.id == Product.shop_id)
        .where(
            Product.status == ACTIVE,
            Shop.status == VERIFIED,
            Product.category_slug.in_(categories_needing(DISTRIBUTION)),
            lacking(DISTRIBUTION, today),
            ~told,
        )
        .order_by(Product.id)
        .limit(MOST)
    )
    by_shop: dict[int, list[int]] = {}
    for row in db.session.execute(rows):
        by_shop.setdefault(row.shop_id, []).append(row.id)
    for shop_id, product_ids in by_shop.items():
        until = [_open(product_id, today, at) for product_id in product_ids]
        _tell("permit.missing", shop_id, product_ids, days=(min(until) - today).days, at=at)
    db.session.flush()
    return sum(map(len, by_shop.values()))


def pause_due(*, at: datetime) -> int:
    """Take goods off the shelf whose notice is over; how many."""
    today = day_wib(at)
    rows = (
        select(PermitGap)
        .join(Product, Product.id == PermitGap.product_id)
        .where(
            PermitGap.closed_at.is_(None),
            PermitGap.paused_at.is_(None),
            PermitGap.due_on < today,
            Product.status == ACTIVE,
            lacking(DISTRIBUTION, today),
        )
        .order_by(PermitGap.product_id)
        .limit(MOST)
    )
    done: dict[int, list[int]] = {}
    for gap in db.session.scalars(locked(rows, of=PermitGap)).all():
        product = _product(gap.product_id)
        if product.status == ACTIVE:
            publishing.pause(product, at=at)
            gap.paused_at = at
            done.setdefault(product.shop_id, []).append(product.id)
    for shop_id, product_ids in done.items():
        _tell("permit.paused", shop_id, product_ids, days=0, at=at)
    db.session.flush()
    return sum(map(len, done.values()))


def close_filled(shop: Shop, *, at: datetime) -> int:
    """Close the gaps of a shop's goods that lack nothing any more; what the rule took off comes back."""
    today = day_wib(at)
    rows = (
        select(PermitGap)
        .join(Product, Product.id == PermitGap.product_id)
        .where(Product.shop_id == shop.id, PermitGap.closed_at.is_(None), ~_lacks(today))
        .order_by(PermitGap.product_id)
    )
    closed = db.session.scalars(locked(rows, of=PermitGap)).all()
    for gap in closed:
        gap.closed_at = at
        back, gap.paused_at = gap.paused_at is not None, None
        product = _product(gap.product_id)
        db.session.flush()
        if back and product.status == PAUSED and shop.status == VERIFIED:
            publishing.resume(product, at=at)
    return len(closed)


def depend_on(permit: Permit) -> list[int]:
    """The goods on sale that need a permit of this kind and that this one speaks of."""
    kinds = [slug for need in NEEDS if permit.kind in need.kinds for slug in categories_needing(need)]
    rows = select(Product.id).where(
        Product.shop_id == permit.shop_id,
        Product.status == ACTIVE,
        Product.category_slug.in_(kinds),
        exists().where(Permit.id == permit.id, covers()),
    )
    return list(db.session.scalars(rows.order_by(Product.id).limit(MOST)))


def _lacks(today: date) -> ColumnElement[bool]:
    """Of a category that needs it, and without it: another category closes the gap as a permit does."""
    return and_(Product.category_slug.in_(categories_needing(DISTRIBUTION)), lacking(DISTRIBUTION, today))


def _open(product_id: int, today: date, at: datetime) -> date:
    """Open the gap of a product, for the first time or again; the last day it is sold."""
    gap = db.session.get(PermitGap, product_id)
    over = _ended(product_id, today)
    if gap is None:
        due = today if over else today + timedelta(days=NOTICE)
        db.session.add(PermitGap(product_id=product_id, met_at=at, due_on=due))
        return due
    grace = today if over else today + timedelta(days=AFTER_REJECTION)
    gap.due_on, gap.closed_at, gap.paused_at = max(gap.due_on, grace), None, None
    return gap.due_on


def _ended(product_id: int, today: date) -> bool:
    """Whether the product had a permit that is over, so that its shop was reminded for two months."""
    over = exists().where(
        Permit.kind.in_(DISTRIBUTION.kinds),
        Permit.verdict != REJECTED,
        Permit.ended_at.is_(None),
        Permit.expires_on < today,
        covers(),
    )
    return db.session.scalar(select(Product.id).where(Product.id == product_id, over)) is not None


def _product(product_id: int) -> Product:
    rows = select(Product).where(Product.id == product_id).options(lazyload("*"))
    return db.session.scalars(locked(rows, of=Product)).one()


def _tell(kind: str, shop_id: int, product_ids: Sequence[int], *, days: int, at: datetime) -> None:
    """`days` more the goods are sold."""
    told = {"shop_id": shop_id, "product_ids": list(product_ids), "days": days}
    announce(kind, f"shop:{shop_id}", told, at=at)
