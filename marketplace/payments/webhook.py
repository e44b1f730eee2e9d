"""Takes what providers send: signature first, on the bytes as they came; stored and acted on; answered."""

from flask import Blueprint, request
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import anyone
from marketplace.extensions import csrf, limiter
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound
from marketplace.kit.transaction import transaction
from marketplace.payments import receiving
from marketplace.payments.gateway import providers
from marketplace.payments.provider import BadSignature

blueprint = Blueprint("webhook", __name__)


@blueprint.post("/webhook/<code>")
@csrf.exempt
@limiter.exempt
@anyone("a provider has no account; its signature is checked instead")
def hear(code: str) -> tuple[str, int]:
    """Take in one message. 400 for a bad signature, so that it is noticed; 200 for what is understood."""
    at = now()
    speaker = providers().get(code)
    if speaker is None:
        raise NotFound
    try:
        report = speaker.read_webhook(request.get_data(cache=True), dict(request.headers), at=at)
    except BadSignature:
        return "tanda tangan tidak sah", 400
    if report is None:
        return "tidak dipakai", 200
    try:
        with transaction():
            verdict = receiving.receive(report, provider=code, at=at)
    except IntegrityError:
        # The same message may have come twice at once, and the other one won. Whatever else the database
        # refused must be told: a message that is called taken is never sent again.
        if not receiving.heard(report, provider=code):
            raise
        verdict = "seen"
    return verdict, 200
