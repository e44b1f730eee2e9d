"""Decides how our payment words become Stripe's and back; beside the simulator the only file that knows it.

Its sums are read in `stripe_units.py`, what it took back by itself in `stripe_clawbacks.py`.
Sources: https://docs.stripe.com/api/checkout/sessions/create, https://docs.stripe.com/webhooks.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import stripe
from stripe.checkout import Session
from stripe.params import RefundCreateParams
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

from marketplace.kit.texts import noted
from marketplace.payments import stripe_clawbacks
from marketplace.payments.provider import (
    Abilities,
    BadSignature,
    CheckoutLine,
    CheckoutRequest,
    HostedCheckout,
    ProviderRefused,
    ProviderReport,
    ProviderUnavailable,
    RefundKind,
    RefundReport,
    RefundRequest,
    ReportKind,
)
from marketplace.payments.stripe_units import CURRENCY, MINOR_UNITS_PER_RUPIAH, moment, rupiah

API_VERSION = "2026-10-28.endive"
"""Pinned, so that Stripe's own default moving on changes nothing here; the installed SDK was made for it."""

TIMEOUT_SECONDS = 10
"""The SDK would wait 80 seconds, longer than a buyer does."""

NETWORK_RETRIES = 1
"""A repeat is safe because every request carries an idempotency key; more would hold a worker too long."""

SIGNATURE_HEADER = "Stripe-Signature"

SIGNATURE_TOLERANCE = timedelta(minutes=5)
"""How old a signed message may be: the tolerance of Stripe's own libraries, against replayed recordings."""

LARGEST_LINE_COUNT = 100
"""In payment mode Stripe refuses more lines."""

LARGEST_REFUND_COUNT = 100
"""As many refunds of one payment as Stripe lists at a time; a payment of ours has one per seller order."""

STRIPE = Abilities(
    code="stripe",
    receiver="platform",
    smallest=10_000,
    largest=9_999_999_999,
    # Stripe's pages live at least 30 minutes; a minute more keeps a slow clock from being refused.
    page_lives=timedelta(minutes=31),
    refunds=True,
    part_refunds=True,
    refunds_by_key=True,
    pages=("https://checkout.stripe.com",),
    ends_for_good=True,
)

_UNAVAILABLE = noted("Layanan pembayaran sedang tidak dapat dihubungi. Silakan coba lagi sebentar lagi.")
_REFUSED = noted("Pembayaran tidak dapat dibuka. Silakan pilih cara pembayaran lain atau hubungi kami.")
_NOT_REFUNDED = noted("Pembayaran ini tidak dapat dikembalikan.")
_BAD_SIGNATURE = noted("Tanda tangan pesan pembayaran tidak sah.")

_EVENT_KINDS: dict[str, ReportKind] = {
    "checkout.session.completed": "paid",
    "checkout.session.async_payment_succeeded": "paid",
    "checkout.session.async_payment_failed": "failed",
    "checkout.session.expired": "expired",
}

_REFUND_KINDS: dict[str, RefundKind] = {
    "succeeded": "succeeded",
    "failed": "failed",
    "canceled": "failed",
}

# The SDK would send Stripe figures about this machine and leave a file in the home folder to count us by.
stripe.enable_telemetry = False

Answer = TypeVar("Answer")


