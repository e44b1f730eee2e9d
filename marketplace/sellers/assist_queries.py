"""Reads of assisted selling: whom an operator may help, who may help a shop, what was done for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from marketplace.accounts.guards import region_scopes, within
from marketplace.accounts.models import OPERATOR, RoleGrant, User
from marketplace.extensions import db
from marketplace.kit.clock import start_of_day
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.sellers.assist_models import AssistAct, AssistConsent
from marketplace.sellers.assisting import serves
from marketplace.sellers.models import Shop

PER_PAGE = 25


@dataclass(frozen=True)
class Helpable:
    """A shop in an operator's care, and the consent that it gave to this operator, if one stands."""

    shop: Shop
    consent: AssistConsent | None


def helpable(operator: User, words: str, page: int, *, at: datetime) -> Page[Helpable]:
    """The shops in an operator's care whose name holds `words`; those that agreed stand first."""
    mine = and_(AssistConsent.shop_id == Shop.id, AssistConsent.operator_id == operator.id)
    stands = and_(mine, AssistConsent.ended_at.is_(None), AssistConsent.ends_at > at)
    wanted = _in_care(operator)
    if words:
        wanted &= func.lower(Shop.name).contains(words.lower(), autoescape=True)
    total = db.session.scalar(select(func.count(Shop.id)).where(wanted)) or 0
    rows = (
        select(Shop, AssistConsent)
        .outerjoin(AssistConsent, stands)
        .where(wanted)
        .order_by(AssistConsent.id.is_(None), Shop.name, Shop.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = db.session.execute(rows).unique()
    return Page([Helpable(shop, consent) for shop, consent in found], page, PER_PAGE, total)


def shop_in_care(operator: User, slug: str) -> Shop:
    """A shop of a village that this person serves as its operator.

    Raises:
        NotFound: unknown, or of another village.
    """
    shop = db.session.scalars(select(Shop).where(Shop.slug == slug)).one_or_none()
    if shop is None or not serves(operator, shop.village_code):
        raise NotFound
    return shop


def consents_of(shop: Shop) -> Sequence[AssistConsent]:
    """All consents a shop has ever given, the newest first."""
    rows = select(AssistConsent).where(AssistConsent.shop_id == shop.id)
    return db.session.scalars(rows.order_by(AssistConsent.id.desc())).unique().all()


def consent_of(shop: Shop, operator: User, *, at: datetime) -> AssistConsent | None:
    """The consent of a shop that lets this operator help now."""
    return next((one for one in consents_of(shop) if one.operator_id == operator.id and one.stands(at)), None)


def one_of(shop: Shop, consent_id: int) -> AssistConsent:
    """A consent of a shop.

    Raises:
        NotFound: unknown, or another shop's.
    """
    consent = db.session.get(AssistConsent, consent_id)
    if consent is None or consent.shop_id != shop.id:
        raise NotFound
    return consent


def operators_for(shop: Shop) -> list[User]:
    """The operators in whose care the shop's village lies, by name."""
    rows = select(User, RoleGrant.scope).join(RoleGrant, RoleGrant.user_id == User.id)
    rows = rows.where(RoleGrant.role == OPERATOR, User.disabled_at.is_(None)).order_by(User.name, User.id)
    near = {user.id: user for user, scope in db.session.execute(rows) if within(shop.village_code, scope)}
    return list(near.values())


def acts_of(shop: Shop, page: int) -> Page[AssistAct]:
    """What was done for a shop by those who help it, the newest first."""
    mine = AssistAct.shop_id == shop.id
    rows = select(AssistAct).where(mine).order_by(AssistAct.id.desc())
    found = db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).unique().all()
    total = db.session.scalar(select(func.count(AssistAct.id)).where(mine)) or 0
    return Page(found, page, PER_PAGE, total)


def acts_on(shop: Shop, operator: User, day: date) -> Sequence[AssistAct]:
    """What one operator did for a shop on a WIB day, in the order of time."""
    rows = select(AssistAct).where(
        AssistAct.shop_id == shop.id,
        AssistAct.actor_id == operator.id,
        AssistAct.at >= start_of_day(day),
        AssistAct.at < start_of_day(day + timedelta(days=1)),
    )
    return db.session.scalars(rows.order_by(AssistAct.id)).unique().all()


def _in_care(operator: User) -> ColumnElement[bool]:
    scopes = region_scopes(operator, OPERATOR)
    if "" in scopes:
        return true()
    below = [Shop.village_code.startswith(f"{scope}.") for scope in scopes]
    return or_(false(), Shop.village_code.in_(scopes), *below)
