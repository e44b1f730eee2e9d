"""Decides how figures stand on a map: the class of each region, its outline or its tile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketplace.indicators import cartogram, queries
from marketplace.indicators.asking import Question
from marketplace.indicators.classes import Step, step_of, steps
from marketplace.indicators.figures import NO_DATA, Figure
from marketplace.regions import shapes
from marketplace.regions.boundaries import Shape
from marketplace.regions.models import LEVELS, VILLAGE, Region

NONE, UNAVAILABLE = "none", "unavailable"
MARGIN = 0.02


@dataclass(frozen=True)
class Area:
    """A region on the map. `kind` is the number of its class, or why it has none; `path` outlines it, or a
    tile stands at `x` and `y` with the lines of `label`.
    """

    figure: Figure
    kind: str
    path: str = ""
    x: int = 0
    y: int = 0
    label: tuple[str, ...] = ()


@dataclass(frozen=True)
class Map:
    """Regions in a box (x, y, width, height), the classes of their colours, and who is not drawn.

    `without_data` and `not_available` count the regions that have no class.
    """

    areas: list[Area]
    steps: list[Step]
    box: tuple[int, int, int, int]
    tiles: bool
    undrawn: list[Figure]
    without_data: int
    not_available: int


def levels(region: Region) -> tuple[str, ...]:
    """The levels that a map of this region can show: the two below it. More would be too fine to be read."""
    here = LEVELS.index(region.level)
    return LEVELS[here + 1 : here + 3] or (VILLAGE,)


def of(asked: Question, *, at: datetime) -> Map:
    """The map that answers a question; its level is one of `levels`."""
    found = queries.figures(asked.region.code, asked.level, asked.period, at=at, only=[asked.indicator])
    return drawn(asked.region.code, found)


def drawn(scope: str, figures: Sequence[Figure]) -> Map:
    """A map of figures, one for each region of a level in `scope`. Without boundaries it is made of tiles."""
    classes = steps([figure.value for figure in figures if figure.value is not None])
    outlines = shapes.inside(scope, figures[0].place.level) if figures else {}
    areas, box = _outlined(figures, classes, outlines) if outlines else _tiled(figures, classes)
    return Map(
        areas=areas,
        steps=classes,
        box=box,
        tiles=not outlines,
        undrawn=[figure for figure in figures if outlines and figure.place.code not in outlines],
        without_data=sum(figure.why == NO_DATA for figure in figures),
        not_available=sum(figure.value is None and figure.why != NO_DATA for figure in figures),
    )


def _outlined(
    figures: Sequence[Figure], classes: list[Step], outlines: dict[str, Shape]
) -> tuple[list[Area], tuple[int, int, int, int]]:
    shown = list(outlines.values())
    west, north = min(each.west for each in shown), min(each.north for each in shown)
    width = max(each.east for each in shown) - west
    height = max(each.south for each in shown) - north
    edge = round(max(width, height) * MARGIN)
    areas = [
        Area(figure, _kind(figure, classes), path=outlines[figure.place.code].path)
        for figure in figures
        if figure.place.code in outlines
    ]
    return areas, (west - edge, north - edge, width + 2 * edge, height + 2 * edge)


def _tiled(figures: Sequence[Figure], classes: list[Step]) -> tuple[list[Area], tuple[int, int, int, int]]:
    spots = cartogram.places([figure.place.code for figure in figures])
    areas = []
    for figure in figures:
        x, y = spots[figure.place.code]
        label = cartogram.label(figure.place.name)
        areas.append(Area(figure, _kind(figure, classes), x=x, y=y, label=label))
    # At least three tiles wide, so that the only village of a map does not fill the page.
    wide = max([x for x, _y in spots.values()] + [2 * (cartogram.TILE + cartogram.GAP)])
    high = max((y for _x, y in spots.values()), default=0)
    return areas, (-cartogram.GAP, -cartogram.GAP, wide + cartogram.TILE + 12, high + cartogram.TILE + 12)


def _kind(figure: Figure, classes: list[Step]) -> str:
    if figure.value is None:
        return NONE if figure.why == NO_DATA else UNAVAILABLE
    return str(step_of(figure.value, classes))
