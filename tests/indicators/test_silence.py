"""Outlets and villages that fell silent: counted from days that are known, listed with their last day."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from marketplace.indicators import cells, silence
from marketplace.indicators.inputs.models import DatedInput, VillageSnapshot
from marketplace.indicators.periods import period
from marketplace.indicators.silence import Silent
from marketplace.kit.transaction import transaction
from tests import cast
from tests.indicators import world

OCTOBER = period("2026-10")
COUNTS = dict.fromkeys(("verified", "micro", "active_products", "fresh_products"), 1)


@pytest.fixture
def outlets(app: Flask) -> Flask:
    """In October Hanura's outlet works, Hurun's does not any more, of Bagelen's nothing is recorded.

    Podomoro's outlet worked last more than a year ago.
    """
    with app.app_context(), transaction() as session:
        at_work = {
            world.HANURA: [date(2026, 9, 3), date(2026, 10, 20)],
            world.HURUN: [date(2026, 9, 3), date(2026, 9, 17)],
            world.BAGELEN: [date(2026, 8, 1)],
            world.PODOMORO: [date(2025, 10, 31)],
        }
        recorded = {
            world.HANURA: [*at_work[world.HANURA], date(2026, 10, 21)],
            world.HURUN: [*at_work[world.HURUN], date(2026, 9, 18), date(2026, 10, 20), date(2026, 11, 2)],
            world.BAGELEN: at_work[world.BAGELEN],
            world.PODOMORO: [*at_work[world.PODOMORO], date(2026, 10, 20)],
        }
        rows: list[dict[str, Any]] = [
            {"village_code": code, "day": day, "outlet_active": day in at_work[code], "taken_at": world.AT}
            | COUNTS
            for code, days in recorded.items()
            for day in days
        ]
        session.execute(insert(VillageSnapshot), rows)
        cells.mark_all({(row["village_code"], row["day"].isoformat()[:7]) for row in rows}, at=world.AT)
    with app.app_context():
        cells.refresh(at=world.AT)
    return app


def test_an_outlet_is_silent_when_its_record_says_so_and_unknown_without_one(outlets: Flask) -> None:
    with outlets.app_context():
        found = silence.outlets(world.LAMPUNG, OCTOBER)
        assert found.silent == [Silent(world.HURUN, "2026-09", date(2026, 9, 17))]
        assert found.silent[0].days(date(2026, 11, 20)) == 64
        assert (found.worked, found.unknown) == (3, 1)
        assert silence.outlets(world.PRINGSEWU, OCTOBER) == silence.Silence([], 0)


def test_days_that_somebody_entered_count_and_leave_the_month_where_no_day_is_known(outlets: Flask) -> None:
    with outlets.app_context():
        entered = {
            "kind": "outlet_days",
            "village_code": world.BAGELEN,
            "source": "Buku gerai",
            "entered_at": world.AT,
        }
        with transaction() as session:
            for month, days in (("2026-09", 4), ("2026-10", 0)):
                first = date.fromisoformat(f"{month}-01")
                row = entered | {"series": month, "as_of": first, "number": days}
                session.execute(insert(DatedInput), [row])
                # A village month stands where something is known of it.
                snapshot = {"village_code": world.BAGELEN, "day": first + timedelta(days=9)} | COUNTS
                session.execute(
                    insert(VillageSnapshot), [snapshot | {"outlet_active": False, "taken_at": world.AT}]
                )
            cells.mark_all({(world.BAGELEN, "2026-09"), (world.BAGELEN, "2026-10")}, at=world.AT)
        cells.refresh(at=world.AT)
        found = silence.outlets(world.LAMPUNG, OCTOBER)
        assert found.silent == [
            Silent(world.BAGELEN, "2026-09", None),
            Silent(world.HURUN, "2026-09", date(2026, 9, 17)),
        ]
        assert (found.worked, found.unknown) == (3, 0)


def test_the_page_counts_and_lists_both_kinds_and_the_file_holds_all(outlets: Flask) -> None:
    with outlets.app_context():
        # What goes back is no sale: Hanura does not wake by it.
        world.store(
            [
                world.fact(1, world.HANURA, 9_000, "2026-09-30"),
                world.fact(2, world.HANURA, -2_000, "2026-10-02"),
            ]
        )
    browser = world.enter(outlets, cast.PROVINCE_OFFICER)
    page = browser.get("/program/berhenti").text
    assert "Hanura, Pesawaran" in page and "dari 1 desa yang menjual" in page
    page = browser.get("/program/berhenti?jenis=gerai").text
    assert "Hurun, Pesawaran" in page and "dari 3 gerai yang beraktivitas" in page
    assert "1 gerai desa berhenti beraktivitas" in browser.get("/program").text
    rows = list(csv.reader(StringIO(browser.get("/program/berhenti?format=csv").text.lstrip("\ufeff"))))
    assert [row[:2] + row[3:4] for row in rows] == [
        ["jenis", "kode_desa", "terakhir"],
        ["desa", world.HANURA, "2026-09-30"],
        ["gerai", world.HURUN, "2026-09-17"],
    ]
    assert browser.get("/program/berhenti?jenis=toko").status_code == 404
    assert world.enter(outlets, cast.OPERATOR).get("/program/berhenti?wilayah=18").status_code == 404
    assert world.enter(outlets, cast.BUYER).get("/program/berhenti").status_code == 404
