"""Golden villages sold in through real orders: edges of month, quarter and year in Jakarta, a join, a move.

Hanura sells 12,500 one second into 2026, 18,000 in the last second of September and 36,000 one second later;
Podomoro joins on 18 October with 195,000; in November its shop moves to the kelurahan Korpri Jaya, selling
65,000 there. All of it goes to Hurun: for Hanura the same kecamatan, for the others another kabupaten.
"""

from datetime import UTC, datetime

import pytest
from flask import Flask

from marketplace.indicators import queries, wording
from marketplace.indicators.periods import period
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.indicators import world

KELURAHAN, ITS_TOWN = cast.BANDAR_LAMPUNG, "18.71"
LEVELS = {13: "village", 8: "district", 5: "regency", 2: "province"}
GOLDEN = {
    ("SE-01", world.HANURA): {
        "2025": "tidak ada data",
        "2026-01": "Rp12.500",
        "2026-09": "Rp18.000",
        "2026-10": "Rp36.000",
        "2026-Q3": "Rp18.000",
        "2026-Q4": "Rp36.000",
        "2026": "Rp66.500",
    },
    ("SE-03", world.HANURA): {"2026-01": "belum tersedia", "2026-10": "100,0%", "2026-Q4": "100,0%"},
    ("SE-01", world.PODOMORO): {"2026-09": "tidak ada data", "2026-10": "Rp195.000", "2026-11": "Rp0"},
    ("SE-03", world.PODOMORO): {"2026-10": "belum tersedia", "2026-11": "-100,0%"},
    ("SE-01", KELURAHAN): {"2026-10": "tidak ada data", "2026-11": "Rp65.000", "2026-Q4": "Rp65.000"},
    ("SE-09-KEC", world.HANURA): {"2026-10": "100,0%"},
    # Buyers are one and the same: no ring has three.
    ("SE-09", world.LAMPUNG): {"2026-10": "Belum ada"},
    # 65,000 after 231,000.
    ("SE-03", world.LAMPUNG): {"2026-11": "-71,9%"},
    # The shop of two villages is one shop above them.
    ("SE-04", world.LAMPUNG): {"2026-10": "2", "2026-11": "1", "2026-Q4": "2"},
    # 195,000 of 231,000, and 36,000 of it.
    ("SE-09-PROV", world.LAMPUNG): {"2026-10": "84,4%"},
    ("SE-09-KEC", world.LAMPUNG): {"2026-10": "15,6%"},
    # (36² + 260²) / 296² = 68,896 / 87,616: the moved shop's two villages are added before squaring.
    ("SE-18", world.LAMPUNG): {"2026-Q4": "7.863"},
    ("SE-18", ITS_TOWN): {"2026-11": "10.000"},
    ("SE-07", world.HANURA): {"2026-10": "1 sektor"},
    ("SE-11", world.LAMPUNG): {"2026": "0,0%"},
    ("SE-14", world.LAMPUNG): {"2026-Q4": "100,0%"},
}


@pytest.fixture
def province(app: Flask) -> Flask:
    """The province of the first lines of this file."""
    with app.app_context():
        world.sell({cast.CRACKERS: 1}, at=datetime(2025, 12, 31, 17, 0, 0, tzinfo=UTC))
        world.sell({cast.CHIPS: 1}, at=datetime(2026, 9, 30, 16, 59, 59, tzinfo=UTC))
        world.sell({cast.CHIPS: 2}, at=datetime(2026, 9, 30, 17, 0, 0, tzinfo=UTC))
        world.sell({cast.COFFEE: 3}, at=datetime(2026, 10, 18, 3, tzinfo=UTC))
        with transaction():
            factories.product(cast.COFFEE).shop.village_code = KELURAHAN
        world.sell({cast.COFFEE: 1}, at=datetime(2026, 11, 5, 3, tzinfo=UTC))
        world.catch_up(at=world.AT)
    return app


def test_golden_villages_read_what_was_worked_out_by_hand(province: Flask) -> None:
    with province.app_context():
        for (code, place), expected in GOLDEN.items():
            found = {}
            for key in expected:
                figures = queries.figures(place, LEVELS[len(place)], period(key), at=world.AT)
                found[key] = next(wording.value(figure) for figure in figures if figure.code == code)
            assert (code, place, found) == (code, place, expected)
