"""Decides the counter's pages of assisted selling: whom to help, the seller's consent, the desk, the slip."""

from dataclasses import replace
from datetime import date
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, person, region_scopes
from marketplace.accounts.models import OPERATOR
from marketplace.accounts.registering import plain_phone
from marketplace.config import settings
from marketplace.kit import private_pictures
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.regions import queries as regions
from marketplace.sellers import assist_queries, assisting, helping, members, opening
from marketplace.sellers.assist_forms import AssistedShopForm, ConsentForm, EndForm
from marketplace.sellers.assist_models import LETTER
from marketplace.sellers.models import OWNER, Shop

blueprint = Blueprint("assisting", __name__)
FRESH = "undangan_bantuan"


def _address(slug: str) -> str:
    return f"/gerai/bantuan/{slug}"


def _new_address() -> str:
    return "/gerai/bantuan"


def _desk(slug: str) -> str:  # noqa: ARG001 - every address is made from the arguments of its view
    return "/penjual/pesanan"


@blueprint.get("/gerai/bantuan")
@counter
def shops() -> ResponseReturnValue:
    """The shops in the operator's care."""
    words = request.args.get("q", "").strip()[:80]
    page = assist_queries.helpable(person(), words, page_number(request.args.get("halaman")), at=now())
    page = replace(page, address=partial(_list_address, words))
    return render_template("sellers/assist_shops.html", page=page, words=words, villages=_villages())


@blueprint.get("/gerai/bantuan/toko-baru")
@counter
def new_shop_page() -> ResponseReturnValue:
    """Ask for the shop of a seller without an account."""
    return _new_shop_form(AssistedShopForm(formdata=None))


@blueprint.post("/gerai/bantuan/toko-baru")
@counter
@once(_new_address)
def new_shop() -> ResponseReturnValue:
    """Open it, together with the seller's consent."""
    form = AssistedShopForm().among(_villages())
    if not form.validate():
        return _new_shop_form(form), 422
    try:
        picture_key = _kept_letter(form)
    except Invalid as refusal:
        form.surat.errors = [refusal.message]
        return _new_shop_form(form), 422
    with transaction():
        made = opening.open_shop(
            None,
            name=form.nama.data or "",
            kind=form.jenis.data,
            village_code=form.desa.data,
            phone=plain_phone(form.telepon.data or ""),
            at=now(),
        )
        _give(made, form, picture_key)
        slug = made.slug
    flash(_("Toko dibuka. Siapkan produknya; toko bisa berjualan setelah diverifikasi."), "success")
    return redirect(_address(slug), 303)


@blueprint.get("/gerai/bantuan/<slug>")
@counter
def shop(slug: str) -> ResponseReturnValue:
    """One shop: its consents, and what was done for it."""
    return _page(slug)


