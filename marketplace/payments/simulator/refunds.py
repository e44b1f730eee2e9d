"""Decides which refunds the simulated Stripe makes, and how it shows them: never more than was paid.

Sources: https://docs.stripe.com/api/refunds/create, …/refunds/object, …/refunds/list; the wording of refusals
from reports named in docs/stripe-simulator.md.
"""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stripe.params import RefundCreateParams

from marketplace.payments.simulator.objects import SimulatedEvent, SimulatedSession
from marketplace.payments.simulator.parameters import (
    Hash,
    Integer,
    Metadata,
    OneOf,
    Refusal,
    Rule,
    Text,
    Tree,
)
from marketplace.payments.simulator.world import NoSuchSession, NotPossible, StripeWorld

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_FIELDS: Mapping[str, Rule] = {
    "payment_intent": Text(longest=255),
    "amount": Integer(),
    "metadata": Metadata(),
    "reason": OneOf(REASONS),
}
_LIST = Hash({"payment_intent": Text(longest=255), "limit": Integer(least=1)}, required=("payment_intent",))


@dataclass(frozen=True)
class Trouble:
    """How the next refund of a session goes: pending for a while, then `succeeded` or `failed`."""

    outcome: str
    wait: timedelta


def order_trouble(world: StripeWorld, session_id: str, trouble: Trouble, *, at: datetime) -> None:
    """Let the next refund of a session go wrong or take its time. Raises NoSuchSession."""
    world.session(session_id, at=at)
    with world.memory.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO refund_trouble (session_id, outcome, wait) VALUES (?, ?, ?)",
            (session_id, trouble.outcome, int(trouble.wait.total_seconds())),
        )


def create(world: StripeWorld, tree: Tree, *, at: datetime, told: bool = True) -> Tree:
    """A new refund of a payment, of `amount` or of all that is left. Raises Refusal as Stripe does.

    Its messages are put on their way, unless the caller tells them (`told` is false).
    """
    params = _read(tree)
    session = _paid_session(world, params["payment_intent"], at)
    with world.memory.writing() as db:
        if _charged_back(db, session.id):
            raise Refusal(
                f"Charge {_charge(session)} has been charged back; cannot issue a refund.",
                code="charge_disputed",
            )
        left = left_of(db, session, at)
        amount = params.get("amount", left)
        _check_left(session, amount, left)
        trouble = db.execute("SELECT * FROM refund_trouble WHERE session_id = ?", (session.id,)).fetchone()
        db.execute("DELETE FROM refund_trouble WHERE session_id = ?", (session.id,))
        refund_id, present = f"re_{secrets.token_hex(12)}", int(at.timestamp())
        db.execute(
            "INSERT INTO refund (id, session_id, payment_intent, amount, created, outcome, settles_at,"
            " reason, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                refund_id,
                session.id,
                session.payment_intent,
                amount,
                present,
                trouble["outcome"] if trouble else "succeeded",
                present + (trouble["wait"] if trouble else 0),
                params.get("reason"),
                json.dumps(params.get("metadata", {})),
            ),
        )
    if told:
        for event in tell_made(world, session.id, refund_id, at=at):
            world.send_later(event, times=1, due_at=at)
        _tell_settled(world, session.id, refund_id, at=at)
    return retrieve(world, refund_id, at=at)


def left_of(db: sqlite3.Connection, session: SimulatedSession, at: datetime) -> int:
    """What has not been refunded of a payment, in hundredths of a rupiah."""
    gone = sum(row["amount"] for row in _rows(db, session.id) if _status(row, at) != "failed")
    return session.amount_total - int(gone)


def tell_made(world: StripeWorld, session_id: str, refund_id: str, *, at: datetime) -> list[SimulatedEvent]:
    """What is said of a refund that was just made: about it, and about the charge."""
    made = world.note(session_id, "refund.created", retrieve(world, refund_id, at=at), at=at)
    charge = _charge_object(world, session_id, at)
    return [made, world.note(session_id, "charge.refunded", charge, at=at)]


def fail(world: StripeWorld, session_id: str, *, at: datetime) -> list[SimulatedEvent]:
    """The bank returns the newest refund that stands: it has failed after all. Told again if it has.

    Raises NoSuchSession, NotPossible where there is none.
    """
    world.session(session_id, at=at)
    with world.memory.writing() as db:
        standing = [row for row in _rows(db, session_id) if _status(row, at) != "failed"]
        if standing:
            db.execute(
                "UPDATE refund SET outcome = 'failed', settles_at = ? WHERE id = ?",
                (int(at.timestamp()), standing[0]["id"]),
            )
    if not standing:
        told = world.told_of(session_id, "refund.failed")
        if not told:
            raise NotPossible("tidak ada pengembalian yang bisa gagal")
        return told
    about = retrieve(world, standing[0]["id"], at=at)
    return [world.note(session_id, kind, about, at=at) for kind in ("refund.updated", "refund.failed")]


