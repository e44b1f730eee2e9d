"""Reads of the shops, each through its members or through the public door."""

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.sellers.models import VERIFIED, Shop, ShopMember


def memberships_of(user: User) -> list[ShopMember]:
    """The shops in which a person works, whatever their state, each with the role they have there."""
    rows = select(ShopMember).where(ShopMember.user_id == user.id).order_by(ShopMember.shop_id)
    return list(db.session.scalars(rows))


def has_shop(user: User) -> bool:
    """Whether a person works in any shop."""
    return (
        db.session.scalar(select(ShopMember.shop_id).where(ShopMember.user_id == user.id).limit(1))
        is not None
    )


def public_shop(slug: str) -> Shop:
    """A verified shop by its address.

    Raises:
        NotFound: unknown, or not (any more) verified.
    """
    shop = db.session.scalar(select(Shop).where(Shop.slug == slug, Shop.status == VERIFIED))
    if shop is None:
        raise NotFound("Toko ini tidak ada atau sedang tidak berjualan.")
    return shop


def shops_in(village_code: str) -> list[Shop]:
    """The verified shops of a village."""
    rows = select(Shop).where(Shop.village_code == village_code, Shop.status == VERIFIED).order_by(Shop.name)
    return list(db.session.scalars(rows))
