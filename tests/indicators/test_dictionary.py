"""The dictionary says of every indicator what its declaration says, on the page and in both files."""

import csv
import io

import pytest
from flask import Flask

from marketplace.indicators import dictionary
from marketplace.indicators.registry import INDICATORS
from tests import cast
from tests.indicators import world


@pytest.mark.parametrize(
    ("code", "formula"),
    [
        ("SE-01", "pembilang"),
        ("SE-02", "pembilang dibagi penyebut"),
        ("SE-03", "pembilang dibagi penyebut, dikali 100"),
        ("SE-04", "pembilang"),
        ("SE-07", "kelas dari pembilang"),
        ("SE-07-H", "pembilang dibagi 1.000.000"),
        ("SE-13", "pembilang dibagi 60"),
        ("SE-18", "pembilang dibagi penyebut, dikali 10.000"),
    ],
)
def test_a_formula_is_written_in_words(app: Flask, code: str, formula: str) -> None:
    with app.test_request_context():
        assert dictionary.formula(INDICATORS[code]) == formula


def test_page_and_files_hold_every_indicator(app: Flask) -> None:
    browser = world.enter(app, cast.OPERATOR)
    page = browser.get("/program/kamus").text
    saved = browser.get("/program/kamus?format=csv").data.decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(saved)))
    told = browser.get("/program/kamus?format=json").get_json()
    assert [row["kode"] for row in rows] == list(INDICATORS)
    assert [entry["code"] for entry in told["indicators"]] == list(INDICATORS)
    assert [way["written"] for way in told["missing"]] == ["0", "belum tersedia", "tidak ada data"]
    for indicator, row, entry in zip(INDICATORS.values(), rows, told["indicators"], strict=True):
        assert f'id="{indicator.code}"' in page and indicator.name_en in page
        assert row["definisi"] == entry["definition"] == str(indicator.definition)
        assert row["versi_rumus"] == entry["formula_version"] == indicator.version
        assert row["bagian_dari"] == (indicator.part_of or "")


def test_the_dictionary_is_for_those_who_read_figures(app: Flask) -> None:
    assert world.enter(app, cast.SELLER).get("/program/kamus").status_code in (403, 404)
