"""A browser of somebody of the cast: signed in, knows the CSRF token, reads what a page says."""

import html
import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from marketplace.accounts.models import SignIn
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.transaction import transaction
from tests import factories

_RAW_TOKEN = "a" * 40


class Browser:
    """A client without JavaScript. `email` None is a guest."""

    def __init__(self, app: Flask, email: str | None = None) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        signer = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token")
        self.csrf = signer.dumps(_RAW_TOKEN)
        with self.client.session_transaction() as session:
            session["csrf_token"] = _RAW_TOKEN
            if email:
                session["_user_id"] = _signed_in(app, email)

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, buffered=True)

    def post(self, path: str, data: dict[str, Any] | None = None) -> TestResponse:
        """Send a form, files included."""
        return self.client.post(
            path, data={"csrf_token": self.csrf, **(data or {})}, content_type="multipart/form-data"
        )


def _signed_in(app: Flask, email: str) -> str:
    token, at = new_token(), now()
    with app.app_context():
        user_id = factories.person(email).id
        with transaction() as session:
            session.add(SignIn(token_hash=token_hash(token), user_id=user_id, started_at=at, seen_at=at))
        db.session.remove()
    return token


def words(response: TestResponse) -> str:
    """What a page says, without its markup, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def value_of(response: TestResponse, name: str) -> str | None:
    """What stands in the first input of this name."""
    for tag in re.findall(r"<input\b[^>]*>", response.text):
        if re.search(rf'\bname="{re.escape(name)}"', tag):
            found = re.search(r'\bvalue="([^"]*)"', tag)
            return html.unescape(found[1]) if found else ""
    return None
