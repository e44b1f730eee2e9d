"""The open files are made once for all who ask, and made again when what is public has changed."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.cell_models import DirtyCell
from marketplace.indicators.publishing import open_data, open_files, releasing
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests.indicators import world


def _released(app: Flask) -> None:
    with app.app_context():
        world.store(
            [
                world.fact(
                    number, world.HANURA, 10_000 + number, shop_id=number % 4 + 1, seller_order_id=number
                )
                for number in range(1, 9)
            ]
        )
        releasing.release_due(now())
        db.session.remove()


def _mark(month: str) -> None:
    with transaction() as session:
        row = {"village_code": world.HANURA, "month": month, "since": now(), "counted": False, "turn": ""}
        session.execute(insert(DirtyCell), [row])


def test_a_file_is_made_once_and_handed_out_whole_in_parts_or_not_at_all(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _released(app)
    browser = app.test_client()
    first = browser.get("/data/indikator.csv")
    monkeypatch.setattr(open_data, "csv_rows", lambda **_at: pytest.fail("it was made again"))
    again = browser.get("/data/indikator.csv")
    assert again.data == first.data and again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"].startswith("public") and "W/" not in again.headers["ETag"]
    unchanged = browser.get("/data/indikator.csv", headers={"If-None-Match": first.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")
    part = browser.get("/data/indikator.csv", headers={"Range": "bytes=10-29"})
    assert (part.status_code, part.data) == (206, first.data[10:30])
    packing = {"Accept-Encoding": "gzip, br, zstd"}
    packed = browser.get("/data/indikator.csv", headers=packing)
    assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.data) == first.data
    assert packed.headers["ETag"] != first.headers["ETag"] and "Accept-Encoding" in packed.headers["Vary"]
    again = browser.get("/data/indikator.csv", headers=packing | {"If-None-Match": packed.headers["ETag"]})
    assert again.status_code == 304
    part = browser.get("/data/indikator.csv", headers=packing | {"Range": "bytes=10-29"})
    assert (part.status_code, part.data) == (206, first.data[10:30])


def test_many_who_ask_at_once_wait_for_one_that_makes_it(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    _released(app)
    made: list[datetime] = []
    rows = open_data.json_rows

    def counted(*, at: datetime) -> Iterator[dict[str, Any]]:
        made.append(at)
        return rows(at=at)

    monkeypatch.setattr(open_data, "json_rows", counted)
    with ThreadPoolExecutor(4) as some:
        answers = list(some.map(lambda _n: app.test_client().get("/data/indikator.json").data, range(4)))
    assert len(made) == 1 and len(set(answers)) == 1


def test_nothing_is_kept_while_a_released_month_is_counted_again(app: Flask) -> None:
    _released(app)
    with app.app_context():
        _mark("2026-10")
        db.session.remove()
    answer = app.test_client().get("/data/indikator.csv")
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    assert answer.data and not list(app.extensions["desamart"].open_dir.glob("*.*.csv"))
    with app.app_context():
        cells.refresh(at=now())
        _mark("2026-11")
        assert open_files.open_file(open_files.CSV, at=now()), "what is sold now is in no public figure"


def test_the_worker_makes_them_anew_after_a_release(app: Flask) -> None:
    _released(app)
    with app.app_context():
        before = open_files.open_file(open_files.CSV, at=now())
        assert before and worker.release_figures(now()) == 0
        later = now() + timedelta(days=10)
        assert worker.release_figures(later) == 1
        names = {path.name for path in settings().open_dir.glob("*.*.csv")}
        after = open_files.open_file(open_files.CSV, at=later)
        assert after and after.path.name in names and after.tag != before.tag
        assert "2026-11" in after.path.read_text()
