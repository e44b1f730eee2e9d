"""No sequence of public requests reveals a suppressed cell: a reader asks for everything, and solves it."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators import cells, queries
from marketplace.indicators.periods import Period, period
from marketplace.indicators.publishing import gathering, releasing
from marketplace.indicators.publishing.contributions import PARTS, TURNOVER, Table, table_of
from marketplace.indicators.publishing.places import line, tree
from marketplace.kit.transaction import transaction
from marketplace.regions.models import CODE_LENGTHS, LEVELS, Region
from tests import cast
from tests.indicators import world
from tests.indicators.publishing import reader, worlds

VILLAGES = (
    *("18.09.10.2001", "18.09.10.2002", "18.09.10.2003", "18.09.10.2004", "18.09.01.2001", "18.09.01.2002"),
    *("18.09.01.2003", "18.10.01.2001", "18.10.01.2002", "18.10.01.2003", "18.10.02.2001", "18.10.02.2002"),
)
MONTHS = tuple(f"2026-{number:02d}" for number in range(4, 11))
PERIODS = (*MONTHS, "2026-Q2", "2026-Q3")
_TABLES = {"positive": TURNOVER, "grams": PARTS[-1]}
DESTINATIONS = (cast.HANURA, cast.HURUN, "18.09.01.2001", cast.PODOMORO, cast.JAKARTA)


@pytest.fixture
def market(app: Flask) -> Flask:
    """Lampung with all the places that these markets need."""
    with app.app_context():
        with transaction() as session:
            for code in sorted({code for village in VILLAGES for code in line(village)}, key=len):
                if session.get(Region, code) is None:
                    level = CODE_LENGTHS[len(code)]
                    over = code.rpartition(".")[0]
                    session.add(Region(code=code, name=code, kind="desa", level=level, parent_code=over))
                    session.flush()
        db.session.remove()
    return app


def _facts(seed: int) -> list[dict[str, Any]]:
    """A market of large, small, lopsided and silent villages, with refunds, outlets and every way to pay."""
    draw, facts = random.Random(seed), list[dict[str, Any]]()
    for place, village in enumerate(VILLAGES):
        most = draw.choice((2, 6, 9, 12))
        for month in MONTHS:
            for seller in range(draw.choice((0, 1, most, most, most))):
                for _line in range(draw.randint(1, 3)):
                    number = len(facts) + 1
                    shop = place * 10 + seller
                    net = draw.randint(10, 90) * (2000 if seller == 0 and draw.random() < 0.2 else 1_000)
                    facts.append(
                        world.fact(
                            number,
                            village,
                            net if draw.random() > 0.02 else -net,
                            f"{month}-{draw.randint(1, 28):02d}",
                            shop_id=shop,
                            seller_order_id=number,
                            buyer_key=f"b{draw.randint(1, 40)}",
                            payment_method=draw.choice(("cod", "cod", "qris")),
                            shop_kind="bumdes" if seller == 1 and place % 3 == 0 else "umkm",
                            destination_code=draw.choice(DESTINATIONS),
                            grams=draw.choice((None, 250, 500, 500)),
                        )
                    )
    return facts


@pytest.mark.parametrize("seed", [1, 2])
def test_who_asks_for_everything_public_learns_nothing_hidden(market: Flask, seed: int) -> None:
    facts = _facts(seed)
    with market.app_context():
        world.store(facts)
        releasing.release_due(world.AT)
        shown = releasing.shown_in([period(key) for key in PERIODS])
        db.session.remove()
    told = reader.everything(market.test_client(), [*PERIODS, "2026", "2026-11"], ["18", "18.10"])
    assert {"net", "positive", "cashless", "weighed"} <= {each.name for each in told}
    true = _sums(facts)
    assert [each for each in told if each.value != true[each.name][each.region, each.period.key]] == []
    sold = {(fact["village_code"], fact["month"]) for fact in facts}
    first = {village: min(month for place, month in sold if place == village) for village, _month in sold}
    awake = {(village, month) for village in first for month in MONTHS if month >= first[village]}
    full = {(code, key) for village, month in sold for code in line(village) for key in _around(month)}
    for name in {each.name for each in told}:
        mine = [each for each in told if each.name == name]
        table = _TABLES.get(name) or table_of(name) or TURNOVER
        open_ones = {(code, key) for key in PERIODS for code in shown[table.name, key]}
        assert {(each.region, each.period.key) for each in mine} <= open_ones
        hidden = [(code, period(key)) for code, key in sorted(full - open_ones)]
        assert hidden, "nothing is hidden in this world"
        secret = [(code, when) for code, when in hidden if _is_secret(code, when, open_ones, sold)]
        assert not reader.solved(mine, sorted(sold), secret), name
        over = [(code, when) for code, when in hidden if when.key in PERIODS]
        assert not reader.solved(mine, sorted(awake), over), name


@pytest.mark.parametrize("table", [TURNOVER, *PARTS], ids=lambda table: table.name)
def test_no_sum_that_is_told_is_nearly_all_of_one_seller(market: Flask, table: Table) -> None:
    with market.app_context():
        world.store(_facts(2))
        releasing.release_due(world.AT)
        shown = {
            key: codes
            for (name, key), codes in releasing.shown_in([period(key) for key in PERIODS]).items()
            if name == table.name
        }
        assert any(shown.values())
        known = gathering.of_table(gathering.known(period("2026")), period("2026"), table)
        assert worlds.bare(tree(VILLAGES), known.sellers, shown) == []


def test_parts_of_sellers_add_up_to_the_figures(market: Flask) -> None:
    """What is protected is what is told: the parts are cut as `counting` cuts them."""
    year = period("2026")
    with market.app_context():
        world.store(_facts(3))
        totals = queries.totals("18", LEVELS[0], [year])["18", "2026"]
        for table in (TURNOVER, *PARTS):
            sold = gathering.of_table(gathering.known(year), year, table).sellers.sold
            sums = {
                part: sum(amounts[place] for some in sold.values() for _shop, amounts in some)
                for place, part in enumerate(table.parts)
            }
            expected = {
                "cash": totals.positive - totals.cashless,
                "elsewhere": totals.positive - totals.outlet,
                "unweighed": totals.net - totals.weighed,
            }
            assert sums == {part: expected.get(part, getattr(totals, part, None)) for part in table.parts}


def test_looking_twice_at_a_month_tells_nothing_of_what_came_later(market: Flask) -> None:
    """Refunds and exclusions count on their own day: an ended month reads the same before and after."""
    facts = _facts(2)
    with market.app_context():
        world.store(facts)
        releasing.release_due(world.AT)
        db.session.remove()
    browser = market.test_client()
    before = [browser.get(reader.API.format("18", level, "2026-10")).get_json() for level in LEVELS]
    with market.app_context():
        back = [world.fact(10_000 + line, VILLAGES[0], -9_000, "2026-11-02") for line in range(3)]
        world.store([*facts, *back])
        cells.refresh(at=world.AT)
        db.session.remove()
    after = [browser.get(reader.API.format("18", level, "2026-10")).get_json() for level in LEVELS]
    for told in (*before, *after):
        for row in told["items"]:
            row.pop("cutoff")
    assert before == after


def test_of_an_ended_year_nothing_hidden_follows_from_months_and_quarters(market: Flask) -> None:
    facts = [
        fact | {"day": fact["day"].replace(year=2025), "month": fact["month"].replace("2026", "2025")}
        for fact in _facts(1)
    ]
    with market.app_context():
        world.store(facts)
        releasing.release_due(datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=1))
        db.session.remove()
    keys = ["2025", *(f"2025-Q{number}" for number in range(1, 5)), *(f"2025-{n:02d}" for n in range(1, 13))]
    told = [each for each in reader.everything(market.test_client(), keys, ["18"]) if each.name == "net"]
    sold = {(fact["village_code"], fact["month"]) for fact in facts}
    open_ones = {(each.region, each.period.key) for each in told}
    assert ("18", "2025") in open_ones
    full = {(code, key) for village, month in sold for code in line(village) for key in _around(month)}
    secret = [
        (code, period(key))
        for code, key in sorted(full - open_ones)
        if _is_secret(code, period(key), open_ones, sold)
    ]
    assert not reader.solved(told, sorted(sold), secret)


def _sums(facts: list[dict[str, Any]]) -> dict[str, dict[tuple[str, str], int]]:
    rings = ("village", "district", "regency", "province", "outside")
    lengths = (13, 8, 5, 2)
    sums: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for fact in facts:
        net, here, there = fact["net"], fact["village_code"], fact["destination_code"]
        plus = max(net, 0)
        ring = next((n for n, length in enumerate(lengths) if here[:length] == there[:length]), 4)
        values = {
            "net": net,
            "positive": plus,
            "cashless": plus if fact["payment_method"] == "qris" else 0,
            "outlet": plus if fact["shop_kind"] == "bumdes" else 0,
            "weighed": net if fact["grams"] else 0,
            "grams": fact["grams"] or 0,
            f"ring_{rings[ring]}": plus,
        }
        for code in line(here):
            for key in _around(fact["month"]):
                for name, value in values.items():
                    sums[name][code, key] += value
    return sums


def _around(month: str) -> tuple[str, str, str]:
    whole = period(month)
    return month, whole.quarter().key, whole.year().key


def _is_secret(code: str, when: Period, open_ones: set[tuple[str, str]], sold: set[tuple[str, str]]) -> bool:
    """Whether a hidden cell is more than the sum of open months and of months in which nothing was sold."""
    return any(
        (village == code or village.startswith(f"{code}.")) and when.first <= month <= when.last
        for village, month in sold
        if (code, month) not in open_ones and (code, period(month).quarter().key) not in open_ones
    )
