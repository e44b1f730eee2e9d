"""The server copies an application that was only put together: it holds nothing that copies may not share."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.operations import serving
from tests.databases import let_go


def test_an_application_put_together_holds_no_connection_no_file_and_no_thread(config: Config) -> None:
    before, threads = _open_files(), threading.active_count()
    app = create_app(config)
    assert _open_files() == before
    assert threading.active_count() == threads
    with app.app_context():
        db.session.connection()
        assert _open_files() != before
    let_go(app)


def test_work_in_a_copy_leaves_this_process_alone_and_says_how_it_ended(tmp_path: Path) -> None:
    seen: list[int] = []

    def work() -> None:
        seen.append(1)
        (tmp_path / "done").write_text(str(os.getpid()))

    assert serving.in_a_copy(work)
    assert seen == [] and (tmp_path / "done").read_text() != str(os.getpid())


def test_work_that_fails_in_a_copy_is_told() -> None:
    assert not serving.in_a_copy(lambda: os._exit(3))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_copy_ends_with_whom_it_was_made_for(tmp_path: Path, how: signal.Signals) -> None:
    told = tmp_path / "pid"

    def work() -> None:
        (tmp_path / "writing").write_text(str(os.getpid()))
        (tmp_path / "writing").rename(told)
        time.sleep(60)

    starting = serving._copies.Process(target=serving.in_a_copy, args=(work,))
    starting.start()
    while not told.exists():
        time.sleep(0.01)
    os.kill(starting.pid or 0, how)
    starting.join(10)
    until = time.monotonic() + 5
    while _lives(told.read_text()) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(told.read_text())


def _lives(pid: str) -> bool:
    """Whether a process is there and not only waits to be counted as dead."""
    try:
        return Path("/proc", pid, "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _open_files() -> set[str]:
    """What this process holds open; sockets and files by where they lead."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(entry.readlink()))
        except OSError:
            continue
    return found
