"""Decides which refunds the simulated Midtrans takes: never more than was paid, never where it has none.

Source: https://docs.midtrans.com/reference-link/refund-transaction; the codes of refusals from its samples.
"""

import secrets
import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from marketplace.payments.simulator.midtrans.payments import SimulatedPayment, save
from marketplace.payments.simulator.midtrans.snap_rules import Tree
from marketplace.payments.simulator.midtrans.world import MidtransWorld

REFUNDABLE = ("credit_card", "gopay", "shopeepay", "dana", "ovo", "qris", "kredivo", "akulaku")
_CHARGEABLE = ("settlement", "partial_refund", "partial_chargeback")
WHOLE_ONLY = ("shopeepay", "ovo")


class RefundRefusal(Exception):
    """Midtrans says no, with its code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Trouble:
    """How the next refund of a payment goes: refused (`failed`), or confirmed by the bank after a while."""

    outcome: str
    wait: timedelta


def order_trouble(world: MidtransWorld, name: str, trouble: Trouble, *, at: datetime) -> None:
    """Let the next refund of a payment go wrong or take its time. Raises NoSuchPayment."""
    found = world.payment(name, at=at)
    with world.memory.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO refund_trouble (order_id, outcome, wait) VALUES (?, ?, ?)",
            (found.order_id, trouble.outcome, int(trouble.wait.total_seconds())),
        )


def create(world: MidtransWorld, name: str, body: Tree, *, at: datetime) -> Tree:
    """Take a refund of `amount`, or of all that is left. Raises RefundRefusal and NoSuchPayment."""
    payment = world.payment(name, at=at)
    key = str(body.get("refund_key") or f"midtrans-{secrets.token_hex(6)}")
    with world.memory.writing() as db:
        left = _left(db, payment, key)
        amount = _amount(payment, body.get("amount", left), left)
        wait = _trouble(db, payment.order_id)
        if wait is not None:
            _take(db, payment, key, amount, body, at=at, wait=wait)
            save(db, replace(payment, status="refund" if amount == left else "partial_refund"))
    if wait is None:
        raise RefundRefusal("414", "Refund request is rejected due to merchant insufficient funds")
    told = world.shown(world.payment(payment.order_id, at=at), at=at)
    told.pop("refunds")
    return told | {
        "status_message": "Success, refund request is approved",
        "refund_amount": f"{amount}.00",
        "refund_key": key,
    }


def charge_back(world: MidtransWorld, name: str, amount: int | None, *, at: datetime) -> SimulatedPayment:
    """The payer's bank takes the money, or `amount` more of it. Raises RefundRefusal and NoSuchPayment.

    Only what has settled can be charged back, and nothing of what went to a virtual account.
    """
    payment = world.payment(name, at=at)
    with world.memory.writing() as db:
        if payment.status not in _CHARGEABLE or payment.type not in REFUNDABLE:
            raise RefundRefusal("412", "Merchant cannot modify the status of the transaction")
        row = db.execute("SELECT amount FROM chargeback WHERE order_id = ?", (payment.order_id,)).fetchone()
        before = int(row["amount"]) if row else 0
        gross = int(payment.taken.partition(".")[0])
        left = gross - before - sum(int(one["amount"]) for one in _refunds(db, payment))
        taken = left if amount is None else amount
        if not 0 < taken <= left:
            raise RefundRefusal("414", "Chargeback is greater than what is left of the transaction")
        keep = "INSERT OR REPLACE INTO chargeback (order_id, amount) VALUES (?, ?)"
        db.execute(keep, (payment.order_id, before + taken))
        changed = replace(payment, status="chargeback" if taken == left else "partial_chargeback")
        save(db, changed)
    return changed


def refunded(world: MidtransWorld, name: str, *, at: datetime) -> list[int]:
    """What was sent back of a payment, refund by refund, in rupiah."""
    payment = world.payment(name, at=at)
    with world.memory.reading() as db:
        return [row["amount"] for row in _refunds(db, payment)]


def _refunds(db: sqlite3.Connection, payment: SimulatedPayment) -> list[Any]:
    query = "SELECT * FROM refund WHERE order_id = ? ORDER BY id"
    return db.execute(query, (payment.order_id,)).fetchall()


def _left(db: sqlite3.Connection, payment: SimulatedPayment, key: str) -> int:
    if payment.status not in ("settlement", "partial_refund") or payment.type not in REFUNDABLE:
        raise RefundRefusal("412", "Merchant cannot modify the status of the transaction")
    rows = _refunds(db, payment)
    if any(row["key"] == key for row in rows):
        raise RefundRefusal("406", "Duplicate refund ID")
    return int(payment.taken.partition(".")[0]) - sum(int(row["amount"]) for row in rows)


def _amount(payment: SimulatedPayment, asked: object, left: int) -> int:
    whole = isinstance(asked, int) and not isinstance(asked, bool)
    amount = int(str(asked)) if whole else 0
    parted = payment.type in WHOLE_ONLY and f"{amount}.00" != payment.taken
    if not 0 < amount <= left or parted:
        raise RefundRefusal("414", "Refund request is rejected due to invalid amount")
    return amount


def _trouble(db: sqlite3.Connection, order_id: str) -> int | None:
    """How many seconds the bank takes; None where the refund is to be refused, which is then used up."""
    row = db.execute("SELECT * FROM refund_trouble WHERE order_id = ?", (order_id,)).fetchone()
    db.execute("DELETE FROM refund_trouble WHERE order_id = ?", (order_id,))
    if row is None:
        return 0
    return None if row["outcome"] == "failed" else int(row["wait"])


def _take(
    db: sqlite3.Connection,
    payment: SimulatedPayment,
    key: str,
    amount: int,
    body: Tree,
    *,
    at: datetime,
    wait: int,
) -> None:
    present = int(at.timestamp())
    db.execute(
        "INSERT INTO refund (order_id, key, amount, reason, created, confirmed_at) VALUES (?, ?, ?, ?, ?, ?)",
        (payment.order_id, key, amount, str(body.get("reason", "")), present, present + wait),
    )
