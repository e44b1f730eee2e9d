"""Decides how checkouts are sent while things break: each answer with its order, or what was said instead."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench import aftermath, clients
from bench.clients import PLACED
from bench.world import Basket

PAGES = ("/", "/produk", "/produk/barang-0-0", "/toko/toko-0", "/keranjang")
SORRY = "istirahat sebentar"


@dataclass(frozen=True)
class Said:
    """The numbers of acknowledged orders, how often each status came, refusals without words."""

    acknowledged: list[str]
    statuses: Counter[str]
    wordless: int


def press(port: int, baskets: Sequence[Basket]) -> Said:
    """Send the checkout forms of these baskets at once, each over a connection of its own."""
    people = []
    for basket in baskets:
        person = clients.connect(port)
        person.requests = [clients.post("/checkout", port, basket.cookie, basket.body)]
        people.append(person)
    clients.drive(people)
    answers = [answer for person in people for answer in person.answers]
    statuses = Counter(str(answer.status) for answer in answers)
    statuses["nothing"] += sum(person.broken for person in people)
    wordless = sum(SORRY not in person.page for person in people if person.statuses() == [503])
    for person in people:
        person.connection.close()
    told = [aftermath.number_of(answer.location) for answer in answers if answer.status == PLACED]
    return Said(told, +statuses, wordless)


def look_around(port: int) -> Counter[str]:
    """Open the pages that only read; how often each status came."""
    statuses: Counter[str] = Counter()
    for page in PAGES:
        person = clients.connect(port)
        person.requests = [clients.get(page, port)]
        clients.drive([person])
        statuses[str(person.statuses()[0]) if person.answers else "nothing"] += 1
        person.connection.close()
    return statuses
