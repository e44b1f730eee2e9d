"""Decides the seller's stock pages: all products with their counts, one product with all that moved it."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog import counting, freshness, shelving
from marketplace.catalog.counting import Count, Saved
from marketplace.catalog.forms import whole_number
from marketplace.catalog.models import Product
from marketplace.catalog.queries import product_of, shelf_row
from marketplace.catalog.shelving import StockChanged
from marketplace.catalog.stock_forms import AddForm, CorrectForm, read_counts
from marketplace.catalog.stock_history import history_of
from marketplace.catalog.stock_rows import count_rows
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.idempotency import content_hash, earlier_answer, remember
from marketplace.kit.once import form_key, once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import actor, desk, open_desk, welcome

blueprint = Blueprint("seller_stock", __name__)
welcome(blueprint)


def _address(slug: str) -> str:
    return f"/penjual/stok/{slug}"


@blueprint.get("/penjual/stok")
@member_of_shop
def stock() -> ResponseReturnValue:
    """The shelf as it was last counted."""
    return _list()


@blueprint.post("/penjual/stok")
@member_of_shop
def save() -> ResponseReturnValue:
    """Write all counts that were changed; with `semua=ya`, what was not changed is confirmed as it stands.

    Sent again, the same form does nothing. Rows that cannot be taken are told, the others are saved.
    """
    counts, everything = read_counts(request.form), request.form.get("semua") == "ya"
    try:
        with transaction():
            saved = _save_once(counts, everything)
    except IntegrityError:
        # The same form, sent twice at once: its twin has written everything. Anything else is no success.
        if not _saved_before(counts, everything):
            raise
        saved = None
    if saved is None or not saved.refused:
        if saved is not None:
            flash(_saved_words(len(saved.changed), everything), "success")
        return redirect(f"/penjual/stok?halaman={page_number(request.args.get('halaman'))}", 303)
    flash(_saved_but(len(saved.changed), len(saved.refused)), "error")
    return _list(saved.refused), 409 if saved.late else 422


@blueprint.get("/penjual/stok/<slug>")
@member_of_shop
def shelf(slug: str) -> ResponseReturnValue:
    """One product: how many there are, what is set aside, all that moved it."""
    return _page(product_of(desk().shop, slug))


@blueprint.post("/penjual/stok/<slug>")
@member_of_shop
@once(_address)
def recount(slug: str) -> ResponseReturnValue:
    """Set the count of one product; `semula` is the count that the seller was shown."""
    product_of(open_desk().shop, slug)
    typed = request.form.get("jumlah", "")
    on_hand, seen = whole_number(typed), whole_number(request.form.get("semula"))
    try:
        if on_hand is None or seen is None:
            raise Invalid(_("Tulis jumlah stok dengan angka, misalnya 20."), "stok")
        with transaction():
            mine = product_of(open_desk().shop, slug)
            change = shelving.recount(mine, on_hand, seen=seen, actor=actor(), at=now())
    except (Invalid, StockChanged) as refusal:
        return _page(product_of(desk().shop, slug), refused=(typed, refusal.message)), refusal.status
    flash(_difference(change), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/masuk")
@member_of_shop
@once(_address)
def add(slug: str) -> ResponseReturnValue:
    """Pieces came in."""
    form, product = AddForm(), product_of(open_desk().shop, slug)
    if not form.validate():
        return _page(product, add_form=form), 422
    step = partial(shelving.add, pieces=form.pieces, note=form.catatan.data or "")
    try:
        _write(slug, step)
    except Invalid as refusal:
        form[refusal.field or "jumlah"].errors = [refusal.message]
        return _page(product_of(desk().shop, slug), add_form=form), 422
    except Conflict as refusal:
        return _too_late(slug, refusal)
    flash(_("%(pieces)s buah dicatat masuk.", pieces=form.pieces), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/koreksi")
@member_of_shop
@once(_address)
def correct(slug: str) -> ResponseReturnValue:
    """Pieces went or turned up otherwise."""
    form, product = CorrectForm(), product_of(open_desk().shop, slug)
    if not form.validate():
        return _page(product, correct_form=form), 422
    words = form.catatan.data or ""
    step = partial(shelving.correct, pieces=form.pieces, why=form.alasan.data, words=words)
    try:
        _write(slug, step)
    except Invalid as refusal:
        form[refusal.field or "jumlah"].errors = [refusal.message]
        return _page(product_of(desk().shop, slug), correct_form=form), 422
    except Conflict as refusal:
        return _too_late(slug, refusal)
    flash(_("Koreksi dicatat."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/sesuai-pesanan")
@member_of_shop
@once(_address)
def make_to_order(slug: str) -> ResponseReturnValue:
    """Sell without counting (`aktif=ya`), or count again."""
    on = request.form.get("aktif") == "ya"
    with transaction():
        shelving.make_to_order(product_of(open_desk().shop, slug), on, at=now())
    if on:
        flash(_("Produk ini sekarang dibuat sesuai pesanan dan selalu bisa dibeli."), "success")
    else:
        flash(_("Stok dihitung lagi. Periksa jumlahnya di bawah."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/penjual/stok/<slug>/batas")
@member_of_shop
@once(_address)
def warn_at(slug: str) -> ResponseReturnValue:
    """Say below how many pieces the shop wants to be told."""
    product, pieces = product_of(open_desk().shop, slug), whole_number(request.form.get("batas"))
    if pieces is None:
        flash(_("Tulis batasnya dengan angka, misalnya 3."), "error")
        return _page(product), 422
    with transaction():
        product_of(open_desk().shop, slug).low_at = pieces
    flash(_("Anda diberi tahu kalau tinggal %(pieces)s atau kurang.", pieces=pieces), "success")
    return redirect(_address(slug), 303)


def _write(slug: str, step: Callable[..., object]) -> None:
    with transaction():
        step(product_of(open_desk().shop, slug), actor=actor(), at=now())


def _too_late(slug: str, refusal: Conflict) -> ResponseReturnValue:
    flash(refusal.message, "error")
    return _page(product_of(desk().shop, slug)), 409


def _difference(change: int) -> str:
    if not change:
        return str(_("Stok sama dengan catatan."))
    return str(_("Stok disimpan: %(change)s dari catatan.", change=f"{change:+d}"))


def _save_once(counts: dict[int, Count], everything: bool) -> Saved | None:
    """Save, or None when the same form was carried out already."""
    shop, who, at = open_desk().shop, actor(), now()
    key, asked = form_key() or new_token(), _asked(shop.id, counts, everything)
    if earlier_answer(who, key, asked) is not None:
        return None
    saved = counting.save(shop, counts, actor=who, at=at)
    if everything and not saved.refused:
        freshness.confirm_all(shop, at=at)
    if not saved.refused:
        remember(who, key, asked, "", at=at)
    return saved


def _saved_before(counts: dict[int, Count], everything: bool) -> bool:
    return earlier_answer(actor(), form_key(), _asked(desk().shop.id, counts, everything)) is not None


def _asked(shop_id: int, counts: dict[int, Count], everything: bool) -> str:
    return content_hash({"shop": shop_id, "counts": counts, "all": everything})


def _saved_words(changed: int, everything: bool) -> str:
    if everything:
        return str(_("Stok dikonfirmasi. Pembeli melihat bahwa stok Anda baru diperiksa."))
    return str(_("%(count)s hitungan disimpan.", count=changed) if changed else _("Tidak ada yang berubah."))


def _saved_but(changed: int, refused: int) -> str:
    return str(
        _("%(count)s hitungan disimpan, %(refused)s perlu diperiksa lagi.", count=changed, refused=refused)
    )


def _list(refused: dict[int, str] | None = None) -> str:
    """The list; `refused` holds by variant why a count was not taken: what was typed stands there still."""
    here, reasons = desk(), refused or {}
    page = count_rows(here.shop, page_number(request.args.get("halaman")), at=now())
    kept = {number: (request.form.get(f"jumlah-{number}", ""), why) for number, why in reasons.items()}
    return render_template("catalog/stock.html", desk=here, page=page, refused=kept)


def _page(
    product: Product,
    *,
    refused: tuple[str, str] | None = None,
    add_form: AddForm | None = None,
    correct_form: CorrectForm | None = None,
) -> str:
    """One product; `refused` is a count that was not taken, and why."""
    return render_template(
        "catalog/shelf.html",
        desk=desk(),
        row=shelf_row(product, at=now()),
        low_at=product.low_at,
        refused=refused,
        add=add_form or AddForm(formdata=None),
        correct=correct_form or CorrectForm(formdata=None),
        page=history_of(product.variants[0], page_number(request.args.get("halaman"))),
    )
