"""Decides what an officer takes along: the figures of a region, level and period as a file."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access, queries
from marketplace.indicators import overviews as figures
from marketplace.indicators.files import FORMATS, as_file, figures_file
from marketplace.indicators.frame import frame
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound

blueprint = Blueprint("program_exports", __name__)


@blueprint.get("/program/ekspor")
@officer
def choose() -> ResponseReturnValue:
    """Choose region, level, period and format; with `format`, the file itself. Never stored on the way."""
    user, at = person(), now()
    place = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    period = access.wanted_period(request.args.get("periode"), at)
    levels = {name: level for name, level in access.LEVEL_NAMES.items() if level in _levels(place.level)}
    form = request.args.get("format")
    if not form:
        return render_template(
            "indicators/export.html",
            **frame(user, "ekspor", region=place.code),
            region=place,
            period=period,
            periods=figures.choices(at),
            levels=levels,
            formats=FORMATS,
        )
    name = request.args.get("tingkat") or next(iter(levels))
    if not as_file() or name not in levels:
        raise NotFound
    found = queries.figures(place.code, levels[name], period, at=at)
    return figures_file(f"{place.code}-{name}-{period.key}", found)


def _levels(level: str) -> tuple[str, ...]:
    return (level, *access.levels_below(level))
