"""Decides what an officer's request shows: home, tables by region, an indicator, its facts, the API."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access, home, overviews, queries, tables, wording
from marketplace.indicators.beneath import opening
from marketplace.indicators.beneath.shape import Question
from marketplace.indicators.files import as_file, figures_file, table_file
from marketplace.indicators.frame import PER_PAGE, frame, paging
from marketplace.indicators.periods import month
from marketplace.indicators.publishing.standing import standing
from marketplace.kit.clock import month_wib, now

blueprint = Blueprint("program", __name__)
WORDS = (
    "value",
    "reason",
    "part",
    "beside",
    "change",
    "day",
    "moment",
    "whole",
    "payment",
    "delivery",
    "level",
)
for name in WORDS:
    blueprint.add_app_template_filter(getattr(wording, name), f"figure_{name}")


@blueprint.get("/program")
@officer
def home_page() -> ResponseReturnValue:
    """The officer's own region at a glance."""
    user, at = person(), now()
    region = access.place(user, access.scopes(user)[0])
    running = month(month_wib(at))
    if as_file():
        inside = access.levels_below(region.level)[0]
        found = queries.figures(region.code, inside, running.back(), at=at)
        return figures_file(f"{region.code}-{running.back().key}", found)
    others = [access.place(user, code) for code in access.scopes(user)[1:]]
    page = home.home(user, region, running, at=at)
    return render_template(
        "indicators/home.html",
        **frame(user, "ringkasan", region=region.code),
        region=region,
        page=page,
        state=standing(user, region.code, running.back(), page.figures),
        others=others,
    )


@blueprint.get("/program/wilayah/<code>")
@officer
def region_page(code: str) -> ResponseReturnValue:
    """All indicators for the regions inside one region."""
    user, at = person(), now()
    region = access.place(user, code)
    chosen = access.wanted_period(request.args.get("periode"), at)
    level = access.wanted_level(request.args.get("tingkat"), region)
    args = request.args
    columns = tables.ALL if as_file() else args.get("kolom")
    order = {"sort": args.get("urut"), "direction": args.get("arah")}
    table = tables.table(region, level, chosen, at=at, group=columns, **order)
    if as_file():
        return figures_file(f"wilayah-{code}-{table.level_name}-{chosen.key}", table.figures)
    pages = paging(len(table.rows))
    return render_template(
        "indicators/region.html",
        **frame(user, "wilayah", region=code),
        region=region,
        path=access.path(user, code),
        period=chosen,
        periods=overviews.choices(at),
        state=standing(user, code, chosen, [*table.whole.values(), *table.figures]),
        table=table,
        paging=pages,
    )


@blueprint.get("/program/indikator")
@officer
def indicators_page() -> ResponseReturnValue:
    """All indicators of one region and period, each the way to its own page."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    chosen = access.wanted_period(request.args.get("periode"), at)
    headlines = overviews.headlines(region, chosen, at=at)
    if as_file():
        return figures_file(f"{region.code}-{chosen.key}", [each.figure for each in headlines])
    return render_template(
        "indicators/indicators.html",
        **frame(user, "indikator", region=region.code),
        region=region,
        path=access.path(user, region.code),
        period=chosen,
        periods=overviews.choices(at),
        state=standing(user, region.code, chosen, [each.figure for each in headlines]),
        headlines=headlines,
    )


@blueprint.get("/program/indikator/<code>")
@officer
def indicator_page(code: str) -> ResponseReturnValue:
    """One indicator of one region: how it is made, how it moved, how the regions inside compare."""
    user, at = person(), now()
    indicator = access.wanted_indicator(code)
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    chosen = access.wanted_period(request.args.get("periode"), at)
    detail = overviews.detail(indicator, region, chosen, at=at)
    if as_file():
        return figures_file(f"{code}-{region.code}-{chosen.key}", [*detail.timeline, *detail.children])
    return render_template(
        "indicators/indicator.html",
        **frame(user, "indikator", region=region.code),
        region=region,
        path=access.path(user, region.code),
        period=chosen,
        periods=overviews.choices(at),
        state=standing(user, region.code, chosen, detail.figures),
        detail=detail,
    )


@blueprint.get("/program/indikator/<code>/rincian")
@officer
def lines_page(code: str) -> ResponseReturnValue:
    """The facts under one figure, and what they add up to."""
    user, at = person(), now()
    indicator = access.wanted_indicator(code)
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    chosen = access.wanted_period(request.args.get("periode"), at)
    asked = Question(indicator, region.code, chosen)
    view = opening.wanted_view(indicator, request.args.get("bagian"))
    if as_file():
        head, found = opening.file(view, asked)
        return table_file(f"{code}-rincian-{region.code}-{chosen.key}", head, found)
    pages = paging(view.size(asked))
    figure = overviews.one(indicator, region, chosen, at=at)
    return render_template(
        "indicators/lines.html",
        **frame(user, "indikator", region=region.code),
        region=region,
        path=access.path(user, region.code),
        period=chosen,
        periods=overviews.choices(at),
        figure=figure,
        state=standing(user, region.code, chosen, [figure]),
        beneath=opening.beneath(asked),
        views=opening.views(indicator),
        view=view,
        columns=opening.stacked(view, asked),
        rows=list(view.rows(asked, skip=(pages.page - 1) * PER_PAGE, most=PER_PAGE)),
        paging=pages,
    )
