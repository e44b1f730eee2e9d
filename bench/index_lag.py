"""Measures how long after its commit a change is found by words, while buyers order, and what differs then.

`python -m bench.index_lag [--engine sqlite] [--changes 20]`
"""

import secrets
import statistics
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence

import click

from bench import clients, machine, world
from bench.world import Stock
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.search import queries, rebuilding
from tests import factories
from tests.served import Served

BUYERS, ORDERS = 2, 4_000
MOST_SECONDS, PATIENCE = 5.0, 60.0


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--changes", default=20, help="Names that are changed one after the other.")
def main(engines: Sequence[str], changes: int) -> None:
    """Print a line for each engine; exit 1 if a change took five seconds or more, or the index differs."""
    problems = [problem for engine in engines for problem in _measure(engine, changes)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _measure(engine: str, changes: int) -> list[str]:
    with world.stocked(engine) as stock:
        with world.opened(stock.config) as app:
            baskets = world.fill(app, ORDERS)
            rebuilding.rebuild()
        with Served(stock.config, stock.folder / "server.log") as server, world.opened(stock.config):
            over = threading.Event()
            buying = threading.Thread(target=_buy, args=(server.port, baskets, over))
            buying.start()
            try:
                took = [_lag(server.base_url, secrets.token_hex(6)) for _change in range(changes)]
            finally:
                over.set()
                buying.join()
        click.echo(
            f"{engine}: found after {statistics.median(took):.2f} s in the middle, "
            f"{max(took):.2f} s at most; load {machine.load():.1f}"
        )
        return [f"{engine}: {max(took):.1f} s"] * (max(took) >= MOST_SECONDS) + _differences(stock)


def _lag(base: str, word: str) -> float:
    """Give a product a name with a word like no other before it, and ask for that until it is found."""
    with transaction():
        product = factories.product(world.goods(0)[0])
        product.name = f"Barang {word}"
        announce("product.changed", f"product:{product.id}", {"product_id": product.id}, at=now())
    db.session.remove()
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        with urllib.request.urlopen(f"{base}/produk?q={word}") as page:  # noqa: S310 - our own server
            if f"Barang {word}" in page.read().decode():
                break
        time.sleep(0.05)
    return time.perf_counter() - began


def _buy(port: int, baskets: Sequence[world.Basket], over: threading.Event) -> None:
    people = []
    for place in range(BUYERS):
        person = clients.connect(port)
        person.requests = [
            clients.post("/checkout", port, basket.cookie, basket.body) for basket in baskets[place::BUYERS]
        ]
        people.append(person)

    def stop_when_over() -> None:
        if over.is_set():
            for person in people:
                person.requests = person.requests[: len(person.answers)]

    clients.drive(people, stop_when_over)


def _differences(stock: Stock) -> list[str]:
    """What the index holds otherwise than the goods: as it was left, and built from zero."""
    with world.opened(stock.config):
        left = queries.divergence()
        rebuilding.rebuild()
        return [f"{stock.engine}: {line}" for line in (*left, *queries.divergence())]


if __name__ == "__main__":
    main()
