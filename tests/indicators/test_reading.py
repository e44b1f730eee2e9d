"""Ranking, map, comparison: the figures as everywhere, missing apart from zero, nobody else's regions."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions.boundaries import read, store
from tests import cast
from tests.indicators import world
from tests.indicators.test_pages import rows, table, words
from tests.regions.test_boundaries import EAST, WEST, feature, written

RANKING = "/program/peringkat?indikator=SE-01&wilayah={}&periode=2026-10"
MAP = "/program/peta?indikator=SE-01&wilayah={}&periode=2026-10"
COMPARISON = "/program/banding?wilayah={}&periode=2026-10"
PAGES = pytest.mark.parametrize("address", [RANKING, MAP, COMPARISON], ids=["ranking", "map", "comparison"])


@pytest.fixture
def market(app: Flask) -> Flask:
    """An October in which Hurun sold more than Hanura, and gave everything back in Bagelen."""
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 100_000, "2026-09-10"),
                world.fact(2, world.HANURA, 60_000),
                world.fact(3, world.HURUN, 80_000, shop_id=2, payment_method="qris"),
                world.fact(4, world.BAGELEN, 15_000, "2026-09-12", shop_id=3),
                world.fact(5, world.PODOMORO, 15_000, shop_id=4),
            ]
        )
        db.session.remove()
    return app


@PAGES
@pytest.mark.parametrize(
    ("email", "code", "status"),
    [
        (cast.OPERATOR, world.HANURA, 200),
        (cast.OPERATOR, world.HURUN, 404),
        (cast.DISTRICT_OFFICER, world.TELUK_PANDAN, 200),
        (cast.DISTRICT_OFFICER, world.PESAWARAN, 404),
        (cast.REGENCY_OFFICER, world.PODOMORO, 404),
        (cast.PROVINCE_OFFICER, world.LAMPUNG, 200),
        (cast.PROVINCE_OFFICER, "31", 404),
        (cast.SELLER, world.HANURA, 404),
    ],
)
def test_a_stranger_to_a_region_finds_nothing(
    market: Flask, address: str, email: str, code: str, status: int
) -> None:
    browser = world.enter(market, email)
    assert browser.get(address.format(code)).status_code == status
    assert browser.get(address.format(code) + "&format=csv").status_code == status


def test_one_foreign_region_among_the_own_refuses_the_whole_comparison(market: Flask) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    both = COMPARISON.format(world.PESAWARAN) + "&wilayah="
    assert browser.get(both + world.TELUK_PANDAN).status_code == 200
    assert browser.get(both + world.PRINGSEWU).status_code == 404


def test_a_ranking_goes_from_the_largest_down_and_what_is_missing_has_no_rank(market: Flask) -> None:
    page = world.enter(market, cast.PROVINCE_OFFICER).get(RANKING.format("18") + "&tingkat=desa").text
    found = [(row[0], row[1], row[3]) for row in rows(page)[1:]]
    assert found == [
        ("1", "Hurun", "Rp80.000"),
        ("2", "Hanura", "Rp60.000"),
        ("3", "Podomoro", "Rp15.000"),
        ("4", "Bagelen", "Rp0"),
        ("", "Korpri Jaya", "tidak ada data"),
    ]
    assert "0 belum tersedia, 1 tidak ada data; keduanya bukan nol" in words(page)


def test_regions_that_are_equal_share_a_rank(market: Flask) -> None:
    with market.app_context():
        world.store([world.fact(n, code, 5_000) for n, code in enumerate((world.HANURA, world.PODOMORO), 1)])
        db.session.remove()
    page = world.enter(market, cast.PROVINCE_OFFICER).get(RANKING.format("18")).text
    assert [row[0] for row in rows(page)[1:3]] == ["1", "1"]


def test_a_ranking_can_begin_with_the_smallest_and_its_file_has_the_same_order(market: Flask) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)
    address = RANKING.format("18") + "&tingkat=desa&arah=naik"
    shown = [row[1] for row in rows(browser.get(address).text)[1:]]
    assert shown[:2] == ["Bagelen", "Podomoro"] and shown[-1] == "Korpri Jaya"
    assert [line["nama_wilayah"] for line in table(browser, f"{address}&format=csv")] == shown


def test_every_number_opens_to_the_rows_beneath_it(market: Flask) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    beneath = "/program/indikator/SE-01/rincian?wilayah=18.09.10&amp;periode=2026-10"
    for address in (RANKING, MAP):
        assert beneath in browser.get(address.format("18.09")).text
    assert beneath in browser.get(COMPARISON.format("18.09.10")).text


def test_a_level_that_is_not_below_the_region_becomes_the_one_below_it(market: Flask) -> None:
    page = world.enter(market, cast.PROVINCE_OFFICER).get(RANKING.format("18.09") + "&tingkat=kabupaten").text
    assert [row[1] for row in rows(page)[1:]] == ["Teluk Pandan", "Gedong Tataan"]


def drawing(page: str) -> ET.Element:
    """The map of a page, as XML."""
    [found] = re.findall(r'<svg class="map.*?</svg>', page, re.DOTALL)
    return ET.fromstring(found)  # noqa: S314 - a page of our own


def said(page: str) -> dict[str, str]:
    """What each region of the map says, and how it is filled."""
    filled = {}
    for link in drawing(page).iter("a"):
        [title, area, *_words] = list(link)
        filled[title.text or ""] = area.get("class") or area.get("fill") or ""
    return filled


def test_without_boundaries_the_map_is_made_of_tiles_and_tells_zero_from_missing(market: Flask) -> None:
    page = world.enter(market, cast.PROVINCE_OFFICER).get(MAP.format("18")).text
    assert said(page) == {
        "Kabupaten Pesawaran: Rp140.000": "map-5",
        "Kabupaten Pringsewu: Rp15.000": "map-1",
        "Kota Bandar Lampung: tidak ada data": "url(#peta-kosong)",
    }
    spots = {link[0].text: link[1] for link in drawing(page).iter("a")}
    pesawaran, pringsewu = spots["Kabupaten Pesawaran: Rp140.000"], spots["Kabupaten Pringsewu: Rp15.000"]
    assert int(pringsewu.get("x", "")) < int(pesawaran.get("x", "")) and pringsewu.get("y") == pesawaran.get(
        "y"
    )


def test_with_boundaries_the_map_draws_them_and_names_who_has_none(market: Flask, tmp_path: Path) -> None:
    with market.app_context(), transaction():
        store(read(written(tmp_path, feature("18.09", WEST), feature("18.10", EAST))))
    page = world.enter(market, cast.PROVINCE_OFFICER).get(MAP.format("18")).text
    assert list(said(page)) == ["Kabupaten Pesawaran: Rp140.000", "Kabupaten Pringsewu: Rp15.000"]
    assert drawing(page).find("a/path") is not None and drawing(page).get("viewBox") == "104596 4996 208 108"
    assert "1 wilayah tidak punya gambar batas" in words(page) and "Kota Bandar Lampung" in page


def test_a_province_is_drawn_by_district_at_the_finest(market: Flask) -> None:
    page = world.enter(market, cast.PROVINCE_OFFICER).get(MAP.format("18") + "&tingkat=desa").text
    assert "Teluk Pandan: Rp140.000" in said(page) and "Peta desa terlalu rapat" in words(page)


def test_a_comparison_puts_regions_and_periods_side_by_side(market: Flask) -> None:
    address = COMPARISON.format(world.HANURA) + f"&wilayah={world.HURUN}&periode=2026-09"
    page = world.enter(market, cast.REGENCY_OFFICER).get(address).text
    head, turnover = rows(page)[0], rows(page)[1]
    assert head == ["Indikator", "Hanura Okt 2026", "Hanura Sep 2026", "Hurun Okt 2026", "Hurun Sep 2026"]
    assert turnover == ["Omzet SE-01", "Rp60.000", "Rp100.000", "Rp80.000", "tidak ada data"]


def test_a_comparison_takes_no_more_than_four_regions_and_periods_of_one_length(market: Flask) -> None:
    address = COMPARISON.format("18") + "&wilayah=18&wilayah=18.09&periode=2026-Q3&periode=&periode=2026-08"
    page = world.enter(market, cast.PROVINCE_OFFICER).get(address).text
    assert rows(page)[0][1:] == [
        "Lampung Okt 2026",
        "Lampung Agu 2026",
        "Kab. Pesawaran Okt 2026",
        "Kab. Pesawaran Agu 2026",
    ]
