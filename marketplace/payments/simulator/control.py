"""Decides what trouble may be ordered at the simulated Stripe: late, repeated, forged, wrong messages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from marketplace.payments.simulator import disputes, money_back
from marketplace.payments.simulator.delivery import deliveries_of
from marketplace.payments.simulator.desk import BadOrder, Telling, number, read_telling
from marketplace.payments.simulator.objects import SimulatedEvent, session_object
from marketplace.payments.simulator.refunds import Trouble, order_trouble, refunds_of
from marketplace.payments.simulator.stripe_api import StripeApi
from marketplace.payments.simulator.world import COMPLETED, EXPIRED, StripeWorld

REFUND_ACTIONS = {"gagal-refund": "failed", "tunda-refund": "succeeded"}
ACTIONS = ("bayar", "tolak", "kedaluwarsa", *REFUND_ACTIONS, *money_back.ACTIONS)
LARGEST = 999_999_999_999


@dataclass(frozen=True)
class Order(Telling):
    """One order to the desk.

    `amount` is in Stripe's unit, hundredths of a rupiah, so that sums no shop would ask for can be sent too.
    """

    amount: int | None
    fee: int | None

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Order":
        """Reads the fields `aksi kirim tunda jumlah biaya tandatangan`. Raises BadOrder."""
        forgeable = ("bayar", *money_back.FORGEABLE)
        telling = read_telling(form, actions=ACTIONS, silent=REFUND_ACTIONS, forgeable=forgeable)
        amount, fee = number(form, "jumlah", most=LARGEST), number(form, "biaya", most=LARGEST)
        summed = ("bayar", *money_back.WITH_AMOUNT)
        if amount is not None and telling.action not in summed:
            raise BadOrder(f"jumlah hanya untuk aksi {', '.join(summed)}")
        if fee is not None and telling.action != money_back.DISPUTE:
            raise BadOrder(f"biaya hanya untuk aksi {money_back.DISPUTE}")
        return cls(**vars(telling), amount=amount, fee=fee)


def carry_out(world: StripeWorld, session_id: str, order: Order, *, at: datetime) -> None:
    """Makes it happen and puts its messages on their way.

    What already happened is told again: a second `bayar` on a paid session repeats the very same event. A
    forged message changes nothing at Stripe. Raises NotOpen where the session's state forbids it, and
    NoSuchSession. `gagal-refund` and `tunda-refund` concern the next refund of the session, and tell nothing.
    """
    if order.action in REFUND_ACTIONS:
        trouble = Trouble(REFUND_ACTIONS[order.action], order.delay)
        order_trouble(world, session_id, trouble, at=at)
        return
    if order.action in money_back.ACTIONS:
        told = (
            money_back.imagine(world, session_id, order.action, amount=order.amount, at=at)
            if order.forged
            else money_back.happen(world, session_id, order.action, amount=order.amount, fee=order.fee, at=at)
        )
        for event in told:
            world.send_later(event, times=order.times, due_at=at + order.delay, forged=order.forged)
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
        "disputes": disputes.disputes_of(world, session_id),
        "deliveries": sent,
    }
