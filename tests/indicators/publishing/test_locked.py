"""What is locked is what everybody reads and what growth compares with; what differs is told beside."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.figures import Figure
from marketplace.indicators.inputs import kinds, recording
from marketplace.indicators.inputs.reading import Draft
from marketplace.indicators.periods import Period, period
from marketplace.indicators.publishing import locking, revising
from marketplace.indicators.publishing.snapshots import Kept, canonical, packed, row, rows_in
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast
from tests.browsing import Browser
from tests.indicators import world

SEPTEMBER, OCTOBER = period("2026-09"), period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
FACTS = [
    world.fact(1, world.HANURA, 80_000, "2026-09-10"),
    world.fact(2, world.BAGELEN, 20_000, "2026-09-11", shop_id=2),
    world.fact(3, world.HANURA, 150_000, "2026-10-10"),
]
LATE = world.fact(4, world.HANURA, 25_000, "2026-09-12")


def lock(code: str, wanted: Period) -> None:
    """Take all steps, as the command does."""
    with transaction():
        act = locking.Act(region(code), wanted, None, LATER)
        locking.submit(act)
        locking.approve(act)
        locking.lock(act)


def figure(code: str, wanted: Period, place: str = world.PESAWARAN, level: str = "regency") -> Figure:
    """One figure as everybody reads it."""
    found = queries.figures(place, level, wanted, at=LATER)
    return next(each for each in found if each.code == code)


@pytest.fixture
def market(app: Flask) -> Flask:
    """September is locked with Rp100.000; afterwards a sale of Rp25.000 is found in it."""
    with app.app_context():
        world.store(FACTS)
        lock(world.PESAWARAN, SEPTEMBER)
        world.store([*FACTS, LATE])
        db.session.remove()
    return app


def test_growth_is_compared_with_the_locked_base_and_says_which(market: Flask) -> None:
    with market.app_context():
        for place, level, base in ((world.PESAWARAN, "regency", 100_000), (world.HANURA, "village", 80_000)):
            grown = figure("SE-03", OCTOBER, place, level)
            assert (grown.numerator, grown.denominator) == (150_000 - base, base)
            assert (grown.revision, grown.base_revision) == (0, 1)
        province = figure("SE-03", OCTOBER, world.LAMPUNG, "province")
        assert (province.denominator, province.base_revision) == (125_000, 0)
    page = Browser(market, cast.REGENCY_OFFICER).get("/program/indikator/SE-03?periode=2026-10").text
    assert "50,0%" in page and "Pembandingnya angka terkunci, revisi 1." in page


def test_a_locked_growth_keeps_its_base_until_it_is_revised(market: Flask) -> None:
    with market.app_context():
        lock(world.PESAWARAN, OCTOBER)
        with transaction():
            act = locking.Act(region(world.PESAWARAN), SEPTEMBER, None, LATER)
            revising.propose(act, "Satu penjualan terlambat masuk", seen=1)
            revising.revise(act, proposal=1)
        grown = figure("SE-03", OCTOBER)
        assert (grown.denominator, grown.base_revision, grown.revision) == (100_000, 1, 1)
        assert grown.recount and (grown.recount.denominator, grown.recount.base_revision) == (125_000, 2)


PAGES = (
    "/program/wilayah/18.09?periode=2026-09",
    "/program/indikator?wilayah=18.09&periode=2026-09",
    "/program/indikator/SE-01?wilayah=18.09&periode=2026-09",
    "/program/indikator/SE-01/rincian?wilayah=18.09&periode=2026-09",
    "/program/peringkat?wilayah=18.09&periode=2026-09",
    "/program/peta?wilayah=18.09&periode=2026-09",
    "/program/banding?wilayah=18.09&periode=2026-09",
)


def test_every_reading_page_shows_the_locked_number_and_what_has_changed_since(market: Flask) -> None:
    browser = Browser(market, cast.REGENCY_OFFICER)
    for address in PAGES:
        page = " ".join(browser.get(address).text.split())
        assert "Rp100.000" in page and "Sejak terkunci ada perubahan" in page, address
        assert "terkunci Rp100.000, sekarang Rp125.000" in page, address
        assert 'href="/program/terbitan/18.09/2026-09"' in page, address
    # The home stands at the last full month: what has changed before it is told beside its course.
    assert "Sejak terkunci ada perubahan" in browser.get("/program").text
    # Who cannot open the publication is led to the rows.
    village = Browser(market, cast.OPERATOR).get(f"/program/wilayah/{world.HANURA}?periode=2026-09").text
    assert "Sejak terkunci ada perubahan" in village and "/program/terbitan/" not in village


def test_files_and_the_api_carry_the_revision_and_what_is_counted_today(market: Flask) -> None:
    browser = Browser(market, cast.REGENCY_OFFICER)
    export = browser.get("/program/ekspor?wilayah=18.09&tingkat=kabupaten&periode=2026-09&format=csv").text
    line = next(line for line in export.splitlines() if ",SE-01," in line)
    assert ",100000,Rp,100000," in line and line.endswith(",1,,125000")
    item = _item(browser, "region=18.09&period=2026-09&code=SE-01")
    assert (item["value"], item["revision"], item["recount"]) == (100_000, 1, 125_000)
    other = _item(Browser(market, cast.OPERATOR), "region=18.09&period=2026-09&code=SE-01")
    assert other["recount"] is None
    grown = _item(browser, "region=18.09&period=2026-10&code=SE-03")
    assert (grown["value"], grown["revision"], grown["base_revision"]) == (50.0, 0, 1)


def _item(browser: Browser, question: str) -> dict[str, object]:
    [item] = browser.get(f"/api/v1/indicators?{question}").get_json()["items"]
    return dict(item)


def test_an_input_dated_inside_a_locked_month_waits_for_a_revision(market: Flask) -> None:
    with market.app_context():
        before = {each.code: each.value for each in _all(world.PESAWARAN)}
        with transaction():
            told_of = Draft(world.HANURA, kinds.HOUSEHOLDS, date(2026, 9, 1), "Prodeskel 2026", number=200)
            recording.record([told_of], by=None, at=LATER)
        world.catch_up(at=LATER)
        assert {each.code: each.value for each in _all(world.PESAWARAN)} == before
        told = figure("SE-02", SEPTEMBER)
        assert told.value is None and told.recount and told.recount.denominator == 200
        codes = {each.code for each in locking.differing(region(world.PESAWARAN), SEPTEMBER, at=LATER)}
        assert {"SE-01", "SE-02"} <= codes


def _all(code: str) -> list[Figure]:
    return queries.figures(code, "regency", SEPTEMBER, at=LATER)


def test_a_body_is_unpacked_as_far_as_it_is_asked(market: Flask) -> None:
    with market.app_context():
        found = [figure("SE-01", SEPTEMBER, place, "village") for place in (world.HANURA, world.BAGELEN)]
    rows = [replace(row(each), region=f"18.09.{number:05d}") for number in range(2_000) for each in found[:1]]
    body = packed(canonical(rows))
    for wanted in (rows[0], rows[1_999], rows[7]):
        assert Kept(body).get(wanted.key) == wanted
    assert Kept(body).get(("18.09.5", "SE-01")) is None and len(rows_in(body)) == 2_000
    assert Kept(body[: len(body) // 2]).get(rows[3].key) == rows[3]
    with pytest.raises(ValueError, match="cut off"):
        Kept(body[: len(body) // 2]).get(rows[1_999].key)
