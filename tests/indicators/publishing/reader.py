"""A reader who asks every public address, writes down every number told, and solves for what was hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask.testing import FlaskClient

from marketplace.indicators.declaring import CLASS, GROWTH, MEASURE
from marketplace.indicators.figures import base_of
from marketplace.indicators.periods import Period, period
from marketplace.indicators.registry import INDICATORS
from marketplace.regions.models import LEVELS
from tests.indicators.publishing.worlds import put, reduced

# Sums that are added up over places and months, so that a reader can take one from another.
ADDED: tuple[str, ...] = ("net", "positive", "cashless", "outlet", "weighed", "grams")
ADDED += tuple(f"ring_{ring}" for ring in ("village", "district", "regency", "province", "outside"))
API = "/api/v1/indicators?region={}&level={}&period={}"


@dataclass(frozen=True)
class Told:
    """One number of one sum: of a place in a period."""

    name: str
    region: str
    period: Period
    value: int


def everything(browser: FlaskClient, keys: list[str], regions: list[str]) -> list[Told]:
    """Every additive number that the open file and the API tell, whoever is asked for whatever."""
    rows = browser.get("/data/indikator.json").get_json()["items"]
    for key in keys:
        for region in regions:
            for level in LEVELS[region.count(".") :]:
                rows += browser.get(API.format(region, level, key)).get_json()["items"]
    return list(dict.fromkeys(told for row in rows for told in _told(row)))


def _told(row: dict[str, Any]) -> Iterator[Told]:
    indicator, when = INDICATORS[row["code"]], period(row["period"])
    over, under = row["numerator"], row["denominator"]
    if over is None or indicator.kind in (CLASS, MEASURE):
        return
    if indicator.kind == GROWTH:
        base = base_of(indicator, when)
        yield Told(indicator.over, row["region"], base, under)
        yield Told(indicator.over, row["region"], when, over + under)
        return
    if indicator.over in ADDED:
        yield Told(indicator.over, row["region"], when, over)
    if indicator.under in ADDED and under is not None:
        yield Told(indicator.under, row["region"], when, under)


def solved(
    told: list[Told], atoms: list[tuple[str, str]], cells: list[tuple[str, Period]]
) -> set[tuple[str, str]]:
    """Which of these cells follow from what was told of one sum, if these villages and months are unknown."""
    column = {atom: number for number, atom in enumerate(atoms)}

    def row(code: str, when: Period) -> dict[int, Fraction]:
        return {
            number: Fraction(1)
            for (village, key), number in column.items()
            if (village == code or village.startswith(f"{code}.")) and when.first <= key <= when.last
        }

    basis: dict[int, dict[int, Fraction]] = {}
    for each in told:
        put(basis, row(each.region, each.period))
    return {(code, when.key) for code, when in cells if not reduced(basis, row(code, when))}
