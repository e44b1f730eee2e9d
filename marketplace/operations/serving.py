"""Decides how DesaMart runs on a machine: web server processes and one worker, started, watched and ended together."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

from marketplace.config import Config


def serve(config: Config, *, port: int, workers: int) -> int:
    """Serve until told to stop. A process that ends by itself is started again; answers the exit code.

    `port` is where people reach it; the simulated payment provider lives at the same address.
    """
    env = dict(os.environ)
    env.setdefault("DESAMART_PORT", str(port))
    commands = [_web(config, port, workers), [sys.executable, "-m", "marketplace.cli", "worker"]]
    running = [subprocess.Popen(command, env=env) for command in commands]
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    born = [time.monotonic()] * len(running)
    while not stopping:
        for place, process in enumerate(running):
            if process.poll() is None:
                continue
            if time.monotonic() - born[place] < 3:
                stopping.append(process.returncode or 1)
                break
            running[place] = subprocess.Popen(commands[place], env=env)
            born[place] = time.monotonic()
        time.sleep(0.2)
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
    return 0 if stopping[0] in (signal.SIGTERM, signal.SIGINT) else 1


def _web(config: Config, port: int, workers: int) -> list[str]:
    """Granian: processes times threads. Threads wait for the database and for the provider, so there are several."""
    host = "0.0.0.0" if not config.demo else "127.0.0.1"  # noqa: S104 - behind a proxy in production
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "marketplace:create_app",
        "--host", host, "--port", str(port), "--workers", str(workers), "--blocking-threads", "8",
        "--backlog", "1024", "--log-level", "warning", "--respawn-failed-workers",
    ]  # fmt: skip
