"""Decides where a person is signed in, and how to leave everywhere at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from marketplace.accounts.models import SignIn, User
from marketplace.accounts.signing_in import IDLE, IDLE_WITH_ROLE
from marketplace.extensions import db


def signed_in_browsers(user: User, *, at: datetime) -> Sequence[SignIn]:
    """The sessions that still open the person's pages, last used first."""
    idle = IDLE_WITH_ROLE if user.grants else IDLE
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), SignIn.seen_at > at - idle)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def leave_everywhere(user: User, *, at: datetime) -> None:
    """End all sessions of the person; every copy of their cookies is worth nothing from now on."""
    db.session.execute(
        update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )
