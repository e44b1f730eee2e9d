"""Decides the seller's pages of goods: each row is found through the shop at whose desk the person works."""

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import member_of_shop
from marketplace.catalog import publishing, shelving
from marketplace.catalog.forms import EditForm, ProductForm, values_of, whole_number
from marketplace.catalog.models import ACTIVE, Product
from marketplace.catalog.photo_views import sent_photos
from marketplace.catalog.pictures import picture
from marketplace.catalog.queries import (
    category_choices,
    count_without_photo,
    product_of,
    products_of,
    villages_around,
)
from marketplace.catalog.shelving import StockChanged
from marketplace.catalog.uploads import Uploads, moved
from marketplace.kit import idempotency
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import form_fingerprint, once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import ending_with_nothing, transaction
from marketplace.sellers.desk import Desk, actor, desk, open_desk, welcome
from marketplace.sellers.models import VERIFIED

blueprint = Blueprint("seller_products", __name__)
# The button that keeps a product without showing it, and the key of the form that was carried out last.
DRAFT_ONLY, PUBLISHED = "draf", "published_key"
welcome(blueprint)


def _address(slug: str) -> str:
    return f"/penjual/produk/{slug}"


@blueprint.get("/penjual")
@member_of_shop
def home() -> ResponseReturnValue:
    """A seller's day begins with the orders."""
    desk()
    return redirect("/penjual/pesanan", 303)


@blueprint.get("/penjual/produk")
@member_of_shop
def products() -> ResponseReturnValue:
    """All goods of the shop."""
    here = desk()
    page = products_of(here.shop, page_number(request.args.get("halaman")), at=now())
    waiting = count_without_photo(here.shop)
    return render_template("catalog/products.html", desk=here, page=page, waiting=waiting)


@blueprint.get("/penjual/produk/baru")
@member_of_shop
def new_page() -> ResponseReturnValue:
    """Ask for a new product."""
    return _new_form(desk(), ProductForm(kunci=new_token()), Uploads())


@blueprint.post("/penjual/produk/baru")
@member_of_shop
def new() -> ResponseReturnValue:
    """Publish it, once, however often the form is sent."""
    here, form, uploads = open_desk(), ProductForm(), sent_photos()
    action = request.form.get("aksi", "")
    if action not in ("", DRAFT_ONLY):
        return _new_form(here, *_rearranged(form, uploads, action))
    form.offer_categories(category_choices())
    if not _valid(form, uploads, photo_needed=action != DRAFT_ONLY):
        return _new_form(here, form, uploads), 422
    try:
        slug = _publish_once(here, form, uploads)
        session[PUBLISHED] = form.kunci.data
    except Invalid as refusal:
        _blame(form, refusal)
        # The key may have been used for other goods: what is typed here can be sent as goods of their own.
        form.kunci.data = new_token()
        return _new_form(here, form, uploads), 422
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.get("/penjual/produk/<slug>")
@member_of_shop
def product_page(slug: str) -> ResponseReturnValue:
    """Show a product for editing."""
    here = desk()
    product = product_of(here.shop, slug)
    return _edit_form(here, product, EditForm(data=values_of(product) | {"kunci": new_token()}), Uploads())


