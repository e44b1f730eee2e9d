"""The server copies an application that was only put together: it holds nothing that copies may not share."""

import os
import threading
import time
from pathlib import Path

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


def test_who_is_told_to_end_leaves_no_copy_behind(tmp_path: Path) -> None:
    told = tmp_path / "pid"

    def work() -> None:
        (tmp_path / "writing").write_text(str(os.getpid()))
        (tmp_path / "writing").rename(told)
        time.sleep(60)

    starting = serving._copies.Process(target=lambda: os._exit(0 if serving.in_a_copy(work) else 1))
    starting.start()
    while not told.exists():
        time.sleep(0.01)
    starting.terminate()
    starting.join(10)
    assert starting.exitcode == 1 and not Path("/proc", told.read_text()).exists()


def _open_files() -> set[str]:
    """What this process holds open; sockets and files by where they lead."""
    found = set()
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(entry.readlink()))
        except OSError:
            continue
    return found
