"""Every code has a golden value, its words, and its answer to the three ways in which data can be missing."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marketplace.indicators import wording
from marketplace.indicators.declaring import DISTINCT, SALES, SUM, Indicator
from marketplace.indicators.figures import (
    NO_DATA,
    NOT_AVAILABLE,
    Coverage,
    Figure,
    Place,
    Totals,
    base_of,
    figure,
)
from marketplace.indicators.periods import period
from marketplace.indicators.registry import BESIDE, INDICATORS, MAIN, parts_of
from marketplace.indicators.sums import UNITS
from tests.indicators.golden import GOLDEN

CUTOFF = datetime(2026, 11, 1, tzinfo=UTC)
OCTOBER = period("2026-10")
SOLD = Place("18.09.10.2004", "Hanura", "village", "2026-01")
UNSOLD = Place("18.09.10.2004", "Hanura", "village", None)
ALL = pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda each: each.code)


def made(indicator: Indicator, here: Totals, then: Totals | None = None, place: Place = SOLD) -> Figure:
    sums = {(place.code, base_of(indicator, OCTOBER).key): then or Totals()} | {
        (place.code, OCTOBER.key): here
    }
    return figure(indicator, place, OCTOBER, sums, CUTOFF)


def test_the_set_is_the_twenty_of_the_design_with_their_sub_measures() -> None:
    assert list(MAIN) == [f"SE-{number:02d}" for number in range(1, 21)]
    inside = {code: [part.code.removeprefix(f"{code}-") for part in parts_of(code)] for code in MAIN}
    assert {code: found for code, found in inside.items() if found} == {
        "SE-03": ["YOY"],
        "SE-07": ["H"],
        "SE-09": ["DESA", "KEC", "KAB", "PROV", "LUAR"],
        "SE-10": ["NIB"],
        "SE-12": ["CARA"],
        "SE-13": ["P90"],
        "SE-19": ["P"],
    }
    assert set(GOLDEN) == set(INDICATORS)


@ALL
def test_every_code_has_a_golden_value(indicator: Indicator) -> None:
    golden = GOLDEN[indicator.code]
    found = made(indicator, golden.here, golden.then)
    assert (found.value, found.why) == (Decimal(golden.value), None)
    assert str(found.value) == golden.value  # as many decimals as were declared
    assert (found.numerator, found.denominator) == golden.parts
    assert wording.value(found) == golden.words


@ALL
def test_every_declaration_is_whole_and_names_sums_that_there_are(indicator: Indicator) -> None:
    for name in (indicator.over, indicator.under or "net", indicator.covered):
        assert hasattr(Totals(), name)
    assert (indicator.under is None) == (indicator.denominator is None)
    texts = (indicator.name_id, indicator.name_en, indicator.short, indicator.numerator, indicator.definition)
    assert all(str(text).strip() for text in (*texts, indicator.counterpart, indicator.unit))
    assert indicator.part_of is None or indicator.part_of in (*MAIN, *BESIDE)


def test_every_unit_of_a_sum_belongs_to_a_sum_that_there_is() -> None:
    assert all(hasattr(Totals(), name) for name in UNITS)


@ALL
def test_nothing_to_divide_by_is_not_available_and_nothing_to_count_is_a_true_zero(
    indicator: Indicator,
) -> None:
    found = made(indicator, Totals())
    if indicator.under is None:
        assert (found.value, found.why) == (Decimal(0), None)
    else:
        assert (found.value, found.why, wording.value(found)) == (None, NOT_AVAILABLE, "belum tersedia")


@ALL
def test_a_place_that_has_never_sold_has_no_data_unless_something_else_is_known_of_it(
    indicator: Indicator,
) -> None:
    golden = GOLDEN[indicator.code]
    assert wording.value(made(indicator, Totals(), place=UNSOLD)) == "tidak ada data"
    found = made(indicator, golden.here, golden.then, UNSOLD)
    if indicator.source == SALES or indicator.kind in (SUM, DISTINCT):
        assert (found.value, found.numerator, found.why) == (None, None, NO_DATA)
    else:
        assert found.value == Decimal(golden.value)


@pytest.mark.parametrize(
    ("sectors", "words"),
    [
        (0, "Belum ada sektor"),
        (1, "1 sektor"),
        (2, "2 sektor"),
        (3, "Lebih dari 2 sektor"),
        (9, "Lebih dari 2 sektor"),
    ],
)
def test_diversity_is_told_in_its_classes(sectors: int, words: str) -> None:
    assert wording.value(made(INDICATORS["SE-07"], Totals(sectors=sectors))) == words


@pytest.mark.parametrize(
    ("buyers", "words"),
    [
        ({"buyers_village": 2, "buyers_outside": 2}, "Belum ada"),
        ({"buyers_village": 3, "buyers_outside": 2}, "Desa sendiri"),
        ({"buyers_district": 3}, "Kecamatan"),
        ({"buyers_province": 4, "buyers_regency": 9}, "Provinsi"),
        ({"buyers_village": 3, "buyers_outside": 3}, "Luar provinsi"),
    ],
)
def test_the_widest_market_needs_three_buyers(buyers: dict[str, int], words: str) -> None:
    assert wording.value(made(INDICATORS["SE-09"], Totals(buyers=4, **buyers))) == words


@pytest.mark.parametrize(
    ("micro", "households", "points"),
    [(0, 500, 1), (9, 10_000, 1), (1, 1_000, 3), (39, 10_000, 3), (4, 1_000, 5)],
)
def test_the_ratio_of_micro_industry_stands_beside_the_points_of_idm(
    micro: int, households: int, points: int
) -> None:
    found = made(INDICATORS["SE-05"], Totals(micro=micro, micro_households=households))
    assert wording.beside(found) == f"setara {points} poin IDM"


def test_other_figures_have_no_points_and_a_missing_one_has_none_either() -> None:
    assert wording.beside(made(INDICATORS["SE-01"], Totals(net=5))) == ""
    assert wording.beside(made(INDICATORS["SE-05"], Totals())) == ""


@pytest.mark.parametrize("code", ["SE-03", "SE-03-YOY"])
@pytest.mark.parametrize("base", [0, -5_000])
def test_growth_has_no_value_on_a_base_of_zero_or_below(code: str, base: int) -> None:
    assert wording.value(made(INDICATORS[code], Totals(net=9_000), Totals(net=base))) == "belum tersedia"


def test_a_figure_says_for_how_many_villages_its_data_are_known() -> None:
    pesawaran = Place("18.09", "Pesawaran", "regency", "2026-01", villages=148)
    here = Totals(
        villages_selling=31, known_households=12, villages_seen=40, villages_ended=33, villages_outlet=5
    )
    found = {
        code: made(INDICATORS[code], here, place=pesawaran).coverage
        for code in ("SE-01", "SE-02", "SE-06", "SE-14", "SE-17")
    }
    assert found == {
        "SE-01": Coverage(31, 148),
        "SE-02": Coverage(12, 148),
        "SE-06": Coverage(40, 148),
        "SE-14": Coverage(33, 148),
        "SE-17": Coverage(5, 148),
    }


def test_parts_are_written_in_the_units_of_their_sums() -> None:
    price, order, spread = INDICATORS["SE-20"], INDICATORS["SE-13"], INDICATORS["SE-18"]
    assert (wording.part(price, 96_000), wording.part(price, 2_500, under=True)) == ("Rp96.000", "2.500 gram")
    assert (wording.part(order, 1_830), wording.part(order, 20, under=True)) == ("1.830 menit", "20")
    assert wording.part(spread, 110_000) == "110.000 Rp²"