class StripeGateway:
    """Speaks with Stripe, or with the simulator standing at `api_base`.

    Every method raises ProviderUnavailable when Stripe cannot be reached or is out of order, ProviderRefused
    when it says no to what was asked.
    """

    can = STRIPE

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        api_base: str | None,
        http_client: stripe.HTTPClient | None = None,
    ) -> None:
        """`api_base`: an address without a final slash; None is Stripe itself. `http_client` is for tests."""
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=NETWORK_RETRIES,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """Opens Stripe's payment page for one attempt; the same attempt key gives the same page again.

        Raises ValueError if the lines do not add up to the amount: that is our mistake, not the buyer's.
        """
        params = _session_params(request)
        session = _asking(
            lambda: self._client.v1.checkout.sessions.create(params, {"idempotency_key": request.attempt_key})
        )
        if session.url is None:
            raise ProviderRefused(_REFUSED, reason=f"session {session.id} is {session.status}, no page")
        return HostedCheckout(session.id, session.url, moment(session.expires_at))

    def expire(self, page: HostedCheckout) -> None:
        """Closes a payment page so that nobody can pay there any more.

        A page already expired or paid is not an error: the outcome is learnt from `status` or a webhook.
        """
        try:
            _asking(lambda: self._client.v1.checkout.sessions.expire(page.reference))
        except ProviderRefused:
            # Stripe refuses to expire a session that is not open, with no error code to tell it by.
            if self._session(page.reference).status == "open":
                raise

    def refund(self, request: RefundRequest) -> RefundReport:
        """Sends money back to the card it came from, or tells how an earlier try of the same refund went.

        The refunds of the payment are looked through first, since Stripe forgets idempotency keys after a
        day; the key is for two who ask at once.
        """
        intent = self._intent(request.reference)
        sent = _asking(
            lambda: self._client.v1.refunds.list({"payment_intent": intent, "limit": LARGEST_REFUND_COUNT})
        )
        refund = _told(sent.data, request) or _asking(
            lambda: self._client.v1.refunds.create(
                _refund_params(request, intent), {"idempotency_key": _attempt_of(request)}
            )
        )
        kind = _REFUND_KINDS.get(refund.status or "", "pending")
        amount = rupiah(refund.amount, refund.currency.upper())
        return RefundReport(refund.id, kind, amount, refund.failure_reason or "" if kind == "failed" else "")

    def status(self, reference: str, *, at: datetime) -> ProviderReport:
        """Asks Stripe how a checkout stands. The same state has the same event id, so it is stored once."""
        session = self._session(reference)
        kind = _kind_of(session)
        return _report(session, event_id=f"query:{session.id}:{kind}", kind=kind, at=at, raw=str(session))

    def read_webhook(
        self, payload: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> ProviderReport | None:
        """Verifies a message on its raw body and reads it; None for kinds of message we do not use.

        Raises BadSignature for a forged, garbled or outdated one. `at` is the time its age is judged by.
        """
        text = _verified(payload, headers.get(SIGNATURE_HEADER, ""), self._webhook_secret, at)
        event = self._client.construct_event_without_verification(text)
        if event.type in stripe_clawbacks.KINDS:
            return stripe_clawbacks.event_report(event, text)
        kind = _EVENT_KINDS.get(event.type)
        if kind is None:
            return None
        session = event.data.object
        if not isinstance(session, Session):
            raise BadSignature(_BAD_SIGNATURE)
        if event.type == "checkout.session.completed" and session.payment_status == "unpaid":
            # The buyer chose a method that pays later; Stripe announces the outcome in a second event.
            kind = "pending"
        return _report(session, event_id=event.id, kind=kind, at=moment(event.created), raw=text)

    def taken_back(self, money: str, *, at: datetime) -> Sequence[ProviderReport]:
        """Asks for the refunds and disputes of a payment intent, whoever made them."""
        about = {"payment_intent": money, "limit": LARGEST_REFUND_COUNT}
        refunds = _asking(lambda: self._client.v1.refunds.list(about))  # type: ignore[arg-type]
        disputes = _asking(lambda: self._client.v1.disputes.list(about))  # type: ignore[arg-type]
        listed: list[stripe.Refund | stripe.Dispute] = [*refunds.data, *disputes.data]
        found = [stripe_clawbacks.asked_report(one, at=at) for one in listed]
        return [report for report in found if report is not None]

    def _intent(self, reference: str) -> str:
        intent = _intent_of(self._session(reference))
        if not intent:
            raise ProviderRefused(_NOT_REFUNDED, reason=f"session {reference} has no payment")
        return intent

    def _session(self, reference: str) -> Session:
        return _asking(lambda: self._client.v1.checkout.sessions.retrieve(reference))


def _refund_params(request: RefundRequest, intent: str) -> RefundCreateParams:
    return {
        "payment_intent": intent,
        "amount": request.amount * MINOR_UNITS_PER_RUPIAH,
        "reason": "requested_by_customer",
        "metadata": {"refund": request.key, "attempt": _attempt_of(request)},
    }


def _attempt_of(request: RefundRequest) -> str:
    return f"{request.key}-{request.attempt}"


def _told(refunds: list[stripe.Refund], request: RefundRequest) -> stripe.Refund | None:
    """The refund that this request is about: one not failed of any attempt, or the failed one of this."""
    ours = [refund for refund in refunds if _note(refund, "refund") == request.key]
    for refund in ours:
        if _REFUND_KINDS.get(refund.status or "") != "failed":
            return refund
    return next((refund for refund in ours if _note(refund, "attempt") == _attempt_of(request)), None)


def _note(refund: stripe.Refund, name: str) -> object:
    return refund.metadata.to_dict().get(name) if refund.metadata else None


def _session_params(request: CheckoutRequest) -> SessionCreateParams:
    if sum(line.amount * line.quantity for line in request.lines) != request.amount:
        raise ValueError(f"the lines of {request.reference} do not add up to Rp{request.amount}")
    names = {"order": request.reference, "attempt": request.attempt_key}
    params: SessionCreateParams = {
        "mode": "payment",
        "locale": "id",
        "client_reference_id": request.reference,
        "line_items": [_line_item(line) for line in _lines(request)],
        "metadata": names,
        "payment_intent_data": {"description": f"DesaMart {request.reference}", "metadata": names},
        "success_url": request.success_url,
        "cancel_url": request.cancel_url,
        "expires_at": int(request.expires_at.timestamp()),
    }
    if request.email:
        params["customer_email"] = request.email
    return params


def _lines(request: CheckoutRequest) -> tuple[CheckoutLine, ...]:
    if len(request.lines) <= LARGEST_LINE_COUNT:
        return request.lines
    return (CheckoutLine(f"Pesanan {request.reference}", request.amount, 1),)


def _line_item(line: CheckoutLine) -> SessionCreateParamsLineItem:
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": CURRENCY,
            "unit_amount": line.amount * MINOR_UNITS_PER_RUPIAH,
            "product_data": {"name": line.name},
        },
    }


