"""Decides the officers' page of villages and outlets that fell silent."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access, silence
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import PER_PAGE, frame, paging
from marketplace.indicators.periods import month
from marketplace.kit.clock import day_wib, month_wib, now
from marketplace.kit.errors import NotFound
from marketplace.regions.queries import labels

blueprint = Blueprint("program_silence", __name__)


@blueprint.get("/program/berhenti")
@officer
def silent_page() -> ResponseReturnValue:
    """Who fell silent in a region; `jenis` is `desa` or `gerai`, a file holds both."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    kind = request.args.get("jenis") or silence.VILLAGES
    if kind not in (silence.VILLAGES, silence.OUTLETS):
        raise NotFound
    full = month(month_wib(at)).back()
    found = {
        silence.VILLAGES: silence.villages(region.code, full),
        silence.OUTLETS: silence.outlets(region.code, full),
    }
    if as_file():
        rows = silence.file_rows(found, day_wib(at))
        return table_file(f"berhenti-{region.code}-{full.key}", silence.FILE_HEAD, rows)
    pages = paging(len(found[kind].silent))
    shown = found[kind].silent[(pages.page - 1) * PER_PAGE : pages.page * PER_PAGE]
    return render_template(
        "indicators/silence.html",
        **frame(user, "berhenti", region=region.code),
        region=region,
        path=access.path(user, region.code),
        full=full,
        today=day_wib(at),
        kind=kind,
        found=found,
        shown=shown,
        names=labels(each.code for each in shown),
        paging=pages,
    )
