"""What looks odd about a permit's number, when a P-IRT ends, and which goods need what. No database."""

from datetime import date

import pytest
from flask import Flask

from marketplace.catalog.permits import kinds, requirements
from marketplace.catalog.permits.forms import day_of
from marketplace.catalog.permits.kinds import HALAL, MD, NIB, PIRT, SNI


@pytest.mark.parametrize(
    ("number", "year"),
    [
        ("2101871012345-31", 2031),
        ("P-IRT 2101871012345 31", 2031),
        ("210187101234528", 2028),
        ("210187101234", None),
        ("", None),
    ],
)
def test_a_pirt_ends_with_the_year_in_its_last_digits(number: str, year: int | None) -> None:
    assert kinds.pirt_end(number) == (date(year, 12, 31) if year else None)


def test_a_typed_end_goes_before_the_digits() -> None:
    assert kinds.end_of(PIRT, "2101871012345-31", date(2030, 5, 1)) == date(2030, 5, 1)
    assert kinds.end_of(HALAL, "2101871012345-31", None) is None


@pytest.mark.parametrize(
    ("kind", "number", "end", "doubt"),
    [
        (PIRT, "2101871012345-31", date(2031, 12, 31), ""),
        (PIRT, "210187101234", None, "bentuk lama dengan 12 angka"),
        (PIRT, "12345", None, "biasanya 15 angka"),
        (PIRT, "9101871012345-31", date(2031, 12, 31), "Angka pertama"),
        (PIRT, "2101871012345-31", date(2029, 1, 1), "menyebut tahun 2031"),
        (MD, "MD 235602169254", None, ""),
        (MD, "MD 2356021692541234", None, ""),
        (MD, "235602169254", None, "MD dengan 12 angka"),
        (HALAL, "ID18110000123450323", None, ""),
        (HALAL, "18110000123450323", None, "ID dengan angka"),
        (NIB, "9120001234567", None, ""),
        (NIB, "912000123456", None, "13 angka"),
        (SNI, "apa saja", None, ""),
    ],
)
def test_an_odd_number_raises_a_doubt(
    app: Flask, kind: str, number: str, end: date | None, doubt: str
) -> None:
    with app.test_request_context():
        found = kinds.doubts(kind, number, end)
    assert (doubt in found[0]) if doubt else found == []


def test_packaged_food_needs_a_distribution_permit_and_crafts_need_nothing() -> None:
    needs = requirements.OF_CATEGORY
    chips = needs["keripik-kerupuk"]
    assert [need.kinds for need in chips] == [(PIRT, MD), (HALAL,)]
    assert [need.pauses for need in chips] == [True, False]
    assert needs["beras-gabah"] == (requirements.FRESH_PLANT,)
    assert "anyaman" not in needs and "ikan-segar" not in needs
    assert "keripik-kerupuk" in requirements.categories_needing(requirements.DISTRIBUTION)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2030-12-31", date(2030, 12, 31)),
        ("31-12-2030", date(2030, 12, 31)),
        ("1/2/2027", date(2027, 2, 1)),
        ("", None),
    ],
)
def test_a_day_is_read_as_browsers_and_people_write_it(text: str, day: date | None) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["31-02-2030", "besok", "٣١-١٢-٢٠٣٠", "2030"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|isoformat"):
        day_of(text)