@blueprint.post("/gerai/bantuan/<slug>/izin")
@counter
@once(_address)
def record(slug: str) -> ResponseReturnValue:
    """The seller agreed."""
    form = ConsentForm()
    _shop(slug)
    if not form.validate():
        return _page(slug, form), 422
    try:
        picture_key = _kept_letter(form)
    except Invalid as refusal:
        form.surat.errors = [refusal.message]
        return _page(slug, form), 422
    with transaction():
        _give(_shop(slug), form, picture_key)
    flash(_("Izin dicatat. Anda bisa mulai membantu."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/gerai/bantuan/<slug>/mulai")
@counter
@once(_desk)
def begin(slug: str) -> ResponseReturnValue:
    """Take the shop's desk."""
    at = now()
    consent = assist_queries.consent_of(_shop(slug), person(), at=at)
    if consent is None:
        raise NotFound(_("Penjual ini belum memberi izin, atau izinnya sudah berakhir."))
    helping.take(assisting.usable(consent.id, person(), at=at))
    return redirect(_desk(slug), 303)


@blueprint.post("/gerai/bantuan/<slug>/selesai")
@counter
@once(_address)
def leave(slug: str) -> ResponseReturnValue:
    """Leave the desk."""
    helping.leave()
    flash(_("Selesai membantu. Cetak catatan hari ini untuk penjual."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/gerai/bantuan/<slug>/akhiri")
@counter
@once(_address)
def end(slug: str) -> ResponseReturnValue:
    """The seller said at the counter that the help is over."""
    form = EndForm()
    if not form.validate():
        return _page(slug), 422
    with transaction():
        consent = assist_queries.consent_of(_shop(slug), person(), at=now())
        if consent is None:
            raise NotFound
        assisting.end(consent, by=person(), why=form.alasan.data or _("Diakhiri di gerai"), at=now())
    flash(_("Izin diakhiri."), "success")
    return redirect(_address(slug), 303)


@blueprint.post("/gerai/bantuan/<slug>/undang")
@counter
@once(_address)
def invite(slug: str) -> ResponseReturnValue:
    """A link for the seller, who has an account now: who opens it owns the shop. Shown once."""
    with transaction():
        mine = _shop(slug)
        if assisting.owner_of(mine) is not None:
            raise NotFound
        invited = members.invite(mine, OWNER, by=person(), at=now())
        session[FRESH] = [mine.id, invited.token]
    return redirect(_address(slug), 303)


@blueprint.get("/gerai/bantuan/<slug>/slip")
@counter
def slip(slug: str) -> ResponseReturnValue:
    """What was done for the shop on a day (`tanggal`, WIB; today if not said), for paper."""
    at = now()
    mine, day = _shop(slug), _asked_day(request.args.get("tanggal"), day_wib(at))
    return render_template(
        "sellers/assist_slip.html",
        shop=mine,
        place=regions.label(mine.village),
        operator=person(),
        owner=assisting.owner_of(mine),
        day=day,
        acts=assist_queries.acts_on(mine, person(), day),
        printed_at=at,
    )


@blueprint.get("/gerai/bantuan/<slug>/surat/<int:consent_id>")
@counter
def letter(slug: str, consent_id: int) -> Response:
    """The photo of a signed letter."""
    consent = assist_queries.one_of(_shop(slug), consent_id)
    return private_pictures.show(consent.picture_key, folder=settings().proof_dir)


def _page(slug: str, form: ConsentForm | None = None) -> str:
    at, mine = now(), _shop(slug)
    fresh = session.pop(FRESH, None)
    token = fresh[1] if fresh and fresh[0] == mine.id else ""
    return render_template(
        "sellers/assist_shop.html",
        shop=mine,
        owner=assisting.owner_of(mine),
        consent=assist_queries.consent_of(mine, person(), at=at),
        consents=assist_queries.consents_of(mine),
        acts=assist_queries.acts_of(mine, page_number(request.args.get("halaman"))),
        form=form or ConsentForm(formdata=None),
        end=EndForm(formdata=None),
        text=assisting.TEXTS[assisting.TEXT_VERSION],
        link=f"{settings().public_url}/penjual/undangan/{token}" if token else "",
        at=at,
    )


def _new_shop_form(form: AssistedShopForm) -> str:
    villages = _villages()
    if not villages:
        raise NotFound
    text = assisting.TEXTS[assisting.TEXT_VERSION]
    return render_template("sellers/assist_new_shop.html", form=form.among(villages), text=text)


def _shop(slug: str) -> Shop:
    return assist_queries.shop_in_care(person(), slug)


def _give(shop: Shop, form: ConsentForm, picture_key: str) -> None:
    user = person()
    assisting.give(
        shop,
        user,
        way=form.cara.data,
        witness=form.saksi.data or "",
        picture_key=picture_key,
        by=user,
        at=now(),
    )


def _kept_letter(form: ConsentForm) -> str:
    """The key of the photo that was sent with a letter; empty without one."""
    file = form.surat.data
    if form.cara.data != LETTER or file is None or not file.filename:
        return ""
    return private_pictures.keep(file.stream, folder=settings().proof_dir, field="surat")


def _villages() -> dict[str, str]:
    """The villages an operator may open shops in, code to full name; none where they are too many."""
    scopes = region_scopes(person(), OPERATOR)
    codes = [scope for scope in scopes if scope.count(".") == 3]
    codes += [row.code for scope in scopes if scope.count(".") == 2 for row in regions.children(scope)]
    return dict(sorted(regions.full_labels(codes).items(), key=lambda row: row[1]))


def _asked_day(text: str | None, today: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return today


def _list_address(words: str, page: int) -> str:
    return f"/gerai/bantuan?{urlencode({'q': words, 'halaman': page})}"
