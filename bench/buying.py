"""Measures two presses of a button: into the basket, and order: `python -m bench.buying [--engine sqlite]`.

One, eight and thirty-two people at once each put goods into a first basket and place an order, in turns, over
HTTP with the real server. Prints p50 and p99 of each press beside the goals; exits with 1 if a press was not
answered as it should be, an order was lost, or a proof does not hold. Times are no reason to fail: they are
the machine's as well.
"""

import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import click
from flask import Flask

from bench import aftermath, clients, machine, rounds, world
from bench.clients import PLACED, Answer
from bench.world import Stock
from marketplace.kit.clock import now
from marketplace.operations import proofs
from tests.served import Served

CROWDS = (1, 8, 32)
WARM_UP = 4
GOALS = "goals: p50 of one 2.5 and 5 ms, p99 of eight 40 ms, no failure at 32"


@dataclass(frozen=True)
class Pressed:
    """What a crowd was answered: presses into the basket, orders, and those that broke."""

    people: int
    basket: list[Answer]
    orders: list[Answer]
    broken: int


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--pairs", default=480, help="Presses of each kind in each crowd.")
@click.option("--processes", default=2, help="Web processes of the server.")
def main(engines: Sequence[str], pairs: int, processes: int) -> None:
    """Print a table; exit 1 if anything failed or does not add up."""
    problems = [problem for engine in engines for problem in _measure(engine, pairs, processes)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    click.echo(GOALS)
    sys.exit(1 if problems else 0)


def _measure(engine: str, pairs: int, processes: int) -> list[str]:
    with world.stocked(engine) as stock:
        told: list[str] = []
        failed = Counter[str]()
        click.echo(f"{engine}, {processes} web processes; load of the machine {machine.load():.1f}")
        with Served(stock.config, stock.folder / "server.log", processes) as server:
            for people in CROWDS:
                pressed = _press(stock, server, people, max(pairs // people, 2))
                _tell(pressed)
                told += [aftermath.number_of(one.location) for one in pressed.orders if one.status == PLACED]
                failed += _failures(pressed)
        with world.opened(stock.config):
            proofs.prove(at=now())
            left = aftermath.look(told)
    answered = [f"{times} presses were answered with {status}" for status, times in failed.items()]
    return [f"{engine}: {problem}" for problem in [*answered, *left.problems]]


def _press(stock: Stock, server: Served, people: int, pairs: int) -> Pressed:
    """Let so many people press both buttons in turns; the first few times of each count for nothing."""
    with world.opened(stock.config) as app:
        queues = [_forms(app, server.port, place, WARM_UP + pairs) for place in range(people)]
    crowd = rounds.connected(server, people)
    for person, requests in zip(crowd, queues, strict=True):
        person.requests = requests
    clients.drive(crowd)
    answers = [answer for person in crowd for answer in person.answers]
    for person in crowd:
        person.connection.close()
    measured = [answer for answer in answers if answer.number >= 2 * WARM_UP]
    return Pressed(
        people,
        [answer for answer in measured if not answer.number % 2],
        [answer for answer in answers if answer.number % 2],
        sum(person.broken for person in crowd),
    )


def _forms(app: Flask, port: int, place: int, pairs: int) -> list[bytes]:
    """Into a first basket, an order of another one, and so on."""
    requests = []
    for number, basket in enumerate(world.fill(app, pairs)):
        slug = world.goods((place + number) % world.SHOPS)[0]
        requests.append(clients.post("/keranjang", port, *world.first_form(app, slug)))
        requests.append(clients.post("/checkout", port, basket.cookie, basket.body))
    return requests


def _tell(pressed: Pressed) -> None:
    orders = [answer for answer in pressed.orders if answer.number >= 2 * WARM_UP]
    for name, answers in (("into the basket", pressed.basket), ("order", orders)):
        each = [answer.seconds * 1000 for answer in answers]
        p50, p99 = (statistics.quantiles(each, n=100, method="inclusive")[place] for place in (49, 98))
        click.echo(f"  {pressed.people:2} at once, {name:16} p50 {p50:7.1f} ms  p99 {p99:7.1f} ms")


def _failures(pressed: Pressed) -> Counter[str]:
    statuses = [answer.status for answer in [*pressed.basket, *pressed.orders] if answer.status != PLACED]
    failed = Counter(str(status) for status in statuses)
    failed["nothing"] += pressed.broken
    return +failed


if __name__ == "__main__":
    main()
