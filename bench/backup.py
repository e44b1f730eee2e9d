"""Measures a backup of about 100 MB while buyers order: how long it takes, and how long a writer waits.

`python -m bench.backup [--engine sqlite] [--megabytes 100] [--clients 4]`
"""

import multiprocessing
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path

import click
from sqlalchemy import insert

from bench import clients, machine, world
from bench.clients import PLACED, Client
from bench.world import Stock
from marketplace import create_app
from marketplace.accounts.models import SignInTry
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit import storage
from marketplace.kit.clock import now
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.operations.backup import restoring
from tests.served import Served

QUIET = 6.0
ORDERS = 1_500
FILE, ROW, BATCH = 40_000, 1_000, 2_000
PAUSE = 0.01


@dataclass
class Phase:
    """What was seen for a while: seconds of each order and of each small write, and refusals."""

    orders: list[float]
    writes: list[float]
    refused: int

    def told(self, name: str) -> str:
        """A line of the table, in milliseconds."""
        values = (_at(self.orders, 50), _at(self.orders, 99), _at(self.writes, 50), _at(self.writes, 99))
        columns = "".join(f"{value * 1000:9.1f}" for value in (*values, max(self.writes)))
        return f"{name:16}{len(self.orders):7}{columns}"


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--megabytes", default=100, help="Three fifths of it rows, the rest photos.")
@click.option("--clients", "count", default=4, help="Buyers who order without a pause.")
def main(engines: Sequence[str], megabytes: int, count: int) -> None:
    """Print a table for each engine; exit 1 if an order was refused or the backup does not hold."""
    problems = [problem for engine in engines for problem in _measure(engine, megabytes, count)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _measure(engine: str, megabytes: int, count: int) -> list[str]:
    with world.stocked(engine) as stock, tempfile.TemporaryDirectory(dir=stock.folder.parent) as name:
        file = Path(name) / "market.tar"
        with world.opened(stock.config) as app:
            _fill(stock.config, megabytes)
            baskets = world.fill(app, ORDERS * 2)
        with Served(stock.config, stock.folder / "server.log") as server:
            halves = (baskets[:ORDERS], baskets[ORDERS:])
            people = [_people(server, half, count) for half in halves]
            quiet, _seconds, _said = _phase(stock, people[0], lambda: time.sleep(QUIET))
            busy, seconds, said = _phase(stock, people[1], lambda: server.command("backup", str(file)))
        click.echo(
            f"{engine}: {file.stat().st_size / 1e6:.0f} MB in {seconds:.1f} s; load {machine.load():.1f}"
        )
        click.echo(f"{'ms':16}{'orders':>7}{'p50':>9}{'p99':>9}{'write p50':>9}{'p99':>9}{'longest':>9}")
        click.echo(quiet.told("without backup"))
        click.echo(busy.told("with backup") + "\n")
        problems = [] if file.exists() else [f"{engine}: {said}"]
        result = restoring.verify(file, stock.config, create_app, at=now()).result
        problems += [] if result.holds else [f"{engine}: {result.as_text()}"]
        return problems + [f"{engine}: {one.refused} orders refused" for one in (quiet, busy) if one.refused]


def _fill(config: Config, megabytes: int) -> None:
    """Rows that nobody listens to, photos that nobody names."""
    for _number in range(megabytes * 400_000 // FILE):
        storage.keep(config.media_dir, storage.new_key(), {"640.webp": secrets.token_bytes(FILE)})
    for _batch in range(megabytes * 600_000 // ROW // BATCH):
        with transaction() as session:
            row = {"kind": "bench", "subject": "bench", "happened_at": now(), "handled_at": now()}
            words = [row | {"payload": {"words": secrets.token_hex(ROW // 2)}} for _row in range(BATCH)]
            session.execute(insert(OutboxEvent), words)
    db.session.remove()


def _people(server: Served, baskets: Sequence[world.Basket], count: int) -> list[Client]:
    people = []
    for place in range(count):
        person = clients.connect(server.port)
        person.requests = [
            clients.post("/checkout", server.port, basket.cookie, basket.body)
            for basket in baskets[place::count]
        ]
        people.append(person)
    return people


def _phase(stock: Stock, people: Sequence[Client], work: Callable[[], object]) -> tuple[Phase, float, object]:
    """Let people order and one write little rows for as long as `work` takes; its seconds and its answer."""
    over, said, took = threading.Event(), [], []

    def do() -> None:
        began = time.perf_counter()
        said.append(work())
        took.append(time.perf_counter() - began)
        over.set()

    def stop_when_over() -> None:
        if over.is_set():
            for person in people:
                person.requests = person.requests[: len(person.answers)]

    with _writer(stock.config) as writes:
        worker = threading.Thread(target=do)
        worker.start()
        clients.drive(people, stop_when_over)
        worker.join()
    answers = [answer for person in people for answer in person.answers]
    each = [answer.seconds for answer in answers if answer.status == PLACED]
    return Phase(each, writes, len(answers) - len(each)), took[0], said[0]


@contextmanager
def _writer(config: Config) -> Iterator[list[float]]:
    """A process that writes a little row a hundred times per second; after the block, how long each took."""
    ways = multiprocessing.get_context("spawn")
    over, begun, told = ways.Event(), ways.Event(), ways.SimpleQueue()
    process = ways.Process(target=_write, args=(config, begun, over, told))
    process.start()
    begun.wait(60)
    writes: list[float] = []
    try:
        yield writes
    finally:
        over.set()
        writes += told.get()
        process.join()


def _write(
    config: Config, begun: Event, over: Event, told: "multiprocessing.SimpleQueue[list[float]]"
) -> None:
    took = []
    with world.opened(config):
        for number in range(1_000_000):
            if over.is_set():
                break
            began = time.perf_counter()
            with transaction() as session:
                session.add(SignInTry(subject=f"bench {number}", at=now()))
            took.append(time.perf_counter() - began)
            begun.set()
            time.sleep(PAUSE)
    told.put(took)


def _at(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


if __name__ == "__main__":
    main()
