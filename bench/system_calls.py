"""Decides how system calls are watched and made to fail: with strace, from outside the processes."""

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

SETTLING = 1.0


def needed() -> str:
    """The path of strace.

    Raises:
        click.ClickException: it is not installed; says how to get it.
    """
    found = shutil.which("strace")
    if not found:
        raise click.ClickException("strace is not installed: apt-get install strace")
    return found


@contextlib.contextmanager
def failing(
    pids: Iterable[int], *, calls: str, error: str, paths: Sequence[Path], log: Path
) -> Iterator[None]:
    """Within the block, these system calls of these processes fail with `error`; `paths` limits it to files.

    Raises:
        click.ClickException: strace may not look into these processes.
    """
    words: list[str | Path] = [needed(), "-f", "-qq", "-o", log, "-e", f"trace={calls}"]
    words += ["-e", f"inject={calls}:error={error}"]
    words += [word for path in paths for word in ("-P", path)]
    words += [word for pid in pids for word in ("-p", str(pid))]
    tracer = subprocess.Popen(words, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(SETTLING)
    if tracer.poll():
        raise click.ClickException(f"strace could not begin: {tracer.communicate()[1].decode().strip()}")
    try:
        yield
    finally:
        tracer.send_signal(signal.SIGTERM)
        tracer.communicate()


def injected(log: Path) -> int:
    """How many calls were made to fail."""
    return log.read_text(errors="replace").count("(INJECTED)") if log.exists() else 0
