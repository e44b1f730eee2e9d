"""Decides what everybody's request for figures shows: the API, the open data and their page."""

import json
from collections.abc import Iterator
from pathlib import Path

from flask import Blueprint, Response, g, jsonify, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.accounts.guards import anyone, within
from marketplace.config import settings
from marketplace.extensions import limiter
from marketplace.indicators import access
from marketplace.indicators.declaring import Indicator
from marketplace.indicators.periods import Period, month, period
from marketplace.indicators.publishing import catalogue, open_data, open_files, openapi, public
from marketplace.indicators.publishing.json_lists import listed
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.clock import month_wib, now
from marketplace.kit.errors import NotFound
from marketplace.regions import queries as regions
from marketplace.regions.models import LEVELS

blueprint = Blueprint("public_figures", __name__)
OPEN = "aggregates for everybody; small cells and what would reveal them are suppressed"
ONE_HOUR, FIVE_MINUTES = "public, max-age=3600", "public, max-age=300"
MONTHS = 12
PORTION = 1 << 16


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
        answer = Response(status=304)
    else:
        rows = public.items(place.code, level, periods, at=at, only=only, sees=sees)
        answer = Response(stream_with_context(listed(rows)), content_type="application/json")
    answer.headers["Vary"] = "Cookie"
    if own:
        answer.headers["Cache-Control"] = "private, no-store"
        return answer
    return _stored(answer, tag, FIVE_MINUTES)


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
    """Every public figure as CSV."""
    return _file(open_files.CSV, "text/csv; charset=utf-8")


@blueprint.get("/data/indikator.json")
@anyone(OPEN)
@limiter.limit("20/minute")
def as_json() -> Response:
    """The same as JSON."""
    return _file(open_files.JSON, "application/json")


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
def dcat() -> Response:
    """The catalogue in DCAT."""
    answer = Response(
        json.dumps(catalogue.catalogue(settings().public_url), ensure_ascii=False),
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


def _file(name: str, kind: str) -> Response:
    """The kept file, whole or a range of it; while cells are counted, what they say now, kept by nobody."""
    kept = open_files.open_file(name, at=now())
    if kept is None:
        answer = Response(stream_with_context(open_files.lines(name, at=now())), content_type=kind)
        answer.headers["Cache-Control"] = "no-store"
    else:
        g.cacheable = True
        packed = request.accept_encodings.best_match(["gzip"]) is not None and "Range" not in request.headers
        path = kept.packed if packed else kept.path
        answer = Response(_portions(path), content_type=kind)
        # Said in either case, so that nothing packs it once more, or a part of it.
        answer.headers["Content-Encoding"] = "gzip" if packed else "identity"
        answer.vary.add("Accept-Encoding")
        answer.content_length = size = path.stat().st_size
        answer.set_etag(f"{kept.tag}-gzip" if packed else kept.tag)
        answer.headers["Cache-Control"] = ONE_HOUR
        answer.make_conditional(request, accept_ranges=not packed, complete_length=size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _portions(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while portion := file.read(PORTION):
            yield portion


def _unchanged(tag: str) -> bool:
    """Whether the reader has this answer; what was packed on the way says so behind its tag."""
    known = {each.partition(":")[0] for each in request.if_none_match.as_set(include_weak=True)}
    return tag in known and public.at_rest()


def _stored(answer: Response, tag: str, how_long: str) -> Response:
    if not public.at_rest():
        answer.headers["Cache-Control"] = "no-store"
        return answer
    g.cacheable = True
    answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = how_long
    return answer
