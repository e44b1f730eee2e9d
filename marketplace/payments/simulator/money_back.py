"""Decides what the desk lets happen to money that was paid at the simulated Stripe."""

from datetime import datetime

from marketplace.payments.simulator import disputes, refunds
from marketplace.payments.simulator.objects import SimulatedEvent
from marketplace.payments.simulator.parameters import Tree
from marketplace.payments.simulator.world import NotPossible, StripeWorld

REFUND, REFUND_FAILS, REFUNDS_TOLD = "refund-dasbor", "refund-gagal", "kabar-refund"
INQUIRY, DISPUTE, WON, LOST = "sengketa-tanya", "sengketa", "sengketa-menang", "sengketa-kalah"
ACTIONS = (REFUND, REFUND_FAILS, REFUNDS_TOLD, INQUIRY, DISPUTE, WON, LOST)
WITH_AMOUNT = (REFUND, INQUIRY, DISPUTE)
FORGEABLE = (REFUND, DISPUTE)
FEE = 250_000
"""Rp2.500 in hundredths: invented, since Stripe's fee differs by country; `biaya` orders another."""


def happen(
    world: StripeWorld, session_id: str, action: str, *, amount: int | None, fee: int | None, at: datetime
) -> list[SimulatedEvent]:
    """Let it happen; what is told of it. Raises NoSuchSession, NotPossible, Refusal as Stripe does."""
    if action == REFUND:
        session = world.session(session_id, at=at)
        if session.payment_intent is None:
            raise NotPossible("sesi belum dibayar")
        asked = {"payment_intent": session.payment_intent} | ({"amount": str(amount)} if amount else {})
        made = refunds.create(world, asked, at=at, told=False)
        return refunds.tell_made(world, session_id, made["id"], at=at)
    if action == REFUND_FAILS:
        return refunds.fail(world, session_id, at=at)
    if action == REFUNDS_TOLD:
        return [*world.told_of(session_id, "refund."), *world.told_of(session_id, "charge.refunded")]
    if action in (INQUIRY, DISPUTE):
        charged = FEE if fee is None else fee
        inquiry = action == INQUIRY
        return disputes.open_dispute(world, session_id, inquiry=inquiry, amount=amount, fee=charged, at=at)
    return disputes.close(world, session_id, won=action == WON, at=at)


def imagine(
    world: StripeWorld, session_id: str, action: str, *, amount: int | None, at: datetime
) -> list[SimulatedEvent]:
    """What somebody who is not Stripe would say to have money written off: nothing is remembered of it."""
    session = world.session(session_id, at=at)
    about: Tree = {
        "id": "re_palsu" if action == REFUND else "du_palsu",
        "object": "refund" if action == REFUND else "dispute",
        "amount": session.amount_total if amount is None else amount,
        "balance_transactions": [],
        "created": int(at.timestamp()),
        "currency": "idr",
        "metadata": {},
        "payment_intent": session.payment_intent,
        "status": "succeeded" if action == REFUND else "lost",
    }
    kind = "refund.created" if action == REFUND else "charge.dispute.closed"
    return [world.imagined(session_id, kind, about, at=at)]
