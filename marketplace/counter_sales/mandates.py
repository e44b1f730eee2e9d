"""Decides whose goods an operator may sell over a village's counter: by consent, or in a shop of their own.

The rule of assisted selling: a seller has agreed, in words that name the counter, or the operator works in
the shop. Nothing of strangers, and nothing of a shop that may not sell.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.sellers import assisting
from marketplace.sellers.assist_models import AssistConsent
from marketplace.sellers.models import VERIFIED, Shop, ShopMember


@dataclass(frozen=True)
class Mandate:
    """A shop that an operator may sell for. `consent_id` is the ground; None where they work in the shop."""

    shop: Shop
    consent_id: int | None


def mandates(operator: User, village_code: str, *, at: datetime) -> dict[int, Mandate]:
    """The shops of a village that an operator may sell for now, by id, in the order of their names.

    Raises:
        NotFound: the village is not in this person's care.
    """
    if not assisting.serves(operator, village_code):
        raise NotFound
    agreed = and_(
        AssistConsent.shop_id == Shop.id,
        AssistConsent.operator_id == operator.id,
        AssistConsent.ended_at.is_(None),
        AssistConsent.given_at <= at,
        AssistConsent.ends_at > at,
        AssistConsent.text_version.in_(assisting.NAMES_THE_COUNTER),
    )
    works_there = and_(ShopMember.shop_id == Shop.id, ShopMember.user_id == operator.id)
    rows = db.session.execute(
        select(Shop, AssistConsent.id, ShopMember.user_id)
        .outerjoin(AssistConsent, agreed)
        .outerjoin(ShopMember, works_there)
        .where(
            Shop.village_code == village_code,
            Shop.status == VERIFIED,
            or_(AssistConsent.id.is_not(None), ShopMember.user_id.is_not(None)),
        )
        .order_by(Shop.name, Shop.id)
    ).unique()
    return {shop.id: Mandate(shop, None if member else consent) for shop, consent, member in rows}
