"""Takes what Stripe sends: signature first, on the bytes as they came; stored and acted on; answered."""

from flask import Blueprint, request
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import anyone
from marketplace.extensions import csrf, limiter
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.payments import receiving
from marketplace.payments.gateway import gateway
from marketplace.payments.provider import BadSignature

blueprint = Blueprint("webhook", __name__)


@blueprint.post("/webhook/stripe")
@csrf.exempt
@limiter.exempt
@anyone("Stripe has no account; its signature is checked instead")
def stripe() -> tuple[str, int]:
    """Take in one message. 400 for a bad signature, so that Stripe reports it; 200 for what is understood."""
    at = now()
    try:
        report = gateway().read_webhook(
            request.get_data(cache=True), request.headers.get("Stripe-Signature", ""), at=at
        )
    except BadSignature:
        return "tanda tangan tidak sah", 400
    if report is None:
        return "tidak dipakai", 200
    try:
        with transaction():
            verdict = receiving.receive(report, provider="stripe", at=at)
    except IntegrityError:
        verdict = "seen"  # The same message came twice at once; the other one won.
    return verdict, 200
