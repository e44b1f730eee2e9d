"""Decides who belongs to each audience of an event, as ids of accounts, whatever they want to hear."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from marketplace.accounts.models import FINANCE, OPERATOR, RoleGrant
from marketplace.extensions import db
from marketplace.kit.rows import ask, table_of
from marketplace.notices.facts import Facts
from marketplace.orders.states import Status
from marketplace.sellers.models import ShopMember

OWNER = "owner"
_MEMBER = table_of(ShopMember)
# Built once, since most events ask one of them.
_MEMBERS = select(_MEMBER.c.user_id).where(_MEMBER.c.shop_id == bindparam("shop"))
_OWNERS = _MEMBERS.where(_MEMBER.c.role == bindparam("role"))


def buyer(facts: Facts) -> Iterable[int]:
    """Who ordered, if they were signed in; guests have the page of their order."""
    return [facts.buyer_id] if facts.buyer_id else []


def members(facts: Facts) -> Iterable[int]:
    """Everybody who works in the shop."""
    return ask(_MEMBERS, shop=facts.shop_id).scalars()


def owners(facts: Facts) -> Iterable[int]:
    """Who answers for the shop."""
    return ask(_OWNERS, shop=facts.shop_id, role=OWNER).scalars()


def knowing_members(facts: Facts) -> Iterable[int]:
    """Everybody who works in the shop, unless the order never became the shop's business."""
    return [] if facts.origin == Status.AWAITING_PAYMENT else members(facts)


def operators(facts: Facts) -> Iterable[int]:
    """The operators of the shop's village."""
    return _operators_of(facts.village_code)


def receivers(facts: Facts) -> Iterable[int]:
    """Who looks after the account that money was sent to: the counter of a village, or the shop."""
    return _operators_of(facts.counter) if facts.counter else members(facts)


def payees(facts: Facts) -> Iterable[int]:
    """Who is paid out: the owners of a shop, or the operators of a village."""
    return owners(facts) if facts.shop_id else operators(facts)


def named_person(facts: Facts) -> Iterable[int]:
    """The person whom the event names."""
    return [facts.person_id] if facts.person_id else []


def finance(facts: Facts) -> Iterable[int]:  # noqa: ARG001 - audiences are called alike
    """Who keeps DesaMart's books."""
    rows = select(RoleGrant.user_id).where(RoleGrant.role == FINANCE)
    return db.session.scalars(rows.distinct().order_by(RoleGrant.user_id)).all()


def _operators_of(village_code: str) -> Iterable[int]:
    if not village_code:
        return []
    parts = village_code.split(".")
    scopes = [".".join(parts[:length]) for length in range(len(parts) + 1)]
    rows = select(RoleGrant.user_id).where(RoleGrant.role == OPERATOR, RoleGrant.scope.in_(scopes))
    return db.session.scalars(rows.distinct().order_by(RoleGrant.user_id)).all()
