"""Measures durable checkouts of the served application beside a bare loop over the same SQL; ratios count.

`python -m bench.checkout [--engine sqlite] [--orders 40] [--rounds 3] [--processes 2]`
"""

import math
import statistics
import sys
from collections import Counter
from collections.abc import Callable, Sequence

import click
from flask import Flask
from sqlalchemy import func, select

from bench import guest, machine, recording, rounds, world
from bench.bare import COMMIT, Statement
from bench.rounds import CLIENTS, WARM_UP, Round
from bench.world import Stock
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.operations import proofs
from marketplace.orders.models import Order
from tests.served import Served

ROWS: tuple[tuple[str, Callable[[Round], float], str], ...] = (
    ("orders per second", lambda one: one.per_second, "9.1f"),
    ("p50 ms", lambda one: one.percentile(50), "9.1f"),
    ("p99 ms", lambda one: one.percentile(99), "9.1f"),
    ("CPU ms per order", lambda one: one.per_order(one.cpu), "9.2f"),
    ("… of the worker", lambda one: one.per_order(one.worker_cpu), "9.2f"),
    ("… of the database server", lambda one: one.per_order(one.database_cpu), "9.2f"),
    ("slowest ÷ fastest process", lambda one: one.fairness, "9.2f"),
)


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--orders", default=40, help="Orders of each client in a round.")
@click.option(
    "--rounds", "times", default=3, help="Rounds of the application and of the bare loop, in turns."
)
@click.option("--processes", default=2, help="Web processes of the server.")
def main(engines: Sequence[str], orders: int, times: int, processes: int) -> None:
    """Print a table for each engine; exit 1 if anything was refused, lost or does not add up."""
    problems = [problem for engine in engines for problem in _measure(engine, orders, times, processes)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _measure(engine: str, orders: int, times: int, processes: int) -> list[str]:
    """One engine; what went wrong. The bare loop has a database of its own: it keeps no rules."""
    with world.stocked(engine) as stock, world.stocked(engine) as plain:
        with world.opened(plain.config) as app:
            scripts = _record(app)
        _tell_statements(engine, scripts[0])
        ours, floor = [], []
        for _number in range(times):
            ours.append(rounds.served(stock, orders, processes))
            floor.append(rounds.bare(plain, scripts, orders))
        _tell(f"{processes} web processes, {CLIENTS} clients, {orders} orders each", ours, floor)
        with Served(stock.config, stock.folder / "server.log", processes) as server:
            way = guest.way(server)
        click.echo(f"a guest's way: {way.requests} requests, {way.bytes} bytes, {way.cpu_ms:.1f} ms CPU\n")
        placed = CLIENTS * (orders + WARM_UP) * times + guest.GUESTS
        return _refusals(engine, ours) + _differences(engine, stock, placed)


def _record(app: Flask) -> list[list[Statement]]:
    """The statements of a checkout at each of the shops."""
    world.spread_ids(app)
    baskets = world.fill(app, world.SHOPS * 2)
    pairs = zip(baskets[: world.SHOPS], baskets[world.SHOPS :], strict=True)
    return [recording.record(app, *pair) for pair in pairs]


def _tell_statements(engine: str, script: Sequence[Statement]) -> None:
    words = Counter(statement.text.split()[0] for statement in script)
    ends = words.pop(COMMIT) + words.pop("ROLLBACK", 0)
    words.pop("BEGIN", None)
    reads = words.pop("SELECT")
    click.echo(f"{engine}: one checkout asks {reads} SELECTs, {words.total()} writes, {ends} transactions")


def _tell(title: str, ours: Sequence[Round], floor: Sequence[Round]) -> None:
    click.echo(f"{title}; load of the machine {machine.load():.1f}")
    click.echo(f"{'median of the rounds':26}{'DesaMart':>10}{'bare loop':>10}{'ratio':>8}")
    for name, measure, layout in ROWS:
        mine = statistics.median(measure(one) for one in ours)
        bare = statistics.median(measure(one) for one in floor)
        click.echo(f"{name:26}{mine:{layout}} {bare:{layout}} {mine / bare if bare else math.nan:7.2f}")


def _refusals(engine: str, ours: Sequence[Round]) -> list[str]:
    refused = sum((one.refused for one in ours), Counter())
    return [f"{engine}: {count} checkouts were answered with {status}" for status, count in refused.items()]


def _differences(engine: str, stock: Stock, placed: int) -> list[str]:
    """Every order that was answered is there, once; the books agree."""
    with world.opened(stock.config):
        there = db.session.scalar(select(func.count(Order.id)))
        found = [] if there == placed else [f"{engine}: {placed} orders were answered, {there} are there"]
        for proof in proofs.look(at=now()).proofs:
            found += [f"{engine}: {proof.name}: {difference}" for difference in proof.differences[:3]]
    return found


if __name__ == "__main__":
    main()
