"""Whatever happens, in whatever sequence: after every step the books agree, and nothing was half done.

`DESAMART_MODEL_EXAMPLES=500` searches longer, and at random.
"""

import os
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from marketplace import create_app
from marketplace.payments.gateway import HOLDING
from tests import cast
from tests.databases import Databases, let_go
from tests.factories import AT
from tests.model.money import Money
from tests.model.world import STEPS, World

EXAMPLES = int(os.environ.get("DESAMART_MODEL_EXAMPLES", "0"))
WHICH = st.integers(0, 50)
PLENTY = st.dictionaries(
    st.sampled_from([cast.CHIPS, cast.CRACKERS, cast.COFFEE]), st.integers(1, 4), min_size=1, max_size=3
)
GOODS = st.one_of(PLENTY, PLENTY, PLENTY, st.just({cast.CHIPS: 1, cast.RARE_COFFEE: 1}))
WAYS = st.sampled_from(["cod", "ambil", "stripe", "stripe", "midtrans", "transfer", "qris"])
CHANGES = st.sampled_from([{}, {}, {}, {"amount": 1}, {"currency": "USD"}, {"reference": "unknown"}])
BY_HAND = ["take over", "sent by bank", "sent by bank", "given by seller", "wanted at"]
DECISIONS = [
    "parked: counted",
    "parked: not ours",
    *(f"parked: back by {way}" for way in ("provider", "bank", "seller")),
]
TAKES = [
    *("refund-dasbor", "refund-dasbor", "refund-gagal", "sengketa", "sengketa"),
    *("sengketa-tanya", "sengketa-menang", "sengketa-kalah", "kabar-refund"),
]
PAYOUT_STEPS = ["send", "send", "confirm payout", "fail payout", "send again", "reject"]
WAY = ("accept", "pack", "ship", "mark ready", "deliver", "receive")
SPANS = st.sampled_from([timedelta(minutes=1), timedelta(minutes=40), timedelta(hours=25), timedelta(days=4)])


