"""Decides how the simulated Midtrans tells the shop what happened: signed inside, repeated five times.

The intervals (2 minutes to 3.5 hours) and the answer that ends them are those of
https://docs.midtrans.com/docs/https-notification-webhooks; see docs/midtrans-simulator.md.
"""

from collections.abc import Mapping
from datetime import datetime

from marketplace.payments.simulator.midtrans.world import MidtransWorld
from marketplace.payments.simulator.post import Delivery, Habit, Post, send

RETRY_AFTER_SECONDS = (120, 600, 1800, 5400, 12600)
GIVE_UP_AFTER_SECONDS = 6 * 3600


def deliver_due(
    world: MidtransWorld,
    *,
    at: datetime,
    webhook_url: str,
    order_id: str | None = None,
    post: Post | None = None,
) -> int:
    """Sends what is due (about one payment, or all) and returns how many arrived; the rest is tried later.

    The worker calls this on every tick. Payments whose time is over are expired first.
    """
    if order_id is None:
        world.expire_overdue(at=at)
    habit = Habit(RETRY_AFTER_SECONDS, GIVE_UP_AFTER_SECONDS, _headers)
    return send(world.memory, habit, webhook_url, at=at, session_id=order_id, post=post)


def _headers(_delivery: Delivery, _at: datetime) -> Mapping[str, str]:
    return {}