def _kind_of(session: Session) -> ReportKind:
    if session.status == "expired":
        return "expired"
    if session.status == "complete" and session.payment_status != "unpaid":
        return "paid"
    return "pending"


def _report(session: Session, *, event_id: str, kind: ReportKind, at: datetime, raw: str) -> ProviderReport:
    currency = (session.currency or "").upper()
    amount = rupiah(session.amount_total, currency)
    return ProviderReport(event_id, kind, session.id, amount, currency, at, raw, money=_intent_of(session))


def _intent_of(session: Session) -> str:
    intent = session.payment_intent
    return intent if isinstance(intent, str) else intent.id if intent else ""


def _verified(payload: bytes, signature: str, secret: str, at: datetime) -> str:
    # The SDK judges age by the machine's clock; here it checks the mark only, and `at` decides the age.
    try:
        text = payload.decode("utf-8")
        stripe.WebhookSignature.verify_header(text, signature, secret, tolerance=None)
        signed_at = next(int(part[2:]) for part in signature.split(",") if part.startswith("t="))
        json.loads(text)
    except (stripe.SignatureVerificationError, ValueError, StopIteration) as error:
        raise BadSignature(_BAD_SIGNATURE) from error
    if at - moment(signed_at) > SIGNATURE_TOLERANCE:
        raise BadSignature(_BAD_SIGNATURE)
    return text


def _asking(request: Callable[[], Answer]) -> Answer:
    """Runs one request and turns the SDK's errors into ours. Which is which: https://docs.stripe.com/api/errors."""
    try:
        return request()
    except (stripe.InvalidRequestError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise ProviderRefused(_REFUSED, reason=str(error), code=error.code) from error
    except (stripe.IdempotencyError, stripe.CardError) as error:
        raise ProviderRefused(_REFUSED, reason=str(error), code=error.code) from error
    except stripe.StripeError as error:
        raise ProviderUnavailable(_UNAVAILABLE) from error
