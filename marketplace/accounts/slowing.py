"""Decides how guessing passwords is slowed down without letting strangers lock somebody out.

A browser in which somebody signed in before carries a signed mark of theirs. Its tries are counted apart, so
whoever tries from elsewhere holds up other unknown browsers, never that one. After OWASP's "Slow Down Online
Guessing Attacks with Device Cookies".
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import NamedTuple

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import func, select

from marketplace.accounts.models import SignInTry
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.codes import new_token
from marketplace.kit.errors import DomainError
from marketplace.kit.texts import noted
from marketplace.kit.trail import trail

MARK_LIVES = timedelta(days=180)
LONGEST_WINDOW = timedelta(hours=1)
_SALT = "browser-known-to-a-person"


class TooManyTries(DomainError):
    """Signing in was refused too often of late."""

    status = 429

    def __init__(self) -> None:
        super().__init__(noted("Terlalu banyak percobaan masuk. Tunggu 15 menit, lalu coba lagi."))


class Limit(NamedTuple):
    """So many refusals of a subject within a time, then no more tries."""

    subject: str
    most: int
    within: timedelta


def hold_back(email: str, *, source: str, mark: str | None, at: datetime) -> None:
    """Let the try go on, unless too many were refused of late. `source` is the caller's address;
    one of IPv6 counts for its network (/64).

    Raises:
        TooManyTries: 8 refusals in 15 minutes in a browser the person knows; elsewhere 8 for this e-mail from
            this address in 15 minutes, 40 for this e-mail from all unknown browsers in an hour, or 40 from
            this address in 15 minutes.
    """
    for limit in _limits(email, source, mark):
        tries = db.session.scalar(
            select(func.count(SignInTry.id)).where(
                SignInTry.subject == limit.subject, SignInTry.at > at - limit.within
            )
        )
        if (tries or 0) >= limit.most:
            trail("password held back", email=digest(email))
            raise TooManyTries


def note_refusal(email: str, *, source: str, mark: str | None, at: datetime) -> None:
    """Remember that a password was wrong: at the way in, or where it is changed."""
    trail("password refused", email=digest(email))
    db.session.add_all(SignInTry(subject=limit.subject, at=at) for limit in _limits(email, source, mark))


def given_mark() -> str | None:
    """The mark that this browser carries, whoever made it."""
    return request.cookies.get(_name())


def know_this_browser(answer: Response, email: str) -> Response:
    """Let the browser carry a fresh mark of the person who has just proved who they are."""
    kept = _signer().dumps([digest(email), new_token()])
    answer.set_cookie(
        _name(), kept, max_age=MARK_LIVES, secure=settings().secure, httponly=True, samesite="Lax"
    )
    return answer


def digest(text: str) -> str:
    """What stands for an e-mail or an address where it need not be read."""
    return hashlib.sha256(text.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _limits(email: str, source: str, mark: str | None) -> Iterator[Limit]:
    who, source, quarter = digest(email), _line(source), timedelta(minutes=15)
    if known := _known(who, mark):
        yield Limit(f"d:{known}", 8, quarter)
        return
    yield Limit(f"p:{digest(f'{who} {source}')}", 8, quarter)
    yield Limit(f"e:{who}", 40, LONGEST_WINDOW)
    yield Limit(f"s:{digest(source)}", 40, quarter)


def _line(source: str) -> str:
    """Whose line an address is of: with IPv6 everybody has a whole network, any place in it to call from."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    if isinstance(address, IPv4Address):
        return source
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address) >> 64 << 64, 64)))


def _known(who: str, mark: str | None) -> str | None:
    """What the mark's tries are counted under, if we made it for this person and it is not too old."""
    if not mark:
        return None
    try:
        person, secret = _signer().loads(mark, max_age=int(MARK_LIVES.total_seconds()))
    except BadSignature:
        return None
    return digest(secret) if person == who else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256}
    )


def _name() -> str:
    return "__Host-perangkat" if settings().secure else "perangkat"