@blueprint.post("/penjual/produk/<slug>")
@member_of_shop
@once(_address)
def change(slug: str) -> ResponseReturnValue:
    """Change what a product is, costs, looks like, and how much of it there is."""
    here = open_desk()
    product = product_of(here.shop, slug)
    form, uploads, at = EditForm(), sent_photos(), now()
    action = request.form.get("aksi", "")
    if action:
        return _edit_form(here, product, *_rearranged(form, uploads, action))
    form.offer_categories(category_choices())
    if not _valid(form, uploads, photo_needed=not product.photos):
        return _edit_form(here, product, form, uploads), 422
    draft = form.draft(uploads.photos)
    try:
        with transaction():
            publishing.edit(product, draft, at=at, actor=actor())
            if not draft.on_demand:
                seen = whole_number(form.stok_semula.data) or 0
                shelving.recount(product, draft.stock, seen=seen, actor=actor(), at=at)
    except (Invalid, StockChanged) as refusal:
        _blame(form, refusal)
        # The next try is judged by the counts that this answer shows.
        form.stok_semula.data = str(product.variants[0].on_hand)
        form.show_counts({variant.id: variant.on_hand for variant in product.variants})
        return _edit_form(here, product, form, uploads), refusal.status
    flash(_("Perubahan disimpan."), "success")
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.post("/penjual/produk/<slug>/jeda")
@member_of_shop
def pause(slug: str) -> ResponseReturnValue:
    """Take a product off the shelf."""
    with transaction():
        publishing.pause(product_of(desk().shop, slug), at=now())
    flash(_("Produk disembunyikan dari pembeli. Pesanan yang sudah masuk tetap berjalan."), "success")
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.post("/penjual/produk/<slug>/tampil")
@member_of_shop
def resume(slug: str) -> ResponseReturnValue:
    """Put a product on the shelf again."""
    here = open_desk()
    try:
        with transaction():
            publishing.resume(product_of(here.shop, slug), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Produk tampil dan bisa dibeli."), "success")
    return redirect(f"/penjual/produk/{slug}", 303)


def _rearranged(form: ProductForm, uploads: Uploads, action: str) -> tuple[ProductForm, Uploads]:
    """One row more, or a photo in another place: the same form again, with all that was typed."""
    what, _colon, where = action.partition(":")
    if what == "tambah":
        form.add_row(where)
        form.unfolded = True
    elif what in ("naik", "turun") and where.isdecimal():
        uploads = moved(uploads, int(where[:4]), up=what == "naik")
    return form, uploads


def _valid(form: ProductForm, uploads: Uploads, *, photo_needed: bool) -> bool:
    """Whether all can be used; reasons stand beside the fields."""
    valid: bool = form.validate()
    problems = list(uploads.refusals)
    if photo_needed and not uploads.kept and not problems:
        problems = [_("Pilih satu foto. Produk dengan foto jauh lebih sering dibeli.")]
    form.foto.errors = problems
    return valid and not problems


def _blame(form: ProductForm, refusal: Invalid | StockChanged) -> None:
    name = refusal.field if isinstance(refusal, Invalid) else "stok"
    field = form.every_field().get(name or "")
    if field is not None:
        field.errors = [refusal.message]
    if field is None or name not in form:
        form.form_errors.append(refusal.message)


def _publish_once(here: Desk, form: ProductForm, uploads: Uploads) -> str:
    """Publish, also when the same form or the same name came from elsewhere in the same moment."""
    try:
        return _publish(here, form, uploads)
    except IntegrityError:
        # What was in the way is committed now: the second look finds it, or takes the next free address.
        return _publish(here, form, uploads)


def _publish(here: Desk, form: ProductForm, uploads: Uploads) -> str:
    """Publish, or find what the same form has published already; the product's slug."""
    draft, at = form.draft(uploads.photos, hidden=request.form.get("aksi") == DRAFT_ONLY), now()
    who, key = actor(), (form.kunci.data or new_token())[:64]
    asked = idempotency.content_hash({"shop": here.shop.id, "form": form_fingerprint()})
    with transaction():
        slug = idempotency.earlier_answer(who, key, asked)
        if slug is None:
            product = publishing.publish(here.shop, draft, at=at, actor=who)
            slug = product.slug
            idempotency.remember(who, key, asked, slug, at=at)
            _tell_how(product)
        else:
            ending_with_nothing()
    return slug


def _tell_how(product: Product) -> None:
    if product.status == ACTIVE:
        flash(_("%(name)s sudah tampil dan bisa dibeli.", name=product.name), "success")
    elif product.shop.status == VERIFIED:
        flash(_("%(name)s tersimpan sebagai draf. Pembeli belum melihatnya.", name=product.name), "success")
    else:
        words = _(
            "%(name)s tersimpan sebagai draf. Tampilkan setelah toko diverifikasi desa.", name=product.name
        )
        flash(words, "warning")


def _kept(uploads: Uploads) -> list[dict[str, object]]:
    return [
        {"word": word, "picture": picture(photo.key, _("Foto yang sudah dikirim"))}
        for photo, word in uploads.kept
    ]


def _new_form(here: Desk, form: ProductForm, uploads: Uploads) -> str:
    form.offer_categories(category_choices())
    form.offer_origins(villages_around(here.shop))
    return render_template("catalog/new_product.html", desk=here, form=form, earlier_photos=_kept(uploads))


def _edit_form(here: Desk, product: Product, form: EditForm, uploads: Uploads) -> str:
    form.offer_categories(category_choices())
    form.offer_origins(villages_around(here.shop))
    return render_template(
        "catalog/edit_product.html",
        desk=here,
        product=product,
        form=form,
        earlier_photos=_kept(uploads),
        shown=[
            {"key": photo.key, "alt": photo.alt, "picture": picture(photo.key, photo.alt or product.name)}
            for photo in product.photos
        ],
        published=session.pop(PUBLISHED, ""),
    )
