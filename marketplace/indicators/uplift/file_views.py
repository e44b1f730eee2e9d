"""Decides what a request with a file of acts or baselines does: first look at it, then keep it."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.guards import officer, person
from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators.frame import frame
from marketplace.indicators.uplift import files, recording, rooms
from marketplace.indicators.uplift.act_views import SECTION, list_address
from marketplace.indicators.uplift.files import Looked
from marketplace.indicators.uplift.forms import FileForm
from marketplace.indicators.uplift.rooms import Room
from marketplace.kit.clock import day_wib, now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import Invalid
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions.models import VILLAGE, Region

SHOWN = 50

blueprint = Blueprint("program_act_files", __name__)


@blueprint.get("/program/uplift/<any('tindakan','data-awal'):slug>/contoh.csv")
@officer
def template(slug: str) -> ResponseReturnValue:
    """An empty table with its head and one example."""
    room = rooms.room(slug)
    return csv_response(f"contoh-{slug}", room.columns, [room.example])


@blueprint.post("/program/uplift/<any('tindakan','data-awal'):slug>/berkas")
@officer
def look(slug: str) -> ResponseReturnValue:
    """Show what a file would do, and keep nothing yet."""
    room, user, form = rooms.room(slug), person(), FileForm()
    body = form.berkas.data.read() if form.berkas.data else b""
    try:
        if not body:
            raise Invalid(_("Pilih berkasnya dulu."), "berkas")
        looked = _looked(room, user, body)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(room, Looked([], []), form), 422
    return _page(room, looked, form)


@blueprint.post("/program/uplift/<any('tindakan','data-awal'):slug>/berkas/simpan")
@officer
@once(list_address)
def keep(slug: str) -> ResponseReturnValue:
    """Keep what was looked at: it is read and judged again."""
    room, user, at = rooms.room(slug), person(), now()
    looked = _looked(room, user, request.form.get("isi", "").encode())
    if looked.problems:
        return _page(room, looked, FileForm(formdata=None)), 422
    with transaction():
        new = recording.record(looked.drafts, by=user, at=at)
    flash(_("%(count)s catatan disimpan.", count=new), "success")
    return redirect(list_address(slug), 303)


def _looked(room: Room, user: User, body: bytes) -> Looked:
    villages = db.session.execute(select(Region.code, Region.name).where(Region.level == VILLAGE))
    mine = {row.code: row.name for row in villages if rooms.may_write(user, row.code)}
    return files.look(body, room.columns, room.read, mine, today=day_wib(now()))


def _page(room: Room, looked: Looked, form: FileForm) -> str:
    return render_template(
        "indicators/uplift/file.html",
        **frame(person(), SECTION),
        room=room,
        looked=looked,
        shown=looked.drafts[:SHOWN],
        content=files.written(looked.drafts, room.columns) if looked.drafts and not looked.problems else "",
        form=form,
    )
