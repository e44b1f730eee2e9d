"""Whatever is renamed, moved or merged, no published figure changes: locked, revised, or released."""

import csv
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from marketplace.extensions import db
from marketplace.indicators import cells, queries
from marketplace.indicators.inputs import kinds, recording
from marketplace.indicators.inputs.reading import Draft
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import commanding, open_files, proofs, releasing, revising
from marketplace.indicators.publishing import queries as publications
from marketplace.indicators.publishing.locking import Act
from marketplace.indicators.publishing.snapshots import parts_of
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.regions.models import LEVELS, VILLAGE, Region
from marketplace.regions.queries import forget_names, region
from marketplace.sellers.models import Shop
from tests.indicators import world

SEPTEMBER, OCTOBER = period("2026-09"), period("2026-10")
LATER = datetime(2026, 11, 23, tzinfo=UTC)
VILLAGES = (world.HANURA, world.HURUN, world.BAGELEN, world.PODOMORO)
PLACES = (world.TELUK_PANDAN, world.GEDONG_TATAAN, world.PESAWARAN, world.PRINGSEWU, *VILLAGES)
PARENTS = {5: (world.LAMPUNG,), 8: (world.PESAWARAN, world.PRINGSEWU), 13: (world.TELUK_PANDAN, "18.10.01")}

# A hidden figure says nothing but that it is; how many villages lie around it is no figure.
HIDDEN = "hidden"


def _facts() -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []
    for month in ("2026-08", "2026-09", "2026-10"):
        for village in VILLAGES:
            for line in range(8):
                number = len(facts) + 1
                shop = int(village[-4:]) * 10 + line % 4
                facts.append(world.fact(number, village, 10_000 + number, f"{month}-15", shop_id=shop))
    return facts


@pytest.fixture
def market(app: Flask) -> Flask:
    """September is locked everywhere, once revised in one regency; October is only released."""
    with app.app_context():
        facts = _facts()
        world.store(facts)
        releasing.release_due(now())
        for place in commanding.regions():
            with transaction():
                commanding.publish(place, SEPTEMBER, at=LATER)
        world.store([*facts, world.fact(999, world.HANURA, 5_000, "2026-09-16", shop_id=20_041)])
        act = Act(region(world.PESAWARAN), SEPTEMBER, None, LATER)
        with transaction():
            revising.propose(act, "Satu penjualan terlambat masuk", seen=1)
            revising.revise(act, proposal=1)
        db.session.remove()
    return app


def _published(app: Flask) -> dict[str, Any]:
    """Everything that was published, names aside: snapshots, what officers read of them, API, files."""
    browser = app.test_client()
    api: dict[Any, Any] = {}
    for level in LEVELS:
        for key in ("2026-09", "2026-10"):
            answer = browser.get(f"/api/v1/indicators?region=18&level={level}&period={key}")
            api |= {
                (row["region"], row["code"], key): HIDDEN if row["suppressed"] else row
                for row in answer.get_json()["items"]
            }
    with app.app_context():
        text = "".join(open_files.lines(open_files.CSV, at=LATER)).removeprefix("\ufeff")
        rows = list(csv.DictReader(text.splitlines()))
        log = browser.get("/data/revisi.json").get_json()["items"]
        read = {
            (figure.place.code, figure.code): (parts_of(figure), figure.revision, figure.coverage)
            for level in LEVELS
            for figure in queries.figures(world.LAMPUNG, level, SEPTEMBER, at=LATER)
        }
        hashes = {
            code: [row.content_hash for row in publications.revisions(code, SEPTEMBER)]
            for code in (world.PESAWARAN, world.PRINGSEWU, world.LAMPUNG)
        }
        db.session.remove()
    assert {revision for _parts, revision, _coverage in read.values() if revision} == {1, 2}
    assert any(row["revisi"] == "2" and row["nilai"] for row in rows)
    files = {
        (row["kode_wilayah"], row["periode"], row["indikator"]): HIDDEN
        if row["disamarkan"] == "ya"
        else _without(row, "nama_wilayah")
        for row in rows
    }
    return {"api": api, "files": files, "log": dict(enumerate(log)), "read": read, "hashes": hashes}


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def _rename(code: str, number: int) -> None:
    db.session.execute(update(Region).where(Region.code == code).values(name=f"Nama Baru {number}"))


def _move(code: str, number: int) -> None:
    parents = PARENTS[len(code)]
    parent = parents[number % len(parents)]
    db.session.execute(update(Region).where(Region.code == code).values(parent_code=parent))


def _merge(code: str, number: int) -> None:
    """A village goes up in another: its shops lie there from now on, and it is called after it."""
    into = VILLAGES[number % len(VILLAGES)]
    inside = Shop.village_code.startswith(code)
    db.session.execute(update(Shop).where(inside).values(village_code=into))
    _rename(code, number)


def _split(code: str, number: int) -> None:
    """A new village comes into being beside the others."""
    new = f"{code[:8] if len(code) > 5 else world.TELUK_PANDAN}.{2900 + number}"
    if db.session.scalar(select(Region.code).where(Region.code == new)) is None:
        row = {"code": new, "name": f"Pemekaran {number}", "level": VILLAGE, "kind": "desa"}
        row["parent_code"] = new[:8]
        db.session.execute(insert(Region).values(row))


def _tell(code: str, number: int) -> None:
    """Somebody notes households of a day inside the published months."""
    if len(code) == 13:
        day = date(2026, 9 + number % 2, 1)
        said = Draft(code, kinds.HOUSEHOLDS, day, "Prodeskel", number=300 + number)
        recording.record([said], by=None, at=LATER)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from((_rename, _move, _merge, _split, _tell)),
        st.sampled_from(PLACES),
        st.integers(0, 50),
    ),
    min_size=1,
    max_size=8,
)


def test_no_renaming_moving_or_merging_changes_a_published_figure(market: Flask) -> None:
    before = _published(market)

    # What one example has changed stays changed for the next, so there is nothing to shrink.
    @settings(
        max_examples=3,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(changes=CHANGES)
    def whatever_changes(changes: list[tuple[Any, str, int]]) -> None:
        with market.app_context():
            with transaction():
                for change, code, number in changes:
                    change(code, number)
                # And everything is counted again afterwards.
                months = [(village, key) for village in VILLAGES for key in ("2026-09", "2026-10")]
                cells.mark_all(months, at=LATER)
            cells.refresh(at=LATER)
            forget_names()
            assert proofs.differences() == []
            db.session.remove()
        after = _published(market)
        for name, told in before.items():
            # A new village adds rows of its own.
            assert {key: after[name].get(key) for key in told} == told, name

    whatever_changes()
