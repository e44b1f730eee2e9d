"""Decides what a buyer does about a direct payment: scans its QR code, sends a proof, sees it again."""

from flask import Blueprint, Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.payments import counter, proving, qris, qris_picture
from marketplace.payments.models import PENDING, QRIS, PaymentAttempt
from marketplace.payments.proof_pictures import picture
from marketplace.storefront import tracking

blueprint = Blueprint("paying_directly", __name__)
_DRAWN = {"svg": (qris_picture.svg, "image/svg+xml"), "png": (qris_picture.png, "image/png")}


@blueprint.post("/pesanan/<number>/bukti-transfer")
@anyone("the owner, or who holds the order's token")
@limiter.limit("20/minute")
@once(tracking.address_of)
def send(number: str) -> ResponseReturnValue:
    """Take a picture of the payment in: `toko` names the shop, `bukti` is the file."""
    slug = request.form.get("toko", "")
    _attempt(number, slug)
    file = request.files.get("bukti")
    try:
        if file is None or not file.filename:
            raise Invalid(_("Pilih foto atau tangkapan layar bukti pembayarannya."), "bukti")
        # The file comes first, so that no row points at a picture that is not there.
        key = proving.keep_picture(file.stream, folder=settings().proof_dir)
        with transaction():
            proving.send(_attempt(number, slug).id, key, at=now())
    except Invalid as refusal:
        return tracking.order_page(number, unproven={slug: refusal.message}), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return tracking.order_page(number), 409
    flash(_("Bukti diterima. Penjual atau gerai desa memeriksa dan mengonfirmasinya."), "success")
    return redirect(tracking.address_of(number), 303)


@blueprint.get("/pesanan/<number>/bukti-transfer/<picture_key>")
@anyone("the owner, or who holds the order's token")
def proof(number: str, picture_key: str) -> Response:
    """A proof as it was taken in."""
    for child in tracking.order_of(number).children:
        attempt = counter.of_order(child.id)
        if attempt and any(sent.picture_key == picture_key for sent in counter.proofs_of(attempt)):
            return picture(counter.proof_of(attempt, picture_key))
    raise NotFound


@blueprint.get("/pesanan/<number>/qris/<slug>.<any(svg, png):kind>")
@anyone("the owner, or who holds the order's token")
def code(number: str, slug: str, kind: str) -> Response:
    """The seller's QRIS with the exact amount in it, as a drawing or a picture, while it is asked for."""
    attempt = _attempt(number, slug)
    if attempt.provider != QRIS or attempt.status != PENDING or attempt.account is None:
        raise NotFound
    draw, mimetype = _DRAWN[kind]
    answer = Response(draw(qris.payable(attempt.account.qris, attempt.amount)), mimetype=mimetype)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _attempt(number: str, slug: str) -> PaymentAttempt:
    found = counter.of_order(orders.child_of(tracking.order_of(number), slug).id)
    if found is None:
        raise NotFound
    return found
