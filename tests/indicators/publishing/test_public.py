"""What everybody may read: suppressed rows, an officer's own region, open data, and what describes them."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import openapi, public, releasing
from marketplace.indicators.publishing.bps_codes import bps
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.clock import now
from marketplace.orders.models import Order
from tests import cast, factories
from tests.indicators import world

ONLY_OFFICERS = {code for code, each in INDICATORS.items() if not each.public}
OCTOBER = "/api/v1/indicators?region={}&period=2026-10&level={}&code=SE-01"


@pytest.fixture
def market(app: Flask) -> Flask:
    """An October with one large village, one small one, and two that are hidden with it or by themselves."""
    facts: list[dict[str, Any]] = []
    for village, shops, lines in (
        (world.HANURA, 4, 8),
        (world.HURUN, 3, 6),
        (world.BAGELEN, 1, 2),
        (world.PODOMORO, 3, 6),
    ):
        for line in range(lines):
            number = len(facts) + 1
            shop = int(village[-4:]) * 10 + line % shops
            facts.append(world.fact(number, village, 10_000 + number, shop_id=shop, seller_order_id=number))
    with app.app_context():
        world.store(facts)
        releasing.release_due(now())
        db.session.remove()
    return app


def _rows(browser: FlaskClient, code: str, level: str) -> dict[str, dict[str, Any]]:
    return {row["region"]: row for row in browser.get(OCTOBER.format(code, level)).get_json()["items"]}


def test_a_small_village_is_suppressed_for_everybody_and_not_for_its_officer(market: Flask) -> None:
    visitor = _rows(market.test_client(), world.PESAWARAN, "village")
    hidden = visitor[world.BAGELEN]
    assert hidden["suppressed"] and not visitor[world.HANURA]["suppressed"]
    assert (hidden["value"], hidden["numerator"], hidden["denominator"]) == (None, None, None)
    officer = _rows(world.enter(market, cast.REGENCY_OFFICER), world.PESAWARAN, "village")
    assert not officer[world.BAGELEN]["suppressed"] and officer[world.BAGELEN]["value"] > 0


def test_an_officer_sees_other_regions_as_everybody_does(market: Flask) -> None:
    visitor = _rows(market.test_client(), world.LAMPUNG, "district")
    officer = _rows(world.enter(market, cast.DISTRICT_OFFICER), world.LAMPUNG, "district")
    assert not officer[world.TELUK_PANDAN]["suppressed"]
    others = {code: row for code, row in officer.items() if code != world.TELUK_PANDAN}
    assert {code: row["suppressed"] for code, row in others.items()} == {
        code: row["suppressed"] for code, row in visitor.items() if code != world.TELUK_PANDAN
    }


def test_what_an_officer_sees_is_never_stored_on_the_way(market: Flask) -> None:
    mine = world.enter(market, cast.REGENCY_OFFICER).get(OCTOBER.format("18", "regency"))
    assert mine.headers["Cache-Control"] == "private, no-store" and "Cookie" in mine.headers["Vary"]
    assert mine.data
    open_one = market.test_client().get(OCTOBER.format("18", "regency"))
    assert open_one.headers["Cache-Control"].startswith("public") and "Cookie" in open_one.headers["Vary"]
    assert open_one.data


def test_the_running_month_and_an_undecided_one_are_suppressed(market: Flask) -> None:
    with market.app_context():
        running = list(public.figures("18", "province", period("2026-11"), at=now()))
        earlier = list(public.figures("18", "province", period("2025-10"), at=now()))
    assert all(suppressed for _figure, suppressed in [*running, *earlier])


def test_growth_is_suppressed_where_its_base_is(market: Flask) -> None:
    with market.app_context():
        found = list(public.figures("18", "province", period("2026-10"), at=now()))
    hidden = {figure.code for figure, suppressed in found if suppressed}
    assert hidden == {"SE-03", "SE-03-YOY", *ONLY_OFFICERS}


def test_what_rests_on_some_of_the_sellers_or_villages_is_for_officers_alone(market: Flask) -> None:
    """Households known in some villages, answers of some sellers: a shown cell could tell of a single one."""
    with market.app_context():
        found = list(public.figures("18.09", "regency", period("2026-10"), at=now(), sees=lambda _code: True))
    assert not {figure.code for figure, suppressed in found if suppressed}
    answer = market.test_client().get("/api/v1/indicators?region=18.09&period=2026-10")
    told = {row["code"]: row for row in answer.get_json()["items"]}
    assert not told["SE-01"]["suppressed"]
    for code in ONLY_OFFICERS:
        assert told[code]["suppressed"] and told[code]["numerator"] is None and told[code]["value"] is None
    assert all(row["indikator"] not in ONLY_OFFICERS or row["disamarkan"] == "ya" for row in _table(market))


def _table(market: Flask) -> list[dict[str, str]]:
    text = market.test_client().get("/data/indikator.csv").data.decode().removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_open_file_names_no_hidden_village(market: Flask) -> None:
    browser = market.test_client()
    answer = browser.get("/data/indikator.csv")
    table = list(csv.DictReader(io.StringIO(answer.data.decode().removeprefix("\ufeff"))))
    villages = {row["kode_wilayah"] for row in table if row["tingkat"] == "village"}
    assert world.HANURA in villages and world.BAGELEN not in villages
    assert all(
        not row["nilai"] + row["pembilang"] + row["penyebut"] for row in table if row["disamarkan"] == "ya"
    )
    regencies = {row["kode_wilayah"]: row["kode_bps"] for row in table if row["tingkat"] == "regency"}
    assert regencies["18.09"] == "1809" and bps("18.01") == "1803"
    again = browser.get("/data/indikator.csv", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_open_data_explain_themselves(market: Flask) -> None:
    browser = market.test_client()
    page = browser.get("/data/").text
    for name in ("indikator.csv", "indikator.json", "kamus.json", "revisi.json", "katalog.jsonld"):
        assert f'href="/data/{name}"' in page
        assert browser.get(f"/data/{name}").status_code == 200
    assert len(browser.get("/data/kamus.json").get_json()["indicators"]) >= 20


def test_the_catalogue_has_what_dcat_ap_asks_for(market: Flask) -> None:
    """What is mandatory there, and every resource of a vocabulary as a resource with its class."""
    catalogue = market.test_client().get("/data/katalog.jsonld").get_json(force=True)
    (dataset,) = catalogue["dcat:dataset"]
    files = dataset["dcat:distribution"]
    for node, asked in (
        (catalogue, ("dct:title", "dct:description", "dct:publisher", "dcat:dataset")),
        (dataset, ("dct:title", "dct:description", "dct:publisher", "dct:temporal")),
        *((file, ("dcat:accessURL", "dct:license", "dcat:mediaType")) for file in files),
    ):
        assert not [name for name in asked if not node.get(name)]
        assert node["@id"].startswith("http") and node["dct:title"]["@language"] == "id"
    for node in (*files, dataset["dct:accrualPeriodicity"], dataset["dct:language"], dataset["dcat:theme"]):
        assert node["@id"].startswith("http") and ":" in node["@type"]
    assert dataset["dct:temporal"]["dcat:endDate"] == {"@value": "2026-10-31", "@type": "xsd:date"}
    prefixes = {name.partition(":")[0] for name in _names(catalogue) if not name.startswith("@")}
    assert prefixes <= set(catalogue["@context"])


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name != "@context":
                yield name
                yield from _names(value)
    elif isinstance(node, list):
        for each in node:
            yield from _names(each)


def test_no_store_on_the_way_keeps_another_persons_answer(market: Flask) -> None:
    """An officer who asks with a visitor's tag gets an own answer; what a visitor gets is never private."""
    visitor, officer = market.test_client(), world.enter(market, cast.REGENCY_OFFICER)
    address = OCTOBER.format(world.PESAWARAN, "village")
    first = visitor.get(address, buffered=True)
    tag = first.headers["ETag"]
    again = visitor.get(address, headers={"If-None-Match": tag}, buffered=True)
    assert again.status_code == 304 and "Cookie" in again.headers["Vary"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=300"
    packing = {"Accept-Encoding": "gzip, br, zstd"}
    packed = visitor.get(address, headers=packing, buffered=True).headers["ETag"]
    assert visitor.get(address, headers=packing | {"If-None-Match": packed}, buffered=True).status_code == 304
    mine = officer.get(address, headers={"If-None-Match": tag}, buffered=True)
    assert mine.status_code == 200 and "ETag" not in mine.headers
    assert mine.headers["Cache-Control"] == "private, no-store" and "Cookie" in mine.headers["Vary"]
    assert visitor.get(OCTOBER.format("18", "regency"), buffered=True).headers["ETag"] != tag
    for name in ("indikator.csv", "indikator.json", "katalog.jsonld"):
        # The open files are the same for everybody, officers too: there is nothing to vary by.
        mine, open_one = (browser.get(f"/data/{name}", buffered=True) for browser in (officer, visitor))
        assert mine.data == open_one.data


def test_every_address_for_programs_is_described_and_answers_as_described(market: Flask) -> None:
    with market.app_context():
        placed = factories.order({cast.CHIPS: 1})
        number, token = placed.order.number, placed.token
        assert db.session.scalar(select(Order.number)) == number
        db.session.remove()
    asked = {
        "/api/v1/openapi.json": "/api/v1/openapi.json",
        "/api/v1/products": "/api/v1/products?q=&sort=termurah&min_price=1000",
        "/api/v1/products/{slug}": f"/api/v1/products/{cast.CHIPS}",
        "/api/v1/regions/": "/api/v1/regions/",
        "/api/v1/regions/{code}": "/api/v1/regions/18.09",
        "/api/v1/indicators": "/api/v1/indicators?period=2026-10&level=regency",
        "/api/v1/orders/{number}": f"/api/v1/orders/{number}?token={token}",
    }
    browser = market.test_client()
    described = browser.get("/api/v1/openapi.json").get_json()
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in market.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
    }
    assert set(described["paths"]) == routes == set(asked)
    for path, address in asked.items():
        answer = browser.get(address)
        assert answer.status_code == 200, path
        content = described["paths"][path]["get"]["responses"]["200"]["content"]
        assert _wrong(answer.get_json(), content["application/json"]["schema"]) == [], path
    missing = browser.get("/api/v1/orders/XX-1?token=x")
    assert missing.status_code == 404 and _wrong(missing.get_json(), openapi.SCHEMAS["Error"]) == []
    refused = browser.get("/api/v1/products?min_price=abc")
    assert refused.status_code == 422 and _wrong(refused.get_json(), openapi.SCHEMAS["Error"]) == []


def test_whoever_asks_too_often_is_asked_to_wait(market: Flask) -> None:
    browser = market.test_client()
    answers = [browser.get("/data/indikator.csv", headers={"If-None-Match": "x"}) for _time in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert answers[20].status_code == 429


KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}


def _wrong(value: Any, schema: dict[str, Any], place: str = "$") -> list[str]:
    """Where a value is not as its schema says."""
    if "$ref" in schema:
        schema = openapi.SCHEMAS[schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return min((_wrong(value, each, place) for each in schema["anyOf"]), key=len)
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if not any(isinstance(value, KINDS[kind]) and (kind == "boolean" or value is not True) for kind in kinds):
        return [f"{place}: {value!r} is no {kinds}"]
    if isinstance(value, list):
        return [
            words
            for number, each in enumerate(value)
            for words in _wrong(each, schema["items"], f"{place}[{number}]")
        ]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    known = schema["properties"]
    found = [f"{place}: {name} is missing" for name in schema["required"] if name not in value]
    found += [f"{place}: {name} is not described" for name in value if name not in known]
    return found + [
        words
        for name in value
        if name in known
        for words in _wrong(value[name], known[name], f"{place}.{name}")
    ]
