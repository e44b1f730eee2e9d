"""Lets many be slow at once, and sees whether others are served: `python -m bench.slow_clients [--slow 9]`.

Four kinds: who never ends the head of a request, who never ends a form, who opens a connection and says
nothing, who asks for pages and does not read them. While all of one kind are there, others look around and
order; each must be answered. Prints how long the slowest of them waited, and how many slow ones were left.
"""

import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import click

from bench import presses, world
from bench.world import Basket
from tests.served import Served

SLOW, SENT_EVERY = 1500, 0.5
LOOKS, ORDERS, PATIENCE = 6, 4, 20
HEAD = b"POST /keranjang HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 4000\r\n\r\nproduk="
PAGE = b"GET /produk HTTP/1.1\r\nHost: localhost\r\n\r\n"
KINDS: dict[str, tuple[bytes, bytes]] = {
    "heads without end": (HEAD + b"X-Slow: ", b"a"),
    "forms without end": (HEAD + BODY, b"a"),
    "silent connections": (b"", b""),
    "pages that nobody reads": (PAGE * 40, b""),
}


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=["sqlite"])
@click.option("--slow", default=SLOW, help="Slow clients of each kind.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([*KINDS]), default=[*KINDS])
def main(engines: Sequence[str], slow: int, kinds: Sequence[str]) -> None:
    """Print a line for each kind; exit 1 if somebody else was not answered."""
    problems = [problem for engine in engines for problem in _endured(engine, slow, kinds)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _endured(engine: str, slow: int, kinds: Sequence[str]) -> Iterator[str]:
    with world.stocked(engine) as stock:
        with world.opened(stock.config) as app:
            baskets = iter(world.fill(app, (len(KINDS) + 1) * LOOKS * ORDERS))
        with Served(stock.config, stock.folder / "server.log") as server:
            yield from _seen(f"{engine}, nobody slow", server.port, baskets, lambda: 0)
            for kind in kinds:
                with _Crowd(server.port, slow, *KINDS[kind]) as crowd:
                    yield from _seen(f"{engine}, {slow} {kind}", server.port, baskets, crowd.go_on)


def _seen(name: str, port: int, baskets: Iterator[Basket], meanwhile: Callable[[], int]) -> Iterator[str]:
    """What was not answered as it should be."""
    statuses, slowest, left = Counter[str](), 0.0, 0
    for _look in range(LOOKS):
        left = meanwhile()
        time.sleep(SENT_EVERY)
        began = time.perf_counter()
        try:
            statuses += presses.look_around(port)
            statuses += presses.press(port, [next(baskets) for _order in range(ORDERS)]).statuses
        except OSError as error:
            statuses[type(error).__name__] += 1
        slowest = max(slowest, time.perf_counter() - began)
    click.echo(f"{name}: {dict(statuses)}, a look around and an order {slowest:.1f} s, {left} slow ones left")
    if set(statuses) - {"200", "303"}:
        yield f"{name}: others were answered with {dict(statuses)}"


class _Crowd:
    """Many clients that are slow in the same way."""

    def __init__(self, port: int, count: int, first: bytes, more: bytes) -> None:
        self.port, self.count, self.first, self.more = port, count, first, more
        self.open: list[socket.socket] = []

    def __enter__(self) -> "_Crowd":
        for _number in range(self.count):
            try:
                one = socket.create_connection(("localhost", self.port), timeout=PATIENCE)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.setblocking(False)
                one.send(self.first)
                self.open.append(one)
            except OSError:
                break
        return self

    def __exit__(self, *problem: object) -> None:
        for one in self.open:
            one.close()

    def go_on(self) -> int:
        """Each sends a little more; how many are still there."""
        for one in list(self.open):
            try:
                if self.more:
                    one.send(self.more)
                elif not self.first and not one.recv(1):
                    raise ConnectionResetError
            except BlockingIOError:
                continue
            except OSError:
                one.close()
                self.open.remove(one)
        return len(self.open)


if __name__ == "__main__":
    main()
