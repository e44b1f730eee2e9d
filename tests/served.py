"""Decides how the real server runs for a test: `desamart serve` as processes of its own, on a free port."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from marketplace.operations.serving import WEB, WORKER

BASES = {"stripe_api_base": "", "midtrans_api_base": "", "midtrans_snap_base": ""}
READY_WITHIN = 180.0
STOPPED_WITHIN = 15.0
PROC = Path("/proc")


class Served:
    """A running DesaMart: two web processes and the worker, as `make run` has them.

    `base_url` is where it answers; `config` its settings, for an application of the test's own on its data.
    """

    def __init__(self, config: Config, log: Path, workers: int = 2) -> None:
        self.port = _free_port()
        self.base_url = f"http://localhost:{self.port}"
        self.config = replace(config, public_url=self.base_url, **BASES).completed()
        self.log = log
        self.options = ["--workers", str(workers)]
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Served":
        self.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers on /readyz.

        Raises:
            RuntimeError: it ended or did not become ready; carries what it wrote.
        """
        program = Path(sys.executable).with_name("desamart")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                # The kernel ends the server with the tests, even when they are killed.
                ["setpriv", "--pdeathsig", "TERM", program, "serve", "--port", str(self.port), *self.options],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End all processes of the server."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOPPED_WITHIN)
        # What has not ended by itself, or was left behind, still belongs to the server's process group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def kill_worker(self) -> int:
        """Kill -9 the worker that drains the outbox; its process id."""
        pid = self.worker_pid()
        os.kill(pid, signal.SIGKILL)
        return pid

    def web_pids(self) -> list[int]:
        """The processes that answer requests."""
        assert self.process is not None
        heads = [pid for pid in _children(self.process.pid) if _name(pid) == WEB]
        return [pid for head in heads for pid in _children(head)]

    def worker_pid(self) -> int:
        """The process that drains the outbox.

        Raises:
            LookupError: there is none at this moment.
        """
        assert self.process is not None
        for pid in _children(self.process.pid):
            if _name(pid) == WORKER:
                return pid
        raise LookupError("no worker runs")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `desamart …` on the server's data, as somebody at the machine would."""
        program = Path(sys.executable).with_name("desamart")
        return subprocess.run(
            [program, *words],
            env=self._environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def log_tail(self, lines: int = 60) -> str:
        """The last lines the server wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @contextlib.contextmanager
    def app(self) -> Iterator[Flask]:
        """An application in this process on the server's data, with its context entered, to look at rows."""
        from tests.databases import let_go

        app = create_app(self.config)
        try:
            with app.app_context():
                yield app
        finally:
            let_go(app)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESAMART_")}
        return kept | {
            "DESAMART_MODE": "demo",
            "DESAMART_DATABASE_URL": self.config.database_url,
            "DESAMART_DATA_DIR": str(self.config.data_dir),
            "DESAMART_SECRET_KEY": self.config.secret_key,
            "DESAMART_PUBLIC_URL": self.base_url,
            "DESAMART_ORDERS_PER_MINUTE": str(self.config.orders_per_minute),
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + READY_WITHIN
        answer = "nothing"
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                with urllib.request.urlopen(f"{self.base_url}/readyz", timeout=5):  # noqa: S310 - our own address
                    return
            except urllib.error.HTTPError as error:
                answer = f"{error.code} {error.read(500)!r}"
                error.close()
            except OSError as error:
                answer = str(error)
            time.sleep(0.05)
        raise RuntimeError(f"the server was not ready in {READY_WITHIN:.0f} s ({answer}):\n{self.log_tail()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return int(probe.getsockname()[1])


def _name(pid: int) -> str:
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except OSError:
        return ""


def _children(pid: int) -> list[int]:
    try:
        threads = list((PROC / str(pid) / "task").iterdir())
        return [int(word) for thread in threads for word in (thread / "children").read_text().split()]
    except OSError:
        return []
