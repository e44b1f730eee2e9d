"""Decides how DesaMart runs on a machine: web server processes and a worker, watched and ended together.

The application is put together once, here, before there is any thread or connection; the processes that
work are copies of this one. So they start at once, and share the memory of what was loaded.
"""

import ctypes
import gc
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

from flask import Flask
from sqlalchemy.orm import configure_mappers

from marketplace.config import Config
from marketplace.operations import worker

PR_SET_PDEATHSIG = 1
QUICK_DEATH = 5.0
# The shop's templates are compiled once for all processes, and no visitor waits for it.
SHOP = ("layouts/", "components/", "storefront/")
MOST_FALLS = 3
WEB, WORKER = "desamart-web", "desamart-worker"
_copies = multiprocessing.get_context("fork")


class PortTaken(Exception):
    """Another program listens at the port already."""


def serve(config: Config, load: Callable[[], Flask], *, port: int, workers: int) -> int:
    """Serve until told to stop. A process that ends by itself is started again; answers the exit code.

    `port` is where people reach it; the simulated payment provider lives at the same address. `load` puts the
    application together, or hands out one that has not been used yet.

    Raises:
        PortTaken: another program listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(config), port))
        except OSError as error:
            raise PortTaken(f"port {port} is in use; choose another one, such as PORT={port + 1}") from error
    app = load()
    configure_mappers()
    for name in app.jinja_env.list_templates(filter_func=lambda name: name.startswith(SHOP)):
        app.jinja_env.get_template(name)
    # What lives as long as the process is left out of every later collection, so its memory stays shared. A
    # page makes thousands of objects that go by themselves: to look for rings at every 700th costs a tenth.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    # Each connection takes a number; many systems allow a thousand until they are asked.
    _least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    # Before there is a process that would be left behind.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    programs = [
        _Program(WEB, lambda: _answer(app, config, port, workers)),
        _Program(WORKER, lambda: worker.run(app)),
    ]
    while not stopping and all(program.keeps_running() for program in programs):
        time.sleep(0.2)
    for program in programs:
        program.end()
    return 0 if stopping else 1


def in_a_copy(work: Callable[[], None]) -> bool:
    """Do `work` in a copy of this process, which itself stays as it was; whether it was done."""
    copy = _copies.Process(target=_not_left_alone, args=(work,))
    copy.start()
    copy.join()
    return copy.exitcode == 0


def _not_left_alone(work: Callable[[], None]) -> None:
    _end_with_parent()
    work()


def _end_with_parent() -> None:
    """Whose parent dies, however it dies, is told to end (on Linux).

    Else a web process would keep the port, a worker its turn to lead, and what prepares the demo would go on
    writing beside the next start.
    """
    parent = multiprocessing.parent_process()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent is not None and parent.pid != os.getppid():
        os.kill(os.getpid(), signal.SIGTERM)


class _Program:
    """A process that is started again when it dies, but not when it never gets on its feet."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name, self.work = name, work
        self.falls = 0
        self._start()

    def _start(self) -> None:
        self.process = _copies.Process(target=self._run, name=self.name)
        self.process.start()
        self.born = time.monotonic()

    def _run(self) -> None:
        """In the copy: a session of its own, its own name in the list of processes, nobody else's signals."""
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        with suppress(OSError):
            Path("/proc/self/comm").write_text(self.name)
        _end_with_parent()
        self.work()

    def keeps_running(self) -> bool:
        """Start the process again if it died; False after three quick deaths in a row."""
        if self.process.is_alive():
            return True
        self.falls = self.falls + 1 if time.monotonic() - self.born < QUICK_DEATH else 1
        if self.falls >= MOST_FALLS:
            return False
        self._start()
        return True

    def end(self) -> None:
        """Ask the process to end; after ten seconds, end it with all that it started."""
        self.process.terminate()
        self.process.join(timeout=10)
        if self.process.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def _answer(app: Flask, config: Config, port: int, workers: int) -> None:
    """Granian: processes times threads, of which some wait for the database or the provider."""
    from granian import Granian  # noqa: PLC0415 - only the process that needs it loads it
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    # The web processes are copies as well, whatever this version of Python does otherwise.
    multiprocessing.set_start_method("fork", force=True)
    server = Granian(
        "marketplace:create_app",
        address=_host(config),
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        backlog=1024,
        # So many connections may say nothing, or not end the head of a request, before others have to wait.
        backpressure=4096,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    )
    server.serve(target_loader=partial(_in_a_web_process, app), wrap_loader=False)


def _in_a_web_process(app: Flask) -> Flask:
    _end_with_parent()
    return app


def _host(config: Config) -> str:
    """The demo answers this machine only; production stands behind a proxy."""
    return "127.0.0.1" if config.demo else "0.0.0.0"  # noqa: S104  # nosec B104
