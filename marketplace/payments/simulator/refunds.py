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

from marketplace.payments.simulator.objects import SimulatedSession
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
from marketplace.payments.simulator.world import NoSuchSession, StripeWorld

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


def create(world: StripeWorld, tree: Tree, *, at: datetime) -> Tree:
    """A new refund of a payment, of `amount` or of all that is left. Raises Refusal as Stripe does."""
    params = _read(tree)
    session = _paid_session(world, params["payment_intent"], at)
    with world.memory.writing() as db:
        left = session.amount_total - sum(
            row["amount"] for row in _rows(db, session.id) if _status(row, at) != "failed"
        )
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
    return retrieve(world, refund_id, at=at)


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
    session = _session(world, params["payment_intent"], at)
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


def _session(world: StripeWorld, intent: str, at: datetime) -> SimulatedSession:
    try:
        return world.session_of_intent(intent, at=at)
    except NoSuchSession as error:
        raise Refusal(
            f"No such payment_intent: '{intent}'", code="resource_missing", param="payment_intent"
        ) from error


def _paid_session(world: StripeWorld, intent: str, at: datetime) -> SimulatedSession:
    session = _session(world, intent, at)
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
