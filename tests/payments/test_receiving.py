"""What a provider's word changes: once, compared with what was asked, and whatever came before it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.errors import Conflict
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import proofs, worker
from marketplace.orders import steps
from marketplace.orders.deadlines import HOLD_AFTER_ATTEMPT
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import closing, polling
from marketplace.payments.models import PaymentAttempt, ProviderEvent, Refund
from marketplace.payments.provider import CheckoutRequest, HostedCheckout
from marketplace.payments.stripe_provider import STRIPE
from tests import cast, factories
from tests.payments.cards import CardDesk

AT = factories.AT
SOON = AT + timedelta(minutes=5)
TOO_LATE = AT + STRIPE.page_lives + HOLD_AFTER_ATTEMPT


@pytest.fixture
def desk(app: Flask, config: Config) -> Iterator[CardDesk]:
    """The card desk of a market. Whatever a test did there, in the end the books agree."""
    with app.app_context():
        yield CardDesk(config.data_dir)
        assert worker.drain(at=TOO_LATE) == 0
        result = proofs.prove(at=TOO_LATE)
        assert result.holds, result.as_text()


def _order(goods: dict[str, int] | None = None) -> Order:
    return factories.order(goods or {cast.CHIPS: 2}, pay="stripe").order


def _statuses(order_id: int) -> list[str]:
    db.session.expire_all()
    rows = select(SellerOrder.status).where(SellerOrder.order_id == order_id).order_by(SellerOrder.position)
    return list(db.session.scalars(rows))


def _attempts(order_id: int) -> list[str]:
    rows = (
        select(PaymentAttempt.status).where(PaymentAttempt.order_id == order_id).order_by(PaymentAttempt.id)
    )
    return list(db.session.scalars(rows))


def _refunds() -> list[tuple[int, str]]:
    return [
        (row.amount, row.reason) for row in db.session.scalars(select(Refund).order_by(Refund.id)).unique()
    ]


def test_a_payment_sends_every_part_of_the_order_to_its_shop(desk: CardDesk) -> None:
    order = _order({cast.CHIPS: 2, cast.COFFEE: 1})
    order_id, total = order.id, order.total
    desk.paid(order, at=SOON)
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION] * 2
    assert balance(accounts.ESCROW) == -total
    assert factories.product(cast.CHIPS).variants[0].on_hand == 48


def test_the_same_event_twice_counts_once(desk: CardDesk) -> None:
    order = _order()
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    word = desk.word(page, at=SOON)
    assert [desk.take_in(word, at=SOON) for _ in range(3)] == ["applied", "seen", "seen"]
    assert desk.take_in(replace(word, event_id="another"), at=SOON) == "ignored"
    assert balance(accounts.ESCROW) == -total and _refunds() == []


@pytest.mark.parametrize("change", [{"amount": 100}, {"amount": None}, {"currency": "USD"}])
def test_another_amount_or_currency_is_parked_and_pays_nothing(
    desk: CardDesk, change: dict[str, object]
) -> None:
    order = _order()
    order_id = order.id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    word = replace(desk.word(page, at=SOON), **change)  # type: ignore[arg-type]
    assert desk.take_in(word, at=SOON) == "parked"
    assert _statuses(order_id) == [Status.AWAITING_PAYMENT] and _attempts(order_id) == ["pending"]
    [event] = db.session.scalars(select(ProviderEvent))
    assert event.why.startswith("asked IDR") and event.raw


def test_a_hundred_times_too_much_is_parked(desk: CardDesk) -> None:
    """Rupiah taken for hundredths of a rupiah, or the other way round."""
    order = _order()
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON, amount=total)
    assert desk.hear(page, at=SOON) == "parked"
    assert _statuses(order_id) == [Status.AWAITING_PAYMENT]


def test_money_that_did_not_fit_waits_once_although_it_is_asked_about_again(desk: CardDesk) -> None:
    """Two rows would let it be given back twice."""
    page = desk.open(_order().id, at=AT)
    desk.pay(page, at=SOON, amount=100_000)
    message = replace(desk.word(page, at=SOON), event_id="evt_1")
    assert desk.take_in(message, at=SOON) == "parked"
    desk.stage.wire.at = AT + timedelta(minutes=10)
    assert polling.ask_due(at=AT + timedelta(minutes=10)) == 1
    said = db.session.execute(select(ProviderEvent.verdict, ProviderEvent.why).order_by(ProviderEvent.id))
    assert [tuple(row) for row in said][1:] == [("ignored", "parked already")]


def test_a_payment_for_an_unknown_page_is_parked(desk: CardDesk) -> None:
    order = _order()
    page = desk.open(order.id, at=AT)
    desk.pay(page, at=SOON)
    word = replace(desk.word(page, at=SOON), reference="cs_unknown", event_id="evt_unknown")
    assert desk.take_in(word, at=SOON) == "parked"
    assert desk.take_in(word, at=SOON) == "seen"
    assert desk.take_in(replace(word, event_id="evt_2", kind="expired"), at=SOON) == "ignored"


def test_a_late_payment_is_taken_where_the_goods_are_still_there(desk: CardDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    worker.end_overdue(TOO_LATE)
    assert _statuses(order_id) == [Status.EXPIRED]
    assert desk.hear(page, at=TOO_LATE) == "applied"
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION] and _refunds() == []
    assert factories.product(cast.CHIPS).variants[0].on_hand == 48


def test_a_late_payment_is_owed_back_where_the_goods_are_gone_for_each_shop_alone(desk: CardDesk) -> None:
    order = _order({cast.CHIPS: 1, cast.RARE_COFFEE: 1})
    order_id, his_total = order.id, order.children[1].total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    worker.end_overdue(TOO_LATE)
    factories.order({cast.RARE_COFFEE: 1}, at=TOO_LATE)
    assert desk.hear(page, at=TOO_LATE) == "applied"
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION, Status.EXPIRED]
    assert _refunds() == [(his_total, "late")]


def test_a_payment_finds_its_goods_gone_although_nobody_ended_the_order_yet(desk: CardDesk) -> None:
    order = _order({cast.RARE_COFFEE: 1})
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    factories.order({cast.RARE_COFFEE: 1}, at=TOO_LATE)
    assert desk.hear(page, at=TOO_LATE) == "applied"
    assert _statuses(order_id) == [Status.EXPIRED] and _refunds() == [(total, "late")]


def test_of_two_pages_that_were_both_paid_the_second_is_owed_back(desk: CardDesk) -> None:
    """The first page was paid a moment before it closed; its message was slow, and the buyer paid again."""
    order = _order()
    order_id, total = order.id, order.total
    first = desk.open(order_id, at=AT)
    desk.pay(first, at=AT + timedelta(minutes=29, seconds=30))
    second = desk.open(order_id, at=AT + timedelta(minutes=30))
    assert second != first
    desk.pay(second, at=AT + timedelta(minutes=32))
    assert desk.hear(first, at=AT + timedelta(minutes=33)) == "applied"
    assert desk.hear(second, at=AT + timedelta(minutes=33)) == "applied"
    assert _attempts(order_id) == ["paid_late", "paid"]
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION] and _refunds() == [(total, "late")]
    assert factories.product(cast.CHIPS).variants[0].on_hand == 48


def test_cancelling_while_the_page_is_open_closes_the_page(desk: CardDesk) -> None:
    order = _order()
    order_id = order.id
    page = desk.open(order_id, at=AT)
    _cancel(desk, order)
    assert desk.stage.world.session(page, at=SOON).status == "expired"
    assert _attempts(order_id) == ["cancelled"] and _statuses(order_id) == [Status.CANCELLED]
    assert desk.hear(page, at=SOON) == "ignored"


def test_money_that_comes_after_the_buyer_cancelled_is_owed_back_once(desk: CardDesk) -> None:
    order = _order({cast.CHIPS: 1, cast.COFFEE: 1})
    order_id, hers = order.id, order.children[0].total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    _cancel(desk, order)
    assert desk.hear(page, at=SOON) == "applied"
    assert worker.drain(at=SOON) == 0
    assert _attempts(order_id) == ["paid_late"]
    assert _statuses(order_id) == [Status.CANCELLED, Status.AWAITING_CONFIRMATION]
    assert [amount for amount, _reason in _refunds()] == [hers]


def test_a_page_that_opens_only_after_the_buyer_cancelled_is_closed_again(
    desk: CardDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = _order()
    order_id = order.id
    opened: list[str] = []
    really_open = desk.stage.gateway.open_checkout

    def slowly(request: CheckoutRequest) -> HostedCheckout:
        page = really_open(request)
        opened.append(page.reference)
        _cancel(desk, order)
        return page

    monkeypatch.setattr(desk.stage.gateway, "open_checkout", slowly)
    with pytest.raises(Conflict):
        desk.open(order_id, at=SOON)
    assert desk.stage.world.session(opened[0], at=SOON).status == "expired"
    assert _attempts(order_id) == ["cancelled"]


def test_a_lost_message_is_asked_for(desk: CardDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    desk.stage.wire.at = AT + timedelta(minutes=10)
    assert polling.ask_due(at=AT + timedelta(minutes=10)) == 1
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION]


def _cancel(desk: CardDesk, order: Order) -> None:
    """As the buyer's page does: the first shop's part is taken back, open pages are closed."""
    with transaction():
        child = db.session.get_one(Order, order.id).children[0]
        steps.cancel(child.id, actor="buyer", at=SOON)
        order_id = child.order_id
    desk.stage.wire.at = SOON
    closing.close_open(order_id)
