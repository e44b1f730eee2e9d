"""Decides what the pages show that put regions beside one another: ranking, map, comparison."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import (
    access,
    asking,
    cohorts,
    comparing,
    maps,
    overviews,
    ranking,
    shortening,
    tables,
)
from marketplace.indicators.asking import Question
from marketplace.indicators.files import as_file, figures_file
from marketplace.indicators.frame import frame, paging
from marketplace.indicators.publishing.standing import standing
from marketplace.indicators.ranking import Ranking
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound

blueprint = Blueprint("program_reading", __name__)
for name in ("compact_value", "coverage", "number", "place"):
    blueprint.add_app_template_filter(getattr(shortening, name), f"figure_{name}")
blueprint.add_app_template_filter(tables.address_of, "figure_level_address")


@blueprint.get("/program/peringkat")
@officer
def ranking_page() -> ResponseReturnValue:
    """The regions of one level in the order of one indicator."""
    user, at = person(), now()
    asked = asking.question(user, request.args, at=at)
    found = ranking.ranking(asked, request.args.get("arah"), at=at)
    if as_file():
        return figures_file(_file("peringkat", asked), [row.figure for row in found.rows])
    return render_template(
        "indicators/ranking.html",
        **_controls(asked, "peringkat", found),
        found=found,
        paging=paging(len(found.rows)),
    )


@blueprint.get("/program/peta")
@officer
def map_page() -> ResponseReturnValue:
    """One indicator on a map, with a table beside it."""
    user, at = person(), now()
    asked = asking.question(user, request.args, at=at)
    shown = asking.coarser(asked, maps.levels(asked.region))
    found = ranking.ranking(shown, None, at=at)
    if as_file():
        return figures_file(_file("peta", shown), [row.figure for row in found.rows])
    by_code = sorted((row.figure for row in found.rows), key=lambda figure: figure.place.code)
    return render_template(
        "indicators/map.html",
        **_controls(shown, "peta", found, levels=maps.levels(shown.region)),
        found=found,
        map=maps.drawn(shown.region.code, by_code),
        too_fine=shown.level != asked.level,
    )


@blueprint.get("/program/banding")
@officer
def comparison_page() -> ResponseReturnValue:
    """Regions and periods side by side."""
    user, at = person(), now()
    places = comparing.chosen_regions(user, request.args.getlist("wilayah"))
    periods = comparing.chosen_periods(request.args.getlist("periode"), at)
    indicator = access.wanted_indicator(request.args.get("indikator") or asking.FIRST)
    found = comparing.comparison(places, periods, indicator, at=at)
    if as_file():
        return figures_file(f"banding-{places[0].code}-{periods[0].key}", found.figures)
    return render_template(
        "indicators/comparison.html",
        **frame(user, "banding", region=places[0].code),
        region=places[0],
        path=access.path(user, places[0].code),
        places=places,
        chosen=periods,
        period=periods[0],
        periods=overviews.choices(at),
        indicator=indicator,
        found=found,
        state=standing(user, places[0].code, periods[0], found.shown),
        offered=comparing.offered(user, places),
        indicators=asking.indicators(),
        most=comparing.MOST,
    )


@blueprint.get("/program/banding/kelompok")
@officer
def cohorts_page() -> ResponseReturnValue:
    """Villages with and without stimulus, by focus, by status: side by side."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    chosen = access.wanted_period(request.args.get("periode"), at)
    grouping = request.args.get("kelompok") or cohorts.STIMULUS
    if grouping not in cohorts.GROUPINGS:
        raise NotFound
    found = cohorts.cohorts(region, grouping, chosen, at=at)
    if as_file():
        return figures_file(f"kelompok-{grouping}-{region.code}-{chosen.key}", found.figures)
    return render_template(
        "indicators/cohorts.html",
        **frame(user, "banding", region=region.code),
        region=region,
        path=access.path(user, region.code),
        period=chosen,
        periods=overviews.choices(at),
        grouping=grouping,
        groupings=cohorts.GROUPINGS,
        found=found,
    )


def _controls(
    asked: Question, here: str, found: Ranking, levels: tuple[str, ...] | None = None
) -> dict[str, Any]:
    """What a page about one question needs beside its answer."""
    user, at = person(), now()
    return {
        **frame(user, here, region=asked.region.code),
        "asked": asked,
        "state": standing(user, asked.region.code, asked.period, found.figures),
        "region": asked.region,
        "period": asked.period,
        "path": access.path(user, asked.region.code),
        "offer": asking.offer(user, asked, overviews.choices(at), levels),
    }


def _file(page: str, asked: Question) -> str:
    return f"{page}-{asked.indicator.code}-{asked.region.code}-{asked.period.key}"
