"""A short history with every fate an order can have, made through the functions that the pages call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import detours, fee_rules, fees, steps
from marketplace.orders.causes import Cause
from marketplace.orders.models import SellerOrder
from marketplace.payments import refunding
from marketplace.payments.stripe_provider import STRIPE
from marketplace.payouts import settling
from marketplace.payouts.claiming import Rules
from tests import cast, factories
from tests.factories import AT
from tests.operations.direct_history import paid_directly
from tests.operations.locked_history import lock_the_regency
from tests.orders.walks import walk
from tests.payments.cards import CardDesk
from tests.payments.parked_stage import settled_by_hand
from tests.payments.refund_stage import Sale, by_card, in_cash
from tests.payouts import stage

HOUR = timedelta(hours=1)
TOO_LATE = AT + STRIPE.page_lives + timedelta(minutes=6)
DONE = AT + 3 * HOUR
# Two days later, so that the sums of the first day stay those of its own story.
REFUNDS = AT + timedelta(days=2)


@dataclass(frozen=True)
class History:
    """Numbers of seller orders (`…-1`) by their fate; `cash_open_order` is the order around one of them."""

    cash_completed: str
    cash_delivered: str
    cash_open: str
    cash_open_order: str
    cash_cancelled: str
    called_off: str
    card_completed: str
    card_open: str
    card_declined: str
    card_waiting: str
    card_expired: str
    late_taken: str
    late_owed: str
    cash_refused: str
    cash_not_collected: str
    card_failed: str
    card_disputed: str
    decided_for_buyer: str
    decided_for_seller: str
    direct_completed: str
    direct_open: str
    direct_waiting: str
    refunded_before: str
    refunded_after: str
    refunded_cash: str
    payout_rejected: str
    payout: str
    settlement: str
    parked_counted: str
    parked_returned: str


def live(folder: Path) -> History:
    """Let it all happen, and let the worker hand everything on. `folder` is the application's data folder."""
    desk = CardDesk(folder)
    with transaction():
        fee_rules.add_rule(fees.VILLAGE, 50, valid_from=AT, created_by=None, at=AT)
    sold = factories.order({cast.CHIPS: 2, cast.COFFEE: 1}).order.children
    for child in sold:
        factories.complete(child, at=AT + HOUR)
    delivered = _placed({cast.CRACKERS: 1})
    factories.deliver(delivered, at=AT + HOUR)
    waiting = factories.order({cast.CHIPS: 1}).order.children[0]
    fates = {**_paid_by_card(desk), **_too_late(desk)}
    history = History(
        cash_completed=sold[0].number,
        cash_delivered=delivered.number,
        cash_open=waiting.number,
        cash_open_order=waiting.order.number,
        cash_cancelled=_cancelled(),
        called_off=_called_off(),
        **fates,
        **_off_the_road(desk),
        **_paid_out(),
        **paid_directly(),
        **_refunded(desk, fates["card_completed"]),
        **settled_by_hand(desk, at=REFUNDS),
    )
    assert worker.drain(at=DONE) == 0
    # The oldest of the two refunds has been sent; the other one still waits.
    desk.stage.wire.at = DONE
    assert refunding.send_due(at=DONE, most=1) == 1
    assert worker.drain(at=DONE) == 0
    lock_the_regency()
    return history


def _placed(goods: dict[str, int], pay: str = "cod") -> SellerOrder:
    return factories.order(goods, pay=pay).order.children[0]


def _cancelled() -> str:
    child = _placed({cast.CHIPS: 3})
    child_id, number = child.id, child.number
    with transaction():
        steps.cancel(child_id, actor="buyer", at=AT + HOUR, reason="Salah pesan")
    return number


def _called_off() -> str:
    """Packed, so that it has its nota, and then not handed over."""
    child = _placed({cast.CHIPS: 1, cast.CRACKERS: 1})
    child_id, number = child.id, child.number
    for step in (steps.accept, steps.pack):
        with transaction():
            step(child_id, actor="seller:1", at=AT)
    with transaction():
        detours.call_off(child_id, actor="seller:1", at=AT + HOUR, reason="Rusak saat dikemas")
    return number


def _paid_by_card(desk: CardDesk) -> dict[str, str]:
    """One order for two shops: hers is completed, his is still open; another one is declined."""
    both = factories.order({cast.CHIPS: 1, cast.COFFEE: 2}, pay="stripe").order
    desk.paid(both, at=AT)
    hers, his = both.children
    factories.complete(hers, at=AT + HOUR)
    refused = factories.order({cast.CRACKERS: 2}, pay="stripe").order
    desk.paid(refused, at=AT)
    child_id = refused.children[0].id
    with transaction():
        steps.decline(child_id, actor="seller:1", at=AT + HOUR, reason="Habis")
    return {
        "card_completed": hers.number,
        "card_open": his.number,
        "card_declined": refused.children[0].number,
    }