class Market(RuleBasedStateMachine):
    """Everything that may happen."""

    world: World
    money: Money

    @initialize(sales=st.lists(st.tuples(PLENTY, WAYS, st.integers(2, 6)), min_size=3, max_size=5))
    def open_for_business(self, sales: list[tuple[dict[str, int], str, int]]) -> None:
        for goods, pay, far in sales:
            self.sale(goods, pay, far)

    @rule(goods=GOODS, pay=WAYS, far=st.integers(0, 6))
    def sale(self, goods: dict[str, int], pay: str, far: int) -> None:
        """An order is paid and goes some way towards the door: what chance alone would seldom find."""
        self.order(goods, pay)
        if pay in HOLDING:
            self.world.open_page(-1)
            self.world.pay_page(-1, amount=None)
            self.world.word(-1)
            self.world.hear(-1)
        elif pay in ("transfer", "qris"):
            self.money.confirm(-1, more=0)
        for name in WAY[:far]:
            self.world.step(name, -1)

    @rule(goods=GOODS, pay=WAYS)
    def order(self, goods: dict[str, int], pay: str) -> None:
        self.world.order(goods, pay=pay, delivery="ambil" if pay == "ambil" else "antar")

    @rule(which=WHICH, pays=st.booleans(), amount=st.sampled_from([None, None, None, 1_000_000]))
    def page_is_opened(self, which: int, pays: bool, amount: int | None) -> None:
        self.world.open_page(which)
        if pays:
            self.world.pay_page(-1, amount=amount)

    @rule(which=WHICH)
    def page_is_paid(self, which: int) -> None:
        self.world.pay_page(which, amount=None)

    @rule(which=WHICH, heard=st.booleans())
    def provider_speaks(self, which: int, heard: bool) -> None:
        self.world.word(which)
        if heard:
            self.world.hear(-1)

    @rule(
        action=st.sampled_from(TAKES),
        which=WHICH,
        amount=st.sampled_from([None, None, None, 5_000, 900_000]),
        heard=st.integers(0, 3),
    )
    def money_is_taken_back(self, action: str, which: int, amount: int | None, heard: int) -> None:
        self.world.take_back(action, which, amount=amount)
        for place in range(heard):
            self.world.hear(-1 - place)

    @rule(which=WHICH, lost=st.booleans(), dismisses=st.booleans())
    def what_was_taken_is_placed(self, which: int, lost: bool, dismisses: bool) -> None:
        if dismisses:
            self.money.dismiss_clawback(which)
        self.money.decide_clawback(which, lost=lost)

    @rule(bearer=st.sampled_from(["platform", "seller"]))
    def dispute_fees_change(self, bearer: str) -> None:
        self.money.bear_dispute_fees(bearer)

    @rule(which=WHICH, change=CHANGES, again=st.integers(1, 3))
    def message_arrives(self, which: int, change: dict[str, object], again: int) -> None:
        change = {**change, "event_id": f"altered:{which}:{change}"} if change else {}
        for _time in range(again):
            self.world.hear(which, change)

    @rule(name=st.sampled_from(sorted(STEPS)), which=WHICH)
    def any_step(self, name: str, which: int) -> None:
        self.world.step(name, which)

    @rule(moves=st.lists(st.tuples(WHICH, WHICH), min_size=1, max_size=6))
    def orders_go_on(self, moves: list[tuple[int, int]]) -> None:
        for which, choice in moves:
            self.world.go_on(which, choice)

    @rule(which=WHICH, proves=st.booleans(), more=st.sampled_from([None, 0, 0, 0, -1, 1000]))
    def transfer_is_seen(self, which: int, proves: bool, more: int | None) -> None:
        if proves:
            self.money.show_proof(which)
        if more is None:
            self.money.refuse_proof(which)
        else:
            self.money.confirm(which, more=more)

    @rule(
        which=WHICH,
        amount=st.sampled_from([None, 1, 4_999, 20_000, 90_000]),
        pieces=st.integers(1, 3),
        delivery=st.booleans(),
        sellable=st.booleans(),
    )
    def money_is_given_back(
        self, which: int, amount: int | None, pieces: int, delivery: bool, sellable: bool
    ) -> None:
        self.money.give_back(which, amount=amount, pieces=pieces, delivery=delivery, sellable=sellable)

    @rule(which=WHICH, steps=st.lists(st.sampled_from(PAYOUT_STEPS), max_size=3))
    def finance_pays_out(self, which: int, steps: list[str]) -> None:
        self.world.let_pass(timedelta(days=2))
        self.money.collect()
        self.money.approve(which)
        for name in steps:
            self.money.move_payout(name, which)

    @rule(steps=st.lists(st.tuples(st.sampled_from(PAYOUT_STEPS), WHICH), min_size=1, max_size=4))
    def payouts_move(self, steps: list[tuple[str, int]]) -> None:
        for name, which in steps:
            self.money.move_payout(name, which)

    @rule(provider=st.sampled_from(HOLDING), percent=st.sampled_from([0, 30, 100]))
    def provider_settles(self, provider: str, percent: int) -> None:
        self.money.settle(provider, percent)

    @rule(steps=st.lists(st.tuples(st.sampled_from(BY_HAND), WHICH), min_size=1, max_size=4))
    def refunds_go_by_hand(self, steps: list[tuple[str, int]]) -> None:
        for name, which in steps:
            self.money.hand_back(name, which)

    @rule(steps=st.lists(st.tuples(st.sampled_from(DECISIONS), WHICH), min_size=1, max_size=3))
    def what_did_not_fit_is_decided(self, steps: list[tuple[str, int]]) -> None:
        for name, which in steps:
            self.money.decide_parked(name, which)

    @rule(receiver=st.sampled_from(["platform", "village"]), bp=st.sampled_from([0, 33, 250, 3_000]))
    def fees_change(self, receiver: str, bp: int) -> None:
        self.money.change_fee(receiver, bp, "18.09" if receiver == "village" else "")

    @rule(slug=st.sampled_from([cast.CHIPS, cast.RARE_COFFEE]), pieces=st.integers(0, 40))
    def shelf_is_counted(self, slug: str, pieces: int) -> None:
        self.world.count_shelf(slug, pieces)

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.world.let_pass(span)

    @rule()
    def worker_comes_by(self) -> None:
        self.world.hand_on()
        self.world.send_refunds()
        self.world.ask_provider()

    @invariant()
    def the_books_agree(self) -> None:
        assert self.world.differences() == []

    def teardown(self) -> None:
        """Once all has been handed on, the facts are what a rebuild makes of the orders."""
        self.world.hand_on()
        assert self.world.differences() == []
        assert self.world.facts() == self.world.facts_from_zero()


@pytest.mark.timeout(900)
def test_the_books_agree_after_every_step_of_any_sequence(
    databases: Databases, engine_name: str, tmp_path: Path
) -> None:
    counts: Counter[str] = Counter()
    run_state_machine_as_test(
        _on_fresh_databases(databases, tmp_path, counts),
        settings=settings(
            max_examples=EXAMPLES or 10,
            stateful_step_count=40,
            derandomize=not EXAMPLES,
            database=None,
            deadline=None,
            print_blob=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{engine_name}: {dict(sorted(counts.items()))}")
    assert counts["receive"] and counts["message applied"] and counts["ended by time"]
    assert any(counts[name] for name in TAKES)


def _on_fresh_databases(
    databases: Databases, folder: Path, counts: Counter[str]
) -> type[RuleBasedStateMachine]:
    class Fresh(Market):
        made = 0

        def __init__(self) -> None:
            super().__init__()
            Fresh.made += 1
            self.stack = ExitStack()
            config = self.stack.enter_context(databases.fresh(folder / str(Fresh.made)))
            app = create_app(config)
            self.stack.callback(let_go, app)
            self.stack.enter_context(app.app_context())
            self.world = World(config.data_dir, at=AT)
            self.world.counts = counts
            self.money = Money(self.world)

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.stack.close()

    return Fresh
