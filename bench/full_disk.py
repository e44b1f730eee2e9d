"""Fills and breaks the disk under the served application: `python -m bench.full_disk [--engine sqlite]`.

Writes of the database are made to fail with strace (apt-get install strace), as on a full or a broken disk:
SQLite's in the web processes and the worker, PostgreSQL's in the server processes that answer the web. No
order may be acknowledged that is not there afterwards; writes answer 503 in words, reads go on, and when the
disk has room again, so do writes. PostgreSQL starts anew when its log cannot be written; reads may answer
503 meanwhile.
"""

import fcntl
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy import text

from bench import aftermath, presses, system_calls, world
from bench.world import Basket, Stock
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.operations import proofs
from tests.served import Served

AT_ONCE, TIMES, MOST_TRIES = 8, 4, 60


@dataclass(frozen=True)
class Trouble:
    """Calls that fail with `error`, with `tables` only where tables grow; `reads`: pages go on opening."""

    name: str
    calls: str
    error: str
    tables: bool = False
    reads: bool = True


TROUBLES = {
    "sqlite": (
        Trouble("disk full", "pwrite64", "ENOSPC"),
        Trouble("disk broken when writing", "pwrite64", "EIO"),
        Trouble("disk broken when syncing", "fsync,fdatasync", "EIO"),
    ),
    "postgresql": (
        Trouble("no room for tables", "pwrite64", "ENOSPC", tables=True),
        Trouble("no room for the log", "pwrite64", "ENOSPC", reads=False),
        Trouble("disk broken when syncing", "fsync,fdatasync", "EIO", reads=False),
    ),
}


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
def main(engines: Sequence[str]) -> None:
    """Print what happened in each trouble, and a verdict; exit 1 if anything was not as it should be."""
    system_calls.needed()
    problems = [problem for engine in engines for problem in _endured(engine)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    click.echo("NOT all is well" if problems else "no false success; all proofs hold")
    sys.exit(1 if problems else 0)


def _endured(engine: str) -> Iterator[str]:
    with world.stocked(engine) as stock:
        with world.opened(stock.config) as app:
            baskets = iter(world.fill(app, (AT_ONCE * (TIMES + 1) + MOST_TRIES) * len(TROUBLES[engine])))
        with Served(stock.config, stock.folder / "server.log") as server:
            acknowledged: list[str] = []
            for trouble in TROUBLES[engine]:
                found = _one(trouble, stock, server, baskets, acknowledged)
                yield from (f"{engine}, {trouble.name}: {problem}" for problem in found)
        with world.opened(stock.config):
            proofs.prove(at=now())
            left = aftermath.look(acknowledged)
        click.echo(f"{engine}: {len(acknowledged)} orders acknowledged, {left.orders} there")
        yield from (f"{engine}: {problem}" for problem in left.problems)


def _one(
    trouble: Trouble, stock: Stock, server: Served, baskets: Iterator[Basket], acknowledged: list[str]
) -> list[str]:
    """Before, during and after one trouble; what was not as it should be."""
    before = presses.press(server.port, _some(baskets))
    log = stock.folder / "injected"
    during: Counter[str] = Counter()
    reads: Counter[str] = Counter()
    wordless = 0
    # Its own writing would meet the trouble before the checkouts do.
    with _turn(stock):
        _halt(server.worker_pid())
    with system_calls.failing(
        _victims(stock, server),
        calls=trouble.calls,
        error=trouble.error,
        paths=_paths(trouble, stock),
        log=log,
    ):
        for _time in range(TIMES):
            said = presses.press(server.port, _some(baskets))
            acknowledged += said.acknowledged
            during += said.statuses
            wordless += said.wordless
            reads += presses.look_around(server.port)
    os.kill(server.worker_pid(), signal.SIGCONT)
    seconds, more = _recovered(server, baskets)
    acknowledged += before.acknowledged + more
    click.echo(
        f"{stock.engine}, {trouble.name}: {system_calls.injected(log)} calls failed; checkouts "
        f"{_words(during)}; reads {_words(reads)}; {seconds:.1f} s later writes succeed"
    )
    return _judged(trouble, before.statuses, during, reads, wordless, recovered=bool(more))


def _halt(pid: int) -> None:
    """Stop a process, and wait until it stands."""
    os.kill(pid, signal.SIGSTOP)
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        time.sleep(0.01)


@contextmanager
def _turn(stock: Stock) -> Iterator[None]:
    """Our turn to write on SQLite: a worker that is stopped now does not hold it for all that time."""
    if not stock.config.sqlite:
        yield
        return
    file = stock.config.database_url.removeprefix("sqlite:///")
    with Path(f"{file}.giliran").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _judged(
    trouble: Trouble,
    before: Counter[str],
    during: Counter[str],
    reads: Counter[str],
    wordless: int,
    *,
    recovered: bool,
) -> list[str]:
    found = []
    if set(before) != {"303"}:
        found.append(f"before it, checkouts were answered with {_words(before)}")
    if set(during) - {"303", "503"} or not during["503"]:
        found.append(f"checkouts were answered with {_words(during)}")
    if set(reads) - ({"200"} if trouble.reads else {"200", "503"}):
        found.append(f"pages were answered with {_words(reads)}")
    if wordless:
        found.append(f"{wordless} refusals without words")
    if not recovered:
        found.append("writes did not succeed again")
    return found


def _recovered(server: Served, baskets: Iterator[Basket]) -> tuple[float, list[str]]:
    """Try until an order succeeds again: how long it took, and its number."""
    began = time.perf_counter()
    for _try in range(MOST_TRIES):
        said = presses.press(server.port, [next(baskets)])
        if said.acknowledged:
            return time.perf_counter() - began, said.acknowledged
        time.sleep(0.5)
    return time.perf_counter() - began, []


def _victims(stock: Stock, server: Served) -> list[int]:
    if stock.config.sqlite:
        return [*server.web_pids(), server.worker_pid()]
    with world.opened(stock.config):
        # The others would keep the server from starting anew while we watch.
        clients = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
        rows = db.session.execute(text(f"{clients} AND pid <> pg_backend_pid()"))
        return [int(row.pid) for row in rows]


def _paths(trouble: Trouble, stock: Stock) -> list[Path]:
    """The files where the calls fail; none means all."""
    if stock.config.sqlite:
        file = stock.folder / "desamart.sqlite"
        return [file, file.with_name(f"{file.name}-wal")]
    if not trouble.tables:
        return []
    with world.opened(stock.config):
        top = Path(db.session.execute(text("SHOW data_directory")).scalar_one())
        tables = "SELECT pg_relation_filepath(oid) AS path FROM pg_class WHERE relkind IN ('r', 'i')"
        rows = db.session.execute(text(f"{tables} AND relnamespace = 'public'::regnamespace"))
        return [top / row.path for row in rows]


def _some(baskets: Iterator[Basket]) -> list[Basket]:
    return [next(baskets) for _number in range(AT_ONCE)]


def _words(statuses: Counter[str]) -> str:
    return ", ".join(f"{times} times {status}" for status, times in sorted(statuses.items()))


if __name__ == "__main__":
    main()
