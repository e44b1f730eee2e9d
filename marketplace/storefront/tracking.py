"""Decides what a buyer sees of an order and may still do with it: pay, cancel, say that it came, complain."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone, person, signed_in
from marketplace.catalog.pictures import picture
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, DomainError, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.orders import detours, steps
from marketplace.orders import queries as orders
from marketplace.orders.detours import LONGEST_WORDS
from marketplace.orders.models import Order
from marketplace.orders.notas.queries import with_nota
from marketplace.orders.states import LABELS, TONES, Status, derived_status
from marketplace.payments import closing, methods, polling, starting
from marketplace.payments import queries as payments
from marketplace.payments.models import DIRECT
from marketplace.regions.queries import label
from marketplace.sellers import pickup
from marketplace.storefront import progress
from marketplace.storefront.checkout import PLACED
from marketplace.storefront.furniture import visitor
from marketplace.storefront.instructions import instructions
from marketplace.storefront.refund_notes import AccountForm, refund_notes
from marketplace.storefront.review_boxes import Refused, boxes

blueprint = Blueprint("tracking", __name__)
LONGEST_REASON = 300


def _token() -> str | None:
    """The secret of the order's link, from the address or a form that carries it along."""
    return request.form.get("token") or request.args.get("token")


def address_of(number: str) -> str:
    """The page of an order, for who has come with its token, too."""
    token = _token()
    return f"/pesanan/{number}" + (f"?{urlencode({'token': token})}" if token else "")


@blueprint.get("/pesanan")
@signed_in
def own_orders() -> ResponseReturnValue:
    """The person's orders, newest first."""
    page = orders.orders_of(person(), page_number((request.args.get("halaman") or "")[:9]))
    rows = [(order, _status(order)) for order in page.rows]
    return render_template("storefront/orders.html", page=page, rows=rows, moment=progress.moment)


@blueprint.get("/pesanan/<number>")
@anyone("the owner, or who holds the order's token")
def order(number: str) -> ResponseReturnValue:
    """One order, with what can be done now."""
    return order_page(number)


@blueprint.post("/pesanan/<number>/pembatalan")
@anyone("the owner, or who holds the order's token")
@once(address_of)
def cancel(number: str) -> ResponseReturnValue:
    """Take back what one shop has not begun to work on."""
    reason = request.form.get("alasan", "")
    if len(reason) > LONGEST_REASON:
        words = _("Alasan paling banyak %(most)s huruf.", most=LONGEST_REASON)
        return order_page(number, refused={request.form.get("toko", ""): (reason, words)}), 422
    try:
        with transaction():
            found = order_of(number)
            child = orders.child_of(found, request.form.get("toko", ""))
            steps.cancel(child.id, actor=_actor(), at=now(), reason=reason)
            order_id = found.id
    except Conflict as refusal:
        return _too_late(number, refusal)
    closing.close_open(order_id)
    flash(_("Pesanan dibatalkan."), "success")
    return _back(number)


@blueprint.post("/pesanan/<number>/penerimaan")
@anyone("the owner, or who holds the order's token")
@once(address_of)
def receive(number: str) -> ResponseReturnValue:
    """The goods of one shop have arrived."""
    try:
        with transaction():
            child = orders.child_of(order_of(number), request.form.get("toko", ""))
            steps.receive(child.id, actor=_actor(), at=now())
    except Conflict as refusal:
        return _too_late(number, refusal)
    flash(_("Terima kasih! Penjualan ini sekarang tercatat untuk desanya."), "success")
    return _back(number)


@blueprint.post("/pesanan/<number>/komplain")
@anyone("the owner, or who holds the order's token")
@once(address_of)
def complain(number: str) -> ResponseReturnValue:
    """Something is wrong with what one shop sent."""
    reason, shop = request.form.get("alasan", ""), request.form.get("toko", "")
    try:
        if len(reason) > LONGEST_WORDS:
            raise Invalid(_("Alasan paling banyak %(most)s huruf.", most=LONGEST_WORDS), "alasan")
        with transaction():
            child = orders.child_of(order_of(number), shop)
            detours.complain(child.id, actor=_actor(), at=now(), reason=reason)
    except Invalid as refusal:
        return order_page(number, refused={shop: (reason, refusal.message)}), 422
    except Conflict as refusal:
        return _too_late(number, refusal)
    flash(_("Komplain Anda tercatat. Penjual dan petugas desa membacanya."), "success")
    return _back(number)


@blueprint.post("/pesanan/<number>/pembayaran")
@anyone("the owner, or who holds the order's token")
def pay(number: str) -> ResponseReturnValue:
    """On to the provider's page for what is still to pay."""
    found = order_of(number)
    user = visitor()
    try:
        address = starting.begin(
            found.id,
            public_url=settings().public_url,
            token=_token() or "",
            email=user.email if user else None,
            at=now(),
        )
    except DomainError as refusal:
        flash(refusal.message, "warning")
        return _back(number)
    return redirect(address, 303)


