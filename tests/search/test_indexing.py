"""The index in files: wherever its writing was cut and whatever was damaged, it ends equal to a rebuild."""

import errno
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from structlog.testing import capture_logs
from whoosh.writing import SegmentWriter

from marketplace.config import settings as configured
from marketplace.extensions import db
from marketplace.search import engine, indexing, queries, rebuilding, storage
from tests import cast
from tests.search.marking import change, marks

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
