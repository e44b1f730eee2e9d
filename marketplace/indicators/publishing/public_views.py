"""Decides what everybody's request for figures shows: the API, the open data and their page."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts.guards import anyone, within
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.indicators import access
from marketplace.indicators.declaring import Indicator
from marketplace.indicators.periods import Period, month, period
from marketplace.indicators.publishing import open_data, openapi, public
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.clock import month_wib, now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import NotFound
from marketplace.regions import queries as regions
from marketplace.regions.models import LEVELS

blueprint = Blueprint("public_figures", __name__)
OPEN = "aggregates for everybody; small cells and what would reveal them are suppressed"
ONE_HOUR = "public, max-age=3600"
MONTHS = 12


@blueprint.get("/api/v1/indicators")
@anyone(OPEN)
@limiter.limit("120/minute")
def indicators() -> Response:
    """Figures of a `region`, its `level`, `period` (the last 12 months), `code` (all indicators).

    Whoever reads figures as an officer sees the own region unsuppressed; such an answer is never stored.
    """
    at, own = now(), _own_scopes()
    place = regions.region(request.args.get("region") or [*own, regions.LAMPUNG][0])
    level = request.args.get("level") or place.level
    if not within(place.code, regions.LAMPUNG) or level not in LEVELS:
        raise NotFound
    if LEVELS.index(level) < LEVELS.index(place.level):
        raise NotFound
    periods, only = _periods(request.args.get("period")), _only(request.args.get("code"))

    def sees(code: str) -> bool:
        return any(within(code, scope) for scope in own)

    asked = (place.code, level, *(each.key for each in periods), *(one.code for one in only))
    tag = "" if own else public.etag(*asked, at=at)
    if tag and _unchanged(tag):
        return _not_modified(tag)
    rows = public.items(place.code, level, periods, at=at, only=only, sees=sees)
    answer = Response(stream_with_context(_listed(rows)), content_type="application/json")
    answer.headers["Vary"] = "Cookie"
    if own:
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    return _stored(answer, tag, "public, max-age=300")


@blueprint.get("/api/v1/openapi.json")
@anyone("describes the addresses for programs")
def described() -> Response:
    """All addresses for programs, in OpenAPI 3.1."""
    g.cacheable = True
    answer = jsonify(openapi.document(settings().public_url))
    answer.headers["Cache-Control"] = ONE_HOUR
    return answer


@blueprint.get("/data/")
@anyone(OPEN)
def landing() -> ResponseReturnValue:
    """What there is to take, under which licence, and what was revised."""
    return render_template(
        "indicators/open_data.html",
        files=open_data.FORMATS,
        periods=open_data.periods(),
        revisions=open_data.revision_log()[:20],
        licence=open_data.LICENCE,
        licence_name=open_data.LICENCE_NAME,
    )


@blueprint.get("/data/indikator.csv")
@anyone(OPEN)
@limiter.limit("20/minute")
def csv() -> Response:
    """Every public figure as CSV, written while it is read."""
    tag = public.etag("csv", at=now())
    if _unchanged(tag):
        return _not_modified(tag)
    return _stored(csv_response("indikator", open_data.HEAD, open_data.csv_rows(at=now())), tag, ONE_HOUR)


@blueprint.get("/data/indikator.json")
@anyone(OPEN)
@limiter.limit("20/minute")
def as_json() -> Response:
    """The same as JSON."""
    tag = public.etag("json", at=now())
    if _unchanged(tag):
        return _not_modified(tag)
    rows = _listed(open_data.json_rows(at=now()), licence=open_data.LICENCE)
    return _stored(Response(stream_with_context(rows), content_type="application/json"), tag, ONE_HOUR)


@blueprint.get("/data/kamus.json")
@anyone(OPEN)
def words() -> Response:
    """The dictionary."""
    return _stored(jsonify(open_data.words(at=now())), public.etag("kamus", at=now()), ONE_HOUR)


@blueprint.get("/data/revisi.json")
@anyone(OPEN)
def revisions() -> Response:
    """What was locked and revised."""
    return _stored(jsonify(items=open_data.revision_log()), public.etag("revisi", at=now()), ONE_HOUR)


@blueprint.get("/data/katalog.jsonld")
@anyone(OPEN)
def catalogue() -> Response:
    """The catalogue in DCAT."""
    answer = Response(
        json.dumps(open_data.catalogue(settings().public_url), ensure_ascii=False),
        content_type="application/ld+json",
    )
    return _stored(answer, public.etag("katalog", at=now()), ONE_HOUR)


def _own_scopes() -> list[str]:
    if not current_user.is_authenticated:
        return []
    try:
        return access.scopes(current_user.user)
    except NotFound:
        return []


def _periods(asked: str | None) -> list[Period]:
    try:
        return [period(asked)] if asked else month(month_wib(now())).run(MONTHS)
    except ValueError:
        raise NotFound from None


def _only(asked: str | None) -> tuple[Indicator, ...]:
    return (access.wanted_indicator(asked),) if asked else tuple(INDICATORS.values())


def _listed(rows: Iterable[dict[str, Any]], **about: str) -> Iterator[str]:
    """A JSON object with `items`, some hundred rows at a time."""
    head = "".join(f"{json.dumps(key)}:{json.dumps(value)}," for key, value in about.items())
    some, first = [f'{{{head}"items":['], True
    for row in rows:
        some.append(("" if first else ",") + json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        first = False
        if len(some) > 500:
            yield "".join(some)
            some = []
    yield "".join([*some, "]}\n"])


def _unchanged(tag: str) -> bool:
    return request.if_none_match.contains_weak(tag) and public.at_rest()


def _not_modified(tag: str) -> Response:
    return _stored(Response(status=304), tag, ONE_HOUR)


def _stored(answer: Response, tag: str, how_long: str) -> Response:
    if not public.at_rest():
        answer.headers["Cache-Control"] = "no-store"
        return answer
    g.cacheable = True
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = how_long
    return answer
