"""Decides whose desk an operator has taken to help, and that each act there is written down."""

from functools import partial
from typing import TypedDict, cast

from flask import request, session

from marketplace.accounts.guards import person
from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import ending_with
from marketplace.sellers import assisting
from marketplace.sellers.act_words import words_for
from marketplace.sellers.assist_models import AssistConsent

TAKEN = "bantuan"


class Taken(TypedDict):
    """What the cookie keeps of a help: consent, helper and shop, so that the band needs no query."""

    consent: int
    operator: int
    slug: str
    name: str


def take(consent: AssistConsent) -> None:
    """Sit down at the desk of the consent's shop."""
    session[TAKEN] = Taken(
        consent=consent.id,
        operator=consent.operator_id,
        slug=consent.shop.slug,
        name=consent.shop.name,
    )


def leave() -> None:
    """Leave the desk."""
    session.pop(TAKEN, None)


def taken_by(user: User | None) -> Taken | None:
    """The desk that this person has taken in this browser, whether or not the consent still stands."""
    kept = cast(Taken | None, session.get(TAKEN))
    return kept if kept and user and kept["operator"] == user.id else None


def consent_in_use() -> AssistConsent | None:
    """The consent on whose ground the signed-in person works now; None when they help nobody.

    A form that succeeds then ends in one row of acts, within its own first transaction.

    Raises:
        NotFound, HelpEnded, ShopStopped: the help is over; nothing is done instead at a desk of one's own.
    """
    user = person()
    kept = taken_by(user)
    if kept is None:
        return None
    try:
        consent = assisting.usable(kept["consent"], user, at=now())
    except DomainError:
        # A page may lead back to one's own desk; a form was meant for this one, so it goes on being refused.
        if request.method == "GET":
            leave()
        raise
    if request.method == "POST":
        ending_with(partial(_write, consent.id, user.id, *words_for(request)))
    return consent


def _write(consent_id: int, operator_id: int, what: str, object_: str) -> None:
    operator = db.session.get_one(User, operator_id)
    assisting.write_act(consent_id, operator, what=what, object_=object_, at=now())
