"""Decides how a buyer reviews a line of an own order, and where everybody reads the reviews of a product."""

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone
from marketplace.catalog.pictures import picture
from marketplace.catalog.public import public_product
from marketplace.catalog.uploads import Uploads, gather
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from marketplace.reviews import queries, writing
from marketplace.reviews.writing import MOST_PHOTOS, Words
from marketplace.storefront.review_boxes import Refused
from marketplace.storefront.tracking import address_of, order_of, order_page

blueprint = Blueprint("reviewing", __name__)


def _address() -> str:
    """The place of the review on its order's page."""
    return f"{address_of(_order().number)}#ulasan-{_line_id()}"


@blueprint.get("/produk/<slug>/ulasan")
@anyone("reading reviews")
def reviews(slug: str) -> ResponseReturnValue:
    """What buyers say about a product, newest first."""
    product = public_product(slug)
    page = queries.shown_of(product, page_number((request.args.get("halaman") or "")[:9]))
    return render_template("storefront/reviews.html", product=product, page=page, picture=picture)


@blueprint.post("/ulasan")
@anyone("the owner, or who holds the order's token")
@limiter.limit("20/minute")
@once(_address)
def review() -> ResponseReturnValue:
    """Review a completed line, or change the review."""
    order = _order()
    stars = request.form.get("bintang", "")
    number = int(stars) if stars in ("1", "2", "3", "4", "5") else 0
    body = request.form.get("teks", "").replace("\r\n", "\n").strip()
    uploads, errors = _photos(order), {}
    if uploads.refusals:
        errors["foto"] = " ".join(uploads.refusals)
    try:
        if not errors:
            with transaction():
                words = Words(number, body, [photo.key for photo in uploads.photos])
                writing.write(_order(), _line_id(), words, at=now())
    except Invalid as refusal:
        errors[refusal.field or ""] = refusal.message
    except Conflict as refusal:
        flash(refusal.message, "error")
        return order_page(order.number), 409
    if errors:
        typed = Refused(number, body, [word for _photo, word in uploads.kept], errors)
        return order_page(order.number, unreviewed={_line_id(): typed}), 422
    flash(_("Terima kasih, ulasan Anda tersimpan."), "success")
    return redirect(_address(), 303)


def _line_id() -> int:
    text = request.form.get("baris", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound
    return int(text)


def _order() -> Order:
    """The order that holds the line, for its owner or who holds its token."""
    return order_of(writing.order_of_line(_line_id()).number)


def _photos(order: Order) -> Uploads:
    files = [file for file in request.files.getlist("foto") if file.filename]
    words = request.form.getlist("foto_tersimpan")
    if len(files) + len(words) > MOST_PHOTOS:
        return Uploads(refusals=[_("Paling banyak %(most)s foto.", most=MOST_PHOTOS)])
    # Guests have no number of their own; those of orders are told from those of people by their sign.
    return gather(
        files,
        words,
        folder=settings().media_dir,
        secret=str(current_app.secret_key),
        owner=-order.id,
    )
