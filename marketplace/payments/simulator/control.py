"""Decides what trouble may be ordered at the simulated Stripe: late, repeated, forged, wrong messages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from marketplace.payments.simulator.delivery import deliveries_of
from marketplace.payments.simulator.objects import SimulatedEvent, session_object
from marketplace.payments.simulator.refunds import Trouble, order_trouble, refunds_of
from marketplace.payments.simulator.stripe_api import StripeApi
from marketplace.payments.simulator.world import COMPLETED, EXPIRED, StripeWorld

REFUND_ACTIONS = {"gagal-refund": "failed", "tunda-refund": "succeeded"}
ACTIONS = ("bayar", "tolak", "kedaluwarsa", *REFUND_ACTIONS)
_MOST = {"kirim": 20, "tunda": 7 * 24 * 3600, "jumlah": 999_999_999_999}


class BadOrder(Exception):
    """A field of the order cannot be read; the message names it."""


@dataclass(frozen=True)
class Order:
    """One order to the desk: what happens, how often and how late it is told, which sum, and by whom.

    `amount` is in Stripe's unit, hundredths of a rupiah, so that sums no shop would ask for can be sent too.
    """

    action: str
    times: int
    delay: timedelta
    amount: int | None
    forged: bool

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Order":
        """Reads the fields `aksi kirim tunda jumlah tandatangan`. Raises BadOrder."""
        action, mark = form.get("aksi", ""), form.get("tandatangan") or "benar"
        if action not in ACTIONS:
            raise BadOrder(f"aksi: salah satu dari {', '.join(ACTIONS)}")
        if mark not in ("benar", "palsu"):
            raise BadOrder("tandatangan: benar atau palsu")
        if mark == "palsu" and action != "bayar":
            raise BadOrder("tandatangan palsu hanya untuk aksi bayar")
        amount = _number(form, "jumlah")
        if amount is not None and action != "bayar":
            raise BadOrder("jumlah hanya untuk aksi bayar")
        times = _number(form, "kirim")
        if times is not None and action in REFUND_ACTIONS:
            raise BadOrder("kirim: pengembalian dana tidak diberitakan")
        delay = timedelta(seconds=_number(form, "tunda") or 0)
        return cls(action, 1 if times is None else times, delay, amount, mark == "palsu")


def carry_out(world: StripeWorld, session_id: str, order: Order, *, at: datetime) -> None:
    """Makes it happen and puts its messages on their way.

    What already happened is told again: a second `bayar` on a paid session repeats the very same event. A
    forged message changes nothing at Stripe. Raises NotOpen where the session's state forbids it, and
    NoSuchSession. The actions about refunds concern the next refund of the session, and tell nothing.
    """
    if order.action in REFUND_ACTIONS:
        trouble = Trouble(REFUND_ACTIONS[order.action], order.delay)
        order_trouble(world, session_id, trouble, at=at)
        return
    event = _event(world, session_id, order, at)
    world.send_later(event, times=order.times, due_at=at + order.delay, forged=order.forged)


def _event(world: StripeWorld, session_id: str, order: Order, at: datetime) -> SimulatedEvent:
    if order.forged:
        return world.forged_event(session_id, at=at, amount=order.amount)
    if order.action == "tolak":
        return world.decline(session_id, at=at)
    told = world.event(session_id, COMPLETED if order.action == "bayar" else EXPIRED)
    if told is not None:
        return told
    if order.action == "bayar":
        return world.pay(session_id, at=at, amount=order.amount)
    return world.expire(session_id, at=at)


def state_of(world: StripeWorld, api: StripeApi, session_id: str, *, at: datetime) -> dict[str, object]:
    """The session and its refunds as the API shows them, every message so far. Raises NoSuchSession."""
    session = world.session(session_id, at=at)
    sent = [{k: v for k, v in asdict(d).items() if k != "payload"} for d in deliveries_of(world, session_id)]
    return {
        "session": session_object(session, api.page_of(session)),
        "refunds": refunds_of(world, session_id, at=at),
        "deliveries": sent,
    }


def _number(form: Mapping[str, str], name: str) -> int | None:
    text = form.get(name) or ""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) > _MOST[name]:
        raise BadOrder(f"{name}: bilangan bulat, paling banyak {_MOST[name]}")
    return int(text)
