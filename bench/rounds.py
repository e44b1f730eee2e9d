"""Decides how one round is run: the same number of orders by as many clients, served or as a bare loop."""

import json
import pickle
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench import clients, machine, world
from bench.bare import PROGRAM, Statement, Work
from bench.clients import PLACED, Client
from bench.world import Basket, Stock
from tests.served import Served

CLIENTS = 16
WARM_UP = 3
MOST_TRIES = 400


@dataclass(frozen=True)
class Round:
    """What one run took: seconds in all and of each order; CPU of the loops or web processes, and of others.

    `fairness` is the slowest process's orders per second, divided by the fastest's. `refused` counts what was
    not answered with an order, by status.
    """

    seconds: float
    each: list[float]
    cpu: float
    worker_cpu: float
    database_cpu: float
    fairness: float
    refused: Counter[str]

    @property
    def per_second(self) -> float:
        """Orders per second."""
        return len(self.each) / self.seconds

    def per_order(self, cpu: float) -> float:
        """Milliseconds of such CPU time for one order."""
        return cpu / len(self.each) * 1000

    def percentile(self, percent: int) -> float:
        """The time within which so many of a hundred orders were answered, in milliseconds."""
        return statistics.quantiles(self.each, n=100, method="inclusive")[percent - 1] * 1000


def served(stock: Stock, orders: int, processes: int) -> Round:
    """`CLIENTS` browsers with `orders` full baskets each press at once; the real server answers."""
    with world.opened(stock.config) as app:
        baskets = world.fill(app, CLIENTS * (orders + WARM_UP))
    with Served(stock.config, stock.folder / "server.log", processes) as server:
        people = connected(server, CLIENTS)
        for place, person in enumerate(people):
            person.requests = [
                clients.post("/checkout", server.port, basket.cookie, basket.body)
                for basket in baskets[place::CLIENTS]
            ]
        warmed_up = [person.requests[:WARM_UP] for person in people]
        measured = [person.requests[WARM_UP:] for person in people]
        _give(people, warmed_up)
        clients.drive(people)
        _give(people, measured)
        before = _spent(server, stock)
        seconds = clients.drive(people)
        web, worker, database = (
            after - was for after, was in zip(_spent(server, stock), before, strict=True)
        )
        fairness = _fairness(people, machine.owners(server.web_pids(), server.port))
    answers = [answer for person in people for answer in person.answers]
    refused = Counter(str(answer.status) for answer in answers if answer.status != PLACED)
    refused["nothing"] += sum(person.broken for person in people)
    each = [answer.seconds for answer in answers if answer.status == PLACED]
    return Round(seconds, each, web, worker, database, fairness, +refused)


def bare(stock: Stock, scripts: Sequence[Sequence[Statement]], orders: int) -> Round:
    """The same SQL by `CLIENTS` processes that do nothing else; the same turn, the same durability."""
    with world.opened(stock.config) as app:
        baskets = world.fill(app, CLIENTS * orders)
    address = stock.config.database_url.replace("postgresql+psycopg://", "postgresql://")
    file = address.removeprefix("sqlite:///") if stock.config.sqlite else ""
    works = [
        Work(address, f"{file}.giliran" if file else "", scripts, [_row(b) for b in baskets[place::CLIENTS]])
        for place in range(CLIENTS)
    ]
    task = stock.folder / "work"
    task.write_bytes(pickle.dumps(works))
    before = _database_cpu(stock)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(task)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the bare loop failed:\n{done.stderr}")
    database = _database_cpu(stock) - before
    took = json.loads(done.stdout)
    each = [seconds for mine, _cpu in took["each"] for seconds in mine]
    totals = [sum(mine) for mine, _cpu in took["each"]]
    cpu = sum(spent for _mine, spent in took["each"])
    return Round(took["seconds"], each, cpu, 0, database, min(totals) / max(totals), Counter())


def connected(server: Served, count: int) -> list[Client]:
    """Connections spread evenly over the web processes, so that luck takes no part."""
    pids = server.web_pids()
    room = dict.fromkeys(pids, -(-count // len(pids)))
    kept: list[Client] = []
    for _try in range(MOST_TRIES):
        client = clients.connect(server.port)
        client.requests = [clients.get("/healthz", server.port)]
        clients.drive([client])
        client.answers.clear()
        owner = machine.owners(pids, server.port)[client.port]
        if room[owner]:
            room[owner] -= 1
            kept.append(client)
        else:
            client.connection.close()
        if len(kept) == count:
            return kept
    raise RuntimeError(f"{len(pids)} web processes would not share {count} connections evenly")


def _give(people: Sequence[Client], requests: Sequence[Sequence[bytes]]) -> None:
    for person, some in zip(people, requests, strict=True):
        person.requests, person.answers = some, []


def _spent(server: Served, stock: Stock) -> tuple[float, float, float]:
    """CPU seconds so far of the web processes, the worker, the database's server."""
    web, worker = machine.cpu_seconds(server.web_pids()), machine.cpu_seconds([server.worker_pid()])
    return web, worker, _database_cpu(stock)


def _database_cpu(stock: Stock) -> float:
    return machine.cpu_seconds(machine.family(stock.database_pid)) if stock.database_pid else 0.0


def _fairness(people: Sequence[Client], owners: Mapping[int, int]) -> float:
    """How much slower the slowest web process was. Each had as many clients with as many orders."""
    took: dict[int, float] = {}
    for person in people:
        owner = owners[person.port]
        took[owner] = max(took.get(owner, 0), sum(answer.seconds for answer in person.answers))
    return min(took.values()) / max(took.values())


def _row(basket: Basket) -> tuple[int, tuple[int, ...], str, int]:
    return basket.cart_id, basket.line_ids, basket.token_hash, basket.shop
