"""The pages of the uplift: an answer with its interval, a refusal in words, one's own region only."""

import csv
import io
import re

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators.uplift import assessing
from marketplace.indicators.uplift.estimating import Estimate
from tests import cast
from tests.indicators import world
from tests.indicators.test_pages import words
from tests.indicators.uplift import places

PAGE = f"/program/uplift?wilayah={places.DISTRICT_CODE}&banding=semua"


@pytest.fixture
def settled(app: Flask) -> Flask:
    """Ten villages with a grant, fourteen without."""
    with app.app_context():
        places.settle(10, 14)
    return app


def test_the_page_answers_in_one_sentence_with_interval_and_numbers(settled: Flask) -> None:
    with settled.app_context():
        found = assessing.assess(places.DISTRICT_CODE, "", "semua", at=places.AT).found
        db.session.remove()
    assert isinstance(found, Estimate)
    assert found.treated == 10
    page = words(world.enter(settled, cast.REGENCY_OFFICER).get(PAGE).text)
    assert "Apa yang diubah program?" in page
    assert re.search(r"(naik rata-rata|turun rata-rata|Belum terlihat perubahan yang pasti)", page)
    assert f"Dihitung dari 10 desa dengan tindakan dan {found.control} desa pembanding" in page
    assert "Yang tidak dikatakan angka ini" in page
    assert "Omzet per rupiah stimulan" in page
    assert "Keadaan awal dan musim yang sama" in page and "Semua desa dengan tindakan" in page
    assert re.search(r"Desa lokus dengan dana stimulan 3 \d+ Belum bisa disimpulkan: baru 3 desa", page)


def test_the_file_says_what_the_page_says(settled: Flask) -> None:
    answer = world.enter(settled, cast.REGENCY_OFFICER).get(f"{PAGE}&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    whole = next(row for row in rows if row["bagian"] == "semua")
    low, middle, high = (
        int(whole[name]) for name in ("batas_bawah", "rupiah_per_desa_per_bulan", "batas_atas")
    )
    assert low < middle < high
    assert int(whole["musim_desa_bulan"]) > 0 and int(whole["musim_sesudah"]) > 0
    assert len([row for row in rows if row["bagian"] == "desa"]) == 10
    assert {row["bulan_dari_tindakan"] for row in rows if row["bagian"] == "bulan"} >= {"0", "1", "6"}


def test_a_village_opens_with_its_act_its_first_quarter_and_the_year_before(settled: Flask) -> None:
    officer = world.enter(settled, cast.REGENCY_OFFICER)
    page = words(officer.get(f"/program/uplift/desa/{places.code_of(0)}?banding=semua").text)
    assert "Hibah stimulan, Rp30.000.000" in page
    assert "triwulan penuh pertama di DesaMart" in page
    assert "bukan hasil survei" in page
    assert "Sebelum tindakan, rata-rata per bulan" in page
    assert "Setahun sebelumnya" in page


def test_too_few_villages_are_refused_in_words(app: Flask) -> None:
    page = words(world.enter(app, cast.PROVINCE_OFFICER).get("/program/uplift").text)
    assert "Belum bisa disimpulkan: baru 0 desa" in page
    assert "paling sedikit 8" in page
    assert "selang 95 persen" not in page


def test_officers_of_elsewhere_see_neither_region_nor_village(settled: Flask) -> None:
    stranger = world.enter(settled, cast.VILLAGE_OFFICER_OF_ELSEWHERE)
    assert stranger.get(PAGE).status_code == 404
    assert stranger.get(f"/program/uplift/desa/{places.code_of(0)}").status_code == 404
    assert stranger.get("/program/uplift").status_code == 200


def test_the_same_panel_is_estimated_once(settled: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = world.enter(settled, cast.REGENCY_OFFICER)
    first = officer.get(PAGE).text
    monkeypatch.setattr(assessing, "estimate", lambda _panel: pytest.fail("estimated again"))
    assert officer.get(PAGE).text.split("</main>")[0][-400:] == first.split("</main>")[0][-400:]


def test_the_method_page_names_estimand_assumptions_and_results(app: Flask) -> None:
    page = words(world.enter(app, cast.PROVINCE_OFFICER).get("/program/metode").text)
    for said in ("ATT", "Callaway", "Gerak sejajar", "bootstrap-t", "130", "Uji semu"):
        assert said in page
