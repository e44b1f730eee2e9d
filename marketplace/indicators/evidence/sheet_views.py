"""Decides the pages of evidence sheets: which there are, and one as page, paper and file."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.config import settings
from marketplace.indicators import access, queries
from marketplace.indicators.evidence import sheet
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import frame
from marketplace.indicators.periods import FIRST_YEAR, period
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import NotFound
from marketplace.regions.models import VILLAGE
from marketplace.regions.queries import label

SECTION, YEARS = "lembar-bukti", 3
blueprint = Blueprint("program_evidence", __name__)


@blueprint.get("/program/lembar-bukti")
@officer
def listed() -> ResponseReturnValue:
    """The villages of a region that have sold until a year (`tahun`); of a village its own sheet."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    newest = day_wib(at).year
    year = _year(request.args.get("tahun") or str(newest), newest)
    if region.level == VILLAGE:
        return one(region.code, str(year))
    found = queries.figures(region.code, VILLAGE, period(str(year)), at=at, only=[INDICATORS["SE-01"]])
    return render_template(
        "evidence/list.html",
        **frame(user, SECTION, region=region.code),
        region=region,
        year=year,
        years=range(newest, max(newest - YEARS, FIRST_YEAR - 1), -1),
        figures=[figure for figure in found if figure.value is not None],
    )


@blueprint.get("/program/lembar-bukti/<code>/<year>")
@officer
def one(code: str, year: str) -> ResponseReturnValue:
    """The sheet of a village and year; `format=csv` is the file."""
    user, at = person(), now()
    village = access.place(user, code)
    if village.level != VILLAGE:
        raise NotFound
    found = sheet.sheet(village, _year(year, day_wib(at).year), at=at)
    if as_file():
        rows = sheet.file_rows(found, settings().public_url)
        return table_file(f"lembar-bukti-{code}-{found.year}", sheet.FILE_HEAD, rows)
    return render_template(
        "evidence/sheet.html",
        **frame(user, SECTION, region=village.code),
        sheet=found,
        place=label(village),
        printed_at=at,
        by=user.name,
    )


def _year(text: str, newest: int) -> int:
    """A year of which there may be facts.

    Raises:
        NotFound: none.
    """
    if not (text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= newest):
        raise NotFound
    return int(text)
