"""Decides when a browser gets its cookie: when something in it changed, or once a day to live on.

By itself Flask packs, signs and sends it again with every page.
"""

from datetime import UTC, datetime, timedelta

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeTimedSerializer

from marketplace.kit.clock import now

RENEWED_EVERY = timedelta(days=1)


class Known(SecureCookieSession):
    """What a browser's cookie holds; `signed_at` is when it was sent."""

    signed_at = datetime.min.replace(tzinfo=UTC)


class Cookies(SecureCookieSessionInterface):
    """The cookies of one application."""

    def __init__(self) -> None:
        self._signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """The same for every page; the secret does not change while a process runs."""
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """What the browser's cookie holds; nothing where it has none, or none of ours that still lives."""
        signer, sent = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signer is None or not sent:
            return Known() if signer else None
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            held, signed_at = signer.loads(sent, max_age=longest, return_timestamp=True)
        except BadSignature:
            return Known()
        session = Known(held)
        session.signed_at = signed_at
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie where it is due. With what others may keep on the way, nobody's is renewed."""
        if isinstance(session, Known) and response.cache_control.public:
            session.signed_at = now()
        super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether this answer carries the cookie."""
        if session.modified:
            return True
        return session.permanent and isinstance(session, Known) and now() - session.signed_at > RENEWED_EVERY


def register(app: Flask) -> None:
    """Let the application's cookies be sent so."""
    app.session_interface = Cookies()
