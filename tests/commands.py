"""Runs the `desamart` command as a process of its own, on the data of a test."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketplace.config import Config

PROGRAM = Path(sys.executable).with_name("desamart")


def desamart(config: Config, *words: str) -> subprocess.CompletedProcess[str]:
    """Run `desamart <words>` and wait for it; its exit code and what it wrote."""
    return subprocess.run(
        [PROGRAM, *words], env=environment(config), capture_output=True, text=True, timeout=240, check=False
    )


@contextmanager
def worker_process(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own, for the block."""
    # The kernel ends it with the tests, even when they are killed.
    command = ["setpriv", "--pdeathsig", "KILL", PROGRAM, "worker"]
    process = subprocess.Popen(
        command, env=environment(config), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def environment(config: Config) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DESAMART_")}
    return kept | {
        "DESAMART_MODE": "demo",
        "DESAMART_DATABASE_URL": config.database_url,
        "DESAMART_DATA_DIR": str(config.data_dir),
        "DESAMART_SECRET_KEY": config.secret_key,
        "DESAMART_PUBLIC_URL": config.public_url,
    }
