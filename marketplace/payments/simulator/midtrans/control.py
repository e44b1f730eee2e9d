"""Decides what trouble may be ordered at the simulated Midtrans: late, repeated, shuffled, forged, wrong."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from marketplace.payments.simulator.desk import BadOrder, Telling, read_telling
from marketplace.payments.simulator.midtrans.api import MidtransApi
from marketplace.payments.simulator.midtrans.payments import SimulatedPayment
from marketplace.payments.simulator.midtrans.refunds import Trouble, charge_back, create, order_trouble
from marketplace.payments.simulator.midtrans.world import METHODS, PAID, CannotModify, MidtransWorld
from marketplace.payments.simulator.post import sent_about

REFUND_ACTIONS = {"gagal-refund": "failed", "tunda-refund": "succeeded"}
MONEY_BACK = ("refund-dasbor", "chargeback", "kabar")
"""Given back in Midtrans' own pages, taken by the payer's bank, or how it stands told once more."""

ACTIONS = ("bayar", "tertunda", "lunas", "tolak", "kedaluwarsa", "batal", *REFUND_ACTIONS, *MONEY_BACK)
WITH_AMOUNT = ("bayar", "refund-dasbor", "chargeback")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{2})?")


@dataclass(frozen=True)
class Order(Telling):
    """One order to the desk.

    `taken` is another sum than asked for, in rupiah as Midtrans writes them ("12500.00"); `method` how it is
    paid.
    """

    taken: str | None
    method: str

    @classmethod
    def read(cls, form: Mapping[str, str]) -> "Order":
        """Reads the fields `aksi kirim tunda jumlah tandatangan cara`. Raises BadOrder."""
        telling = read_telling(form, actions=ACTIONS, silent=REFUND_ACTIONS, forgeable=WITH_AMOUNT)
        amount, method = form.get("jumlah") or "", form.get("cara") or ""
        if amount and telling.action not in WITH_AMOUNT:
            raise BadOrder(f"jumlah hanya untuk aksi {', '.join(WITH_AMOUNT)}")
        if amount and not _AMOUNT.fullmatch(amount):
            raise BadOrder("jumlah: rupiah, misalnya 12500 atau 12500.50")
        if method and method not in METHODS:
            raise BadOrder(f"cara: salah satu dari {', '.join(METHODS)}")
        taken = amount if "." in amount else f"{amount}.00"
        return cls(**vars(telling), taken=taken if amount else None, method=method)


def carry_out(world: MidtransWorld, name: str, order: Order, *, at: datetime) -> None:
    """Makes it happen and puts its notifications on their way.

    What already happened is told again in the same words, so that `tertunda` after `bayar` is an old message
    that was overtaken. A forged message changes nothing at Midtrans. Raises CannotModify where the payment's
    state forbids it, and NoSuchPayment.
    """
    if order.action in REFUND_ACTIONS:
        order_trouble(world, name, Trouble(REFUND_ACTIONS[order.action], order.delay), at=at)
        return
    payment, status = _happen(world, name, order, at)
    world.tell(payment, status, times=order.times, due_at=at + order.delay, forged=order.forged)


def state_of(world: MidtransWorld, api: MidtransApi, name: str, *, at: datetime) -> dict[str, object]:
    """The page, the payment as the API shows it, and every message so far. Raises NoSuchPayment."""
    found = world.payment(name, at=at)
    sent = sent_about(world.memory, found.order_id)
    return {
        "page": {
            "order_id": found.order_id,
            "redirect_url": api.page_of(found.token),
            "gross_amount": found.amount,
            "open": found.payable(at),
            "callbacks": found.params.get("callbacks", {}),
        },
        "transaction": world.shown(found, at=at) if found.status else None,
        "deliveries": [{k: v for k, v in asdict(one).items() if k != "payload"} for one in sent],
    }


def _happen(world: MidtransWorld, name: str, order: Order, at: datetime) -> tuple[SimulatedPayment, str]:
    """The payment, and the state that is told of it."""
    found = world.payment(name, at=at)
    if order.forged:
        claimed = {"refund-dasbor": "refund", "chargeback": "chargeback"}.get(order.action, "settlement")
        return world.imagined(found, taken=order.taken, at=at), claimed
    if order.action in MONEY_BACK:
        return _money_back(world, found, order, at)
    if order.action == "bayar":
        if found.status not in PAID:
            found = world.pay(name, at=at, method=order.method, taken=order.taken)
        return found, found.status
    if order.action == "tertunda":
        if found.status in ("", "deny"):
            found = world.begin(name, order.method or "qris", at=at)
        return found, "pending"
    return _end(world, found, order.action, at)


def _money_back(
    world: MidtransWorld, found: SimulatedPayment, order: Order, at: datetime
) -> tuple[SimulatedPayment, str]:
    amount = int(order.taken.partition(".")[0]) if order.taken else None
    if order.action == "refund-dasbor":
        create(world, found.order_id, {"amount": amount} if amount else {}, at=at)
    elif order.action == "chargeback":
        charge_back(world, found.order_id, amount, at=at)
    elif not found.status:
        raise CannotModify("")
    told = world.payment(found.order_id, at=at)
    return told, told.status


def _end(
    world: MidtransWorld, found: SimulatedPayment, action: str, at: datetime
) -> tuple[SimulatedPayment, str]:
    status = {"lunas": "settlement", "tolak": "deny", "kedaluwarsa": "expire", "batal": "cancel"}[action]
    if found.status == status and status != "deny":
        return found, status
    if action == "kedaluwarsa" and not found.status:
        raise CannotModify("")
    move = {"lunas": world.settle, "tolak": world.deny, "kedaluwarsa": world.expire, "batal": world.cancel}
    return move[action](found.order_id, at=at), status
