"""Picking a village without JavaScript, and what the script asks for."""

from collections.abc import Iterator

import pytest
from flask import Flask, get_template_attribute
from flask.testing import FlaskClient

from marketplace.regions.loading import load
from marketplace.regions.picking import PickerState, pick
from tests.regions.places import EVERYTHING


@pytest.fixture(autouse=True)
def places(app: Flask) -> Iterator[None]:
    with app.app_context():
        load(EVERYTHING)
        yield


def rendered(app: Flask, state: PickerState) -> str:
    with app.test_request_context():
        finder = get_template_attribute("components/region_finder.html", "region_finder")
        return str(finder(state, "/checkout", keep={"toko": 'a&b"c'}))


def test_it_starts_in_lampung_and_goes_down_to_the_village(app: Flask) -> None:
    with app.test_request_context():
        start, regency, district = pick({}), pick({"wilayah": "18.09"}), pick({"wilayah": "18.09.10"})
        done = pick({"wilayah": "18.09.10.2004"})
    assert (start.question, start.chosen) == ("Kabupaten/kota", ["Lampung"])
    assert ("18.09", "Kabupaten Pesawaran") in start.options
    assert (regency.question, regency.base) == ("Kecamatan", "18.09")
    assert ("18.09.10.2004", "Hanura") in district.options and district.question == "Desa"
    assert done.complete and done.value == "18.09.10.2004"
    assert done.label == "Desa Hanura, Kec. Teluk Pandan, Kab. Pesawaran"


def test_another_province_can_be_picked_with_lampung_preselected(app: Flask) -> None:
    with app.test_request_context():
        top = pick({"dari": ""})
    assert (top.question, top.value) == ("Provinsi", "18")
    assert ("99", "Antah") in top.options


def test_an_empty_answer_repeats_the_question(app: Flask) -> None:
    with app.test_request_context():
        assert pick({"wilayah": "", "dari": "18.09"}).question == "Kecamatan"


@pytest.mark.parametrize("code", ["77", "18.9", "<script>", "18.09.10.9999", "x" * 5000])
def test_a_wrong_code_starts_again(app: Flask, code: str) -> None:
    with app.test_request_context():
        assert pick({"wilayah": code}).chosen == ["Lampung"]


def test_typing_a_name_lists_each_village_with_its_path(app: Flask) -> None:
    with app.test_request_context():
        found = pick({"cari": " hanura ", "dari": "18"})
    assert ("18.09.10.2004", "Desa Hanura, Kec. Teluk Pandan, Kab. Pesawaran") in found.matches
    page = rendered(app, found)
    assert 'href="/checkout?toko=a%26b%22c&amp;wilayah=18.09.10.2004"' in page
    assert 'value="hanura"' in page


def test_a_name_nobody_has_is_said_so_and_the_steps_stay(app: Flask) -> None:
    with app.test_request_context():
        page = rendered(app, pick({"cari": "<b>Atlantis"}))
    assert "Tidak ada desa atau kecamatan bernama “&lt;b&gt;Atlantis”" in page
    assert "Kabupaten Pesawaran" in page and "data-region-picker" in page


def test_the_api_answers_a_place_with_its_parent_and_children(client: FlaskClient) -> None:
    answer = client.get("/api/v1/regions/99.01")
    assert answer.json == {
        "code": "99.01",
        "name": "Kabupaten Zamrud",
        "kind": "kabupaten",
        "level": "regency",
        "postal_code": None,
        "parent": {"code": "99", "name": "Antah"},
        "children": [{"code": "99.01.01", "name": "Zamrud Hulu"}],
    }
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_the_api_knows_postal_codes_and_the_provinces(client: FlaskClient) -> None:
    assert (client.get("/api/v1/regions/18.09.10.2004").json or {})["postal_code"] == "35450"
    country = client.get("/api/v1/regions/").json or {}
    assert country["parent"] is None and {"code": "18", "name": "Lampung"} in country["children"]


def test_the_api_answers_404_in_json_for_an_unknown_place(client: FlaskClient) -> None:
    answer = client.get("/api/v1/regions/77.77")
    words = "Wilayah dengan kode itu tidak ada."
    assert (answer.status_code, answer.json) == (404, {"error": {"status": 404, "message": words}})
