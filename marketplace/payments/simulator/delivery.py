"""Decides how the simulated Stripe tells the shop what happened: signed, repeated until heard, at least once.

Source: https://docs.stripe.com/webhooks: signature over `{t}.{payload}`, made anew for each try; any answer
but 2xx is a failure; retries for up to three days. Stripe does not publish its intervals; ours are shorter.
"""

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.payments.simulator.world import StripeWorld

TIMEOUT_SECONDS = 5
RETRY_AFTER_SECONDS = (10, 30, 120, 600, 3600, 6 * 3600)
GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600
_LEASE_SECONDS = 30
_BATCH = _LEASE_SECONDS // TIMEOUT_SECONDS - 1
"""So few that each gets its whole time limit before another caller may take it."""
_FORGERS_SECRET = "whsec_bukan_rahasia_yang_benar"  # noqa: S105 - wrong on purpose

Post = Callable[[str, bytes, str], int]
"""Sends a body with a Stripe-Signature to an address; returns the HTTP status or raises OSError."""


@dataclass(frozen=True)
class Delivery:
    """One message to the shop and how far it got: `waiting`, `delivered` or `given_up`."""

    id: int
    session_id: str
    event_id: str
    payload: str
    forged: bool
    due_at: int
    first_due_at: int
    attempts: int
    state: str
    http_status: int | None
    detail: str | None


def signature(payload: str, secret: str, at: datetime) -> str:
    """The Stripe-Signature header for a payload sent at a moment."""
    moment = int(at.timestamp())
    mark = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def deliveries_of(world: StripeWorld, session_id: str) -> list[Delivery]:
    """Every message about a session so far, oldest first."""
    with world.memory.reading() as db:
        rows = db.execute("SELECT * FROM delivery WHERE session_id = ? ORDER BY id", (session_id,)).fetchall()
    return [_delivery(row) for row in rows]


def due_deliveries(world: StripeWorld, at: datetime, *, session_id: str | None = None) -> list[Delivery]:
    """Takes some messages that are due, for this caller alone for half a minute, oldest first."""
    present = int(at.timestamp())
    with world.memory.writing() as db:
        rows = db.execute(
            "SELECT * FROM delivery WHERE state = 'waiting' AND due_at <= ?"
            " AND (? IS NULL OR session_id = ?) ORDER BY due_at, id LIMIT ?",
            (present, session_id, session_id, _BATCH),
        ).fetchall()
        db.executemany(
            "UPDATE delivery SET attempts = attempts + 1, due_at = ? WHERE id = ?",
            [(present + _LEASE_SECONDS, row["id"]) for row in rows],
        )
    return [_delivery(row) for row in rows]


def deliver_due(
    world: StripeWorld,
    *,
    at: datetime,
    webhook_secret: str,
    webhook_url: str,
    session_id: str | None = None,
    post: Post | None = None,
) -> int:
    """Sends what is due (of one session, or of all) and returns how many arrived; the rest is tried later.

    The worker calls this on every tick. Sessions whose time is over are expired first. A shop that does not
    answer raises nothing here.
    """
    if session_id is None:
        world.expire_overdue(at=at)
    arrived = 0
    while batch := due_deliveries(world, at, session_id=session_id):
        heard = 0
        for delivery in batch:
            secret = _FORGERS_SECRET if delivery.forged else webhook_secret
            mark = signature(delivery.payload, secret, at)
            heard += _record(world, delivery, at, *_try(delivery, webhook_url, mark, post or _post))
        arrived += heard
        if heard < len(batch):
            # The shop has trouble; the caller has other things to do than to wait for it.
            break
    return arrived


def _try(delivery: Delivery, url: str, header: str, post: Post) -> tuple[int | None, str | None]:
    try:
        return post(url, delivery.payload.encode(), header), None
    except (OSError, http.client.HTTPException) as error:
        return None, f"{type(error).__name__}: {error}"


def _record(
    world: StripeWorld, delivery: Delivery, at: datetime, status: int | None, detail: str | None
) -> bool:
    arrived = status is not None and 200 <= status < 300
    wait = RETRY_AFTER_SECONDS[min(delivery.attempts, len(RETRY_AFTER_SECONDS) - 1)]
    next_due = int(at.timestamp()) + wait
    # A forger does not come back; Stripe does, for three days.
    hopeless = delivery.forged or next_due > delivery.first_due_at + GIVE_UP_AFTER_SECONDS
    state = "delivered" if arrived else "given_up" if hopeless else "waiting"
    with world.memory.writing() as db:
        db.execute(
            "UPDATE delivery SET state = ?, due_at = ?, http_status = ?, detail = ? WHERE id = ?",
            (state, next_due, status, detail, delivery.id),
        )
    return arrived


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Stripe takes a redirect for a failure, so it is not followed here either."""

    def redirect_request(self, *_args: Any, **_keywords: Any) -> None:
        return None


# Straight to the shop: a proxy of this machine's environment has no business between two parts of one demo.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)


def _post(url: str, body: bytes, header: str) -> int:
    request = urllib.request.Request(  # noqa: S310 - the shop's own address
        url,
        data=body,
        headers={"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": header},
    )
    try:
        with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**row, "forged": bool(row["forged"])})
