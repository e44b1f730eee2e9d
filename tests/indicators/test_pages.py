"""The officer's pages: who reads which region, what the tables show, the same in every file, few queries."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert

from marketplace.extensions import db
from marketplace.indicators import home
from marketplace.indicators.registry import INDICATORS, MAIN
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region
from tests import cast
from tests.indicators import world

REGION = "/program/wilayah/{}?periode=2026-10"
INDICATOR = "/program/indikator/SE-01?wilayah={}&periode=2026-10"
LINES = "/program/indikator/SE-01/rincian?wilayah={}&periode=2026-10"
API = "/api/v1/indicators?region={}&period=2026-10"
KINDS = pytest.mark.parametrize("address", [REGION, INDICATOR, LINES], ids=["region", "figure", "lines"])


@pytest.fixture
def market(app: Flask) -> Flask:
    """A small October in three villages, and a September before it."""
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 100_000, "2026-09-10"),
                world.fact(2, world.HANURA, 60_000, product_name="=Keripik <b>"),
                world.fact(3, world.HANURA, 30_000, shop_id=2, payment_method="stripe"),
                world.fact(4, world.HURUN, 20_000, shop_id=2, payment_method="qris"),
                world.fact(5, world.PODOMORO, 15_000, shop_id=4),
            ]
        )
        db.session.remove()
    return app


def words(page: str) -> str:
    """What a reader sees, without markup."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def rows(page: str) -> list[list[str]]:
    """The cells of every table row."""
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [words(cell).strip() for cell in re.findall(r"<t[dh][ >].*?</t[dh]>", row, re.DOTALL)]
        for row in found
    ]


def table(browser: FlaskClient, address: str) -> list[dict[str, str]]:
    """A CSV file as a spreadsheet would read it."""
    answer = browser.get(address)
    assert answer.status_code == 200 and answer.content_type == "text/csv; charset=utf-8"
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@KINDS
@pytest.mark.parametrize(
    ("email", "code", "status"),
    [
        (cast.OPERATOR, world.HANURA, 200),
        (cast.OPERATOR, world.HURUN, 404),
        (cast.OPERATOR, world.TELUK_PANDAN, 404),
        (cast.DISTRICT_OFFICER, world.TELUK_PANDAN, 200),
        (cast.DISTRICT_OFFICER, world.HURUN, 200),
        (cast.DISTRICT_OFFICER, world.BAGELEN, 404),
        (cast.DISTRICT_OFFICER, world.PESAWARAN, 404),
        (cast.REGENCY_OFFICER, world.BAGELEN, 200),
        (cast.REGENCY_OFFICER, world.PODOMORO, 404),
        (cast.REGENCY_OFFICER, world.LAMPUNG, 404),
        (cast.VILLAGE_OFFICER_OF_ELSEWHERE, world.HANURA, 404),
        (cast.PROVINCE_OFFICER, world.PODOMORO, 200),
        (cast.PROVINCE_OFFICER, "31", 404),
        (cast.PROVINCE_OFFICER, "18.99", 404),
        (cast.PROVINCE_OFFICER, "18.09.", 404),
        (cast.ADMIN, world.LAMPUNG, 200),
        (cast.ADMIN, cast.JAKARTA, 404),
        (cast.FINANCE, world.LAMPUNG, 404),
        (cast.SELLER, world.HANURA, 404),
    ],
)
def test_an_officer_reads_the_own_region_and_nothing_else(
    market: Flask, *, address: str, email: str, code: str, status: int
) -> None:
    browser = world.enter(market, email)
    assert browser.get(address.format(code)).status_code == status
    assert browser.get(address.format(code) + "&format=csv").status_code == status


def test_without_an_account_pages_ask_to_sign_in_and_the_api_tells_only_what_is_public(
    market: Flask, client: FlaskClient
) -> None:
    answer = client.get(REGION.format(world.LAMPUNG))
    assert (answer.status_code, answer.headers["Location"].startswith("/masuk?next=")) == (303, True)
    assert all(row["suppressed"] for row in client.get(API.format(world.LAMPUNG)).get_json()["items"])


