"""Lets PostgreSQL fall over while people order: `python -m bench.restarted [--times 5]`.

The database's server ends at once, as when it crashes, and comes back some seconds later; the application is
left alone. Who reads that the shop is resting, or gets no answer, sends the same form again. Every form must
become exactly one order, the same processes must go on, and all proofs must hold.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import click

from bench import aftermath, presses, world
from bench.world import Basket, Stock
from marketplace.kit.clock import now
from marketplace.operations import proofs
from tests.served import Served

PEOPLE, FORMS = 8, 4000
UP_FOR, AWAY_FOR, BETWEEN_TRIES = 5.0, 2.0, 0.1


@click.command()
@click.option("--times", default=5, help="How often the server falls over.")
def main(times: int) -> None:
    """Print counts; exit 1 if an order was lost or doubled, or somebody read anything but a 503."""
    with world.stocked("postgresql") as stock:
        problems = _survived(stock, times)
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _survived(stock: Stock, times: int) -> list[str]:
    with world.opened(stock.config) as app:
        baskets = world.fill(app, FORMS)
    over, told, said = threading.Event(), list[str](), Counter[str]()
    with Served(stock.config, stock.folder / "server.log") as server:
        before = {*server.web_pids(), server.worker_pid()}
        with ThreadPoolExecutor(PEOPLE) as pool:
            people = [
                pool.submit(_order, server.port, baskets[place::PEOPLE], over) for place in range(PEOPLE)
            ]
            _fall_over(stock, times, over)
            for numbers, statuses in (person.result() for person in people):
                told += numbers
                said += statuses
        same = before == {*server.web_pids(), server.worker_pid()}
    with world.opened(stock.config):
        proofs.prove(at=now())
        left = aftermath.look(told)
    click.echo(
        f"postgresql fell over {times} times: {len(told)} orders acknowledged, {left.orders} there, "
        f"answers {dict(said)}"
    )
    found = list(left.problems)
    if set(said) - {"303", "503", "nothing"} or not said["503"]:
        found.append(f"checkouts were answered with {dict(said)}")
    return [*found, *([] if same else ["a process of the application was started anew"])]


def _fall_over(stock: Stock, times: int, over: threading.Event) -> None:
    assert stock.server is not None
    try:
        for _time in range(times):
            time.sleep(UP_FOR)
            stock.server.restart(after=AWAY_FOR)
        time.sleep(UP_FOR)
    finally:
        over.set()


def _order(port: int, baskets: Sequence[Basket], over: threading.Event) -> tuple[list[str], Counter[str]]:
    """One person orders and orders; a form that was not answered with an order is sent again."""
    told, statuses = list[str](), Counter[str]()
    for basket in baskets:
        while not over.is_set():
            try:
                said = presses.press(port, [basket])
            except OSError:
                statuses["nothing"] += 1
            else:
                statuses += said.statuses
                told += said.acknowledged
                if said.acknowledged:
                    break
            time.sleep(BETWEEN_TRIES)
    return told, statuses


if __name__ == "__main__":
    main()
