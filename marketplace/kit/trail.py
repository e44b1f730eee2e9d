"""Decides what is written down of who tries the doors: a JSON line each: who, whence, what; no secrets."""

import secrets
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import g, has_request_context, request

log = structlog.get_logger()


def trail(what: str, **more: Any) -> None:
    """Write a line about a sign-in, a refusal or a change of who may enter.

    Names people by the number of their account and guessed e-mails by a hash: logs are read by more people
    than the database.
    """
    log.info(what, kind="security", **more)


def known_as(person: int) -> None:
    """From here on, lines of the running request name this account."""
    g.person = person


def of_the_request(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor of structlog: adds what is known of the running request.

    The route stands for the address, since addresses can carry a secret (the link of an order).
    """
    if has_request_context():
        if "request_id" not in g:
            g.request_id = secrets.token_hex(6)
        line.setdefault("request", g.request_id)
        line.setdefault("method", request.method)
        line.setdefault("route", request.url_rule.rule if request.url_rule else "none")
        line.setdefault("source", request.remote_addr)
        if "person" in g:
            line.setdefault("person", g.person)
    return line
