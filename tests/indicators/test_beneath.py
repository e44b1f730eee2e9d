"""Every figure of every code opens to rows, and at every level and period the rows come to the figure."""

from collections.abc import Iterable, Sequence
from datetime import date
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from marketplace.indicators import cells, queries
from marketplace.indicators.beneath import opening
from marketplace.indicators.beneath.shape import Question
from marketplace.indicators.figures import Figure
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.periods import period
from marketplace.indicators.registry import INDICATORS
from marketplace.indicators.sums import Totals
from marketplace.kit.errors import NotFound
from marketplace.kit.transaction import transaction
from tests import cast
from tests.indicators import world

VILLAGES = (world.HANURA, world.HURUN, world.BAGELEN, world.PODOMORO)
PLACES = (
    *(("village", village) for village in VILLAGES),
    *(("district", world.TELUK_PANDAN), ("regency", world.PESAWARAN), ("province", world.LAMPUNG)),
)
MONTHS = ["2025-10", "2025-12", "2026-08", "2026-09", "2026-10", "2026-11"]
FLAG = (True, False)
FACTS: dict[str, Sequence[Any]] = {
    "village_code": VILLAGES,
    "net": (-50_000, -7_001, 3_333, 20_000, 45_500, 120_000, 199_999),
    "month": MONTHS,
    "shop_id": (1, 2, 3, 4),
    "product_id": (1, 2, 3, 4, 5),
    "payment_method": ("cod", "ambil", "stripe", "qris", "transfer", "midtrans"),
    "delivery_method": ("antar", "titip", "ekspedisi"),
    "destination_code": (*VILLAGES, cast.JAKARTA),
    "buyer_key": ("aaaaaa", "bbbbbb", "cccccc", "dddddd", "eeeeee", ""),
    "category_slug": ("keripik-kerupuk", "kopi-bubuk", "madu"),
    "section": ("A", "C", "G", ""),
    "grade": ("", "A"),
    "grams": (None, 250, 1_000),
    "shop_kind": ("umkm", "bumdes"),
    "channel": ("online", "assisted", "counter"),
    **dict.fromkeys(("unggulan", "branded", "packaged", "licensed", "nib", "government"), FLAG),
    **dict.fromkeys(("farmer", "woman_led"), (None, True, False)),
}
OUTCOMES: dict[str, Sequence[Any]] = {
    "village_code": VILLAGES,
    "month": MONTHS,
    "delivery_method": ("antar", "ambil", "jasa", "ekspedisi"),
    "status": ("completed", "completed", "declined", "cancelled"),
    "early": FLAG,
    "minutes": tuple(range(0, 9_000, 7)),
    "channel": ("online", "online", "counter"),
    "complaint_minutes": (None, *range(0, 9_000, 301)),
}


def drawn(chance: Random, kinds: dict[str, Sequence[Any]], many: int) -> list[dict[str, Any]]:
    """Values by chance, the same for the same seed."""
    return [{name: chance.choice(some) for name, some in kinds.items()} for _ in range(many)]


