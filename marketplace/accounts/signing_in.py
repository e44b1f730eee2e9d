"""Decides how somebody signs in and out: a row per browser, ended by leaving, looked up at each request."""

import hashlib
from datetime import datetime, timedelta

from flask import Flask, session
from flask_login import login_user, logout_user
from sqlalchemy import func, select

from marketplace.accounts import passwords
from marketplace.accounts.models import SignIn, SignInTry, User
from marketplace.extensions import db, login
from marketplace.kit import languages
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import transaction

IDLE = timedelta(days=14)
IDLE_WITH_ROLE = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
MOST_TRIES, TRIES_WITHIN = 8, timedelta(minutes=15)


class TooManyTries(DomainError):
    """Signing in was refused too often of late."""

    status = 429

    def __init__(self) -> None:
        super().__init__("Terlalu banyak percobaan masuk. Tunggu 15 menit, lalu coba lagi.")


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


def check(email: str, password: str, *, source: str, at: datetime) -> User | None:
    """The person, if e-mail and password fit; None otherwise, after the same time.

    `source` is the caller's address. Only reads: a refusal is written down by `note_refusal`.

    Raises:
        TooManyTries: 8 refusals for this e-mail, or 40 for this address, within 15 minutes.
    """
    for subject, most in zip(_subjects(email, source), (MOST_TRIES, MOST_TRIES * 5), strict=True):
        tries = db.session.scalar(
            select(func.count(SignInTry.id)).where(
                SignInTry.subject == subject, SignInTry.at > at - TRIES_WITHIN
            )
        )
        if (tries or 0) >= most:
            raise TooManyTries
    user = db.session.scalar(
        select(User).where(User.email == email.strip().lower(), User.disabled_at.is_(None))
    )
    return user if passwords.matches(user.password_hash if user else None, password) else None


def note_refusal(email: str, *, source: str, at: datetime) -> None:
    """Remember that a sign-in was refused, so that guessing is slowed down."""
    db.session.add_all(SignInTry(subject=subject, at=at) for subject in _subjects(email, source))


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


def end(token: str, *, at: datetime) -> None:
    """End the session; a copy of its cookie is worth nothing from now on."""
    row = db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if row:
        row.ended_at = at
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
    if row is None or row.ended_at or row.user.disabled_at:
        return None
    if at - row.seen_at > (IDLE_WITH_ROLE if row.user.grants else IDLE):
        return None
    if at - row.seen_at > SEEN_EVERY:
        _seen(row.id, at)
    return BrowserSession(row.user, token)


def _seen(row_id: int, at: datetime) -> None:
    """Note that the session is in use: once a minute, in a transaction of its own before the page's."""
    with transaction():
        db.session.get_one(SignIn, row_id).seen_at = at


def _subjects(email: str, source: str) -> tuple[str, str]:
    """What is counted: tries for one e-mail, and tries from one address."""
    return f"e:{_digest(email)}", f"s:{_digest(source)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().lower().encode()).hexdigest()[:40]