def _off_the_road(desk: CardDesk) -> dict[str, str]:
    """Goods refused and spoilt, not collected, not arrived; complaints open and decided either way."""
    at = AT + 2 * HOUR
    refused, failed = _placed({cast.CHIPS: 1, cast.CRACKERS: 1}), _card(desk, "shipped", at)
    fetched = factories.order({cast.CHIPS: 1}, pay="ambil", delivery="ambil").order.children[0]
    disputes = {name: _card(desk, "disputed", at) for name in ("card_disputed", "buyer", "seller")}
    numbers = {
        "cash_refused": refused.number,
        "cash_not_collected": fetched.number,
        "card_failed": failed[1],
        "card_disputed": disputes["card_disputed"][1],
        "decided_for_buyer": disputes["buyer"][1],
        "decided_for_seller": disputes["seller"][1],
    }
    refused_id, fetched_id = walk(refused, "shipped", at=at), walk(fetched, "ready_for_pickup", at=at)
    for child_id, cause in ((refused_id, Cause.REFUSED), (failed[0], Cause.NOT_HOME)):
        with transaction():
            detours.fail(child_id, actor="seller:1", at=at, cause=cause)
    with transaction():
        detours.take_back(refused_id, actor="seller:1", at=at, sellable=False, reason="Basah")
    with transaction():
        detours.take_back(fetched_id, actor="seller:1", at=at, sellable=True)
    for side in ("buyer", "seller"):
        with transaction():
            child_id, right = disputes[side][0], side == "buyer"
            detours.decide(child_id, actor="counter:1", at=at, for_buyer=right, reason="Fotonya jelas")
    return numbers


def _card(desk: CardDesk, state: str, at: datetime) -> tuple[int, str]:
    """One bag paid by card and walked to a state: id and number of its only part."""
    order = factories.order({cast.CRACKERS: 1}, pay="stripe").order
    desk.paid(order, at=AT)
    child = order.children[0]
    number = child.number
    return walk(child, state, at=at), number


def _refunded(desk: CardDesk, paid_out: str) -> dict[str, str]:
    """Sellers give back a part: of what was paid out before, before a sale is booked, after it, by hand."""
    Sale.of(paid_out).refund(amount=5_000, at=REFUNDS)
    before = by_card(desk, {cast.CHIPS: 3, cast.CRACKERS: 1}, at=REFUNDS)
    before.refund({0: 1}, sellable=True, at=REFUNDS)
    before.bring(at=REFUNDS).complete(at=REFUNDS + HOUR)
    after = by_card(desk, {cast.CHIPS: 3, cast.CRACKERS: 2}, at=REFUNDS)
    after.bring(at=REFUNDS).complete(at=REFUNDS + HOUR)
    after.refund(amount=12_345, at=REFUNDS + 2 * HOUR)
    after.refund({0: 1}, delivery=True, sellable=True, at=REFUNDS + 2 * HOUR)
    cash = in_cash({cast.CRACKERS: 3}, at=REFUNDS).complete(at=REFUNDS + HOUR)
    cash.refund({0: 1}, at=REFUNDS + 2 * HOUR)
    assert worker.drain(at=REFUNDS + 2 * HOUR) == 0
    return {
        "refunded_before": before.row.number,
        "refunded_after": after.row.number,
        "refunded_cash": cash.row.number,
    }


def _too_late(desk: CardDesk) -> dict[str, str]:
    """Orders whose time to pay was over: one never paid, two paid late, of which one finds its goods gone."""
    never = _placed({cast.CRACKERS: 3}, "stripe")
    taken = _placed({cast.CHIPS: 2}, "stripe")
    owed = _placed({cast.RARE_COFFEE: 1}, "stripe")
    numbers = {
        "card_expired": never.number,
        "late_taken": taken.number,
        "late_owed": owed.number,
    }
    pages = [desk.open(child.order_id, at=AT) for child in (taken, owed)]
    for page in pages:
        desk.pay(page, at=AT + timedelta(minutes=30))
    worker.end_overdue(TOO_LATE)
    factories.order({cast.RARE_COFFEE: 1}, at=TOO_LATE)
    for page in pages:
        assert desk.hear(page, at=TOO_LATE + timedelta(minutes=1)) == "applied"
    waiting = factories.order({cast.CRACKERS: 1}, pay="stripe", at=TOO_LATE).order
    desk.open(waiting.id, at=TOO_LATE)
    return numbers | {"card_waiting": waiting.children[0].number}


def _paid_out() -> dict[str, str]:
    """What her shop is owed is collected, taken back, collected again, paid from what came to the bank."""
    stage.bank(stage.shop())
    rules = Rules(minimum=1, hold_days=0)
    first = stage.collect(at=DONE, rules=rules)
    assert first is not None
    rejected = first.payouts[0].number
    stage.reject(rejected, at=DONE)
    second = stage.collect(at=DONE, rules=rules)
    assert second is not None
    number = second.payouts[0].number
    stage.approve(number, at=DONE)
    stage.send(number, at=DONE)
    finance = factories.person(cast.FINANCE)
    with transaction():
        settling.settle(
            "stripe", amount=20_000, fee=600, day=day_wib(DONE), reference="RK-1", by=finance, at=DONE
        )
    stage.confirm(number, at=DONE)
    return {"payout_rejected": rejected, "payout": number, "settlement": "RK-1"}
