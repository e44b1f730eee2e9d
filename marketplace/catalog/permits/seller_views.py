"""Decides the seller's pages of permits: what is missing, what ends soon, how one is written down."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from marketplace.accounts.guards import member_of_shop, person
from marketplace.catalog.permits import recording, standing
from marketplace.catalog.permits.forms import ALL, SOME, PermitForm
from marketplace.catalog.permits.kinds import KINDS
from marketplace.catalog.permits.models import ENDINGS, REJECTED, Permit
from marketplace.catalog.permits.requirements import EXEMPT
from marketplace.catalog.permits.wording import Shown, shown
from marketplace.catalog.queries import product_of
from marketplace.config import settings
from marketplace.kit import private_pictures
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.row_numbers import row_number
from marketplace.kit.transaction import transaction
from marketplace.sellers.desk import actor, desk, open_desk, welcome
from marketplace.sellers.models import Shop

blueprint = Blueprint("seller_permits", __name__)
welcome(blueprint)
blueprint.add_app_template_global(standing.open_gaps, "permit_gaps")


def _list_address(**_arguments: object) -> str:
    return "/penjual/izin"


def _address(permit_id: int) -> str:
    return f"/penjual/izin/{permit_id}"


@blueprint.get("/penjual/izin")
@member_of_shop
def permits() -> ResponseReturnValue:
    """What is missing, what ends soon, and all permits of the shop."""
    here, at = desk(), now()
    return render_template(
        "permits/list.html",
        desk=here,
        missing=standing.missing(here.shop, at=at),
        rows=_shown(here.shop),
        kinds=KINDS,
        exempt_choices=EXEMPT,
        exempt=standing.exemptions_of(here.shop),
    )


@blueprint.get("/penjual/izin/baru")
@member_of_shop
def new_page() -> ResponseReturnValue:
    """Ask for a permit; `jenis` and `ganti` (the permit it renews) fill the form in."""
    here = desk()
    follows = _follows(here.shop)
    return _form_page(_fresh_form(here.shop, follows), follows)


@blueprint.post("/penjual/izin/baru")
@member_of_shop
@once(_list_address)
def new() -> ResponseReturnValue:
    """Write it down."""
    shop = open_desk().shop
    follows, form = _follows(shop), PermitForm(goods=standing.goods_of(shop))
    # Before validating, so that a photo survives a refused form.
    picture_key = _picture(form)
    if not form.validate():
        return _form_page(form, follows), 422
    try:
        with transaction():
            shop = open_desk().shop
            permit = recording.record(
                shop, form.draft(picture_key), actor=actor(), at=now(), follows=_follows(shop)
            )
            permit_id = permit.id
    except Invalid as refusal:
        form[refusal.field or "nomor"].errors = [refusal.message]
        return _form_page(form, follows), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _form_page(form, follows), 409
    flash(_("Izin dicatat dan langsung berlaku. Gerai desa akan memeriksanya."), "success")
    return redirect(_address(permit_id), 303)


@blueprint.get("/penjual/izin/<int:permit_id>")
@member_of_shop
def permit_page(permit_id: int) -> ResponseReturnValue:
    """One permit: what it says, what looks odd about it, what it covers, who looked at it."""
    here = desk()
    permit = standing.permit_of(here.shop, permit_id)
    row = next(row for row in _shown(here.shop) if row.permit.id == permit.id)
    covered = standing.covered_products(permit)
    named = {product.id for product in covered}
    return render_template(
        "permits/permit.html",
        desk=here,
        row=row,
        covered=covered,
        others=[]
        if permit.covers_all
        else [one for one in standing.goods_of(here.shop) if one[0] not in named],
        names=standing.names_of(permit.decisions),
        endings=ENDINGS,
    )


@blueprint.post("/penjual/izin/<int:permit_id>/produk")
@member_of_shop
@once(_address)
def cover(permit_id: int) -> ResponseReturnValue:
    """The permit speaks of more products than was said at first."""
    permit = standing.permit_of(open_desk().shop, permit_id)
    offered = {number for number, _name in standing.goods_of(permit.shop)}
    ticked = [row_number(one) for one in request.form.getlist("produk")]
    with transaction():
        mine = standing.permit_of(open_desk().shop, permit_id)
        recording.cover(mine, [one for one in ticked if one in offered], at=now())
    flash(_("Disimpan. Izin ini sekarang juga berlaku untuk produk itu."), "success")
    return redirect(_address(permit_id), 303)


@blueprint.post("/penjual/izin/<int:permit_id>/akhiri")
@member_of_shop
@once(_address)
def end(permit_id: int) -> ResponseReturnValue:
    """The permit is the shop's no more: written down wrongly, given back, or no longer needed."""
    open_desk()
    why, words = request.form.get("alasan", ""), request.form.get("keterangan", "")
    try:
        with transaction():
            mine = standing.permit_of(open_desk().shop, permit_id)
            recording.end(mine, why=why, words=words, actor=actor(), at=now())
    except (Conflict, Invalid) as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Izin diakhiri. Catatannya tetap tersimpan di sini."), "success")
    return redirect(_address(permit_id), 303)


