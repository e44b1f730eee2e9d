"""Decides which Checkout Sessions Stripe would open: the table of parameters and the limits between them.

Sources: https://docs.stripe.com/api/checkout/sessions/create, https://docs.stripe.com/currencies,
https://docs.stripe.com/metadata; the wording of refusals from reports named in docs/stripe-simulator.md.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stripe.params.checkout import SessionCreateParams

from marketplace.payments.simulator.parameters import (
    Address,
    Email,
    Hash,
    Integer,
    ListOf,
    Metadata,
    OneOf,
    Refusal,
    Rule,
    Text,
    Tree,
)

SHORTEST_LIFE = timedelta(minutes=30)
LONGEST_LIFE = timedelta(hours=24)

SMALLEST_AMOUNT = 1_000_000
"""Hundredths of a rupiah: Rp10.000. Stripe's table has no line for IDR; it asks for the worth of US$0.50."""

LARGEST_AMOUNT = 999_999_999_999
"""Hundredths of a rupiah: twelve digits."""

# A few of the forty in the API reference: those a shop in Lampung could mean.
LOCALES = ("auto", "en", "en-GB", "id", "ms")

_LINE_ITEM = Hash(
    {
        "quantity": Integer(least=1),
        "price_data": Hash(
            {
                "currency": Text(longest=3),
                "unit_amount": Integer(least=0),
                "product_data": Hash(
                    {"name": Text(), "description": Text(), "metadata": Metadata()}, required=("name",)
                ),
            },
            required=("currency", "unit_amount", "product_data"),
        ),
    },
    required=("quantity", "price_data"),
)

_FIELDS: Mapping[str, Rule] = {
    "mode": OneOf(("payment",)),
    "success_url": Address(),
    "cancel_url": Address(),
    "client_reference_id": Text(longest=200),
    "customer_email": Email(),
    "expires_at": Integer(),
    "line_items": ListOf(_LINE_ITEM, most=100),
    "locale": OneOf(LOCALES),
    "metadata": Metadata(),
    "payment_intent_data": Hash({"description": Text(longest=1000), "metadata": Metadata()}),
    "payment_method_types": ListOf(OneOf(("card",)), most=1),
}

_SESSION = Hash(_FIELDS, required=("mode", "success_url", "line_items"))


def read_session(tree: Tree, at: datetime) -> Tree:
    """The typed parameters of a new session, with `expires_at`, `amount_total` and `currency` worked out.

    Raises Refusal as Stripe does. A parameter that Stripe knows and the simulator does not is refused by
    name, so that nobody takes the simulator's silence for Stripe's consent.
    """
    for name in tree:
        if name not in _FIELDS and name in SessionCreateParams.__annotations__:
            raise Refusal(f"The simulator does not cover the parameter {name}.", param=name)
    session = _SESSION.read(tree, "")
    created = int(at.timestamp())
    session.setdefault("expires_at", created + int(LONGEST_LIFE.total_seconds()))
    if "expires_at" in tree:
        _check_life(session["expires_at"] - created)
    session["currency"] = _currency(session["line_items"])
    session["amount_total"] = _total(session["line_items"])
    return session


def _check_life(seconds: int) -> None:
    if seconds < SHORTEST_LIFE.total_seconds():
        raise Refusal(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if seconds >= LONGEST_LIFE.total_seconds():
        raise Refusal(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _currency(items: list[Any]) -> str:
    for number, item in enumerate(items):
        currency = item["price_data"]["currency"]
        if currency != "idr":
            raise Refusal(
                f"Invalid currency: {currency}. The simulator takes idr only, in small letters.",
                param=f"line_items[{number}][price_data][currency]",
            )
    return "idr"


def _total(items: list[Any]) -> int:
    total: int = sum(item["price_data"]["unit_amount"] * item["quantity"] for item in items)
    if total < SMALLEST_AMOUNT:
        raise Refusal(
            "The Checkout Session's total amount due must add up to at least Rp10,000.00 idr",
            code="amount_too_small",
            param="line_items",
        )
    if total > LARGEST_AMOUNT:
        raise Refusal(
            "The Checkout Session's total amount due must be no more than Rp9,999,999,999.99 idr",
            code="amount_too_large",
            param="line_items",
        )
    return total
