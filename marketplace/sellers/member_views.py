"""Decides the pages of a shop's people: who works there, the link that lets one in, roles, hand-over."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop, person, signed_in
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.kit.whatsapp import whatsapp_link
from marketplace.sellers import members
from marketplace.sellers.desk import choose, owner_desk, welcome

blueprint = Blueprint("shop_members", __name__)
welcome(blueprint)
FRESH = "undangan"


def _page_address(**_arguments: int) -> str:
    return "/penjual/toko/anggota"


def _after_joining(token: str) -> str:  # noqa: ARG001 - every address is made from the arguments of its view
    return "/penjual/toko"


@blueprint.get("/penjual/toko/anggota")
@member_of_shop
def people() -> ResponseReturnValue:
    """Who works in the shop."""
    return _page()


@blueprint.post("/penjual/toko/anggota/undangan")
@member_of_shop
@once(_page_address)
def invite() -> ResponseReturnValue:
    """Make a link; it is shown once, on the page that follows."""
    with transaction():
        shop = owner_desk().shop
        invited = members.invite(shop, request.form.get("peran", ""), by=person(), at=now())
        session[FRESH] = [shop.id, invited.token]
    return redirect(_page_address(), 303)


@blueprint.post("/penjual/toko/anggota/undangan/<int:number>/batal")
@member_of_shop
@once(_page_address)
def withdraw(number: int) -> ResponseReturnValue:
    """Nobody can use the link any more."""
    with transaction():
        members.withdraw(owner_desk().shop, number, at=now())
    flash(_("Undangan dibatalkan."), "success")
    return redirect(_page_address(), 303)


@blueprint.post("/penjual/toko/anggota/<int:user>/peran")
@member_of_shop
@once(_page_address)
def change_role(user: int) -> ResponseReturnValue:
    """Another role."""

    def change() -> None:
        role = request.form.get("peran", "")
        members.change_role(owner_desk().shop, user, role, by=person(), at=now())

    return _done(change, _("Peran diganti."))


@blueprint.post("/penjual/toko/anggota/<int:user>/keluarkan")
@member_of_shop
@once(_page_address)
def remove(user: int) -> ResponseReturnValue:
    """Somebody no longer works here."""

    def away() -> None:
        members.remove(owner_desk().shop, user, by=person(), at=now())

    return _done(away, _("Anggota dikeluarkan dari toko."))


@blueprint.post("/penjual/toko/anggota/serah-terima")
@member_of_shop
@once(_page_address)
def hand_over() -> ResponseReturnValue:
    """The shop goes to another member."""
    shop = owner_desk().shop
    taker = request.form.get("kepada", "")
    if not request.form.get("yakin") or not (taker.isascii() and taker.isdigit() and len(taker) < 16):
        words = _("Pilih anggota dan centang bahwa Anda mengerti. Belum ada yang diserahkan.")
        return _page(refused=words), 422
    try:
        with transaction():
            members.hand_over(shop, int(taker), by=person(), at=now())
    except Conflict as refusal:
        return _page(refused=refusal.message), 409
    flash(_("Toko sudah diserahkan. Anda sekarang staf di toko ini."), "success")
    return redirect("/penjual/toko", 303)


@blueprint.get("/penjual/undangan/<token>")
@signed_in
def invitation(token: str) -> ResponseReturnValue:
    """Ask whether the person wants to work in the shop that invites."""
    try:
        found = members.invitation_of(token, at=now())
    except Conflict as refusal:
        return _no_longer(refusal)
    return render_template("sellers/invitation.html", invitation=found, token=token, roles=members.ROLES)


@blueprint.post("/penjual/undangan/<token>")
@signed_in
@once(_after_joining)
def join(token: str) -> ResponseReturnValue:
    """Work there from now on."""
    try:
        with transaction():
            shop = members.join(token, person(), at=now())
            slug, name = shop.slug, shop.name
    except Conflict as refusal:
        return _no_longer(refusal)
    choose(slug)
    flash(_("Selamat bekerja di %(shop)s!", shop=name), "success")
    return redirect(_after_joining(token), 303)


def _done(change: Callable[[], None], words: str) -> ResponseReturnValue:
    try:
        with transaction():
            change()
    except (Conflict, Invalid) as refusal:
        return _page(refused=refusal.message), refusal.status
    flash(words, "success")
    return redirect(_page_address(), 303)


def _no_longer(refusal: Conflict) -> ResponseReturnValue:
    return make_response(render_template("sellers/invitation_over.html", words=refusal.message), 409)


def _page(*, refused: str = "") -> str:
    here, at = owner_desk(), now()
    fresh = session.pop(FRESH, None)
    token = fresh[1] if fresh and fresh[0] == here.shop.id else ""
    link = f"{settings().public_url}/penjual/undangan/{token}" if token else ""
    words = _("Anda diundang bekerja di toko %(shop)s di DesaMart: %(link)s", shop=here.shop.name, link=link)
    return render_template(
        "sellers/members.html",
        desk=here,
        me=person().id,
        members=members.members_of(here.shop),
        roles=members.ROLES,
        invitations=members.open_invitations(here.shop, at=at),
        history=members.history_of(here.shop),
        link=link,
        whatsapp=whatsapp_link("", words) if link else "",
        refused=refused,
    )
