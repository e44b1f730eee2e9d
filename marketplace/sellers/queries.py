"""Reads of the shops, each through its members or through the public door."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask, table_of
from marketplace.sellers.models import VERIFIED, Resting, Shop, ShopMember


@dataclass(frozen=True, slots=True)
class PublicShop(Resting):
    """A verified shop as its page tells it; everything is named as in `Shop`."""

    id: int
    slug: str
    name: str
    kind: str
    about: str
    village_code: str
    holiday_begins: datetime | None
    holiday_ends: datetime | None
    holiday_words: str
    rating_sum: int
    rating_count: int
    answers_asked: int
    answers_given: int
    answer_minutes: int


class Neighbour(NamedTuple):
    """A verified shop in the list of its village."""

    slug: str
    name: str
    about: str


_SHOP = table_of(Shop)
_PUBLIC = select(*(_SHOP.c[each.name] for each in fields(PublicShop))).where(
    _SHOP.c.slug == bindparam("slug"), _SHOP.c.status == VERIFIED
)
_IN_VILLAGE = (
    select(*(_SHOP.c[name] for name in Neighbour._fields))
    .where(_SHOP.c.village_code == bindparam("village"), _SHOP.c.status == VERIFIED)
    .order_by(_SHOP.c.name)
)


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


def public_shop(slug: str) -> PublicShop:
    """A verified shop by its address.

    Raises:
        NotFound: unknown, or not (any more) verified.
    """
    row = ask(_PUBLIC, slug=slug).first()
    if row is None:
        raise NotFound("Toko ini tidak ada atau sedang tidak berjualan.")
    return PublicShop(*row)


def shops_in(village_code: str) -> tuple[Neighbour, ...]:
    """The verified shops of a village, by name."""
    return tuple(Neighbour(*row) for row in ask(_IN_VILLAGE, village=village_code))
