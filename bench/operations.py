"""Lets anything happen to one market: `python -m bench.operations [--engine sqlite] [--count 10000]`.

Orders, payments, messages of providers (late, again, altered), steps, refunds, payouts, settlements, counted
shelves and time follow each other as chance wants it, through the functions that pages and worker call. All
proofs look at the books again and again, and in the end; the same seed tells the same story.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

import click
from sqlalchemy import func, select

from bench import world
from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.ledger.queries import balance
from marketplace.operations import proofs
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import DIRECT
from tests import cast
from tests.factories import AT
from tests.model.money import Money
from tests.model.world import STEPS, World

LOOKS = 20
WAYS = ("cod", "ambil", "stripe", "midtrans", "transfer", "qris")
GOODS = (cast.CHIPS, cast.CRACKERS, cast.COFFEE)
CHANGES: tuple[dict[str, object], ...] = (
    {"amount": 1},
    {"amount": 10**9},
    {"currency": "USD"},
    {"reference": "?"},
)
PAYOUT_STEPS = ("send", "confirm payout", "fail payout", "send again", "reject")
BY_HAND = ("take over", "sent by bank", "given by seller", "wanted at")
DECISIONS = (
    *("parked: counted", "parked: not ours"),
    *(f"parked: back by {way}" for way in ("provider", "bank", "seller")),
)
SPANS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 20, 180, 1_500))


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--count", default=10_000, help="Operations.")
@click.option("--seed", default=3, help="Which story.")
def main(engines: Sequence[str], count: int, seed: int) -> None:
    """Print what happened and what the proofs say; exit 1 if anything differs."""
    problems = [problem for engine in engines for problem in _lived(engine, count, seed)]
    for problem in problems:
        click.echo(f"FAILED: {problem}")
    sys.exit(1 if problems else 0)


def _lived(engine: str, count: int, seed: int) -> list[str]:
    """One engine; what does not agree."""
    begun, random = time.monotonic(), Random(seed)  # noqa: S311 - a story, nothing secret
    with world.stocked(engine) as stock, world.opened(stock.config):
        market = World(stock.folder, at=AT)
        money = Money(market)
        deeds, weights = _deeds(market, money, random)
        for number in range(1, count + 1):
            random.choices(deeds, weights)[0]()
            if number % (count // LOOKS or 1) == 0 and (found := market.differences()):
                return [f"{engine}: after {number} operations: {each}" for each in found[:5]]
        market.hand_on()
        found = [*market.differences(), *_unlike(market)]
        _tell(engine, market, count, time.monotonic() - begun)
    return [f"{engine}: in the end: {each}" for each in found[:5]]


def _deeds(market: World, money: Money, random: Random) -> tuple[list[Callable[[], object]], list[int]]:
    """What may happen, each with its weight; what it happens to is one of the newest fifty."""

    def some() -> int:
        return -random.randint(1, 50)

    def order() -> None:
        pay = random.choice(WAYS)
        goods = {slug: random.randint(1, 3) for slug in random.sample(GOODS, random.randint(1, 3))}
        market.order(goods, pay=pay, delivery="ambil" if pay == "ambil" else "antar")
        if pay in HOLDING and random.random() < 0.9:
            market.open_page(-1)
            if random.random() < 0.7:
                market.pay_page(-1, amount=None)
                market.word(-1)
                market.hear(-1)
        elif pay in DIRECT and random.random() < 0.5:
            money.confirm(-1, more=0)

    def pay() -> None:
        which = some()
        market.pay_page(which, amount=random.choice([None] * 12 + [1_000_000]))
        market.word(which)

    def hear() -> None:
        change = random.choice([{}] * 12 + [*CHANGES])
        market.hear(some(), {**change, "event_id": f"altered:{random.random()}"} if change else None)

    def give_back() -> None:
        money.give_back(
            some(),
            amount=random.choice([None, None, 1, 4_999, 20_000]),
            pieces=random.randint(1, 3),
            delivery=random.random() < 0.3,
            sellable=random.random() < 0.5,
        )

    def work() -> None:
        market.hand_on()
        market.send_refunds()
        market.ask_provider()

    chances: list[tuple[int, Callable[[], object]]] = [
        (18, order),
        (8, pay),
        (8, hear),
        (30, lambda: market.go_on(some(), random.randint(0, 9))),
        (3, lambda: market.step(random.choice(sorted(STEPS)), some())),
        (4, lambda: money.confirm(some(), more=random.choice([0] * 9 + [-1, 1_000]))),
        (1, lambda: money.show_proof(some())),
        (1, lambda: money.refuse_proof(some())),
        (4, give_back),
        (3, lambda: money.hand_back(random.choice(BY_HAND), some())),
        (2, lambda: money.decide_parked(random.choice(DECISIONS), some())),
        (1, money.collect),
        (1, lambda: money.approve(-random.randint(1, 3))),
        (4, lambda: money.move_payout(random.choice(PAYOUT_STEPS), -random.randint(1, 6))),
        (1, lambda: money.settle(random.choice(HOLDING), random.choice([30, 100]))),
        (
            1,
            lambda: money.change_fee(random.choice(["platform", "village"]), random.choice([0, 33, 250]), ""),
        ),
        (3, lambda: market.count_shelf(random.choice(GOODS), random.randint(20, 60))),
        (4, lambda: market.let_pass(random.choice(SPANS))),
        (6, work),
    ]
    return [deed for _chance, deed in chances], [chance for chance, _deed in chances]


def _unlike(market: World) -> list[str]:
    """Facts that a rebuild from zero would make otherwise."""
    return [] if market.facts() == market.facts_from_zero() else ["the facts are not those of a rebuild"]


def _tell(engine: str, market: World, count: int, seconds: float) -> None:
    total = int(db.session.scalar(select(func.coalesce(func.sum(Entry.amount), 0))) or 0)
    postings = db.session.scalar(select(func.count(Posting.id)))
    lying = {code: balance(accounts.clearing(code)) for code in HOLDING}
    click.echo(
        f"{engine}: {count} operations, {len(proofs.PROOFS)} proofs, {postings} postings, Σ {total}, "
        f"escrow {balance(accounts.ESCROW)}, at providers {lying}, {seconds:.0f} s"
    )
    click.echo(f"  {dict(sorted(market.counts.items()))}")


if __name__ == "__main__":
    main()
