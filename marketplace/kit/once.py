"""Decides that a form which moves money, sent twice, acts once: its key is claimed with the effect.

The pages put a fresh key into every form (`once_key()`). Programs that send none are not held back.
"""

import hashlib
from collections.abc import Callable
from functools import partial, wraps

from flask import Flask, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage

from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.errors import Invalid
from marketplace.kit.idempotency import content_hash, earlier_answer, remember
from marketplace.kit.transaction import beginning_with

FIELD = "kunci"
LONGEST = 64
NOT_CONTENT = (FIELD, "csrf_token")
View = Callable[..., ResponseReturnValue]


class Repeated(Exception):
    """The same form was carried out a moment ago; what this one began is rolled back."""


def register(app: Flask, *, actor: Callable[[], str]) -> None:
    """Let forms carry keys. `actor` names who is signed in (empty: nobody): two people's keys never meet."""
    app.extensions["once_actor"] = actor
    app.jinja_env.globals["once_key"] = _field


def once(leads_to: Callable[..., str]) -> Callable[[View], View]:
    """Stands directly above a view that acts in one transaction and then leads to `leads_to(**arguments)`.

    The same key and content again lead there without acting. A refused form gives its key free.

    Raises:
        Invalid: the key was used for other content, or is none.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def acted(**arguments: str) -> ResponseReturnValue:
            key = form_key()
            if not key:
                return view(**arguments)
            address = leads_to(**arguments)
            who, asked = _actor(), form_fingerprint()
            if earlier_answer(who, key, asked) is not None:
                return redirect(address, 303)
            try:
                with beginning_with(partial(_claim, who, key, asked, address)):
                    answer = make_response(view(**arguments))
            except Repeated:
                # Its twin in the same moment may have carried other content: then it is refused here.
                earlier_answer(who, key, asked)
                return redirect(address, 303)
            # A view may refuse before it writes, because its twin has just been through.
            if answer.status_code != 303 and earlier_answer(who, key, asked) is not None:
                return redirect(address, 303)
            return answer

        acted.acts_once = True  # type: ignore[attr-defined]
        return acted

    return decorate


def acts_once(view: View) -> bool:
    """Whether the same form sent again does nothing to this view."""
    return getattr(view, "acts_once", False)


def form_key() -> str:
    """The key of the form that was sent; empty if it carries none.

    Raises:
        Invalid: it is no key of ours.
    """
    key = request.form.get(FIELD, "")
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid("Kunci formulir ini tidak benar. Muat ulang halaman.", FIELD)
    return key


def form_fingerprint() -> str:
    """A fingerprint of the form: where it was sent, its fields, its files (which are read from the start)."""
    content: dict[str, object] = {
        name: request.form.getlist(name) for name in request.form if name not in NOT_CONTENT
    }
    files = {name: [_fingerprint(file) for file in request.files.getlist(name)] for name in request.files}
    return content_hash({"path": request.path, "fields": content, "files": files})


def _actor() -> str:
    """Who sends the form. Keys of guests are told apart by what they are sent to: an order, mostly."""
    known: str = current_app.extensions["once_actor"]()
    return known or f"guest:{content_hash({'path': request.path})[:40]}"


def _claim(who: str, key: str, asked: str, address: str) -> None:
    if earlier_answer(who, key, asked) is not None:
        raise Repeated
    try:
        remember(who, key, asked, address, at=now())
    except IntegrityError as taken:
        raise Repeated from taken


def _fingerprint(file: FileStorage) -> str:
    file.stream.seek(0)
    digest = hashlib.sha256(file.stream.read()).hexdigest()
    file.stream.seek(0)
    return digest


def _field() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_token())