@pytest.mark.parametrize(
    "address",
    [
        "/program/wilayah/18?periode=2026-13",
        "/program/wilayah/18?periode=oktober",
        "/program/wilayah/18?tingkat=rt",
        "/program/wilayah/18.09?tingkat=kabupaten",
        "/program/wilayah/18.09.10.2004?tingkat=kecamatan",
        "/program/indikator/SE-99",
        "/program/indikator/SE-21?wilayah=18",
        "/program/indikator/SE-01?wilayah=99",
        "/program/indikator/SE-01/rincian?wilayah=18&periode=2026-Q9",
        "/api/v1/indicators?region=18&period=26",
        "/api/v1/indicators?region=18.09&level=province",
        "/api/v1/indicators?region=18&level=desa",
    ],
)
def test_unknown_places_periods_levels_and_indicators_are_not_there(market: Flask, address: str) -> None:
    assert world.enter(market, cast.PROVINCE_OFFICER).get(address).status_code == 404


def test_the_table_of_a_region_shows_every_region_below_and_the_whole(market: Flask) -> None:
    page = world.enter(market, cast.PROVINCE_OFFICER).get(REGION.format(world.LAMPUNG) + "&kolom=semua").text
    at = [list(MAIN).index(code) + 1 for code in ("SE-01", "SE-03", "SE-04", "SE-11")]
    found = {row[0]: [row[column] for column in at] for row in rows(page)}
    assert found["Kabupaten Pesawaran"] == ["Rp110.000", "10,0%", "2", "45,5%"]
    assert found["Kabupaten Pringsewu"] == ["Rp15.000", "belum tersedia", "1", "0,0%"]
    assert found["Kota Bandar Lampung"] == ["tidak ada data"] * 4
    assert found["Seluruh Lampung"] == ["Rp125.000", "25,0%", "3", "40,0%"]


def test_a_table_can_be_sorted_by_any_indicator_and_what_is_missing_comes_last(market: Flask) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)

    def order(query: str) -> list[str]:
        page = browser.get(REGION.format(world.LAMPUNG) + query).text
        return [row[0].split()[1] for row in rows(page) if row[0].startswith(("Kabupaten ", "Kota "))]

    assert order("&urut=SE-01") == ["Pesawaran", "Pringsewu", "Bandar"]
    assert order("&urut=SE-01&arah=naik") == ["Pringsewu", "Pesawaran", "Bandar"]
    assert order("&urut=nama&arah=turun") == ["Bandar", "Pringsewu", "Pesawaran"]


def test_a_table_shows_five_indicators_at_once_and_the_set_that_holds_the_sorted_one(market: Flask) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)
    main = [str(indicator.short) for indicator in MAIN.values()]
    for query, first in (("", 0), ("&kolom=2", 5), ("&urut=SE-11", 10), ("&kolom=99", 0)):
        head = rows(browser.get(REGION.format("18") + query).text)[0]
        assert [words(cell).strip(" ↓") for cell in head[1:]] == main[first : first + 5], query


@pytest.mark.parametrize("level", ["kabupaten", "kecamatan", "desa"])
def test_the_file_of_a_table_holds_what_the_page_shows(market: Flask, level: str) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)
    address = REGION.format(world.LAMPUNG) + f"&tingkat={level}&kolom=semua"
    shown = [row for row in rows(browser.get(address).text)[1:] if not row[0].startswith("Seluruh")]
    saved = table(browser, f"{address}&format=csv")
    many = len(MAIN)
    assert len(saved) == many * len(shown)
    for number, row in enumerate(shown):
        cells = saved[number * many : number * many + many]
        assert {cell["nama_wilayah"] for cell in cells} == {row[0]}
        assert [as_shown(cell) for cell in cells] == row[1:]


