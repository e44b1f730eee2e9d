"""Decides what a buyer is told about paying a seller directly: where to, exactly how much, how it stands."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.kit.money import rupiah
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import counter
from marketplace.payments.models import (
    DIRECT,
    PAID,
    PAID_LATE,
    PENDING,
    QRIS,
    REFUSED,
    WAITING,
    PaymentAttempt,
    PaymentProof,
)
from marketplace.sellers.models import MoneyAccount


@dataclass(frozen=True)
class Instruction:
    """How one seller order is paid directly. `newest` is the proof that counts."""

    child: SellerOrder
    attempt: PaymentAttempt
    account: MoneyAccount
    newest: PaymentProof | None
    reminded: bool

    @property
    def by_qris(self) -> bool:
        """Whether it is paid by scanning, not by transfer."""
        return self.attempt.provider == QRIS

    @property
    def is_open(self) -> bool:
        """Whether the order still waits for this money."""
        return self.child.status == Status.AWAITING_PAYMENT and self.attempt.status == PENDING

    @property
    def may_prove(self) -> bool:
        """Whether a proof can be sent: until the money is confirmed, also when the order has ended."""
        return self.attempt.status not in (PAID, PAID_LATE)

    @property
    def waits(self) -> bool:
        """Whether the newest proof waits for an answer."""
        return self.newest is not None and self.newest.verdict == WAITING

    @property
    def refused(self) -> str:
        """Why the newest proof was refused; empty if it was not."""
        return self.newest.reason if self.newest and self.newest.verdict == REFUSED else ""

    @property
    def amount_head(self) -> str:
        """The amount without its last three digits, which are marked: `Rp65.`."""
        return rupiah(self.attempt.amount)[:-3]

    @property
    def amount_tail(self) -> str:
        """The last three digits of the amount."""
        return rupiah(self.attempt.amount)[-3:]

    @property
    def until(self) -> datetime | None:
        """How long the order waits for the money."""
        return self.attempt.expires_at


def instructions(order: Order) -> dict[int, Instruction]:
    """By seller order id, how its seller is paid directly; nothing for orders paid otherwise."""
    if order.payment_method not in DIRECT:
        return {}
    found = {}
    for child in order.children:
        attempt = counter.of_order(child.id)
        if attempt is None or attempt.account is None:
            continue
        proofs = counter.proofs_of(attempt)
        found[child.id] = Instruction(
            child=child,
            attempt=attempt,
            account=attempt.account,
            newest=proofs[0] if proofs else None,
            reminded=attempt.reminded_at is not None and not proofs,
        )
    return found
