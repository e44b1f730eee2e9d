"""A small market of which everything can be asked in any sequence: each method is one thing that may happen.

What the house refuses (`DomainError`) is counted, and must leave nothing behind. `at` is the clock.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from marketplace.catalog import stocking
from marketplace.catalog.models import Variant
from marketplace.extensions import db
from marketplace.indicators import rebuilding
from marketplace.indicators.models import SaleFact
from marketplace.kit import outbox
from marketplace.kit.errors import DomainError
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, worker
from marketplace.orders import detours, steps
from marketplace.orders.causes import Cause
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import asking_back, closing, polling, receiving, refunding, reminding
from marketplace.payments.gateway import HOLDING, provider
from marketplace.payments.provider import ProviderReport
from marketplace.payments.simulator import delivery, money_back
from marketplace.payments.simulator.midtrans import refunds as wallet_refunds
from marketplace.subscriptions import SUBSCRIPTIONS
from tests import factories
from tests.payments.cards import CardDesk
from tests.payments.stripe_stage import WEBHOOK_SECRET
from tests.payments.wallets import WalletDesk

SLOW = ("indeks",)
S = Status
Page = tuple[str, str]
"""A provider, and its name for a page."""
# What is usually done next, so that chance gets somewhere; `step` tries everything everywhere.
USUAL: dict[Status, tuple[str, ...]] = {
    S.AWAITING_PAYMENT: ("cancel",),
    S.AWAITING_CONFIRMATION: ("accept", "accept", "decline", "cancel"),
    S.ACCEPTED: ("pack", "pack", "pack", "call off"),
    S.PACKED: ("ship", "ship", "ship", "call off"),
    S.READY_FOR_PICKUP: ("receive", "deliver", "take back"),
    S.SHIPPED: ("deliver", "receive", "receive", "fail"),
    S.DELIVERY_FAILED: ("ship", "take back", "take back broken"),
    S.DELIVERED: ("receive", "receive", "complain"),
    S.DISPUTED: ("receive", "take back", "settle complaint", "decide for buyer", "decide for seller"),
}
STEPS: dict[str, Callable[..., object]] = {
    "accept": lambda child, at: steps.accept(child, actor="seller:1", at=at),
    "decline": lambda child, at: steps.decline(child, actor="seller:1", at=at, reason="habis"),
    "pack": lambda child, at: steps.pack(child, actor="seller:1", at=at),
    "ship": lambda child, at: steps.ship(child, actor="seller:1", at=at, courier="sendiri"),
    "mark ready": lambda child, at: steps.mark_ready(child, actor="seller:1", at=at),
    "deliver": lambda child, at: steps.deliver(child, actor="seller:1", at=at),
    "receive": lambda child, at: steps.receive(child, actor="buyer", at=at),
    "cancel": lambda child, at: steps.cancel(child, actor="buyer", at=at),
    "call off": lambda child, at: detours.call_off(child, actor="seller:1", at=at, reason="habis"),
    "fail": lambda child, at: detours.fail(child, actor="seller:1", at=at, cause=Cause.REFUSED),
    "take back": lambda child, at: detours.take_back(child, actor="seller:1", at=at, sellable=True),
    "take back broken": lambda child, at: detours.take_back(
        child, actor="seller:1", at=at, sellable=False, reason="pecah"
    ),
    "complain": lambda child, at: detours.complain(child, actor="buyer", at=at, reason="kurang"),
    "settle complaint": lambda child, at: detours.settle(
        child, actor="seller:1", at=at, reason="sepakat", given_back=at.minute % 2
    ),
    "decide for buyer": lambda child, at: detours.decide(
        child, actor="officer:1", at=at, for_buyer=True, reason="benar"
    ),
    "decide for seller": lambda child, at: detours.decide(
        child, actor="officer:1", at=at, for_buyer=False, reason="tidak benar"
    ),
}


class World:
    """One market on one database. Call it inside its application's context."""

    def __init__(self, folder: Path, *, at: datetime) -> None:
        self.cards, self.wallets = CardDesk(folder), WalletDesk(folder)
        self.at = at
        self.pages: list[Page] = []
        self.told: list[tuple[str, ProviderReport]] = []
        self.counts: Counter[str] = Counter()
        self.counted = 0

    def attempt(self, name: str, act: Callable[[], object]) -> bool:
        """Let it happen, or be refused in words; anything else is a failure of the house."""
        try:
            act()
        except DomainError as refusal:
            self.counts[f"{name}: {type(refusal).__name__}"] += 1
            return False
        finally:
            db.session.rollback()
        self.counts[name] += 1
        return True

    def order(self, goods: dict[str, int], *, pay: str, delivery: str) -> None:
        """Somebody orders."""
        self.attempt(
            f"order by {pay}", lambda: factories.order(goods, pay=pay, delivery=delivery, at=self.at)
        )

    def open_page(self, number: int) -> None:
        """A buyer of an order at a provider opens its page."""
        orders = select(Order.id).where(Order.payment_method.in_(HOLDING))
        if number % 4:
            orders = orders.where(Order.children.any(SellerOrder.status == S.AWAITING_PAYMENT))
        chosen = self.pick(orders, number)
        if chosen is not None:
            self.attempt("open page", lambda: self._open(chosen))

    def pay_page(self, number: int, *, amount: int | None) -> None:
        """A buyer pays at the provider, who tells nobody yet. `amount` in hundredths of a rupiah."""
        if not self.pages:
            return
        code, page = self.pages[number % len(self.pages)]
        try:
            if code == "stripe":
                self.cards.pay(page, at=self.at, amount=amount)
            else:
                # What came by a virtual account never goes back through Midtrans.
                method = "bank_transfer" if number % 3 == 0 else "qris"
                taken = f"{amount // 100}.00" if amount else None
                self.wallets.stage.world.pay(page, at=self.at, method=method, taken=taken)
        except Exception as refusal:  # noqa: BLE001 - the simulated provider has refusals of its own
            self.counts[f"pay: {type(refusal).__name__}"] += 1
            return
        self.counts["pay"] += 1

    def take_back(self, action: str, number: int, *, amount: int | None) -> None:
        """The provider or the payer's bank takes money back; the messages about it are on their way.

        `amount` in rupiah, or all that is left.
        """
        if not self.pages:
            return
        code, page = self.pages[number % len(self.pages)]
        try:
            happen = self._at_stripe if code == "stripe" else self._at_midtrans
            told = happen(page, action, amount)
        except Exception as refusal:  # noqa: BLE001 - the simulated provider has refusals of its own
            self.counts[f"{action}: {type(refusal).__name__}"] += 1
            return
        self.counts[action] += 1
        self.told += [(code, report) for report in told]

    def _at_stripe(self, page: str, action: str, amount: int | None) -> list[ProviderReport]:
        hundredths, stage = None if amount is None else amount * 100, self.cards.stage
        with_sum = {"amount": hundredths if action in money_back.WITH_AMOUNT else None, "fee": 250_000}
        events = money_back.happen(stage.world, page, action, at=self.at, **with_sum)
        mark = delivery.signature
        found = [
            stage.gateway.read_webhook(
                event.payload.encode(),
                {"Stripe-Signature": mark(event.payload, WEBHOOK_SECRET, self.at)},
                at=self.at,
            )
            for event in events
        ]
        return [report for report in found if report is not None]

    def _at_midtrans(self, page: str, action: str, amount: int | None) -> list[ProviderReport]:
        world = self.wallets.stage.world
        if action == "refund-dasbor":
            wallet_refunds.create(world, page, {"amount": amount} if amount else {}, at=self.at)
        elif action == "sengketa":
            wallet_refunds.charge_back(world, page, amount, at=self.at)
        else:
            raise wallet_refunds.RefundRefusal("412", action)
        return [self.wallets.stage.gateway.status(page, at=self.at)]

    def word(self, number: int) -> None:
        """The provider says how a page stands; the message is on its way."""
        if self.pages:
            code, page = self.pages[number % len(self.pages)]
            self.told.append((code, provider(code).status(page, at=self.at)))

    def hear(self, number: int, change: dict[str, Any] | None = None) -> None:
        """A message arrives, maybe an old one, maybe again, maybe altered."""
        if not self.told:
            return
        code, report = self.told[number % len(self.told)]
        altered = ProviderReport(**{**vars(report), **(change or {})})
        with transaction():
            verdict = receiving.receive(altered, provider=code, at=self.at)
        self.counts[f"message {verdict}"] += 1

    def step(self, name: str, number: int) -> None:
        """Somebody takes a step with a seller order."""
        chosen = self.pick(select(SellerOrder.id), number)
        if chosen is not None:
            self._step(name, chosen)

    def go_on(self, number: int, choice: int) -> None:
        """The usual thing happens to a seller order that is not over yet."""
        live = [status.value for status in USUAL]
        chosen = self.pick(select(SellerOrder.id).where(SellerOrder.status.in_(live)), number)
        if chosen is None:
            return
        order = db.session.get_one(SellerOrder, chosen)
        names = USUAL[Status(order.status)]
        name = names[choice % len(names)]
        if name == "ship" and order.delivery_method in steps.PICKED_UP:
            name = "mark ready"
        self._step(name, chosen)

    def count_shelf(self, slug: str, pieces: int) -> None:
        """A seller counts a shelf."""
        self.counted += 1
        reference = f"hitung:{self.counted}"

        def count(variant: Variant, at: datetime) -> None:
            stocking.count(variant, pieces, reference=reference, at=at)

        variant = factories.product(slug).variants[0]
        self.attempt("count shelf", lambda: self._in_transaction(count, variant))

    def let_pass(self, span: timedelta) -> None:
        """Time passes; what is overdue ends, and the worker does its rounds."""
        self.at += span
        self.cards.stage.wire.at = self.wallets.stage.wire.at = self.wallets.stage.at = self.at
        self.counts["ended by time"] += worker.end_overdue(self.at)
        self.counts["reminded"] += reminding.remind_due(at=self.at)

    def send_refunds(self) -> None:
        """The worker sends what is owed."""
        self.counts["refund steps"] += refunding.send_due(at=self.at)

    def ask_provider(self) -> None:
        """The worker asks about payments that have been open for long."""
        self.counts["asked"] += polling.ask_due(at=self.at)
        self.counts["asked back"] += asking_back.ask_due(at=self.at)

    def hand_on(self) -> None:
        """The worker hands on what waits."""
        while outbox.hand_on(SUBSCRIPTIONS, at=self.at):
            db.session.rollback()

    def differences(self) -> list[str]:
        """What the proofs have to say, the text index left aside."""
        db.session.rollback()
        told = [
            f"{name}: {sentence}"
            for name, _claim, prove in proofs.PROOFS
            if name not in SLOW
            for sentence in prove()
        ]
        db.session.rollback()
        return told

    def facts(self) -> list[Any]:
        """Every sale fact, in one order."""
        rows = db.session.execute(select(SaleFact.__table__).order_by(SaleFact.source)).all()
        db.session.rollback()
        return list(rows)

    def facts_from_zero(self) -> list[Any]:
        """Every sale fact after a rebuild."""
        with transaction():
            rebuilding.rebuild(at=self.at)
        return self.facts()

    def _open(self, order_id: int) -> None:
        code = db.session.get_one(Order, order_id).payment_method
        desk = self.cards if code == "stripe" else self.wallets
        self.pages.append((code, desk.open(order_id, at=self.at)))

    def _step(self, name: str, seller_order_id: int) -> None:
        done = self.attempt(name, lambda: self._in_transaction(STEPS[name], seller_order_id))
        if done and name == "cancel":
            order_id = db.session.get_one(SellerOrder, seller_order_id).order_id
            closing.close_open(order_id)

    def _in_transaction(self, act: Callable[..., object], subject: object) -> None:
        with transaction():
            act(subject, self.at)

    def pick(self, ids: Any, number: int) -> int | None:
        """One of these ids; None where there is none."""
        found = db.session.scalars(ids.order_by("id")).all()
        db.session.rollback()
        return found[number % len(found)] if found else None
