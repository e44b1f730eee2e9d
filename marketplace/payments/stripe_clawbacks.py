"""Decides what Stripe's refunds and disputes say in our words: what left our balance there, what came back.

Sources: https://docs.stripe.com/api/refunds/object, …/api/disputes/object, …/api/events/types. A refund
leaves the balance when it is made and comes back when it fails; a dispute lists its own movements.
"""

from dataclasses import replace
from datetime import datetime

import stripe

from marketplace.payments.provider import Movement, ProviderReport, Standing, TakenBack
from marketplace.payments.stripe_units import CURRENCY, moment, rupiah

ASK = frozenset(("charge.refunded",))
"""It shows the charge and names no refund, so it only lets us ask."""

KINDS = ASK | frozenset(
    (
        *("refund.created", "refund.updated", "refund.failed", "charge.refund.updated"),
        *("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"),
        *("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"),
    )
)
"""`refund.…` come for all refunds since 2024-10-28, `charge.refund.updated` for some, about the same."""

# What is appealed was lost before and stays with the buyer meanwhile.
_STANDINGS: dict[str, Standing] = {
    "lost": "final",
    "appeal_needs_response": "final",
    "appeal_under_review": "final",
    "won": "over",
    "warning_closed": "over",
    "prevented": "over",
    "charge_refunded": "over",
}
_GIVEN_UP = ("failed", "canceled")
_LEFT = ("pending", "succeeded", *_GIVEN_UP)


def event_report(event: stripe.Event, text: str) -> ProviderReport | None:
    """What a message about a refund, a dispute or a refunded charge says; None where it names no payment."""
    about = event.data.object
    if isinstance(about, stripe.Refund):
        return _report(event.id, refund_told(about, at=moment(event.created)), about.payment_intent, text)
    if isinstance(about, stripe.Dispute):
        return _report(event.id, dispute_told(about), about.payment_intent, text)
    money = _name(getattr(about, "payment_intent", None))
    if not money:
        return None
    at = moment(event.created)
    return ProviderReport(event.id, "refund", money, None, CURRENCY.upper(), at, text, money=money)


def asked_report(about: stripe.Refund | stripe.Dispute, *, at: datetime) -> ProviderReport | None:
    """The same of what was asked for. The same state has the same event id, so it is stored once."""
    told = refund_told(about, at=at) if isinstance(about, stripe.Refund) else dispute_told(about)
    name = f"query:{about.id}:{about.status}:{len(told.moves)}"
    return _report(name, replace(told, asked=True), about.payment_intent, str(about))


def refund_told(refund: stripe.Refund, *, at: datetime) -> TakenBack:
    """A refund, ours or made in Stripe's own pages. `at` is when it was seen to have failed, if it has."""
    amount = rupiah(refund.amount, refund.currency)
    made, moves = moment(refund.created), []
    if amount and refund.status in _LEFT:
        moves.append(Movement("out", amount, 0, made))
    if amount and refund.status in _GIVEN_UP:
        moves.append(Movement("back", -amount, 0, at))
    given_up = refund.status in _GIVEN_UP
    return TakenBack(
        name=refund.id,
        kind="refund",
        standing="over" if given_up else "open" if refund.status == "requires_action" else "final",
        amount=amount,
        currency=refund.currency.upper(),
        opened_at=made,
        moves=tuple(moves),
        ours=str(refund.metadata.to_dict().get("refund", "")) if refund.metadata else "",
        why=(refund.failure_reason if given_up else refund.reason) or "",
        arrived=refund.status == "succeeded",
    )


def dispute_told(dispute: stripe.Dispute) -> TakenBack:
    """A dispute with what it moved: nothing while it is an inquiry, the sum and a fee, or that back."""
    amount: int | None = rupiah(dispute.amount, dispute.currency)
    moves: list[Movement] = []
    for moved in dispute.balance_transactions:
        left, fee = rupiah(-moved.amount, moved.currency), rupiah(moved.fee, moved.currency)
        if left is None or fee is None:
            amount, moves = None, []
            break
        if left or fee:
            moves.append(Movement(moved.id, left, fee, moment(moved.created)))
    return TakenBack(
        name=dispute.id,
        kind="dispute",
        standing=_STANDINGS.get(dispute.status, "open"),
        amount=amount,
        currency=dispute.currency.upper(),
        opened_at=moment(dispute.created),
        moves=tuple(moves),
        why=dispute.reason or "",
    )


def _report(
    event_id: str, told: TakenBack, intent: str | stripe.PaymentIntent | None, text: str
) -> ProviderReport | None:
    money = _name(intent)
    if not money:
        return None
    at = max((move.happened_at for move in told.moves), default=told.opened_at)
    return ProviderReport(
        event_id, told.kind, money, told.amount, told.currency, at, text, money=money, taken=(told,)
    )


def _name(intent: object) -> str:
    """A payment by its name, or told in full."""
    return intent if isinstance(intent, str) else str(getattr(intent, "id", "") or "")