def whole_facts(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whole facts from what was drawn; weights have the sign of the money, an order has one buyer."""
    found = []
    orders: dict[tuple[str, ...], int] = {}
    for number, each in enumerate(rows, 1):
        grams = each["grams"] and each["grams"] * (1 if each["net"] > 0 else -1)
        row = world.fact(number, each["village_code"], each["net"], f"{each['month']}-1{number % 10}")
        order = tuple(each[name] for name in ("village_code", "month", "buyer_key", "destination_code"))
        own = {"grams": grams, "seller_order_id": orders.setdefault(order, number)}
        found.append(row | each | own)
    return found


def whole_outcomes(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Whole outcomes from what was drawn; only what was completed took time."""
    found = []
    for number, each in enumerate(rows, 1):
        done = each["status"] == "completed"
        own = each | {"minutes": each["minutes"] if done else None, "early": each["early"] and not done}
        found.append(world.outcome(number, each["village_code"], f"{each['month']}-1{number % 10}") | own)
    return found


def stand(chance: Random) -> None:
    """What is known of villages beside sales, by chance: snapshots of some days, households, outlet days."""
    taken: list[dict[str, Any]] = [
        {
            "village_code": village,
            "day": date.fromisoformat(f"{month}-{day}"),
            **{
                name: chance.randrange(9)
                for name in ("verified", "micro", "active_products", "fresh_products")
            },
            "outlet_active": chance.random() < 0.5,
            "taken_at": world.AT,
        }
        for village in VILLAGES[:3]
        for month in MONTHS[2:]
        for day in ("03", "17", "28")
        if chance.random() < 0.7
    ]
    said: list[dict[str, Any]] = [
        {
            "kind": kind,
            "village_code": village,
            "series": series,
            "as_of": day,
            "number": chance.randrange(9, 31),
        }
        for village in VILLAGES
        for kind, series, day in (
            ("households", "", date(2026, 1, 1)),
            ("households", "", date(2026, 10, 15)),
            ("outlet_days", "2026-10", date(2026, 10, 31)),
        )
        if chance.random() < 0.8
    ]
    with transaction() as session:
        session.execute(insert(VillageSnapshot), taken)
        session.execute(
            insert(DatedInput), [{**row, "source": "Profil desa", "entered_at": world.AT} for row in said]
        )
        cells.mark_all({(row["village_code"], row["day"].isoformat()[:7]) for row in taken}, at=world.AT)


@pytest.mark.parametrize(("seed", "key"), [(1, "2026-10"), (2, "2026-Q4"), (3, "2026")])
def test_the_rows_under_every_figure_at_every_level_come_to_it(app: Flask, seed: int, key: str) -> None:
    # Chance from a fixed seed: the worlds are the same in every run.
    chance = Random(seed)
    with app.app_context():
        stand(chance)
        world.store(whole_facts(drawn(chance, FACTS, 60)), whole_outcomes(drawn(chance, OUTCOMES, 30)))
        found = [
            figure
            for level, code in PLACES
            for figure in queries.figures(code, level, period(key), at=world.AT)
        ]
        for figure in found:
            check(figure)
    assert {figure.code for figure in found} == set(INDICATORS)


def check(figure: Figure) -> None:
    """Compare a figure with what its rows come to, and with what the rows say that they add."""
    indicator = figure.indicator
    asked = Question(indicator, figure.place.code, figure.period)
    found = opening.beneath(asked)
    if figure.why != "no data":
        parts = (found.numerator, found.denominator, found.value)
        assert (indicator.code, *parts) == (
            indicator.code,
            figure.numerator,
            figure.denominator,
            figure.value,
        )
    for view in opening.views(indicator):
        head, rows = opening.file(view, asked)
        table = [dict(zip(head, row, strict=True)) for row in rows]
        assert len(table) == view.size(asked)
        for column, part in (("masuk_pembilang", found.numerator), ("masuk_penyebut", found.denominator)):
            if column in head:
                assert (indicator.code, sum(int(row[column] or 0) for row in table)) == (indicator.code, part)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda each: each.code)
def test_every_sum_of_an_indicator_is_counted_from_rows_of_one_kind(indicator: Any) -> None:
    for name in (indicator.over, indicator.under):
        if name is not None:
            assert hasattr(Totals(), name)
            assert sum(view.counts(name) for view in opening.VIEWS) == 1


def test_an_address_names_a_kind_of_rows_that_lies_under_the_figure() -> None:
    assert [view.word for view in opening.views(INDICATORS["SE-06"])] == ["usaha", "desa"]
    assert opening.wanted_view(INDICATORS["SE-06"], "desa").word == "desa"
    assert opening.wanted_view(INDICATORS["SE-06"], None).word == "usaha"
    with pytest.raises(NotFound):
        opening.wanted_view(INDICATORS["SE-06"], "pesanan")


def test_every_code_opens_on_a_page_and_as_a_file(app: Flask) -> None:
    with app.app_context():
        chance = Random(4)
        stand(chance)
        world.store(whole_facts(drawn(chance, FACTS, 80)), whole_outcomes(drawn(chance, OUTCOMES, 40)))
    browser = world.enter(app, cast.REGENCY_OFFICER)
    opened = 0
    for code, indicator in INDICATORS.items():
        address = f"/program/indikator/{code}/rincian?wilayah={world.PESAWARAN}&periode=2026-10"
        page = browser.get(address).text
        assert "Tidak cocok" not in page and str(indicator.definition)[:20] in page
        opened += "Cocok" in page
        for view in opening.views(indicator):
            saved = browser.get(f"{address}&bagian={view.word}&format=csv")
            assert saved.text.removeprefix("\ufeff").startswith(f"{view.columns[0].key},")
    assert opened >= 25
