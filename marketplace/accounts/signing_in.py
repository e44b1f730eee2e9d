"""Decides how somebody signs in and out: a row per browser, ended by leaving, looked up at each request."""

from contextlib import suppress
from datetime import datetime, timedelta

from flask import Flask, session
from flask_login import login_user, logout_user
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from marketplace.accounts import passwords, slowing
from marketplace.accounts.models import SignIn, User
from marketplace.extensions import db, login
from marketplace.kit import languages
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.patience import Busy
from marketplace.kit.trail import known_as, trail
from marketplace.kit.transaction import transaction

IDLE = timedelta(days=14)
IDLE_WITH_ROLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
# However busy a session is, the password is asked for again.
LONGEST = timedelta(days=30)
LONGEST_WITH_ROLE = timedelta(hours=12)


class BrowserSession:
    """What Flask-Login keeps: a person, and the token of their session row, which only the browser knows."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User, token: str) -> None:
        self.user = user
        self.token = token

    @property
    def name(self) -> str:
        """The person's name."""
        return self.user.name

    def get_id(self) -> str:
        """What the cookie holds: the session's token."""
        return self.token


def check(email: str, password: str, *, source: str, mark: str | None, at: datetime) -> User | None:
    """The person, if e-mail and password fit; None otherwise, after the same time.

    `source` is the caller's address, `mark` what the browser carries. Only reads: a refusal is written down
    by `slowing.note_refusal`.

    Raises:
        TooManyTries: guessing is slowed down here (`slowing.hold_back`).
    """
    slowing.hold_back(email, source=source, mark=mark, at=at)
    user = db.session.scalar(
        select(User).where(User.email == email.strip().lower(), User.disabled_at.is_(None))
    )
    return user if passwords.matches(user.password_hash if user else None, password) else None


def begin(user: User, *, at: datetime) -> None:
    """Start a session for this browser, under a fresh token. Of the old cookie cart and language are kept."""
    cart, language = session.get("cart"), languages.chosen()
    session.clear()
    languages.choose(language)
    if cart:
        session["cart"] = cart
    token = new_token()
    db.session.add(SignIn(token_hash=token_hash(token), user_id=user.id, started_at=at, seen_at=at))
    session.permanent = True
    login_user(BrowserSession(user, token))
    known_as(user.id)
    trail("signed in", by="password")


def end(token: str, *, at: datetime) -> None:
    """End the session; a copy of its cookie is worth nothing from now on."""
    row = db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if row:
        row.ended_at = at
        trail("signed out")
    logout_user()
    language = languages.chosen()
    session.clear()
    languages.choose(language)


def register(app: Flask) -> None:  # noqa: ARG001 - every part of the application is registered alike
    """Tell Flask-Login how to find the person of a cookie."""
    login.session_protection = None
    login.user_loader(_load)


def _load(token: str) -> BrowserSession | None:
    row = db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    at = now()
    if row is None or row.ended_at or row.user.disabled_at or is_over(row, at=at):
        return None
    if at - row.seen_at > SEEN_EVERY:
        _seen(row.id, at)
    known_as(row.user_id)
    return BrowserSession(row.user, token)


def is_over(row: SignIn, *, at: datetime) -> bool:
    """Whether the session was idle for too long, or is too old whatever it was used for."""
    idle, longest = (IDLE_WITH_ROLE, LONGEST_WITH_ROLE) if row.user.grants else (IDLE, LONGEST)
    return at - row.seen_at > idle or at - row.started_at > longest


def _seen(row_id: int, at: datetime) -> None:
    """Note that the session is in use: once a minute, in a transaction of its own before the page's.

    Where nothing can be written now, who only reads goes on; the next page notes it.
    """
    with suppress(Busy, OperationalError), transaction():
        db.session.get_one(SignIn, row_id).seen_at = at
