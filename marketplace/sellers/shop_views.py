"""Decides what an owner does with a shop beside its settings: complete it, move it, say its hours."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import member_of_shop, person
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions import picking
from marketplace.sellers import holidays, members, opening, pickup, reviewing
from marketplace.sellers.desk import desk, owner_desk, welcome
from marketplace.sellers.models import APPLIED
from marketplace.sellers.shop_forms import HolidayForm

blueprint = Blueprint("own_shop", __name__)
welcome(blueprint)


def _shop_page() -> str:
    return "/penjual/toko"


def _holiday_page() -> str:
    return "/penjual/toko/libur"


@blueprint.post("/penjual/toko/sudah-lengkap")
@member_of_shop
@once(_shop_page)
def resubmit() -> ResponseReturnValue:
    """The application is complete now."""
    try:
        with transaction():
            reviewing.resubmit(owner_desk().shop, by=person(), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Terkirim. Operator desa memeriksanya lagi."), "success")
    return redirect(_shop_page(), 303)


@blueprint.get("/penjual/toko/desa")
@member_of_shop
def ask_village() -> ResponseReturnValue:
    """Ask for another village."""
    here = owner_desk()
    if here.shop.status != APPLIED:
        raise NotFound
    return render_template("sellers/move_shop.html", desk=here, state=picking.pick(request.args))


@blueprint.post("/penjual/toko/desa")
@member_of_shop
@once(_shop_page)
def move() -> ResponseReturnValue:
    """Apply in another village."""
    try:
        with transaction():
            opening.move(owner_desk().shop, request.form.get("wilayah", ""), at=now())
    except Invalid as refusal:
        flash(refusal.message, "error")
    else:
        flash(_("Desa toko diganti."), "success")
    return redirect(_shop_page(), 303)


@blueprint.get("/penjual/toko/libur")
@member_of_shop
def holiday() -> ResponseReturnValue:
    """When the shop takes no orders."""
    today = day_wib(now())
    return _holiday(HolidayForm(formdata=None, dari=today, sampai=today + timedelta(days=6)))


@blueprint.post("/penjual/toko/libur")
@member_of_shop
@once(_holiday_page)
def go_on_holiday() -> ResponseReturnValue:
    """Take no orders for some days."""
    owner_desk()
    form = HolidayForm()
    if not form.validate():
        return _holiday(form), 422
    first, last = form.days
    try:
        with transaction():
            holidays.go(owner_desk().shop, first, last, note=(form.kata.data or "").strip(), at=now())
    except Invalid as refusal:
        form[refusal.field or "dari"].errors = [refusal.message]
        return _holiday(form), 422
    flash(_("Libur dicatat. Pesanan yang sudah masuk tetap ditunggu pembeli."), "success")
    return redirect(_holiday_page(), 303)


@blueprint.post("/penjual/toko/libur/selesai")
@member_of_shop
@once(_holiday_page)
def come_back() -> ResponseReturnValue:
    """Take orders again."""
    with transaction():
        holidays.come_back(owner_desk().shop, at=now())
    flash(_("Toko menerima pesanan lagi."), "success")
    return redirect(_holiday_page(), 303)


@blueprint.get("/penjual/toko/jam-ambil")
@member_of_shop
def pickup_hours() -> ResponseReturnValue:
    """When buyers can pick up their goods."""
    return _pickup_hours(owner_desk().shop.pickup_hours, {})


@blueprint.post("/penjual/toko/jam-ambil")
@member_of_shop
@once(_shop_page)
def say_pickup_hours() -> ResponseReturnValue:
    """Say when buyers can pick up their goods."""
    owner_desk()
    hours = [request.form.get(f"hari-{place}", "") for place in range(len(pickup.DAYS))]
    try:
        with transaction():
            pickup.say(owner_desk().shop, hours, at=now())
    except Invalid as refusal:
        return _pickup_hours(hours, {refusal.field: refusal.message}), 422
    flash(_("Jam ambil disimpan. Pembeli yang mengambil sendiri melihatnya."), "success")
    return redirect(_shop_page(), 303)


@blueprint.post("/penjual/toko/keluar")
@member_of_shop
@once(_shop_page)
def leave() -> ResponseReturnValue:
    """Work here no longer."""
    try:
        with transaction():
            here = desk()
            if here.helping:
                raise NotFound
            members.remove(here.shop, person().id, by=person(), at=now())
    except Conflict as refusal:
        flash(refusal.message, "error")
        return redirect(_shop_page(), 303)
    flash(_("Anda sudah keluar dari toko itu."), "success")
    return redirect("/akun", 303)


def _pickup_hours(hours: Sequence[str], reasons: dict[str | None, str]) -> str:
    said = [*hours, *[""] * len(pickup.DAYS)]
    rows = [(f"hari-{place}", day, said[place]) for place, day in enumerate(pickup.DAYS)]
    return render_template("sellers/pickup_hours.html", desk=owner_desk(), rows=rows, reasons=reasons)


def _holiday(form: HolidayForm) -> str:
    here, at = owner_desk(), now()
    ends = here.shop.holiday_ends
    return render_template(
        "sellers/holiday.html",
        desk=here,
        form=form,
        planned=ends is not None and ends > at,
        now_on=here.shop.on_holiday(at),
    )
