"""Decides what happens to simulated Midtrans payments, from page to paid or expired, and what is told."""

import json
import secrets
import sqlite3
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from marketplace.payments.simulator import post
from marketplace.payments.simulator.memory import Memory
from marketplace.payments.simulator.midtrans import payments
from marketplace.payments.simulator.midtrans.payments import SimulatedPayment, load, notification, save
from marketplace.payments.simulator.midtrans.snap_rules import SnapRefusal, Tree, read_page

PAID = ("settlement", "capture")
CARD = "credit_card"
METHODS = {
    "qris": "QRIS",
    "gopay": "GoPay",
    "shopeepay": "ShopeePay",
    "bank_transfer": "Virtual account",
    CARD: "Kartu",
}
_FORGERS_KEY = "SB-Mid-server-bukan-kunci-yang-benar"


class NoSuchPayment(Exception):
    """Nobody ever opened a page of that name."""


class CannotModify(Exception):
    """The payment is in a state in which this can no longer happen to it."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class MidtransWorld:
    """What a Midtrans of our own would remember. Safe with several processes on the same file.

    `at` is the present of the caller, aware. A payment begun and not made in time expires whenever anybody
    looks; a page on which nothing was begun just closes, and nobody is told, as at Midtrans.
    """

    def __init__(self, path: Path, *, server_key: str) -> None:
        self.memory = Memory(path, payments.TABLES + post.TABLES)
        self.server_key = server_key

    def open_page(self, body: object, *, at: datetime) -> SimulatedPayment:
        """A new page; an earlier one of the same name is closed. Raises SnapRefusal."""
        order_id, amount, expires_at, params = read_page(body, at)
        page = SimulatedPayment(
            order_id=order_id,
            token=str(uuid.uuid4()),
            created=int(at.timestamp()),
            expires_at=expires_at,
            cancelled=False,
            amount=amount,
            params=params,
            transaction_id=None,
            type="",
            status="",
            fraud="",
            taken=f"{amount}.00",
            currency="IDR",
            begun_at=None,
            settled_at=None,
        )
        with self.memory.writing() as db:
            earlier = _find(db, "order_id", order_id)
            if earlier is not None and earlier.status:
                raise SnapRefusal("transaction_details.order_id has already been taken")
            save(db, page)
        return page

    def payment(self, name: str, *, at: datetime) -> SimulatedPayment:
        """One page by its name, by the payment's own, or by its token, as it is now. Raises NoSuchPayment."""
        with self.memory.writing() as db:
            return self._load(db, name, at)

    def cancel_page(self, token: str, *, at: datetime) -> None:
        """Closes a page on which nothing was begun. Raises NoSuchPayment, CannotModify."""
        with self.memory.writing() as db:
            page = self._load(db, token, at)
            if page.cancelled or page.status:
                raise CannotModify(page.status or "canceled")
            save(db, replace(page, cancelled=True))

    def begin(self, name: str, method: str, *, at: datetime) -> SimulatedPayment:
        """A way is chosen on the page, and a code is there to be paid: `pending`. Raises as `pay`."""
        with self.memory.writing() as db:
            page = self._load(db, name, at)
            if not page.payable(at):
                raise CannotModify(page.status or "expire")
            begun = replace(_begun(page, method, at), status="pending", fraud="accept")
            save(db, begun)
        return begun

    def pay(
        self,
        name: str,
        *,
        at: datetime,
        method: str = "",
        taken: str | None = None,
        currency: str = "IDR",
        challenged: bool = False,
    ) -> SimulatedPayment:
        """The money is taken, also after the page's time: a QRIS code that was kept can still be paid.

        `taken` ("12500.00") is another sum than asked for. A card is captured and settles the next day; who
        looks `challenged` waits for a person at Midtrans. Raises NoSuchPayment, CannotModify.
        """
        with self.memory.writing() as db:
            page = self._load(db, name, at)
            if page.status not in ("", "pending", "deny", "expire"):
                raise CannotModify(page.status)
            kind = method or page.type or "qris"
            paid = replace(
                _begun(page, kind, at),
                status="capture" if kind == CARD else "settlement",
                fraud="challenge" if challenged else "accept",
                taken=taken or page.taken,
                currency=currency,
                settled_at=None if kind == CARD else int(at.timestamp()),
            )
            save(db, paid)
        return paid

    def settle(self, name: str, *, at: datetime) -> SimulatedPayment:
        """What was captured from a card arrives. Raises NoSuchPayment, CannotModify."""
        return self._move(name, ("capture",), "settlement", at, settled_at=int(at.timestamp()))

    def deny(self, name: str, *, at: datetime) -> SimulatedPayment:
        """A card or wallet is refused; the page stays open for another. Raises as `pay`."""
        with self.memory.writing() as db:
            page = self._load(db, name, at)
            if not page.payable(at):
                raise CannotModify(page.status or "expire")
            denied = replace(_begun(page, page.type or CARD, at), status="deny", fraud="accept")
            save(db, denied)
        return denied

    def expire(self, name: str, *, at: datetime) -> SimulatedPayment:
        """The shop ends a payment that was begun. Raises NoSuchPayment, CannotModify."""
        return self._move(name, ("pending",), "expire", at, expires_at=int(at.timestamp()))

    def cancel(self, name: str, *, at: datetime) -> SimulatedPayment:
        """A person at the shop cancels the payment in Midtrans' own pages."""
        return self._move(name, ("pending", "capture"), "cancel", at)

    def imagined(self, payment: SimulatedPayment, *, taken: str | None, at: datetime) -> SimulatedPayment:
        """What somebody who is not Midtrans would say to get goods for nothing: nothing is remembered."""
        return replace(_begun(payment, "qris", at), status="settlement", taken=taken or payment.taken)

    def tell(
        self, payment: SimulatedPayment, status: str, *, times: int, due_at: datetime, forged: bool = False
    ) -> None:
        """Puts the notification of a state on its way, `times` over, for a moment."""
        key = _FORGERS_KEY if forged else self.server_key
        payload = json.dumps(notification(payment, status, key))
        with self.memory.writing() as db:
            for _ in range(times):
                post.put_in(
                    db, payment.order_id, status, payload, due_at=int(due_at.timestamp()), forged=forged
                )

    def expire_overdue(self, *, at: datetime) -> None:
        """Expires every payment whose time is over; each one's notification is put on its way."""
        with self.memory.writing() as db:
            overdue = db.execute(
                "SELECT order_id FROM payment WHERE status = 'pending' AND expires_at <= ?",
                (int(at.timestamp()),),
            ).fetchall()
            for row in overdue:
                self._load(db, row["order_id"], at)

    def shown(self, payment: SimulatedPayment, *, at: datetime) -> Tree:
        """The payment as the API shows it, with its refunds."""
        with self.memory.reading() as db:
            rows = db.execute("SELECT * FROM refund WHERE order_id = ? ORDER BY id", (payment.order_id,))
            charged = db.execute("SELECT amount FROM chargeback WHERE order_id = ?", (payment.order_id,))
            row = charged.fetchone()
            taken = int(row["amount"]) if row else 0
            return payments.status_object(payment, rows.fetchall(), taken, self.server_key, at)

    def _move(
        self, name: str, sources: tuple[str, ...], status: str, at: datetime, **changes: int
    ) -> SimulatedPayment:
        with self.memory.writing() as db:
            found = self._load(db, name, at)
            if not found.status:
                raise NoSuchPayment
            if found.status not in sources:
                raise CannotModify(found.status)
            moved = replace(found, status=status, **changes)  # type: ignore[arg-type]
            save(db, moved)
        return moved

    def _load(self, db: sqlite3.Connection, name: str, at: datetime) -> SimulatedPayment:
        found = next((one for column in _NAMES if (one := _find(db, column, name))), None)
        if found is None:
            raise NoSuchPayment
        if found.status == "pending" and found.expires_at <= at.timestamp():
            found = replace(found, status="expire")
            save(db, found)
            payload = json.dumps(notification(found, "expire", self.server_key))
            post.put_in(db, found.order_id, "expire", payload, due_at=found.expires_at)
        return found


_NAMES = ("order_id", "transaction_id", "token")


def _find(db: sqlite3.Connection, column: str, name: str) -> SimulatedPayment | None:
    # The column is one of _NAMES.
    row = db.execute(f"SELECT * FROM payment WHERE {column} = ?", (name,)).fetchone()  # noqa: S608  # nosec B608
    return load(row) if row else None


def _begun(page: SimulatedPayment, method: str, at: datetime) -> SimulatedPayment:
    begun = page.begun_at if page.begun_at is not None else int(at.astimezone(UTC).timestamp())
    return replace(page, transaction_id=page.transaction_id or _transaction_id(), type=method, begun_at=begun)


def _transaction_id() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
