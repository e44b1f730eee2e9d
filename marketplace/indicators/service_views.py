"""Decides the officers' page of the counters' services: sums by region and by month, never beside sales."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.indicators.periods import month
from marketplace.kit.clock import month_bounds, month_wib, now
from marketplace.kit.errors import NotFound
from marketplace.regions.models import CODE_LENGTHS
from marketplace.regions.queries import names
from marketplace.village_services import queries
from marketplace.village_services.models import KINDS
from marketplace.village_services.queries import Sums

MONTHS = 12
CSV_HEAD = ("kode", "wilayah", "bulan", "layanan", "jumlah", "nilai", "jasa")
_LENGTHS = {level: length for length, level in CODE_LENGTHS.items()}
blueprint = Blueprint("program_services", __name__)


@blueprint.get("/program/layanan")
@officer
def services() -> ResponseReturnValue:
    """Services of a month by the regions inside, and of the last twelve months together."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    newest = month(month_wib(at))
    choices = newest.run(MONTHS)
    chosen = next((each for each in choices if each.key == request.args.get("bulan", newest.key)), None)
    if chosen is None:
        raise NotFound
    first, end = month_bounds(chosen.key)
    length = _LENGTHS[access.levels_below(region.level)[0]]
    inside = queries.by_region(region.code, length, first, end)
    called = names(inside)
    if as_file():
        rows = (
            (code, called[code], chosen.key, KINDS[kind], sums.count, sums.amount, sums.fee)
            for code, kinds in sorted(inside.items())
            for kind, sums in sorted(kinds.items())
        )
        return table_file(f"layanan-{region.code}-{chosen.key}", CSV_HEAD, rows)
    by_month = queries.by_month(region.code, month_bounds(choices[0].key)[0], end)
    return render_template(
        "indicators/services.html",
        **frame(user, "masukan", region=region.code),
        region=region,
        chosen=chosen,
        choices=choices[::-1],
        inside=[(code, called[code], _whole(kinds)) for code, kinds in sorted(inside.items())],
        months=[(each, _whole(by_month[each.key]) if each.key in by_month else {}) for each in choices[::-1]],
        kinds=KINDS,
        deeper=length < _LENGTHS["village"],
    )


def _whole(kinds: dict[str, Sums]) -> dict[str, Sums]:
    return {kind: kinds.get(kind, Sums()) for kind in KINDS}
