"""Decides what a request for the notes of acts and baselines does: list, note, correct, withdraw."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import officer, person
from marketplace.accounts.models import User
from marketplace.indicators import access
from marketplace.indicators.frame import frame
from marketplace.indicators.uplift import recording, rooms
from marketplace.indicators.uplift.forms import FileForm, SaidForm, WithdrawForm
from marketplace.indicators.uplift.rooms import Room
from marketplace.indicators.uplift.said import NAMES, WORD_OF
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions import queries as regions

SECTION = "tindakan"
PER_PAGE = 100

blueprint = Blueprint("program_acts", __name__)


def list_address(slug: str, **_rest: object) -> str:
    """Where a note leads to."""
    return f"/program/uplift/{slug}"


@blueprint.get("/program/uplift/<any('tindakan','data-awal'):slug>")
@officer
def notes(slug: str) -> ResponseReturnValue:
    """All notes that stand, a form for a new one, and one for a file."""
    return _page(rooms.room(slug), rooms.room(slug).form(formdata=None))


@blueprint.post("/program/uplift/<any('tindakan','data-awal'):slug>")
@officer
@once(list_address)
def note(slug: str) -> ResponseReturnValue:
    """Keep one note."""
    room, user, at = rooms.room(slug), person(), now()
    form = room.form()
    try:
        rooms.village(user, form.kode.data or "")
        draft = form.draft(today=day_wib(at))
        with transaction():
            new = recording.record([draft], by=user, at=at)
    except (Invalid, NotFound) as refusal:
        _refuse(form, refusal)
        return _page(room, form), 422
    flash(
        _("Catatan disimpan.") if new else _("Catatan yang sama sudah ada; tidak ada yang berubah."),
        "success",
    )
    return redirect(list_address(slug), 303)


@blueprint.get("/program/uplift/<any('tindakan','data-awal'):slug>/<int:number>")
@officer
def one(slug: str, number: int) -> ResponseReturnValue:
    """One note: to correct it, or to take it back."""
    room = rooms.room(slug)
    row = _own(person(), room, number)
    form = room.form(formdata=None, data=_typed(row))
    return _one_page(room, row, form, WithdrawForm(formdata=None))


@blueprint.post("/program/uplift/<any('tindakan','data-awal'):slug>/<int:number>")
@officer
@once(list_address)
def correct(slug: str, number: int) -> ResponseReturnValue:
    """Put a corrected note in the place of one; the old one stays readable."""
    room, user, at = rooms.room(slug), person(), now()
    row, form = _own(user, room, number), room.form()
    try:
        rooms.village(user, form.kode.data or "")
        draft = form.draft(today=day_wib(at))
        with transaction():
            recording.record([draft], by=user, at=at, replaces=recording.one_standing(room.table, number))
    except (Invalid, NotFound) as refusal:
        _refuse(form, refusal)
        return _one_page(room, row, form, WithdrawForm(formdata=None)), 422
    flash(_("Catatan diganti. Yang lama tetap tersimpan."), "success")
    return redirect(list_address(slug), 303)


@blueprint.post("/program/uplift/<any('tindakan','data-awal'):slug>/<int:number>/tarik")
@officer
@once(list_address)
def withdraw(slug: str, number: int) -> ResponseReturnValue:
    """Take a note back, with the reason."""
    room, user, at = rooms.room(slug), person(), now()
    row, form = _own(user, room, number), WithdrawForm()
    try:
        with transaction():
            standing = recording.one_standing(room.table, number)
            recording.withdraw(standing, form.alasan.data or "", by=user, at=at)
    except Invalid as refusal:
        form.alasan.errors = [refusal.message]
        return _one_page(room, row, room.form(formdata=None, data=_typed(row)), form), 422
    flash(_("Catatan ditarik. Alasannya tersimpan."), "success")
    return redirect(list_address(slug), 303)


def _own(user: User, room: Room, number: int) -> recording.Row:
    """A note that stands, of a village that this person may write about."""
    row: recording.Row = recording.one_standing(room.table, number)
    rooms.village(user, row.village_code)
    return row


def _refuse(form: SaidForm, refusal: Invalid | NotFound) -> None:
    form.refuse(refusal if isinstance(refusal, Invalid) else Invalid(refusal.message, "kode"))


def _typed(row: recording.Row) -> Mapping[str, str]:
    """A row as its form writes it."""
    return {
        "kode": row.village_code,
        "tanggal": row.day.isoformat(),
        "rupiah": "" if row.rupiah is None else str(row.rupiah),
        "sumber": row.source,
        "tindakan": WORD_OF.get(getattr(row, "kind", ""), ""),
    }


def _page(room: Room, form: SaidForm) -> str:
    user = person()
    scope = request.args.get("wilayah") or access.scopes(user)[0]
    region = access.place(user, scope)
    history = recording.history(room.table, region.code)
    return render_template(
        "indicators/uplift/notes.html",
        **frame(user, SECTION, region=region.code),
        room=room,
        rooms=rooms.ROOMS,
        region=region,
        rows=history[:PER_PAGE],
        total=len(history),
        standing={row.id for row in recording.standing(room.table, region.code)},
        villages=regions.labels({row.village_code for row in history[:PER_PAGE]}),
        names=NAMES,
        form=form,
        file=FileForm(formdata=None),
        writes=rooms.may_write(user, region.code),
    )


def _one_page(room: Room, row: recording.Row, form: SaidForm, taking_back: WithdrawForm) -> str:
    return render_template(
        "indicators/uplift/note.html",
        **frame(person(), SECTION, region=row.village_code),
        room=room,
        row=row,
        village=regions.labels([row.village_code])[row.village_code],
        form=form,
        taking_back=taking_back,
    )
