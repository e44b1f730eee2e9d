"""Decides how a seller's photos arrive and stand: each sent by itself, in order, told in words, or gone."""

import hashlib
import json

from flask import Blueprint, current_app, flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import member_of_shop, person
from marketplace.catalog import publishing
from marketplace.catalog.pictures import picture
from marketplace.catalog.queries import product_of
from marketplace.catalog.uploads import Uploads, gather
from marketplace.config import settings
from marketplace.kit import idempotency
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import open_desk, welcome

blueprint = Blueprint("seller_photos", __name__)
welcome(blueprint)
LONGEST_KEY = 64


@blueprint.post("/penjual/produk/foto")
@member_of_shop
def upload() -> ResponseReturnValue:
    """Keep one photo, before the form it belongs to is sent; the same key again is the same photo.

    Answers the signed word that claims it (`kata`) and its address (`gambar`), or 422 with the reason
    (`alasan`).
    """
    open_desk()
    file, key = request.files.get("foto"), request.form.get("kunci", "")
    try:
        if file is None or not 8 <= len(key) <= LONGEST_KEY or not key.isprintable():
            raise Invalid(_("Pilih satu foto."), "foto")
        asked = hashlib.sha256(file.stream.read()).hexdigest()
        file.stream.seek(0)
        answer = idempotency.earlier_answer(_owner(), key, asked) or _kept_once(key, asked)
    except Invalid as refusal:
        return jsonify(alasan=refusal.message), 422
    return jsonify(json.loads(answer))


@blueprint.post("/penjual/produk/<slug>/urut-foto")
@member_of_shop
def move(slug: str) -> ResponseReturnValue:
    """Show one photo earlier (`arah=naik`) or later."""
    here = open_desk()
    with transaction():
        product = product_of(here.shop, slug)
        up = request.form.get("arah") == "naik"
        publishing.move_photo(product, request.form.get("foto", ""), up=up, at=now())
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.post("/penjual/produk/<slug>/keterangan-foto")
@member_of_shop
def tell(slug: str) -> ResponseReturnValue:
    """Say what one photo shows."""
    here = open_desk()
    try:
        with transaction():
            product = product_of(here.shop, slug)
            key, alt = request.form.get("foto", ""), request.form.get("alt", "")
            publishing.tell_photo(product, key, alt, at=now())
    except Invalid as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Keterangan foto disimpan."), "success")
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.post("/penjual/produk/<slug>/hapus-foto")
@member_of_shop
def remove(slug: str) -> ResponseReturnValue:
    """No longer show one photo."""
    here = open_desk()
    try:
        with transaction():
            product = product_of(here.shop, slug)
            publishing.remove_photo(product, request.form.get("foto", ""), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Foto dihapus."), "success")
    return redirect(f"/penjual/produk/{slug}", 303)


def sent_photos() -> Uploads:
    """The photos that came with this form: those kept before, claimed by their words, and the files in it."""
    return _gathered("foto_tersimpan")


def _gathered(words: str) -> Uploads:
    return gather(
        request.files.getlist("foto"),
        request.form.getlist(words) if words else [],
        folder=settings().media_dir,
        secret=str(current_app.secret_key),
        owner=person().id,
    )


def _kept_once(key: str, asked: str) -> str:
    """Draw and keep the photo, then remember it under its key; who was faster with this key has kept it."""
    uploads = _gathered("")
    if uploads.refusals:
        raise Invalid(" ".join(uploads.refusals), "foto")
    photo, word = uploads.kept[0]
    answer = json.dumps({"kata": word, "gambar": picture(photo.key, "").src})
    try:
        with transaction():
            idempotency.remember(_owner(), key, asked, answer, at=now())
    except IntegrityError:
        answer = idempotency.earlier_answer(_owner(), key, asked) or answer
    return answer


def _owner() -> str:
    """Whose key it is, apart from the keys of forms."""
    return f"photo:{person().id}"