def as_shown(cell: dict[str, str]) -> str:
    """A row of the file as the page writes it."""
    if not cell["nilai"]:
        return cell["keterangan"]
    if classes := INDICATORS[cell["indikator"]].classes:
        return classes[int(cell["nilai"])]
    grouped = f"{Decimal(cell['nilai']):,}".translate(str.maketrans(",.", ".,"))
    if cell["satuan"].startswith("Rp"):
        return f"Rp{grouped}{cell['satuan'][2:]}"
    return grouped + {"%": "%", "jam": " jam"}.get(cell["satuan"], "")


def test_files_are_named_after_what_they_hold(market: Flask) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    names = {
        REGION.format("18.09"): "desamart-wilayah-18.09-kecamatan-2026-10.csv",
        INDICATOR.format("18.09"): "desamart-SE-01-18.09-2026-10.csv",
        LINES.format("18.09"): "desamart-SE-01-rincian-18.09-2026-10.csv",
    }
    for address, name in names.items():
        header = browser.get(f"{address}&format=csv").headers["Content-Disposition"]
        assert header == f'attachment; filename="{name}"'


@pytest.mark.parametrize("code", ["SE-01", "SE-03", "SE-04", "SE-11"])
def test_every_figure_opens_to_its_lines_and_they_agree(market: Flask, code: str) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    figure = browser.get(INDICATOR.replace("SE-01", code).format("18.09")).text
    opened = words(browser.get(LINES.replace("SE-01", code).format("18.09")).text)
    value = {"SE-01": "Rp110.000", "SE-03": "10,0%", "SE-04": "2", "SE-11": "45,5%"}[code]
    assert f"/program/indikator/{code}/rincian?wilayah=18.09&amp;periode=2026-10" in figure
    assert value in words(figure) and f"Hasil dari baris {value} Cocok" in opened


def test_the_lines_of_a_file_add_up_to_the_figure(market: Flask) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    saved = {
        code: table(browser, LINES.replace("SE-01", code).format("18.09") + "&format=csv")
        for code in ("SE-01", "SE-03", "SE-04", "SE-11")
    }
    assert sum(int(line["nilai_bersih"]) for line in saved["SE-01"]) == 110_000
    by_period = {"2026-10": 0, "2026-09": 0}
    for line in saved["SE-03"]:
        by_period[line["periode"]] += int(line["nilai_bersih"])
    assert by_period == {"2026-10": 110_000, "2026-09": 100_000}
    assert [shop["masuk_pembilang"] for shop in saved["SE-04"]] == ["1", "1"]
    assert sum(int(line["nilai_bersih"]) for line in saved["SE-11"] if line["nontunai"] == "ya") == 50_000


def test_lines_name_no_person_and_no_destination_nearer_than_a_regency(market: Flask) -> None:
    browser = world.enter(market, cast.OPERATOR)
    page = browser.get(LINES.format(world.HANURA)).text
    [line, *_others] = table(browser, LINES.format(world.HANURA) + "&format=csv")
    assert line["tujuan_kabupaten"] == "Kota Jakarta Pusat" and "Gambir" not in page
    assert line["pembeli"] == "a1b2c3" and "a1b2c3d4" not in page


def test_a_product_named_like_a_formula_is_shown_as_it_is_and_disarmed_in_the_file(market: Flask) -> None:
    browser = world.enter(market, cast.OPERATOR)
    assert "=Keripik &lt;b&gt;" in browser.get(LINES.format(world.HANURA)).text
    products = {line["produk"] for line in table(browser, LINES.format(world.HANURA) + "&format=csv")}
    assert "'=Keripik <b>" in products


def test_long_lists_are_cut_into_pages_but_files_and_sums_are_whole(app: Flask) -> None:
    with app.app_context():
        world.store(world.fact(number, world.HANURA, 1_000) for number in range(1, 231))
        db.session.remove()
    browser = world.enter(app, cast.OPERATOR)
    address = LINES.format(world.HANURA)
    lengths = [
        len([row for row in rows(browser.get(f"{address}&halaman={n}").text) if row[0][:2] == "B-"])
        for n in (1, 2, 3)
    ]
    assert lengths == [100, 100, 30]
    assert len(table(browser, f"{address}&format=csv")) == 230
    assert "Rp230.000" in browser.get(f"{address}&halaman=3").text
    assert browser.get(f"{address}&halaman=99").status_code == 200


