"""Decides how DesaMart runs on a machine: web server processes and a worker, watched and ended together."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from types import FrameType

from marketplace.config import Config

QUICK_DEATH = 5.0
MOST_FALLS = 3


class PortTaken(Exception):
    """Another program listens at the port already."""


def serve(config: Config, *, port: int, workers: int) -> int:
    """Serve until told to stop. A process that ends by itself is started again; answers the exit code.

    `port` is where people reach it; the simulated payment provider lives at the same address.

    Raises:
        PortTaken: another program listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(config), port))
        except OSError as error:
            raise PortTaken(f"port {port} is in use; choose another one, such as PORT={port + 1}") from error
    env = dict(os.environ)
    env.setdefault("DESAMART_PORT", str(port))
    commands = [_web(config, port, workers), [sys.executable, "-m", "marketplace.cli", "worker"]]
    programs = [_Program(command, env) for command in commands]
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping and all(program.keeps_running() for program in programs):
        time.sleep(0.2)
    for program in programs:
        program.end()
    return 0 if stopping else 1


class _Program:
    """A process that is started again when it dies, but not when it never gets on its feet."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.command, self.env = command, env
        self.falls = 0
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(self.command, env=self.env, start_new_session=True)  # noqa: S603 - our own commands only
        self.born = time.monotonic()

    def keeps_running(self) -> bool:
        """Start the process again if it died; False after three quick deaths in a row."""
        if self.process.poll() is None:
            return True
        self.falls = self.falls + 1 if time.monotonic() - self.born < QUICK_DEATH else 1
        if self.falls >= MOST_FALLS:
            return False
        self._start()
        return True

    def end(self) -> None:
        """Ask the process to end; after ten seconds, end it with all that it started."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def _web(config: Config, port: int, workers: int) -> list[str]:
    """Granian: processes times threads, of which some wait for the database or the provider."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "marketplace:create_app",
        "--host", _host(config), "--port", str(port), "--workers", str(workers), "--blocking-threads", "8",
        "--backlog", "1024", "--log-level", "error", "--respawn-failed-workers",
    ]  # fmt: skip


def _host(config: Config) -> str:
    """The demo answers this machine only; production stands behind a proxy."""
    return "127.0.0.1" if config.demo else "0.0.0.0"  # noqa: S104
