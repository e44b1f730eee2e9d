"""Decides the pages of what a person was told: the list, opening one, marking all as read."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import person, signed_in
from marketplace.kit.addresses import local_path
from marketplace.kit.clock import now
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.notices import reading
from marketplace.notices.facts import moment
from marketplace.notices.queries import notice_of, notices_of
from marketplace.notices.wording import told

blueprint = Blueprint("notices", __name__)
LIST = "/akun/pemberitahuan"


@blueprint.get("/akun/pemberitahuan")
@signed_in
def listed() -> ResponseReturnValue:
    """What the person was told, newest first."""
    page = notices_of(person(), page_number(request.args.get("halaman")))
    return render_template("notices/list.html", page=page, moment=moment, told=told)


@blueprint.post("/akun/pemberitahuan/<int:notice_id>")
@signed_in
def open_one(notice_id: int) -> ResponseReturnValue:
    """Mark one as read and go on to what it is about."""
    with transaction():
        notice = notice_of(person(), notice_id)
        reading.mark_read(notice, at=now())
        address = notice.address
    return redirect(local_path(address, otherwise=LIST), 303)


@blueprint.post("/akun/pemberitahuan/dibaca")
@signed_in
def all_read() -> ResponseReturnValue:
    """Mark as read what the person has seen, and nothing that came since."""
    with transaction():
        reading.mark_all_read(person(), up_to=_seen(), at=now())
    return redirect(LIST, 303)


def _seen() -> int:
    text = request.form.get("sampai", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
