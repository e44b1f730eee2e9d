"""Reads of permits: which hold today, what they cover, what goods lack; each through its shop or region."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from marketplace.accounts.guards import within
from marketplace.accounts.models import User
from marketplace.catalog.goods import SoldProduct
from marketplace.catalog.models import ACTIVE, Product
from marketplace.catalog.permits.models import (
    REJECTED,
    VERIFIED,
    WAITING,
    Permit,
    PermitDecision,
    PermitExemption,
    PermitGap,
    PermitProduct,
)
from marketplace.catalog.permits.requirements import NEEDS, SHORT_LIFE_DAYS, Need, categories_needing
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask
from marketplace.sellers.models import Shop

MOST_LISTED = 200
MOST_DECIDED = 50


def holds(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """A permit that counts on a day: not rejected, ended or over, and not followed by one that counts."""
    later = aliased(Permit)
    followed = exists().where(
        later.follows_id == Permit.id, later.verdict != REJECTED, later.ended_at.is_(None)
    )
    return and_(
        Permit.verdict != REJECTED,
        Permit.ended_at.is_(None),
        or_(Permit.expires_on.is_(None), Permit.expires_on >= today),
        ~followed,
    )


def covers() -> ColumnElement[bool]:
    """Whether `Permit` speaks of `Product`: both are of one shop, and it covers all or names this one."""
    named = (
        select(PermitProduct.permit_id)
        .where(PermitProduct.permit_id == Permit.id, PermitProduct.product_id == Product.id)
        # Said outright: by itself only the select directly around it would be joined.
        .correlate(Permit, Product)
        .exists()
    )
    return and_(Permit.shop_id == Product.shop_id, or_(Permit.covers_all, named))


def lacking(need: Need, today: date) -> ColumnElement[bool]:
    """A `Product` that no permit covers for a need, that keeps for long, and that nobody said needs none."""
    permitted = exists().where(Permit.kind.in_(need.kinds), covers(), holds(today))
    if not need.pauses:
        return ~permitted
    exempt = exists().where(PermitExemption.product_id == Product.id)
    keeps = or_(Product.shelf_life_days.is_(None), Product.shelf_life_days > SHORT_LIFE_DAYS)
    return and_(~permitted, ~exempt, keeps)


def permit_of(shop: Shop, permit_id: int) -> Permit:
    """One permit of a shop.

    Raises:
        NotFound: unknown, or another shop's.
    """
    permit = db.session.scalar(select(Permit).where(Permit.id == permit_id, Permit.shop_id == shop.id))
    if permit is None:
        raise NotFound("Izin ini tidak ada di toko Anda.")
    return permit


def permits_of(shop: Shop) -> list[Permit]:
    """All permits a shop has ever written down, the newest first."""
    return list(
        db.session.scalars(select(Permit).where(Permit.shop_id == shop.id).order_by(Permit.id.desc()))
    )


def covered_products(permit: Permit) -> list[Product]:
    """The products that a permit names; none where it covers all."""
    rows = select(Product).join(PermitProduct, PermitProduct.product_id == Product.id)
    return list(db.session.scalars(rows.where(PermitProduct.permit_id == permit.id).order_by(Product.name)))


def goods_of(shop: Shop) -> list[tuple[int, str]]:
    """Ids and names of the products of a shop, to choose from."""
    rows = select(Product.id, Product.name).where(Product.shop_id == shop.id).order_by(Product.name)
    return [(row.id, row.name) for row in db.session.execute(rows)]


@dataclass(frozen=True)
class Badge:
    """A permit that holds for a product, as buyers see it: `verified` only if a person has looked at it."""

    kind: str
    number: str
    verified: bool


def badges(product: Product | SoldProduct, *, at: datetime) -> list[Badge]:
    """The permits of a product that hold today; of the shop's own papers only those that speak of goods."""
    found = ask(_badges(), product=product.id, today=day_wib(at))
    return [Badge(row.kind, row.number, row.verdict == VERIFIED) for row in found]


