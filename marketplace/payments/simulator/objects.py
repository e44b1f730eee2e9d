"""Decides how the simulated Stripe's memory looks from outside: sessions, payment intents and events as JSON.

Only the fields that DesaMart or a curious reader may want are there; their meaning is Stripe's
(https://docs.stripe.com/api/checkout/sessions/object, …/payment_intents/object, …/events/object).
"""

from dataclasses import dataclass

from marketplace.payments.simulator.parameters import Tree

API_VERSION = "2026-10-28.endive"


@dataclass(frozen=True)
class SimulatedSession:
    """One Checkout Session. Times are epoch seconds, amounts hundredths of a rupiah, as at Stripe."""

    id: str
    created: int
    expires_at: int
    status: str
    payment_status: str
    payment_intent: str | None
    amount_total: int
    declines: int
    params: Tree

    @property
    def payable(self) -> bool:
        """Whether the page still takes a payment."""
        return self.status == "open"


@dataclass(frozen=True)
class SimulatedEvent:
    """One thing that happened, as it will be told: the payload is fixed once and for all."""

    id: str
    session_id: str
    type: str
    created: int
    payload: str


def session_object(session: SimulatedSession, page: str | None) -> Tree:
    """The session as Stripe shows it; `page` is its payment page, told only while the session is open."""
    params = session.params
    email = params.get("customer_email")
    return {
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.amount_total,
        "amount_total": session.amount_total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": session.created,
        "currency": params["currency"],
        "customer_details": {"email": email} if email else None,
        "customer_email": email,
        "expires_at": session.expires_at,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_intent": session.payment_intent,
        "payment_method_types": params.get("payment_method_types", ["card"]),
        "payment_status": session.payment_status,
        "status": session.status,
        "success_url": params["success_url"],
        "url": page if session.payable else None,
    }


def payment_intent_object(session: SimulatedSession) -> Tree:
    """The payment behind a session, from the first card tried; a declined card leaves it waiting."""
    data = session.params.get("payment_intent_data", {})
    paid = session.payment_status == "paid"
    return {
        "id": session.payment_intent,
        "object": "payment_intent",
        "amount": session.amount_total,
        "amount_received": session.amount_total if paid else 0,
        "created": session.created,
        "currency": session.params["currency"],
        "description": data.get("description"),
        "last_payment_error": None if paid else {"type": "card_error", "code": "card_declined"},
        "livemode": False,
        "metadata": data.get("metadata", {}),
        "payment_method_types": ["card"],
        "status": "succeeded" if paid else "requires_payment_method",
    }


def event_object(event_id: str, kind: str, created: int, about: Tree) -> Tree:
    """An event with the object as it is at that moment inside."""
    return {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
