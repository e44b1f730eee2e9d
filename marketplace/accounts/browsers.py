"""Decides where a person is signed in, how to leave everywhere at once, and how a password is changed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from marketplace.accounts import passwords
from marketplace.accounts.models import SignIn, User
from marketplace.accounts.signing_in import is_over
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.trail import trail


def signed_in_browsers(user: User, *, at: datetime) -> Sequence[SignIn]:
    """The sessions that still open the person's pages, last used first."""
    rows = db.session.scalars(
        select(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [row for row in rows if not is_over(row, at=at)]


def leave_everywhere(user: User, *, at: datetime) -> None:
    """End all sessions of the person; every copy of their cookies is worth nothing from now on."""
    db.session.execute(
        update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=at)
    )
    trail("signed out everywhere", account=user.id)


def account_of(email: str) -> User | None:
    """Whose e-mail it is."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def new_password(user: User, password: str) -> str:
    """What is to be kept of a new password. Takes a while: do it before the transaction.

    Raises:
        Invalid: too weak; people with a role need 12 letters.
    """
    least = passwords.SHORTEST_WITH_ROLE if user.grants else passwords.SHORTEST
    if weak := passwords.weakness(password, about=(user.name, user.email, user.phone), least=least):
        raise Invalid(weak, "sandi_baru")
    return passwords.hashed(password)


def change_password(user: User, kept: str, *, at: datetime) -> None:
    """Keep a `new_password`, and end all sessions: whoever knew the old one is out."""
    user.password_hash = kept
    trail("password changed", account=user.id)
    leave_everywhere(user, at=at)


def disable(user: User, *, at: datetime) -> None:
    """Nobody signs in as this person any more, and whoever is signed in is out."""
    user.disabled_at = at
    trail("account disabled", account=user.id)
    leave_everywhere(user, at=at)