@cache
def _badges() -> Select[*tuple[Any, ...]]:
    """The statement of the badges, built once; takes `product` and `today`."""
    rows = select(Permit.kind, Permit.number, Permit.verdict).where(
        Product.id == bindparam("product"), covers(), holds(bindparam("today")), Permit.kind != "nib"
    )
    return rows.order_by(Permit.kind, Permit.id)


@dataclass(frozen=True)
class Missing:
    """Goods that lack something: `due_on` is the last day they are sold without it, `paused` some are off."""

    need: Need
    products: tuple[Product, ...]
    due_on: date | None
    paused: bool


def missing(shop: Shop, *, at: datetime) -> list[Missing]:
    """What the goods of a shop lack today, what pauses them first."""
    today, found = day_wib(at), []
    gaps = {gap.product_id: gap for gap in open_gaps(shop)}
    shown = or_(Product.status == ACTIVE, Product.id.in_(gaps))
    for need in NEEDS:
        rows = select(Product).where(
            Product.shop_id == shop.id,
            shown,
            Product.category_slug.in_(categories_needing(need)),
            lacking(need, today),
        )
        products = tuple(db.session.scalars(rows.order_by(Product.name)).unique())
        if products:
            of_these = [gaps[one.id] for one in products if need.pauses and one.id in gaps]
            due = min((gap.due_on for gap in of_these), default=None)
            found.append(Missing(need, products, due, any(gap.paused_at for gap in of_these)))
    return found


def open_gaps(shop: Shop) -> list[PermitGap]:
    """The gaps of a shop's goods that are not closed."""
    rows = select(PermitGap).join(Product, Product.id == PermitGap.product_id)
    return list(db.session.scalars(rows.where(Product.shop_id == shop.id, PermitGap.closed_at.is_(None))))


def gap_of(product: Product) -> PermitGap | None:
    """What a product lacks now, if it does."""
    gap = db.session.get(PermitGap, product.id)
    return gap if gap is not None and gap.closed_at is None else None


def exemptions_of(shop: Shop) -> list[tuple[Product, str]]:
    """Products of which the seller said that they need no distribution permit, with the reason."""
    rows = (
        select(Product, PermitExemption.reason)
        .join(PermitExemption, PermitExemption.product_id == Product.id)
        .where(Product.shop_id == shop.id)
        .order_by(Product.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(rows).unique()]


def of_regions(scopes: Sequence[str], *, decided: bool) -> list[Permit]:
    """Permits of the shops of regions (an empty code covers all): waiting ones, oldest first, or decided."""
    wanted = Permit.verdict != WAITING if decided else Permit.verdict == WAITING
    order = Permit.id.desc() if decided else Permit.id.asc()
    # What its shop has ended need not be looked at any more.
    wanted &= Permit.ended_at.is_(None) if not decided else true()
    rows = select(Permit).join(Shop).where(wanted, _inside(scopes)).order_by(order)
    return list(db.session.scalars(rows.limit(MOST_DECIDED if decided else MOST_LISTED)).unique())


def of_region(scopes: Sequence[str], permit_id: int) -> Permit:
    """One permit of the shops in these regions.

    Raises:
        NotFound: unknown, or of another region.
    """
    permit = db.session.get(Permit, permit_id)
    if permit is None or not any(within(permit.shop.village_code, scope) for scope in scopes):
        raise NotFound
    return permit


def covered_names(permits: Sequence[Permit]) -> dict[int, list[str]]:
    """The names of the products that permits name, by permit id."""
    rows = (
        select(PermitProduct.permit_id, Product.name)
        .join(Product, Product.id == PermitProduct.product_id)
        .where(PermitProduct.permit_id.in_([permit.id for permit in permits]))
    )
    found: dict[int, list[str]] = {}
    for row in db.session.execute(rows.order_by(Product.name)):
        found.setdefault(row.permit_id, []).append(row.name)
    return found


def names_of(decisions: Iterable[PermitDecision]) -> dict[int, str]:
    """The names of those who decided, by account id."""
    ids = {decision.decided_by for decision in decisions}
    return {
        row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


def _inside(scopes: Sequence[str]) -> ColumnElement[bool]:
    return or_(
        false(),
        *(
            or_(Shop.village_code == scope, Shop.village_code.startswith(f"{scope}." if scope else ""))
            for scope in scopes
        ),
    )
