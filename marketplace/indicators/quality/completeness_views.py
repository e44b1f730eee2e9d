"""Decides what the page of completeness shows: the regions below one, measure by measure; as a file too."""

from collections.abc import Iterator, Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import officer, person
from marketplace.indicators import access
from marketplace.indicators.files import as_file, table_file
from marketplace.indicators.frame import PER_PAGE, address, frame, paging
from marketplace.indicators.inputs import kinds
from marketplace.indicators.quality import completeness
from marketplace.indicators.quality.completeness import Line, Measure
from marketplace.indicators.tables import address_of
from marketplace.kit.clock import now
from marketplace.kit.csv_files import Cell
from marketplace.kit.errors import NotFound
from marketplace.regions.models import VILLAGE, Region

SECTION = "mutu"
PAGE = "/program/mutu/kelengkapan"
FILE_HEAD = ("kode", "wilayah", "data", "satuan", "diketahui", "dari", "persen", "tertua", "terbaru")

blueprint = Blueprint("program_completeness", __name__)


@blueprint.get(PAGE)
@officer
def page() -> ResponseReturnValue:
    """Regions of one level (`tingkat`) inside `wilayah`; `bagian` chooses the measures shown."""
    user, at = person(), now()
    region = access.place(user, request.args.get("wilayah") or access.scopes(user)[0])
    level = access.wanted_level(request.args.get("tingkat"), region)
    part = request.args.get("bagian", completeness.VILLAGES)
    if part not in completeness.PARTS:
        raise NotFound
    lines = completeness.lines(region.code, level, at=at)
    if as_file():
        return table_file(f"kelengkapan-{region.code}", FILE_HEAD, _file_rows(lines))
    cut = paging(len(lines))
    start = (cut.page - 1) * PER_PAGE
    return render_template(
        "indicators/quality/completeness.html",
        **frame(user, SECTION, region=region.code),
        region=region,
        crumbs=access.path(user, region.code),
        levels=[
            (each, address(tingkat=address_of(each), halaman="1"))
            for each in access.levels_below(region.level)
        ],
        level=level,
        parts=[(name, address(bagian=key, halaman="1")) for key, name in completeness.PARTS.items()],
        here=address(bagian=part, halaman="1"),
        part=part,
        measures=[each for each in completeness.MEASURES if each.part == part],
        lines=lines[start : start + PER_PAGE],
        whole=completeness.together(lines),
        entered=_entered,
        paging=cut,
    )


def _entered(measure: Measure, place: Region) -> str:
    """The page where what lacks of a region is entered or listed; empty where officers have none."""
    if measure.part == completeness.SALES:
        told = measure.key in ("sector", "workers", "woman_led")
        return f"/program/penjual?wilayah={place.code}" if told else ""
    if place.level == VILLAGE:
        return f"/program/masukan/{measure.slug}/desa/{place.code}"
    # A village with some months of its outlet is not among those of which nothing is known.
    only = "" if measure.key == kinds.OUTLET_DAYS else "&hanya=kurang"
    return f"/program/masukan/{measure.slug}?wilayah={place.code}{only}"


def _file_rows(lines: Sequence[Line]) -> Iterator[tuple[Cell, ...]]:
    for line in lines:
        for measure in completeness.MEASURES:
            known = line.known[measure.key]
            yield (
                *(line.place.code, line.place.name, str(measure.name), str(measure.unit)),
                *(known.known, known.whole, known.percent),
                *(day.isoformat() if day else "" for day in (known.oldest, known.newest)),
            )
