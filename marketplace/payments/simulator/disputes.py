"""Decides how disputes go at the simulated Stripe: asked about, opened, won or lost; what they move.

Sources: https://docs.stripe.com/api/disputes/object, …/disputes/how-disputes-work. A dispute
takes its sum and a fee from the balance when it is opened; won, it gives the sum back, and keeps the fee.
"""

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from marketplace.payments.simulator import refunds
from marketplace.payments.simulator.objects import SimulatedEvent
from marketplace.payments.simulator.parameters import Hash, Integer, Refusal, Text, Tree
from marketplace.payments.simulator.world import NotPossible, StripeWorld

INQUIRY, OPEN, WON, LOST = "warning_needs_response", "needs_response", "won", "lost"
CLOSED = "warning_closed"
_LIST = Hash({"payment_intent": Text(longest=255), "limit": Integer(least=1)}, required=("payment_intent",))


def open_dispute(
    world: StripeWorld, session_id: str, *, inquiry: bool, amount: int | None, fee: int, at: datetime
) -> list[SimulatedEvent]:
    """The buyer's bank asks, or takes the money. An inquiry becomes a dispute, a dispute is told again.

    `amount` (hundredths of a rupiah) may differ from what was paid; without one it is what has not been
    refunded. Raises NoSuchSession, NotPossible where nothing was paid.
    """
    session = world.session(session_id, at=at)
    if session.payment_status != "paid":
        raise NotPossible("sesi belum dibayar")
    with world.memory.writing() as db:
        standing = _of(db, session_id)
        if standing is not None and standing["status"] != INQUIRY:
            return world.told_of(session_id, "charge.dispute.")
        left = refunds.left_of(db, session, at)
        taken = left if amount is None else amount
        dispute_id = standing["id"] if standing else f"du_{secrets.token_hex(12)}"
        db.execute(
            "INSERT OR REPLACE INTO dispute (id, session_id, payment_intent, amount, fee, created, status,"
            " withdrawn_at, reinstated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                *(dispute_id, session_id, session.payment_intent, taken, fee),
                standing["created"] if standing else int(at.timestamp()),
                INQUIRY if inquiry else OPEN,
                # What went back wholly is not taken a second time.
                None if inquiry or not taken else int(at.timestamp()),
            ),
        )
    first = "charge.dispute.updated" if standing else "charge.dispute.created"
    moved = () if inquiry or not taken else ("charge.dispute.funds_withdrawn",)
    return _tell(world, session_id, (first, *moved), at)


def close(world: StripeWorld, session_id: str, *, won: bool, at: datetime) -> list[SimulatedEvent]:
    """The bank decides. What is decided is told again. Raises NoSuchSession, NotPossible."""
    world.session(session_id, at=at)
    with world.memory.writing() as db:
        standing = _of(db, session_id)
        if standing is None:
            raise NotPossible("tidak ada sengketa")
        if standing["status"] in (WON, LOST, CLOSED):
            if (standing["status"] == LOST) == won:
                raise NotPossible(f"sengketa sudah {standing['status']}")
            return world.told_of(session_id, "charge.dispute.")
        asked = standing["status"] == INQUIRY
        if asked and not won:
            raise NotPossible("belum ada sengketa, baru pertanyaan")
        back = won and standing["withdrawn_at"] is not None
        status = CLOSED if asked else WON if won else LOST
        db.execute(
            "UPDATE dispute SET status = ?, reinstated_at = ? WHERE id = ?",
            (status, int(at.timestamp()) if back else None, standing["id"]),
        )
    moved = ("charge.dispute.funds_reinstated",) if back else ()
    return _tell(world, session_id, ("charge.dispute.closed", *moved), at)


def listed(world: StripeWorld, tree: Tree, *, at: datetime) -> Tree:
    """The disputes of one payment."""
    params = _LIST.read(tree, "")
    session = refunds.session_of(world, params["payment_intent"], at)
    return {
        "object": "list",
        "data": disputes_of(world, session.id),
        "has_more": False,
        "url": "/v1/disputes",
    }


def retrieve(world: StripeWorld, dispute_id: str) -> Tree:
    """One dispute as it is now."""
    with world.memory.reading() as db:
        row = db.execute("SELECT * FROM dispute WHERE id = ?", (dispute_id,)).fetchone()
    if row is None:
        raise Refusal(f"No such dispute: '{dispute_id}'", code="resource_missing", param="id", status=404)
    return dispute_object(row)


def disputes_of(world: StripeWorld, session_id: str) -> list[Tree]:
    """The disputes of a session as the API shows them."""
    with world.memory.reading() as db:
        row = _of(db, session_id)
    return [dispute_object(row)] if row else []


def dispute_object(row: Any) -> Tree:
    """A dispute as Stripe shows it, with the balance transactions that it made so far."""
    moves = [
        _move(row, "tarik", row["withdrawn_at"], -row["amount"], row["fee"]),
        _move(row, "kembali", row["reinstated_at"], row["amount"], 0),
    ]
    return {
        "id": row["id"],
        "object": "dispute",
        "amount": row["amount"],
        "balance_transactions": [move for move in moves if move],
        "charge": f"ch_{row['payment_intent'].removeprefix('pi_')}",
        "created": row["created"],
        "currency": "idr",
        "evidence_details": {"has_evidence": False, "submission_count": 0},
        "is_charge_refundable": row["status"] not in (OPEN, LOST),
        "livemode": False,
        "metadata": {},
        "payment_intent": row["payment_intent"],
        "reason": "product_not_received",
        "status": row["status"],
    }


def _move(row: Any, what: str, at: int | None, amount: int, fee: int) -> Tree | None:
    if at is None:
        return None
    return {
        "id": f"txn_{what}_{row['id'].removeprefix('du_')}",
        "object": "balance_transaction",
        "amount": amount,
        "created": at,
        "currency": "idr",
        "fee": fee,
        "net": amount - fee,
        "type": "adjustment",
    }


def _of(db: sqlite3.Connection, session_id: str) -> Any:
    return db.execute("SELECT * FROM dispute WHERE session_id = ?", (session_id,)).fetchone()


def _tell(world: StripeWorld, session_id: str, kinds: Sequence[str], at: datetime) -> list[SimulatedEvent]:
    about = disputes_of(world, session_id)[0]
    return [world.note(session_id, kind, about, at=at) for kind in kinds]
