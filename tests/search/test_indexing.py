"""The index follows the goods: whatever happened, wherever it was cut, it ends equal to a rebuild."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from structlog.testing import capture_logs
from whoosh.writing import SegmentWriter

from marketplace.catalog.models import ACTIVE, PAUSED, Product
from marketplace.config import settings as configured
from marketplace.extensions import db
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.search import engine, handlers, indexing, queries, rebuilding, storage
from marketplace.search.models import IndexMark
from marketplace.sellers.models import SUSPENDED, VERIFIED
from tests import cast, factories
from tests.factories import AT

# Whoosh leaves files to the garbage collector when reading or writing fails.
leaky = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def indexed(app: Flask) -> Iterator[Path]:
    """The folder of an index that is up to date, inside an application context."""
    with app.app_context():
        rebuilding.rebuild()
        yield configured().index_dir


def test_only_an_index_that_is_replaced_is_worth_a_warning(app: Flask) -> None:
    with app.app_context(), capture_logs() as first:
        indexing.catch_up()
    current = app.extensions["desamart"].index_dir / "current"
    assert current.exists() and not first
    current.write_text("v0-lama 1")
    with app.app_context(), capture_logs() as again:
        indexing.catch_up()
    assert [line["event"] for line in again] == ["the index is built anew"]


def change(slug: str, *, name: str | None = None, status: str | None = None) -> int:
    """Change a product and mark it, as the outbox does."""
    with transaction():
        goods = factories.product(slug)
        goods.name = name or goods.name
        goods.status = status or goods.status
        handlers.mark([goods.id], at=AT)
        return goods.id


def marks() -> list[int]:
    with db.engine.connect() as connection:
        return list(connection.scalars(select(IndexMark.product_id).order_by(IndexMark.product_id)))


def test_a_new_name_is_found_and_the_old_one_is_not(indexed: Path) -> None:
    number = change(cast.CHIPS, name="Emping Melinjo")
    assert engine.find("emping") == []
    assert indexing.catch_up() == 1
    assert engine.find("emping") == [number]
    assert engine.find("pisang cokelat") == []
    assert marks() == [] and queries.divergence() == []


def test_a_paused_product_leaves_and_comes_back(indexed: Path) -> None:
    number = change(cast.COFFEE, status=PAUSED)
    indexing.catch_up()
    assert number not in (engine.find("robusta") or [])
    change(cast.COFFEE, status=ACTIVE)
    indexing.catch_up()
    assert engine.find("robusta") == [number]


def test_a_suspended_shop_takes_all_its_goods_along(indexed: Path) -> None:
    with transaction() as session:
        shop = factories.shop(cast.HIS_SHOP)
        shop.status = SUSPENDED
        event = OutboxEvent(kind="shop.changed", subject=f"shop:{shop.id}", payload={}, happened_at=AT)
        session.add(event)
        handlers.mark_shop(event, AT)
    assert indexing.catch_up() == 2
    assert engine.find("kopi podomoro") == []
    assert queries.divergence() == []


def test_marks_are_taken_in_portions(indexed: Path) -> None:
    for slug in (cast.CHIPS, cast.CRACKERS, cast.COFFEE):
        change(slug, name="Bersama")
    assert [indexing.catch_up(limit=2), indexing.catch_up(limit=2), indexing.catch_up(limit=2)] == [2, 1, 0]
    assert len(engine.find("bersama") or ()) == 3


def test_marking_twice_is_one_mark_with_a_later_moment(indexed: Path) -> None:
    number = change(cast.CHIPS)
    with transaction() as session:
        first = session.get_one(IndexMark, number).marked_at
        event = OutboxEvent(
            kind="product.changed",
            subject=f"product:{number}",
            payload={"product_id": number},
            happened_at=AT,
        )
        handlers.mark_product(event, AT - timedelta(hours=1))
        assert session.get_one(IndexMark, number).marked_at > first
    assert marks() == [number]


def test_a_change_during_the_write_keeps_its_mark(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = change(cast.CHIPS, name="Nama Pertama")
    publish = storage.publish

    def meanwhile(top: Path, written: object) -> None:
        publish(top, written)
        change(cast.CHIPS, name="Nama Kedua")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "publish", meanwhile)
        indexing.catch_up()
    assert marks() == [number] and engine.find("kedua") == []
    indexing.catch_up()
    assert engine.find("kedua") == [number] and engine.find("pertama") == []


@pytest.mark.parametrize("place", ["put", "commit", "publish", "_unmark"])
def test_killed_at_any_point_it_ends_as_if_nothing_happened(indexed: Path, place: str, app: Flask) -> None:
    number = change(cast.CHIPS, name="Tahan Banting")
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        _die_at(place)
        with app.app_context():
            indexing.catch_up()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and marks() == [number]
    assert engine.find("kerupuk") is not None
    indexing.catch_up()
    assert engine.find("tahan banting") == [number]
    assert marks() == [] and queries.divergence() == []


def _die_at(place: str) -> None:
    def die(*_args: object, **_named: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if place == "_unmark":
        indexing._unmark = die
    elif place == "publish":
        storage.publish = die
    elif place == "put":
        storage.fields = die
    else:
        SegmentWriter.commit = die


@leaky
@pytest.mark.parametrize(
    "damage", ["emptied", "garbled", "gone", "no pointer", "other format", "odd pointer"]
)
def test_a_damaged_index_is_noticed_and_built_anew(indexed: Path, damage: str) -> None:
    assert engine.find("kerupuk")
    hurt(indexed, damage)
    assert engine.find("kerupuk ikan") is None
    assert queries.divergence() != []
    indexing.catch_up()
    assert len(engine.find("kerupuk ikan") or ()) == 1
    assert queries.divergence() == []


def hurt(top: Path, damage: str) -> None:
    pointer = top / "current"
    folder = top / pointer.read_text().split()[0]
    files = [path for path in folder.iterdir() if path.suffix != ".lock"]
    if damage == "no pointer":
        pointer.unlink()
        return
    for path in files:
        if damage == "emptied":
            path.write_bytes(b"")
        elif damage == "garbled":
            path.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
        elif damage == "gone":
            path.unlink()
    text = {"other format": f"v0-{folder.name} 1", "odd pointer": "../../etc 7 7"}.get(
        damage, pointer.read_text()
    )
    fresh = top / "current.neu"
    fresh.write_text(text)
    fresh.replace(pointer)


@leaky
def test_a_full_disk_during_the_write_loses_nothing(indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    number = change(cast.CHIPS, name="Muat Lagi")
    for place in ("_commit_toc", "_finalize_segment"):
        with monkeypatch.context() as patch:
            patch.setattr(SegmentWriter, place, full)
            with pytest.raises(OSError, match="No space"):
                indexing.catch_up()
        assert marks() == [number] and engine.find("kerupuk ikan")
    indexing.catch_up()
    assert engine.find("muat lagi") == [number] and queries.divergence() == []


def test_without_an_index_finding_says_so_and_logs_it_once(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.app_context():
        assert [engine.find("kopi") for _ in range(3)] == [None, None, None]
    assert capsys.readouterr().out.count("search index cannot be read") == 1


def test_readers_go_on_while_the_index_is_built_many_times(indexed: Path, app: Flask) -> None:
    answers: list[object] = []
    done = threading.Event()

    def read() -> None:
        with app.app_context():
            # The pause leaves the builder its turns, also in a process that is busy with much else.
            while not done.wait(0.002):
                answers.append(engine.find("kerupuk ikan"))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(6):
            assert rebuilding.rebuild() == 5
            change(cast.CHIPS)
            indexing.catch_up()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert len(answers) > 6
    assert all(answer == answers[0] and answer for answer in answers)
    assert len([path for path in indexed.iterdir() if path.is_dir()]) == 1


def test_only_one_process_writes_and_the_other_leaves_the_marks(
    indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = change(cast.CHIPS, name="Menunggu")
    monkeypatch.setattr(indexing, "PATIENCE", 0.1)
    with storage.turn(indexed, patience=0) as held:
        assert held
        assert indexing.catch_up() == 0
    assert marks() == [number]
    assert indexing.catch_up() == 1


def test_divergence_names_what_is_missing_stale_and_superfluous(indexed: Path) -> None:
    with transaction():
        factories.product(cast.CHIPS).name = "Tanpa Tanda"
        factories.product(cast.COFFEE).status = PAUSED
        fresh = factories.put_on_shelf(
            factories.shop(cast.HER_SHOP), slug="baru", name="Barang Baru", price=1000, stock=0
        ).id
        stale, superfluous = factories.product(cast.CHIPS).id, factories.product(cast.COFFEE).id
    assert set(queries.divergence()) == {
        f"product {fresh}: missing",
        f"product {stale}: stale",
        f"product {superfluous}: superfluous",
    }


def test_a_rebuild_tells_how_far_it_is(app: Flask) -> None:
    told: list[tuple[int, int]] = []
    with app.app_context():
        assert rebuilding.rebuild(lambda done, everything: told.append((done, everything))) == 5
    assert told[-1] == (5, 5)


SLUGS = [str(goods["slug"]) for shelf in cast.GOODS.values() for goods in shelf]
QUESTIONS = ("keripik", "kopi", "madu hutan", "hanura", "podomoro", "sambal")
STEP = st.one_of(
    st.tuples(
        st.just("rename"), st.sampled_from(SLUGS), st.sampled_from(["Keripik Madu", "Madu Hutan", "Sambal"])
    ),
    st.tuples(st.just("status"), st.sampled_from(SLUGS), st.sampled_from([ACTIVE, PAUSED])),
    st.tuples(st.just("shop"), st.sampled_from(list(cast.SHOPS)), st.sampled_from([VERIFIED, SUSPENDED])),
    st.tuples(st.just("catch up"), st.just(""), st.sampled_from(["1", "2", "200"])),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_after_any_changes_the_index_equals_a_rebuild(
    indexed: Path, steps: list[tuple[str, str, str]]
) -> None:
    for kind, what, value in steps:
        _apply(kind, what, value)
    while indexing.catch_up():
        pass
    followed = queries.documents(), [sorted(engine.find(question) or ()) for question in QUESTIONS]
    assert queries.divergence() == []
    rebuilding.rebuild()
    assert (queries.documents(), [sorted(engine.find(question) or ()) for question in QUESTIONS]) == followed


def _apply(kind: str, what: str, value: str) -> None:
    if kind == "rename":
        change(what, name=value)
    elif kind == "status":
        change(what, status=value)
    elif kind == "catch up":
        indexing.catch_up(limit=int(value))
    else:
        with transaction() as session:
            shop = factories.shop(what)
            shop.status = value
            handlers.mark(list(session.scalars(select(Product.id).where(Product.shop_id == shop.id))), at=AT)