@blueprint.post("/penjual/izin/tanpa-izin/<slug>")
@member_of_shop
@once(_list_address)
def exempt(slug: str) -> ResponseReturnValue:
    """The seller says that a product needs no distribution permit (`alasan`), or that it does after all."""
    with transaction():
        mine = product_of(open_desk().shop, slug)
        recording.exempt(mine, request.form.get("alasan", ""), actor=actor(), at=now())
    flash(_("Disimpan."), "success")
    return redirect(_list_address(), 303)


@blueprint.get("/penjual/izin/<int:permit_id>/foto")
@member_of_shop
def photo(permit_id: int) -> Response:
    """The picture of a permit, for its shop only."""
    permit = standing.permit_of(desk().shop, permit_id)
    return private_pictures.show(permit.picture_key, folder=settings().permit_dir)


def _shown(shop: Shop) -> list[Shown]:
    """All permits in words, the most urgent first."""
    permits, at = standing.permits_of(shop), now()
    followed = {one.follows_id for one in permits if one.verdict != REJECTED and one.ended_at is None}
    rows = [shown(permit, replaced=permit.id in followed, at=at) for permit in permits]
    return sorted(rows, key=lambda row: row.urgency)


def _follows(shop: Shop) -> Permit | None:
    asked = request.values.get("ganti", "")
    return standing.permit_of(shop, row_number(asked)) if asked.isascii() and asked.isdigit() else None


def _fresh_form(shop: Shop, follows: Permit | None) -> PermitForm:
    goods, asked = standing.goods_of(shop), request.args.get("jenis", "")
    if follows is None:
        kind = asked if asked in KINDS else None
        return PermitForm(formdata=None, goods=goods, jenis=kind, pemegang=shop.name)
    named = [str(product.id) for product in standing.covered_products(follows)]
    return PermitForm(
        formdata=None,
        goods=goods,
        jenis=follows.kind,
        nomor=follows.number,
        pemegang=follows.holder,
        berlaku=ALL if follows.covers_all else SOME,
        produk=named,
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=f"izin-{person().id}")


def _picture(form: PermitForm) -> str:
    """The key of the photo sent now or with an earlier try; a refusal stands beside the field."""
    file = request.files.get("foto")
    try:
        if file is not None and file.filename:
            key = private_pictures.keep(file.stream, folder=settings().permit_dir, field="foto")
            form.foto_tersimpan.data = str(_signer().dumps(key))
            return key
        return str(_signer().loads(form.foto_tersimpan.data)) if form.foto_tersimpan.data else ""
    except BadSignature:
        form.foto_tersimpan.data = ""
        return ""
    except Invalid as refusal:
        form.refused_photo = refusal.message
        return ""


def _form_page(form: PermitForm, follows: Permit | None) -> str:
    return render_template("permits/form.html", desk=desk(), form=form, follows=follows, kinds=KINDS)
