"""Decides how our payment words become Midtrans' and back; beside the simulator the only file that knows it.

Midtrans counts whole rupiah, asks for a number (12500) and tells a text ("12500.00"). A checkout is called
by our attempt key (`order_id`) there. Where each rule comes from: docs/midtrans-simulator.md.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import requests

from marketplace.kit.texts import noted
from marketplace.payments import midtrans_clawbacks
from marketplace.payments.provider import (
    Abilities,
    BadSignature,
    CheckoutRequest,
    HostedCheckout,
    NotRefundable,
    ProviderRefused,
    ProviderReport,
    ProviderUnavailable,
    RefundReport,
    RefundRequest,
    ReportKind,
)

MIDTRANS = Abilities(
    code="midtrans",
    receiver="platform",
    # QRIS and e-wallets begin low and virtual accounts end high; Midtrans names no sums of its own.
    smallest=1_000,
    largest=999_999_999,
    # Time to walk to an agent or a cash machine; the goods are held as long.
    page_lives=timedelta(hours=2),
    refunds=True,
    part_refunds=True,
    refunds_by_key=True,
    pages=("https://app.midtrans.com", "https://app.sandbox.midtrans.com"),
    # It speaks of one payment begun on the page; another one may have been begun there.
    ends_for_good=False,
)

API_BASE = "https://api.midtrans.com"
SNAP_BASE = "https://app.midtrans.com"
TIMEOUT_SECONDS = 10

REFUNDABLE = frozenset(("credit_card", "gopay", "shopeepay", "dana", "ovo", "qris", "kredivo", "akulaku"))
"""Payment types whose money can go back; that of a virtual account or a shop's counter cannot."""

WHOLE_ONLY = frozenset(("shopeepay", "ovo"))
"""Payment types of which only the whole payment can go back."""

LONGEST_NAME = 50
_WIB = timezone(timedelta(hours=7))
_AMOUNT = re.compile(r"([0-9]{1,12})\.00")
_UNAVAILABLE = noted("Layanan pembayaran sedang tidak dapat dihubungi. Silakan coba lagi sebentar lagi.")
_REFUSED = noted("Pembayaran tidak dapat dibuka. Silakan pilih cara pembayaran lain atau hubungi kami.")
_NOT_REFUNDED = noted("Pembayaran ini tidak dapat dikembalikan.")
_BAD_SIGNATURE = noted("Tanda tangan pesan pembayaran tidak sah.")

_KINDS: dict[str, ReportKind] = {
    "settlement": "paid",
    # A denied buyer is still on the page and may try another card or wallet.
    "deny": "idle",
    "cancel": "failed",
    "failure": "failed",
    "expire": "expired",
}

_GIVEN_BACK = frozenset(("refund", "partial_refund", "chargeback", "partial_chargeback"))

Answer = dict[str, Any]


