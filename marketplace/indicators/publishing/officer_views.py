"""Decides what an officer's request for publications shows and does: the list, one of them, its steps."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access
from marketplace.indicators import overviews as figures
from marketplace.indicators.frame import frame
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing import desk, locking, overviews, revising, waiting, wording
from marketplace.indicators.publishing.snapshots import unpacked
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region

SECTION = "terbitan"
blueprint = Blueprint("program_publishing", __name__)
blueprint.add_app_template_filter(wording.name, "publication_state")


def address_of(code: str, key: str, **_other: str) -> str:
    """The page of one publication."""
    return f"/program/terbitan/{code}/{key}"


@blueprint.get("/program/terbitan")
@officer
def home() -> ResponseReturnValue:
    """The publications of a period in the person's regions."""
    user, at = person(), now()
    period = access.wanted_period(request.args.get("periode"), at)
    return render_template(
        "indicators/publications.html",
        **frame(user, SECTION),
        period=period,
        periods=figures.choices(at),
        lines=overviews.listed(user, period, at=at),
        waiting=waiting.waiting(user, at=at),
    )


@blueprint.get("/program/terbitan/<code>/<key>")
@officer
def publication(code: str, key: str) -> ResponseReturnValue:
    """One publication: where it stands, what is missing, its history, its revisions side by side."""
    return page(code, key)


@blueprint.post("/program/terbitan/<code>/<key>/<step>")
@officer
@once(address_of)
def act(code: str, key: str, step: str) -> ResponseReturnValue:
    """Take one step with a publication."""
    user, at = person(), now()
    place, period = desk.publication_place(user, code), access.wanted_period(key, at)
    if not desk.may(user, step, code):
        raise NotFound
    try:
        with transaction():
            _take(step, locking.Act(place, period, user.id, at))
    except Invalid as refusal:
        said = {"reason": request.form.get("alasan", ""), "words": refusal.message, "step": step}
        return page(code, key, **said), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return page(code, key), 409
    flash(_("Tercatat."), "success")
    return redirect(address_of(code, key), 303)


@blueprint.get("/program/terbitan/<code>/<key>/revisi/<int:revision>")
@officer
def download(code: str, key: str, revision: int) -> Response:
    """The canonical rows of one revision: `sha256sum` of this file is its hash."""
    place, period = _asked(code, key)
    found = overviews.snapshot(place, period, revision)
    answer = Response(unpacked(found.body), content_type="application/x-ndjson")
    name = f"desamart-terbitan-{code}-{key}-revisi-{revision}.ndjson"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def page(code: str, key: str, *, reason: str = "", words: str = "", step: str = "") -> str:
    """The page of one publication, with what was typed and why it was refused."""
    user, at = person(), now()
    place, period = _asked(code, key)
    found = overviews.publication(user, place, period, at=at)
    newest = found.revisions[0].revision if found.revisions else 0
    wanted = _number(request.args.get("revisi", "")) or newest
    return render_template(
        "indicators/publication.html",
        **frame(user, SECTION, region=code),
        region=place,
        period=period,
        page=found,
        newest=newest,
        compared=_compared(place, period, wanted) if wanted > 1 else None,
        reason=reason,
        refused=words,
        refused_step=step,
    )


def _asked(code: str, key: str) -> tuple[Region, Period]:
    return desk.publication_place(person(), code), access.wanted_period(key, now())


def _take(step: str, act: locking.Act) -> None:
    note, seen = request.form.get("alasan", ""), _number(request.form.get("semula", ""))
    if step == desk.SUBMIT:
        locking.submit(act)
    elif step == desk.APPROVE:
        locking.approve(act)
    elif step == desk.RETURN:
        locking.give_back(act, note)
    elif step == desk.LOCK:
        locking.lock(act)
    elif step == desk.PROPOSE:
        revising.propose(act, note, seen=seen)
    elif step == desk.REVISE:
        revising.revise(act, proposal=seen)
    elif step == desk.DECLINE:
        revising.decline(act, note, proposal=seen)
    else:
        raise NotFound


def _compared(place: Region, period: Period, revision: int) -> overviews.Compared:
    older, newer = (overviews.snapshot(place, period, each) for each in (revision - 1, revision))
    return overviews.compared(older, newer)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
