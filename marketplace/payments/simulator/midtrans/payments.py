"""Decides what the simulated Midtrans remembers of a page and its payment, and how that looks from outside.

Source: https://docs.midtrans.com/docs/get-status-api-requests, …/docs/https-notification-webhooks.
"""

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from marketplace.payments.simulator.midtrans.snap_rules import Tree

TABLES = """
CREATE TABLE IF NOT EXISTS payment (
    order_id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, cancelled INTEGER NOT NULL, amount INTEGER NOT NULL, params TEXT NOT NULL,
    transaction_id TEXT UNIQUE, type TEXT NOT NULL, status TEXT NOT NULL, fraud TEXT NOT NULL,
    taken TEXT NOT NULL, currency TEXT NOT NULL, begun_at INTEGER, settled_at INTEGER);
CREATE INDEX IF NOT EXISTS payment_open ON payment (status, expires_at);
CREATE TABLE IF NOT EXISTS refund (
    id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, key TEXT NOT NULL, amount INTEGER NOT NULL,
    reason TEXT NOT NULL, created INTEGER NOT NULL, confirmed_at INTEGER, UNIQUE (order_id, key));
CREATE TABLE IF NOT EXISTS chargeback (order_id TEXT PRIMARY KEY, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS refund_trouble (
    order_id TEXT PRIMARY KEY, outcome TEXT NOT NULL, wait INTEGER NOT NULL);
"""

CODES = {
    "pending": "201",
    "authorize": "201",
    "deny": "202",
    "expire": "407",
    "cancel": "200",
    "failure": "202",
}
"""The code that goes with a state; the others have 200."""

_WIB = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class SimulatedPayment:
    """One page, called `order_id`, and from the first choice made there (`status`) the payment on it.

    Times are epoch seconds, `amount` the rupiah asked for, `taken` the sum as Midtrans tells it: "12500.00".
    """

    order_id: str
    token: str
    created: int
    expires_at: int
    cancelled: bool
    amount: int
    params: Tree
    transaction_id: str | None
    type: str
    status: str
    fraud: str
    taken: str
    currency: str
    begun_at: int | None
    settled_at: int | None

    def payable(self, at: datetime) -> bool:
        """Whether the page still takes a payment."""
        return (
            not self.cancelled and self.status in ("", "pending", "deny") and self.expires_at > at.timestamp()
        )


def load(row: sqlite3.Row) -> SimulatedPayment:
    """A payment from its row."""
    return SimulatedPayment(
        **{**dict(row), "params": json.loads(row["params"]), "cancelled": bool(row["cancelled"])}
    )


def save(db: sqlite3.Connection, payment: SimulatedPayment) -> None:
    """Remember a payment as it is now."""
    values = {**payment.__dict__, "params": json.dumps(payment.params)}
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    db.execute(f"INSERT OR REPLACE INTO payment ({names}) VALUES ({marks})", values)  # noqa: S608 - names of our own


def status_object(
    payment: SimulatedPayment, refunds: list[Any], charged_back: int, server_key: str, at: datetime
) -> Tree:
    """What a question about the payment is answered with; `charged_back` rupiah its owner's bank took."""
    told = _object(payment, payment.status, "Success, transaction is found", server_key)
    listed = [_refund(row, at) for row in refunds]
    if listed:
        total = sum(row["amount"] for row in refunds)
        told |= {"refunds": listed, "refund_amount": f"{total}.00"}
    if charged_back:
        total = charged_back + sum(row["amount"] for row in refunds)
        told |= {"refund_chargeback_amount": f"{total}.00"}
    return told


def notification(payment: SimulatedPayment, status: str, server_key: str) -> Tree:
    """What the shop is told when the payment gets into a state."""
    return _object(payment, status, "midtrans payment notification", server_key)


def moment(seconds: int | None) -> str | None:
    """A moment as Midtrans writes it: WIB, without saying so."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).astimezone(_WIB).strftime("%Y-%m-%d %H:%M:%S")


def mark(order_id: str, code: str, amount: str, server_key: str) -> str:
    """The signature key of a notification."""
    return hashlib.sha512(f"{order_id}{code}{amount}{server_key}".encode()).hexdigest()


def _object(payment: SimulatedPayment, status: str, message: str, server_key: str) -> Tree:
    code = CODES.get(status, "200")
    told = {
        "status_code": code,
        "status_message": message,
        "transaction_id": payment.transaction_id,
        "order_id": payment.order_id,
        "merchant_id": "M000000000",
        "gross_amount": payment.taken,
        "currency": payment.currency,
        "payment_type": payment.type,
        "transaction_time": moment(payment.begun_at),
        "transaction_status": status,
        "fraud_status": payment.fraud,
        "expiry_time": moment(payment.expires_at),
        "settlement_time": moment(payment.settled_at) if status != "pending" else None,
        "signature_key": mark(payment.order_id, code, payment.taken, server_key),
    }
    return {name: value for name, value in told.items() if value is not None}


def _refund(row: Any, at: datetime) -> Tree:
    confirmed = row["confirmed_at"] is not None and row["confirmed_at"] <= at.timestamp()
    told = {
        "refund_chargeback_id": row["id"],
        "refund_amount": f"{row['amount']}.00",
        "created_at": moment(row["created"]),
        "reason": row["reason"],
        "refund_key": row["key"],
        "refund_method": "online",
    }
    return told | ({"bank_confirmed_at": moment(row["confirmed_at"])} if confirmed else {})