@blueprint.post("/pesanan/<number>/cek-pembayaran")
@anyone("the owner, or who holds the order's token")
@limiter.limit("20/minute")
def check_payment(number: str) -> ResponseReturnValue:
    """Ask the provider itself how the payment stands."""
    attempts = [
        attempt.id
        for attempt in payments.payments_of(order_of(number).id)
        if attempt.reference and attempt.provider not in DIRECT
    ]
    if attempts:
        polling.ask(attempts[0], at=now())
    return _back(number)


@blueprint.get("/lacak")
@anyone("tracking without an account")
@limiter.limit("30/minute", exempt_when=lambda: not request.args.get("nomor"))
def track() -> ResponseReturnValue:
    """The state of an order, by its number and the last four digits of the buyer's phone."""
    number, tail = request.args.get("nomor", ""), request.args.get("telepon", "")
    if "nomor" not in request.args:
        return render_template("storefront/track.html", number="", tail="", order=None, refusal="")
    try:
        found = orders.tracked(_ascii(number), _ascii(tail))
    except NotFound as refusal:
        shown = render_template(
            "storefront/track.html", number=number, tail=tail, order=None, refusal=refusal.message
        )
        return shown, 404
    return render_template(
        "storefront/track.html",
        number=found.number,
        tail=tail,
        order=found,
        status=_status(found),
        parts=progress.seller_parts(found),
        refusal="",
    )


def order_of(number: str) -> Order:
    """The order, for its owner or who has come with its token.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    return orders.order_for(number, visitor(), _token())


def _too_late(number: str, refusal: Conflict) -> ResponseReturnValue:
    """The order as it is now, with the reason why the step cannot be taken any more."""
    flash(refusal.message, "error")
    return order_page(number), 409


def _back(number: str) -> ResponseReturnValue:
    return redirect(address_of(number), 303)


def _actor() -> str:
    user = visitor()
    return f"buyer:{user.id}" if user else "buyer"


def _status(found: Order) -> tuple[str, str]:
    """The order's state in words, and the tone of its badge."""
    status = derived_status(child.status for child in found.children)
    return _(LABELS[status]), progress.TONES.get(TONES.get(status, ""), "")


def order_page(
    number: str,
    *,
    refused: dict[str, tuple[str, str]] | None = None,
    unproven: dict[str, str] | None = None,
    accounts: dict[str, AccountForm] | None = None,
    unreviewed: dict[int, Refused] | None = None,
) -> str:
    """The page of an order as it is now, with what was refused, by shop, beside its form."""
    found = order_of(number)
    attempts = payments.payments_of(found.id)
    owner = visitor()
    return render_template(
        "storefront/order.html",
        order=found,
        status=_status(found),
        parts=progress.seller_parts(found),
        place=label(found.region),
        method=methods.label(found.payment_method),
        placed_at=progress.moment(found.placed_at),
        just_placed=session.pop(PLACED, None) == found.number if PLACED in session else False,
        token=_token() or "",
        mine=owner is not None and found.user_id == owner.id,
        address=f"{settings().public_url}/pesanan/{found.number}?{urlencode({'token': _token() or ''})}",
        **_money(found, attempts),
        returning=request.args.get("bayar", ""),
        refused=refused or {},
        unproven=unproven or {},
        accounts=accounts or {},
        picture=picture,
        moment=progress.moment,
        tones=_tones(found),
        notas=with_nota(found.children),
        boxes=boxes(found, at=now(), refused=unreviewed),
        pickup_words=pickup.words,
    )


def _money(found: Order, attempts: list[Any]) -> dict[str, Any]:
    """How the payment stands: what is open, whether it can be asked about, what goes back to the buyer."""
    parts = [child.id for child in found.children]
    waiting = [child for child in found.children if child.status == Status.AWAITING_PAYMENT]
    unpaid = [child for child in waiting if child.platform_collects]
    return {
        "to_pay": sum(child.total for child in unpaid),
        "to_send": sum(child.total for child in waiting if not child.platform_collects),
        "direct": instructions(found),
        "pay_until": min((child.deadline_at for child in unpaid if child.deadline_at), default=None),
        "paid": any(child.paid_at for child in found.children),
        "askable": bool(unpaid) and any(attempt.reference for attempt in attempts),
        # Where no payment was ever begun, nothing is given back.
        "refunds": refund_notes(payments.refunds_of(parts) if attempts else {}),
    }


def _tones(found: Order) -> dict[int, str]:
    return {child.id: progress.TONES.get(TONES.get(Status(child.status), ""), "") for child in found.children}


def _ascii(text: str) -> str:
    return text.strip() if text.isascii() and text.isprintable() and len(text) <= 40 else ""
