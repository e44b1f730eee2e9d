"""Decides how the simulated Stripe tells the shop what happened: signed, repeated until heard, at least once.

Source: https://docs.stripe.com/webhooks: signature over `{t}.{payload}`, made anew for each try; any answer
but 2xx is a failure; retries for up to three days. Stripe does not publish its intervals; ours are shorter.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from marketplace.payments.simulator.post import Delivery, Habit, Post, send, sent_about
from marketplace.payments.simulator.world import StripeWorld

RETRY_AFTER_SECONDS = (10, 30, 120, 600, 3600, 6 * 3600)
GIVE_UP_AFTER_SECONDS = 3 * 24 * 3600
_FORGERS_SECRET = "whsec_bukan_rahasia_yang_benar"  # noqa: S105 - wrong on purpose


def signature(payload: str, secret: str, at: datetime) -> str:
    """The Stripe-Signature header for a payload sent at a moment."""
    moment = int(at.timestamp())
    mark = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def deliveries_of(world: StripeWorld, session_id: str) -> list[Delivery]:
    """Every message about a session so far, oldest first."""
    return sent_about(world.memory, session_id)


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

    def signed(delivery: Delivery, at: datetime) -> Mapping[str, str]:
        secret = _FORGERS_SECRET if delivery.forged else webhook_secret
        return {"Stripe-Signature": signature(delivery.payload, secret, at)}

    habit = Habit(RETRY_AFTER_SECONDS, GIVE_UP_AFTER_SECONDS, signed)
    return send(world.memory, habit, webhook_url, at=at, session_id=session_id, post=post)
