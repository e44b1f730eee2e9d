"""Kills web processes and workers during checkouts: `python -m bench.killed [--engine sqlite] [--kills 20]`.

Browsers place orders one after the other while processes of the server die by SIGKILL: a web process, then,
as soon as all listen again, the worker, and so on. Who gets no answer sends the same form again, as a person
would. Every form must become exactly one order, and all proofs must hold.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

import click

from bench import aftermath, clients, machine, world
from bench.clients import PLACED
from bench.world import Basket
from marketplace.kit.clock import now
from marketplace.operations import proofs
from tests.served import Served

PEOPLE, FORMS = 8, 6000
# Granian gives up on a process that dies twice within 5.5 s, and their successors are there at once.
BETWEEN_KILLS, BETWEEN_TRIES, MOST_TRIES = 6.0, 0.1, 600
GONE_WITHIN, LISTENING_WITHIN = 3.0, 60.0


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--kills", default=20, help="Web processes to kill, and workers.")
def main(engines: Sequence[str], kills: int) -> None:
    """Print counts and a verdict; exit 1 if an order was lost, doubled or does not add up."""
    problems = [problem for engine in engines for problem in _survived(engine, kills)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    click.echo("NOT all is well" if problems else "no order was lost, none came twice; all proofs hold")
    sys.exit(1 if problems else 0)


@dataclass
class Told:
    """What one person was told: numbers of orders, other statuses; how often a form had to be sent again."""

    orders: list[str] = field(default_factory=list)
    refusals: list[int] = field(default_factory=list)
    again: int = 0


def _survived(engine: str, kills: int) -> list[str]:
    with world.stocked(engine) as stock:
        with world.opened(stock.config) as app:
            baskets = world.fill(app, FORMS)
        over = threading.Event()
        with Served(stock.config, stock.folder / "server.log") as server, ThreadPoolExecutor(PEOPLE) as pool:
            people = [
                pool.submit(_order, server.port, baskets[place::PEOPLE], over) for place in range(PEOPLE)
            ]
            killed, slowest = _kill(server, kills, over)
            told = [person.result() for person in people]
        with world.opened(stock.config):
            proofs.prove(at=now())
            left = aftermath.look([number for one in told for number in one.orders])
    orders, again = sum(len(one.orders) for one in told), sum(one.again for one in told)
    click.echo(
        f"{engine}: {killed} web processes and as many workers killed, {orders} orders acknowledged, "
        f"{left.orders} there, {again} forms sent again, all processes back after {slowest:.1f} s at most"
    )
    found = [
        *left.problems,
        *(f"a checkout was answered with {one}" for some in told for one in some.refusals),
    ]
    if left.unacknowledged:
        found.append(f"{left.unacknowledged} orders are there that nobody was told of")
    if killed < kills or not again:
        found.append("too few processes were killed while orders were placed")
    return [f"{engine}: {problem}" for problem in found]


def _kill(server: Served, kills: int, over: threading.Event) -> tuple[int, float]:
    """Kill web processes and workers in turns: how many of each, and the longest time until all were back."""
    killed, slowest = 0, 0.0
    try:
        processes = len(server.web_pids())
        for _kill in range(kills):
            time.sleep(BETWEEN_KILLS)
            os.kill(random.choice(server.web_pids()), signal.SIGKILL)  # noqa: S311 - any of them will do
            killed += 1
            slowest = max(slowest, _until_all_listen(server, processes))
            slowest = max(slowest, _until_another_works(server, server.kill_worker()))
    finally:
        over.set()
    return killed, slowest


def _until_all_listen(server: Served, processes: int) -> float:
    """Wait until the one that was killed is gone, then until as many listen as before; seconds it took."""
    began = time.perf_counter()
    while machine.listeners(server.port) >= processes and time.perf_counter() - began < GONE_WITHIN:
        time.sleep(0.01)
    while machine.listeners(server.port) < processes:
        if time.perf_counter() - began > LISTENING_WITHIN:
            raise RuntimeError(f"a process that was killed had no successor for {LISTENING_WITHIN:.0f} s")
        time.sleep(0.05)
    return time.perf_counter() - began


def _until_another_works(server: Served, killed: int) -> float:
    """Wait until a worker is there that is not the one that was killed; seconds it took."""
    began = time.perf_counter()
    while time.perf_counter() - began < LISTENING_WITHIN:
        with suppress(LookupError):
            if server.worker_pid() != killed:
                return time.perf_counter() - began
        time.sleep(0.05)
    raise RuntimeError(f"a worker that was killed had no successor for {LISTENING_WITHIN:.0f} s")


def _order(port: int, baskets: Sequence[Basket], over: threading.Event) -> Told:
    """One person orders and orders; a form that was not answered is sent again."""
    told = Told()
    for basket in baskets:
        if over.is_set():
            break
        for _try in range(MOST_TRIES):
            try:
                _press(port, basket, told)
                break
            except OSError:
                told.again += 1
                time.sleep(BETWEEN_TRIES)
        else:
            raise RuntimeError(f"a form was not answered in {MOST_TRIES} tries")
    return told


def _press(port: int, basket: Basket, told: Told) -> None:
    """Send the form once.

    Raises:
        OSError: there was no answer, or nobody to answer.
    """
    person = clients.connect(port)
    try:
        person.requests = [clients.post("/checkout", port, basket.cookie, basket.body)]
        clients.drive([person])
        if person.broken:
            raise ConnectionResetError
        [answer] = person.answers
        if answer.status == PLACED:
            told.orders.append(aftermath.number_of(answer.location))
        else:
            told.refusals.append(answer.status)
    finally:
        person.connection.close()


if __name__ == "__main__":
    main()