class MidtransGateway:
    """Speaks with Midtrans, or with the simulator standing at the two addresses.

    Every method raises ProviderUnavailable when Midtrans cannot be reached or is out of order,
    ProviderRefused when it says no to what was asked.
    """

    can = MIDTRANS

    def __init__(
        self,
        *,
        server_key: str,
        api_base: str,
        snap_base: str,
        open_session: Callable[[], requests.Session] = requests.Session,
    ) -> None:
        """`api_base`, `snap_base`: addresses without a final slash. `open_session` is for tests."""
        self._server_key = server_key
        self._api = api_base
        self._snap = f"{snap_base}/snap/v1/transactions"
        self._open_session = open_session

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """Opens Snap's page for one attempt. Asking again gives another address and ends the earlier one.

        Raises ValueError if the lines do not add up to the amount: that is our mistake, not the buyer's.
        """
        answer = self._ask("POST", self._snap, _snap_body(request))
        url = answer.get("redirect_url")
        if not isinstance(url, str):
            raise ProviderRefused(_REFUSED, reason=f"{request.attempt_key}: an answer without a page")
        return HostedCheckout(request.attempt_key, url, request.expires_at)

    def expire(self, page: HostedCheckout) -> None:
        """Closes a payment page so that nobody can pay there any more.

        Snap's page and the payment begun on it end apart. A page on which nothing was begun is unknown to
        the API, and one that is paid or over cannot be changed: both are no error here.
        """
        token = urlsplit(page.url).path.rpartition("/")[2]
        self._unless_refused("POST", f"{self._snap}/{token}/cancel")
        if self._unless_refused("POST", self._order(page.reference, "expire")) is not None:
            return
        answer = self._status(page.reference)
        if answer is not None and answer.get("transaction_status") in ("pending", "authorize"):
            raise ProviderRefused(_REFUSED, reason=f"{page.reference} could not be expired")

    def status(self, reference: str, *, at: datetime) -> ProviderReport:
        """Asks Midtrans how a checkout stands. The same state has the same event id, so it is stored once."""
        answer = self._status(reference)
        if answer is None:
            # Nothing was begun on the page. Snap does not tell whether it is still open.
            return ProviderReport(f"none:{reference}", "idle", reference, None, "IDR", at, "")
        return _report(answer, reference=reference, at=at, raw=json.dumps(answer))

    def refund(self, request: RefundRequest) -> RefundReport:
        """Sends money back, or tells how an earlier try of the same refund went.

        The refunds of the payment are looked through first: one of ours that is listed was taken, and is
        done when the bank has confirmed it. The key is for two who ask at once, or after a lost answer.

        Raises NotRefundable where this kind of payment never goes back through Midtrans.
        """
        payment = self._payment(request.reference)
        told = _told(payment, request)
        if told is not None:
            return told
        _check_refundable(payment, request)
        body = {"refund_key": _attempt_of(request), "amount": request.amount, "reason": "Pesanan batal"}
        answer = self._ask("POST", self._order(request.reference, "refund"), body)
        told = _told(self._payment(request.reference), request)
        return told or RefundReport(_attempt_of(request), "pending", _rupiah(answer.get("refund_amount")))

    def taken_back(self, money: str, *, at: datetime) -> Sequence[ProviderReport]:
        """Asks how the payment stands: its refunds are listed there, a chargeback is its state."""
        report = self.status(money, at=at)
        return [report] if report.taken else []

    def read_webhook(
        self, payload: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> ProviderReport | None:
        """Verifies a notification by its own mark, then asks how the payment stands now.

        So a notification that was overtaken says what is true, and not even a signed one is believed alone.
        """
        told = _verified(payload, self._server_key)
        reference = str(told["order_id"])
        answer = self._status(reference)
        if answer is None:
            return None
        # Asked about some banks and DANA, Midtrans answers its own name where ours should stand.
        raw = json.dumps({"notification": told, "status": answer})
        return _report(answer, reference=reference, at=at, raw=raw)

    def _order(self, reference: str, action: str) -> str:
        return f"{self._api}/v2/{reference}/{action}"

    def _payment(self, reference: str) -> Answer:
        answer = self._status(reference)
        if answer is None:
            raise ProviderRefused(_NOT_REFUNDED, reason=f"{reference} has no payment")
        return answer

    def _status(self, reference: str) -> Answer | None:
        """How a payment stands; None while nothing was begun."""
        try:
            return self._ask("GET", self._order(reference, "status"))
        except ProviderRefused as refused:
            if refused.code == "404":
                return None
            raise

    def _unless_refused(self, method: str, url: str) -> Answer | None:
        try:
            return self._ask(method, url)
        except ProviderRefused as refused:
            if refused.code == "401":
                raise
            return None

    def _ask(self, method: str, url: str, body: Answer | None = None) -> Answer:
        """One request. The server key is the user of HTTP Basic, the password is empty."""
        try:
            with self._open_session() as session:
                reply = session.request(
                    method,
                    url,
                    json=body,
                    auth=(self._server_key, ""),
                    headers={"Accept": "application/json"},
                    timeout=TIMEOUT_SECONDS,
                    allow_redirects=False,
                )
            answer = reply.json()
        except requests.RequestException as error:
            raise ProviderUnavailable(_UNAVAILABLE) from error
        return _accepted(answer, reply.status_code)


def _accepted(answer: object, http_status: int) -> Answer:
    """An answer that says yes. Midtrans tells its code in the body, not always as the HTTP status too."""
    if not isinstance(answer, dict):
        raise ProviderUnavailable(_UNAVAILABLE)
    told = str(answer.get("status_code", ""))
    code = int(told) if re.fullmatch(r"[0-9]{3}", told) else http_status
    code = max(code, http_status)
    if code >= 500 or code == 429 or http_status in (301, 302, 303, 307, 308):
        raise ProviderUnavailable(_UNAVAILABLE)
    # 407 only says that the payment spoken of has expired.
    if code >= 400 and code != 407:
        words = (
            answer.get("error_messages") or answer.get("validation_messages") or answer.get("status_message")
        )
        raise ProviderRefused(_REFUSED, reason=f"{code} {words}", code=str(code))
    return answer


def _snap_body(request: CheckoutRequest) -> Answer:
    if sum(line.amount * line.quantity for line in request.lines) != request.amount:
        raise ValueError(f"the lines of {request.reference} do not add up to Rp{request.amount}")
    begins = (request.expires_at - MIDTRANS.page_lives).astimezone(_WIB)
    minutes = int(MIDTRANS.page_lives.total_seconds()) // 60
    body: Answer = {
        "transaction_details": {"order_id": request.attempt_key, "gross_amount": request.amount},
        "item_details": [
            {
                "id": str(number),
                "name": line.name[:LONGEST_NAME],
                "price": line.amount,
                "quantity": line.quantity,
            }
            for number, line in enumerate(request.lines, 1)
        ],
        "expiry": {
            "start_time": begins.strftime("%Y-%m-%d %H:%M:%S %z"),
            "unit": "minute",
            "duration": minutes,
        },
        # The page itself would live for a day otherwise, whatever the payment's own time is.
        "page_expiry": {"duration": minutes, "unit": "minute"},
        "callbacks": {"finish": request.success_url, "error": request.cancel_url},
    }
    if request.email:
        body["customer_details"] = {"email": request.email}
    return body


def _report(answer: Answer, *, reference: str, at: datetime, raw: str) -> ProviderReport:
    status, fraud = str(answer.get("transaction_status", "")), str(answer.get("fraud_status", ""))
    kind: ReportKind = _KINDS.get(status, "pending")
    amount = _rupiah(answer.get("gross_amount"))
    if status == "capture" and fraud == "accept":
        kind = "paid"
    if status in _GIVEN_BACK:
        # It was paid wholly before any of it went back.
        kind = "paid"
    taken = midtrans_clawbacks.told(answer, _rupiah, _moment, at=at)
    back = midtrans_clawbacks.state_of(taken)
    name = f"{answer.get('transaction_id', reference)}:{status}:{fraud}{back}"
    currency = str(answer.get("currency", "IDR")).upper()
    ended = answer.get("expiry_time") if kind == "expired" else answer.get("settlement_time")
    happened = _moment(ended or answer.get("transaction_time"), at)
    asked = amount if currency == "IDR" else None
    return ProviderReport(name, kind, reference, asked, currency, happened, raw, money=reference, taken=taken)


def _rupiah(told: object) -> int | None:
    """Rupiah of "12500.00"; None for everything that is no whole number of rupiah."""
    found = _AMOUNT.fullmatch(told) if isinstance(told, str) else None
    return int(found[1]) if found else None


def _moment(told: object, otherwise: datetime) -> datetime:
    try:
        return datetime.strptime(str(told), "%Y-%m-%d %H:%M:%S").replace(tzinfo=_WIB)
    except ValueError:
        return otherwise


def _told(payment: Answer, request: RefundRequest) -> RefundReport | None:
    """What Midtrans lists of this refund, whichever try of it."""
    for refund in payment.get("refunds") or []:
        name = str(refund.get("refund_key", ""))
        if name.rpartition("-")[0] == request.key:
            confirmed = bool(refund.get("bank_confirmed_at"))
            amount = _rupiah(refund.get("refund_amount"))
            return RefundReport(name, "succeeded" if confirmed else "pending", amount)
    return None


def _attempt_of(request: RefundRequest) -> str:
    # A key serves for seven days only, so a try after a refusal takes a new one.
    return f"{request.key}-{request.attempt}"


def _check_refundable(payment: Answer, request: RefundRequest) -> None:
    kind = str(payment.get("payment_type", ""))
    if kind not in REFUNDABLE:
        raise NotRefundable(_NOT_REFUNDED, reason=f"{kind} cannot be refunded through Midtrans")
    if kind in WHOLE_ONLY and request.amount != _rupiah(payment.get("gross_amount")):
        raise NotRefundable(_NOT_REFUNDED, reason=f"of {kind} only the whole payment goes back")
    if payment.get("transaction_status") not in ("settlement", "partial_refund"):
        raise ProviderRefused(_NOT_REFUNDED, reason=f"not settled yet: {payment.get('transaction_status')}")


def _verified(payload: bytes, server_key: str) -> Answer:
    """The notification, if it carries SHA512(order_id + status_code + gross_amount + server key)."""
    try:
        told = json.loads(payload.decode("utf-8"))
        parts = [told[name] for name in ("order_id", "status_code", "gross_amount", "signature_key")]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSignature(_BAD_SIGNATURE) from error
    if not all(isinstance(part, str) for part in parts):
        raise BadSignature(_BAD_SIGNATURE)
    *signed, mark = parts
    right = hashlib.sha512(("".join(signed) + server_key).encode()).hexdigest()
    if not hmac.compare_digest(mark.encode(), right.encode()):
        raise BadSignature(_BAD_SIGNATURE)
    verified: Answer = told
    return verified
