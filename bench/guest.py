"""Decides what a guest's whole way to an order costs: requests, bytes, CPU of the server."""

from dataclasses import dataclass

import requests

from bench import machine
from tests.journeys.visitor import Visitor
from tests.served import Served

GUESTS = 110
GOODS = "barang-0-0"
# Until each thread of each process has met each page, a page costs what is made once.
FIRST = 10


@dataclass(frozen=True)
class Way:
    """From a product's page to the page of the order: pages and forms only, no pictures or style sheets.

    `bytes` as they travel, compressed, headers included; `cpu_ms` of the web processes.
    """

    requests: int
    bytes: int
    cpu_ms: float


def way(server: Served) -> Way:
    """Let some guests order, one after the other; the mean of all but the first."""
    sizes: list[int] = []
    for _number in range(FIRST):
        _order(server, sizes)
    sizes.clear()
    pids = server.web_pids()
    before = machine.cpu_seconds(pids)
    for _number in range(GUESTS - FIRST):
        _order(server, sizes)
    spent = machine.cpu_seconds(pids) - before
    guests = GUESTS - FIRST
    return Way(len(sizes) // guests, sum(sizes) // guests, spent / guests * 1000)


def _order(server: Served, sizes: list[int]) -> None:
    """One guest: product, into the basket, the basket, checkout, order, its page."""

    def weigh(answer: requests.Response, **_more: object) -> None:
        sizes.append(int(answer.headers.get("Content-Length", 0)) + len(str(answer.headers)))

    with Visitor(server.base_url) as guest:
        guest.session.hooks["response"].append(weigh)
        guest.put_into_basket(GOODS)
        guest.get("/keranjang")
        answer = guest.post("/checkout", guest.checkout_form())
        if answer.status_code != 303 or guest.get(answer.headers["Location"]).status_code != 200:
            raise RuntimeError(f"a guest's order was answered with {answer.status_code}")