def retrieve(world: StripeWorld, refund_id: str, *, at: datetime) -> Tree:
    """One refund as it is now."""
    with world.memory.reading() as db:
        row = db.execute("SELECT * FROM refund WHERE id = ?", (refund_id,)).fetchone()
    if row is None:
        raise Refusal(f"No such refund: '{refund_id}'", code="resource_missing", param="id", status=404)
    return _object(row, at)


def listed(world: StripeWorld, tree: Tree, *, at: datetime) -> Tree:
    """The refunds of one payment, newest first; all that `limit` lets through, without further pages."""
    params = _LIST.read(tree, "")
    limit = params.get("limit", 10)
    if limit > 100:
        raise Refusal("This value must be less than or equal to 100.", param="limit")
    session = session_of(world, params["payment_intent"], at)
    with world.memory.reading() as db:
        rows = _rows(db, session.id)
    return {
        "object": "list",
        "data": [_object(row, at) for row in rows[:limit]],
        "has_more": len(rows) > limit,
        "url": "/v1/refunds",
    }


def refunds_of(world: StripeWorld, session_id: str, *, at: datetime) -> list[Tree]:
    """The refunds of a session as the API shows them, newest first."""
    with world.memory.reading() as db:
        return [_object(row, at) for row in _rows(db, session_id)]


def _read(tree: Tree) -> Tree:
    for name in tree:
        if name not in _FIELDS and name in RefundCreateParams.__annotations__:
            raise Refusal(f"The simulator does not cover the parameter {name}.", param=name)
    params = Hash(_FIELDS).read(tree, "")
    if "payment_intent" not in params:
        raise Refusal("Missing required param: charge.", code="parameter_missing", param="charge")
    if params.get("amount", 1) < 1:
        raise Refusal("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    return params


def session_of(world: StripeWorld, intent: str, at: datetime) -> SimulatedSession:
    """The session of a payment. Raises Refusal as Stripe does."""
    try:
        return world.session_of_intent(intent, at=at)
    except NoSuchSession as error:
        raise Refusal(
            f"No such payment_intent: '{intent}'", code="resource_missing", param="payment_intent"
        ) from error


def _paid_session(world: StripeWorld, intent: str, at: datetime) -> SimulatedSession:
    session = session_of(world, intent, at)
    if session.payment_status != "paid":
        raise Refusal(
            f"This PaymentIntent ({intent}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return session


def _check_left(session: SimulatedSession, amount: int, left: int) -> None:
    if not left:
        raise Refusal(f"Charge {_charge(session)} has already been refunded.", code="charge_already_refunded")
    if amount > left:
        raise Refusal(
            f"Refund amount ({_money(amount)}) is greater than unrefunded amount on charge ({_money(left)})",
            param="amount",
        )


def _charged_back(db: sqlite3.Connection, session_id: str) -> bool:
    """Whether a dispute holds the money, so that no refund of it is made."""
    held = "SELECT id FROM dispute WHERE session_id = ? AND status IN ('needs_response', 'lost')"
    return db.execute(held, (session_id,)).fetchone() is not None


def _tell_settled(world: StripeWorld, session_id: str, refund_id: str, *, at: datetime) -> None:
    """A refund that takes its time is told of again when it is over."""
    with world.memory.reading() as db:
        row = db.execute("SELECT * FROM refund WHERE id = ?", (refund_id,)).fetchone()
    then = datetime.fromtimestamp(row["settles_at"], at.tzinfo)
    if then <= at:
        return
    kinds = ("refund.updated", "refund.failed") if row["outcome"] == "failed" else ("refund.updated",)
    for kind in kinds:
        world.send_later(world.note(session_id, kind, _object(row, then), at=then), times=1, due_at=then)


def _charge_object(world: StripeWorld, session_id: str, at: datetime) -> Tree:
    session = world.session(session_id, at=at)
    with world.memory.reading() as db:
        left = left_of(db, session, at)
    return {
        "id": _charge(session),
        "object": "charge",
        "amount": session.amount_total,
        "amount_refunded": session.amount_total - left,
        "currency": "idr",
        "livemode": False,
        "metadata": {},
        "paid": True,
        "payment_intent": session.payment_intent,
        "refunded": not left,
        "status": "succeeded",
    }


def _charge(session: SimulatedSession) -> str:
    return f"ch_{(session.payment_intent or '').removeprefix('pi_')}"


def _money(minor_units: int) -> str:
    return f"Rp{minor_units / 100:,.2f}"


def _rows(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    query = "SELECT * FROM refund WHERE session_id = ? ORDER BY created DESC, rowid DESC"
    return db.execute(query, (session_id,)).fetchall()


def _status(row: Any, at: datetime) -> str:
    return str(row["outcome"]) if row["settles_at"] <= at.timestamp() else "pending"


def _object(row: Any, at: datetime) -> Tree:
    status = _status(row, at)
    return {
        "id": row["id"],
        "object": "refund",
        "amount": row["amount"],
        "charge": f"ch_{row['payment_intent'].removeprefix('pi_')}",
        "created": row["created"],
        "currency": "idr",
        "metadata": json.loads(row["metadata"]),
        "payment_intent": row["payment_intent"],
        "reason": row["reason"],
        "status": status,
    } | ({"failure_reason": "unknown"} if status == "failed" else {})
