"""Decides the seller's pages of goods: each row is found through the shop at whose desk the person works."""

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.guards import member_of_shop, person
from marketplace.catalog import publishing, shelving
from marketplace.catalog.forms import EditForm, ProductForm, values_of, whole_number
from marketplace.catalog.models import ACTIVE, Product
from marketplace.catalog.pictures import picture
from marketplace.catalog.queries import category_choices, product_of, products_of
from marketplace.catalog.shelving import StockChanged
from marketplace.catalog.uploads import Uploads, gather
from marketplace.config import settings
from marketplace.kit import idempotency
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import Desk, actor, desk, open_desk, welcome

blueprint = Blueprint("seller_products", __name__)
welcome(blueprint)


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
    return render_template("catalog/products.html", desk=here, page=page)


@blueprint.get("/penjual/produk/baru")
@member_of_shop
def new_page() -> ResponseReturnValue:
    """Ask for a new product."""
    return _new_form(desk(), ProductForm(kunci=new_token()), Uploads())


@blueprint.post("/penjual/produk/baru")
@member_of_shop
def new() -> ResponseReturnValue:
    """Publish it, once, however often the form is sent."""
    here, form, uploads = open_desk(), ProductForm(), _uploads()
    form.offer_categories(category_choices())
    if not _valid(form, uploads, photo_needed=True):
        return _new_form(here, form, uploads), 422
    try:
        slug = _publish_once(here, form, uploads)
    except Invalid as refusal:
        _blame(form, refusal)
        return _new_form(here, form, uploads), 422
    return redirect(f"/penjual/produk/{slug}", 303)


@blueprint.get("/penjual/produk/<slug>")
@member_of_shop
def product_page(slug: str) -> ResponseReturnValue:
    """Show a product for editing."""
    here = desk()
    product = product_of(here.shop, slug)
    return _edit_form(here, product, EditForm(data=values_of(product)), Uploads())


@blueprint.post("/penjual/produk/<slug>")
@member_of_shop
def change(slug: str) -> ResponseReturnValue:
    """Change what a product is, costs, looks like, and how much of it there is."""
    here = open_desk()
    product = product_of(here.shop, slug)
    form, uploads, at = EditForm(), _uploads(), now()
    form.offer_categories(category_choices())
    if not _valid(form, uploads, photo_needed=not product.photos):
        return _edit_form(here, product, form, uploads), 422
    draft = form.draft(uploads.photos)
    try:
        with transaction():
            publishing.edit(product, draft, at=at)
            if not draft.on_demand:
                seen = whole_number(form.stok_semula.data) or 0
                shelving.recount(product, draft.stock, seen=seen, actor=actor(), at=at)
    except (Invalid, StockChanged) as refusal:
        _blame(form, refusal)
        # The next try is judged by the count that this answer shows.
        form.stok_semula.data = str(product.variants[0].on_hand)
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


@blueprint.post("/penjual/produk/<slug>/hapus-foto")
@member_of_shop
def remove_photo(slug: str) -> ResponseReturnValue:
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


def _uploads() -> Uploads:
    return gather(
        request.files.getlist("foto"),
        request.form.getlist("foto_tersimpan"),
        folder=settings().media_dir,
        secret=str(current_app.secret_key),
        owner=person().id,
    )


def _valid(form: ProductForm, uploads: Uploads, *, photo_needed: bool) -> bool:
    """Whether all can be used; reasons stand beside the fields."""
    valid: bool = form.validate()
    problems = list(uploads.refusals)
    if photo_needed and not uploads.kept and not problems:
        problems = [_("Pilih satu foto. Produk dengan foto jauh lebih sering dibeli.")]
    form.foto.errors = problems
    return valid and not problems


def _blame(form: ProductForm, refusal: Invalid | StockChanged) -> None:
    field = refusal.field if isinstance(refusal, Invalid) else "stok"
    if field in form:
        form[field].errors = [refusal.message]
    else:
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
    draft, at = form.draft(uploads.photos), now()
    who, key = actor(), (form.kunci.data or new_token())[:64]
    asked = idempotency.content_hash({"shop": here.shop.id, "name": draft.name, "price": draft.price})
    with transaction():
        slug = idempotency.earlier_answer(who, key, asked)
        if slug is None:
            product = publishing.publish(here.shop, draft, at=at, actor=who)
            slug = product.slug
            idempotency.remember(who, key, asked, slug, at=at)
            _tell_how(product)
    return slug


def _tell_how(product: Product) -> None:
    if product.status == ACTIVE:
        flash(_("%(name)s sudah tampil dan bisa dibeli.", name=product.name), "success")
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
    return render_template("catalog/new_product.html", desk=here, form=form, kept=_kept(uploads))


def _edit_form(here: Desk, product: Product, form: EditForm, uploads: Uploads) -> str:
    form.offer_categories(category_choices())
    shown = [{"key": photo.key, "picture": picture(photo.key, product.name)} for photo in product.photos]
    return render_template(
        "catalog/edit_product.html", desk=here, product=product, form=form, kept=_kept(uploads), shown=shown
    )