@pytest.mark.parametrize(
    "email", [cast.OPERATOR, cast.DISTRICT_OFFICER, cast.REGENCY_OFFICER, cast.PROVINCE_OFFICER, cast.ADMIN]
)
def test_home_shows_the_own_region_and_says_what_the_figures_are(market: Flask, email: str) -> None:
    browser = world.enter(market, email)
    page = words(browser.get("/program").text)
    for code in home.HEADLINES:
        assert str(MAIN[code].short) in page
    assert "bukan status resmi desa" in page
    assert browser.get("/program?format=csv").status_code == 200


@pytest.mark.parametrize("address", [REGION, INDICATOR, LINES])
def test_every_page_says_that_figures_are_proxies_and_up_to_when_they_reach(
    market: Flask, address: str
) -> None:
    page = words(world.enter(market, cast.PROVINCE_OFFICER).get(address.format("18")).text)
    assert "bukan status resmi desa" in page and "Data sampai" in page and "WIB" in page


def test_an_empty_region_is_explained_and_not_shown_as_zero(market: Flask) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)
    page = words(browser.get(INDICATOR.format("18.71")).text)
    assert "tidak ada data" in page
    assert "Tidak ada baris" in browser.get(LINES.format("18.71")).text


def test_the_api_answers_with_everything_a_figure_is_made_of(market: Flask) -> None:
    browser = world.enter(market, cast.REGENCY_OFFICER)
    items = browser.get("/api/v1/indicators?region=18.09&period=2026-10&level=village").get_json()["items"]
    found = {(item["region"], item["code"]): item for item in items}
    assert len(items) == 3 * len(INDICATORS)
    assert found[world.HANURA, "SE-11"] | {"cutoff": ""} == {
        "code": "SE-11",
        "region": world.HANURA,
        "period": "2026-10",
        "value": 33.3,
        "numerator": 30_000,
        "denominator": 90_000,
        "unit": "%",
        "formula_version": "1",
        "cutoff": "",
        "coverage": {"villages_with_data": 1, "villages": 1},
        "suppressed": False,
        "revision": 0,
        "base_revision": 0,
        "recount": None,
    }
    assert found[world.BAGELEN, "SE-01"]["value"] is None
    assert found[world.HURUN, "SE-01"]["value"] == 20_000


def test_the_api_gives_the_last_twelve_months_when_no_period_is_named(market: Flask) -> None:
    items = world.enter(market, cast.OPERATOR).get("/api/v1/indicators").get_json()["items"]
    assert len({item["period"] for item in items}) == 12
    assert {item["region"] for item in items} == {world.HANURA}


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Every statement that reaches the database meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "address",
    [
        "/program",
        REGION.format("18") + "&tingkat=desa",
        INDICATOR.format("18"),
        LINES.format("18"),
        "/program/peringkat?periode=2026-10&wilayah=18&tingkat=desa",
        "/program/peta?periode=2026-10&wilayah=18.09&tingkat=desa",
        "/program/banding?periode=2026-10&wilayah=18&wilayah=18.09",
        API.format("18") + "&level=village",
    ],
)
def test_more_villages_and_sales_need_no_more_queries(market: Flask, address: str) -> None:
    browser = world.enter(market, cast.PROVINCE_OFFICER)
    with counted(market) as few:
        assert browser.get(address).status_code == 200
    with market.app_context():
        villages = [f"18.09.10.3{number:03d}" for number in range(150)]
        with transaction() as session:
            session.execute(
                insert(Region),
                [
                    {
                        "code": code,
                        "name": f"Desa {code}",
                        "kind": "desa",
                        "level": "village",
                        "parent_code": "18.09.10",
                    }
                    for code in villages
                ],
            )
        world.store(
            world.fact(number, code, 5_000, shop_id=number % 40 + 1)
            for number, code in enumerate(villages, 1)
        )
        db.session.remove()
    with counted(market) as many:
        assert browser.get(address).status_code == 200
    assert len(many) <= len(few) <= 30
