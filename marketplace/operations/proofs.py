"""Decides whether the books agree: each proof tells one thing in two ways and names what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from marketplace.extensions import db
from marketplace.indicators import cell_proofs, outcome_proofs
from marketplace.indicators import proofs as indicators
from marketplace.indicators.publishing import proofs as publishing
from marketplace.kit import outbox
from marketplace.kit.outbox import OutboxDelivery, OutboxEvent
from marketplace.operations import (
    clawback_proofs,
    goods_proofs,
    money_proofs,
    nota_proofs,
    payout_proofs,
    refund_proofs,
    standing_proofs,
    worker,
)
from marketplace.operations.comparing import one_state, say
from marketplace.search import queries as search
from marketplace.subscriptions import SUBSCRIPTIONS


@dataclass(frozen=True)
class Proof:
    """One proof: `differences` names each row that does not agree, in words."""

    name: str
    claim: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """All proofs of one run, and how many outbox events were still in flight."""

    at: datetime
    in_flight: int
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return not any(proof.differences for proof in self.proofs)

    def as_json(self) -> dict[str, Any]:
        """The result for programs."""
        return {
            "at": self.at.isoformat(),
            "holds": self.holds,
            "in_flight": self.in_flight,
            "proofs": [
                {"name": proof.name, "claim": proof.claim, "differences": list(proof.differences)}
                for proof in self.proofs
            ],
        }

    def as_text(self) -> str:
        """The result for people."""
        lines = []
        for proof in self.proofs:
            lines.append(f"{'FAIL' if proof.differences else 'ok  '}  {proof.name:9} {proof.claim}")
            lines += [f"        {difference}" for difference in proof.differences]
        lines.append(
            f"{self.in_flight} events in flight; " + ("all proofs hold" if self.holds else "NOT all hold")
        )
        return "\n".join(lines)


def prove(*, at: datetime) -> Result:
    """Hand on what waits in the outbox (up to 30 seconds), then look."""
    worker.drain(at=at)
    db.session.remove()
    return look(at=at)


def look(*, at: datetime) -> Result:
    """Run all proofs on one state of the data as it stands; nothing is changed."""
    with one_state():
        return check(at=at)


def check(*, at: datetime) -> Result:
    """Run all proofs on what the running session sees."""
    checked = tuple(Proof(name, claim, tuple(prove_it())) for name, claim, prove_it in PROOFS)
    return Result(at, outbox.waiting(), checked)


def in_flight() -> list[str]:
    """Nothing in the outbox has failed, and what is handed on has reached everybody who listens."""
    failed = [f"event {event_id}, {handler}: {error}" for event_id, handler, error in outbox.failing()]
    return failed + _unheard()


def _unheard() -> list[str]:
    """Events without a receipt. A listener counts from the first event it heard: it may be a new one."""
    listening = [(kind, name) for kind, listeners in SUBSCRIPTIONS.items() for name, _handler in listeners]
    since = (
        select(OutboxEvent.kind, OutboxDelivery.handler, func.min(OutboxEvent.id).label("first"))
        .join(OutboxDelivery, OutboxDelivery.event_id == OutboxEvent.id)
        .where(tuple_(OutboxEvent.kind, OutboxDelivery.handler).in_(listening))
        .group_by(OutboxEvent.kind, OutboxDelivery.handler)
        .subquery()
    )
    received = (OutboxDelivery.event_id == OutboxEvent.id) & (OutboxDelivery.handler == since.c.handler)
    unheard = (
        select(OutboxEvent.id, OutboxEvent.kind, since.c.handler)
        .join(since, (since.c.kind == OutboxEvent.kind) & (since.c.first < OutboxEvent.id))
        .outerjoin(OutboxDelivery, received)
        .where(OutboxEvent.handled_at.is_not(None), OutboxDelivery.event_id.is_(None))
        .order_by(OutboxEvent.id)
    )
    return say(unheard, "event {0} ({1}): handed on, but {2} has no receipt")


PROOFS: tuple[tuple[str, str, Callable[[], list[str]]], ...] = (
    (
        "stok",
        "on_hand = sum of movements; taken and held = ordered; sold = completed and kept",
        goods_proofs.stock,
    ),
    ("jumlah", "lines = seller orders = orders; fees by their rate", goods_proofs.totals),
    ("riwayat", "state = last step; every step follows the one before", goods_proofs.history),
    ("bagian", "shares = payments = provider's word; paid = total per seller order", money_proofs.splits),
    ("kembali", "refunds = their lines and shares; never more than was sold and paid", refund_proofs.refunds),
    (
        "penarikan",
        "what providers took back = their movements = refunds, losses and what still waits",
        clawback_proofs.clawbacks,
    ),
    (
        "bukubesar",
        "postings balance and have their reasons; escrow = open orders; clearing = paid less what left",
        money_proofs.ledger,
    ),
    (
        "pencairan",
        "payouts = their lines, each in one; owed = what none has claimed; bank = came in less paid out",
        payout_proofs.payouts,
    ),
    ("nota", "packed orders = notas; numbers without gaps; corrections = what went back", nota_proofs.notas),
    (
        "penilaian",
        "stars and answer rates that buyers read = reviews that count and orders that asked",
        standing_proofs.standing,
    ),
    ("fakta", "sale facts = completed lines less what was refunded", indicators.differences),
    ("terbitan", "every locked figure = the hash that was taken of it", publishing.differences),
    ("akhir", "outcomes = orders that ended, step by step", outcome_proofs.differences),
    ("angka", "every cell = its recomputation from the facts under it", cell_proofs.differences),
    ("antrean", "every event reached its listeners", in_flight),
    ("indeks", "text index = products on sale", search.divergence),
)
