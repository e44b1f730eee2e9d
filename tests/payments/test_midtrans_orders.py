"""An order paid through Midtrans: trouble on the way ends as it does with the card, and the books agree."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.config import DEMO_MIDTRANS_KEY, Config, ConfigError
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.ledger.queries import balance
from marketplace.operations import proofs, worker
from marketplace.orders import steps
from marketplace.orders.deadlines import HOLD_AFTER_ATTEMPT
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import closing, methods, polling, refunding
from marketplace.payments.midtrans_provider import MIDTRANS
from marketplace.payments.models import PaymentAttempt, ProviderEvent, Refund
from marketplace.payments.simulator.midtrans import refunds
from marketplace.storefront.refund_notes import refund_notes
from tests import cast, factories
from tests.payments.cards import CardDesk
from tests.payments.wallets import WalletDesk

AT = factories.AT
SOON = AT + timedelta(minutes=5)
TOO_LATE = AT + MIDTRANS.page_lives + HOLD_AFTER_ATTEMPT
CLEARING = accounts.clearing("midtrans")


@pytest.fixture
def desk(app: Flask, config: Config) -> Iterator[WalletDesk]:
    """Midtrans before a market. Whatever a test did there, in the end the books agree."""
    with app.app_context():
        yield WalletDesk(config.data_dir)
        assert worker.drain(at=TOO_LATE) == 0
        result = proofs.prove(at=TOO_LATE)
        assert result.holds, result.as_text()


def _order(goods: dict[str, int] | None = None) -> Order:
    return factories.order(goods or {cast.CHIPS: 2}, pay="midtrans").order


def _statuses(order_id: int) -> list[str]:
    db.session.expire_all()
    rows = select(SellerOrder.status).where(SellerOrder.order_id == order_id).order_by(SellerOrder.position)
    return list(db.session.scalars(rows))


def _attempts() -> list[str]:
    db.session.expire_all()
    return list(db.session.scalars(select(PaymentAttempt.status).order_by(PaymentAttempt.id)))


def _refund() -> Refund:
    db.session.rollback()
    return db.session.scalars(select(Refund)).unique().one()


def test_a_whole_order_is_paid_one_seller_declines_and_that_part_goes_back(desk: WalletDesk) -> None:
    order = _order({cast.CHIPS: 1, cast.COFFEE: 1})
    order_id, total, hers = order.id, order.total, order.children[0].total
    page = desk.paid(order, at=SOON)
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION] * 2
    assert (balance(CLEARING), balance(accounts.ESCROW)) == (total, -total)
    with transaction():
        first = db.session.get_one(Order, order_id).children[0]
        steps.decline(first.id, actor="seller:1", at=SOON, reason="Habis")
    assert worker.drain(at=SOON) == 0
    assert refunding.send_due(at=SOON) == 1
    assert (_refund().status, _refund().amount) == ("succeeded", hers)
    assert refunds.refunded(desk.stage.world, page, at=SOON) == [hers]
    assert (balance(CLEARING), balance(accounts.BUYER_REFUNDS)) == (total - hers, 0)
    assert refunding.send_due(at=TOO_LATE) == 0


def test_money_at_one_provider_is_never_taken_for_money_at_the_other(
    desk: WalletDesk, config: Config
) -> None:
    cards = CardDesk(config.data_dir)
    by_card = factories.order({cast.COFFEE: 1}, pay="stripe").order
    by_card_total, order = by_card.total, _order()
    total = order.total
    cards.paid(by_card, at=AT)
    desk.paid(order, at=AT)
    assert balance(accounts.clearing("stripe")) == by_card_total and balance(CLEARING) == total


def test_the_same_message_twice_counts_once(desk: WalletDesk) -> None:
    order = _order()
    total = order.total
    page = desk.open(order.id, at=AT)
    desk.pay(page, at=SOON)
    payment = desk.stage.world.payment(page, at=SOON)
    desk.stage.world.tell(payment, "settlement", times=2, due_at=SOON)
    assert desk.carry() == [(200, "applied"), (200, "seen"), (200, "seen")]
    assert balance(CLEARING) == total
    payments = select(func.count()).select_from(Posting).where(Posting.kind == "payment")
    assert db.session.scalar(payments) == 1


def test_messages_in_any_order_end_the_same(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    begun = desk.stage.world.begin(page, "qris", at=AT)
    desk.pay(page, at=SOON)
    desk.stage.world.tell(begun, "pending", times=1, due_at=SOON)
    desk.stage.world.tell(begun, "expire", times=1, due_at=SOON)
    assert desk.carry() == [(200, "applied"), (200, "seen"), (200, "seen")]
    assert _attempts() == ["paid"] and _statuses(order_id) == [Status.AWAITING_CONFIRMATION]


def test_a_denied_try_leaves_the_page_open_for_another(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    denied = desk.stage.world.deny(page, at=AT)
    desk.stage.world.tell(denied, "deny", times=1, due_at=AT)
    assert desk.carry() == [(200, "ignored")] and _attempts() == ["pending"]
    assert desk.open(order_id, at=SOON) == page
    desk.pay(page, at=SOON)
    desk.carry()
    assert _attempts() == ["paid"]


@pytest.mark.parametrize("taken", ["100.00", "1.50"])
def test_another_sum_is_parked_and_pays_nothing(desk: WalletDesk, taken: str) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON, taken=taken)
    assert desk.carry() == [(200, "parked")]
    assert _statuses(order_id) == [Status.AWAITING_PAYMENT] and _attempts() == ["pending"]
    [event] = db.session.scalars(select(ProviderEvent))
    assert event.why.startswith("asked IDR") and taken in event.raw


def test_another_currency_is_parked_and_pays_nothing(desk: WalletDesk) -> None:
    order = _order()
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.stage.world.tell(
        desk.stage.world.pay(page, at=AT, taken=f"{total}.00", currency="SGD"),
        "settlement",
        times=1,
        due_at=AT,
    )
    assert desk.carry() == [(200, "parked")] and _statuses(order_id) == [Status.AWAITING_PAYMENT]


def test_a_forged_message_changes_nothing(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    imagined = desk.stage.world.imagined(desk.stage.world.payment(page, at=AT), taken=None, at=AT)
    desk.stage.world.tell(imagined, "settlement", times=1, due_at=AT, forged=True)
    assert [status for status, _text in desk.carry()] == [400]
    assert _statuses(order_id) == [Status.AWAITING_PAYMENT]
    assert db.session.scalar(select(func.count()).select_from(ProviderEvent)) == 0


def test_a_message_that_cannot_be_checked_is_asked_for_again(
    desk: WalletDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    with monkeypatch.context() as patch:
        patch.setattr(desk.stage.gateway, "_api", "http://127.0.0.1:9")
        assert [status for status, _text in desk.carry()] == [503]
    assert _statuses(order_id) == [Status.AWAITING_PAYMENT]


def test_no_message_at_all_is_healed_by_asking(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=SOON)
    assert polling.ask_due(at=AT + timedelta(minutes=10)) == 1
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION]
    assert desk.carry() == [(200, "seen")], "the message was only slow"


def test_a_page_nobody_paid_is_asked_about_less_when_its_time_is_over(desk: WalletDesk) -> None:
    desk.open(_order().id, at=AT)
    asked = [
        minutes for minutes in range(0, 25 * 60, 2) if polling.ask_due(at=AT + timedelta(minutes=minutes))
    ]
    during = [minutes for minutes in asked if minutes <= 130]
    assert len(during) == 30 and {after - before for before, after in pairwise(during)} == {4}
    assert len(asked) - len(during) <= 24


@pytest.mark.parametrize("denied", [False, True], ids=["nothing begun", "denied"])
def test_a_page_that_was_left_ends_when_its_time_is_over(desk: WalletDesk, denied: bool) -> None:
    page = desk.open(_order().id, at=AT)
    if denied:
        desk.stage.world.deny(page, at=SOON)
    over = AT + MIDTRANS.page_lives
    for minutes, status in ((-1, "pending"), (4, "pending"), (8, "expired"), (80, "expired")):
        desk.stage.at = desk.stage.wire.at = over + timedelta(minutes=minutes)
        assert polling.ask_due(at=over + timedelta(minutes=minutes)) == 1
        assert _attempts() == [status], minutes
    ends = select(ProviderEvent.happened_at).where(ProviderEvent.kind == "expired")
    assert list(db.session.scalars(ends)) == [over]


def test_a_lost_message_about_a_page_that_had_ended_is_healed_by_asking(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    assert polling.ask_due(at=AT + MIDTRANS.page_lives + timedelta(minutes=6)) == 1
    assert _attempts() == ["expired"]
    worker.end_overdue(TOO_LATE)
    desk.pay(page, at=TOO_LATE + timedelta(minutes=10))
    desk.stage.at = desk.stage.wire.at = TOO_LATE + timedelta(minutes=80)
    assert polling.ask_due(at=TOO_LATE + timedelta(minutes=80)) == 1
    assert _attempts() == ["paid_late"] and _statuses(order_id) == [Status.AWAITING_CONFIRMATION]


def test_a_payment_after_the_time_is_taken_where_the_goods_are_still_there(desk: WalletDesk) -> None:
    order_id = _order().id
    page = desk.open(order_id, at=AT)
    desk.stage.world.begin(page, "qris", at=AT)
    worker.end_overdue(TOO_LATE)
    assert _statuses(order_id) == [Status.EXPIRED]
    desk.stage.at = desk.stage.wire.at = TOO_LATE
    assert desk.carry() == [(200, "applied")] and _attempts() == ["expired"]
    desk.pay(page, at=TOO_LATE)
    assert desk.carry() == [(200, "applied")] and _attempts() == ["paid_late"]
    assert _statuses(order_id) == [Status.AWAITING_CONFIRMATION]


def test_a_payment_after_the_time_is_owed_back_where_the_goods_are_gone(desk: WalletDesk) -> None:
    order = _order({cast.RARE_COFFEE: 1})
    total = order.total
    page = desk.open(order.id, at=AT)
    factories.order({cast.RARE_COFFEE: 1}, at=TOO_LATE)
    desk.pay(page, at=TOO_LATE)
    desk.carry()
    assert refunding.send_due(at=now()) == 1, "the webhook owes it at the moment it hears"
    assert (_refund().reason, _refund().amount, _refund().status) == ("late", total, "succeeded")


def test_cancelling_closes_the_page_and_what_was_begun_there(desk: WalletDesk) -> None:
    order = _order()
    order_id, child_id = order.id, order.children[0].id
    page = desk.open(order_id, at=AT)
    desk.stage.world.begin(page, "bank_transfer", at=AT)
    with transaction():
        steps.cancel(child_id, actor="buyer", at=SOON)
    closing.close_open(order_id)
    assert desk.stage.world.payment(page, at=SOON).status == "expire"
    assert _attempts() == ["cancelled"]


def test_money_from_a_virtual_account_is_left_to_a_person_and_never_asked_for_again(desk: WalletDesk) -> None:
    order = _order()
    child_id = order.children[0].id
    desk.paid(order, at=SOON, method="bank_transfer")
    with transaction():
        steps.decline(child_id, actor="seller:1", at=SOON, reason="Habis")
    assert worker.drain(at=SOON) == 0
    assert refunding.send_due(at=SOON) == 1
    refund = _refund()
    assert (refund.status, refund.due_at) == ("failed", None)
    assert refund.error == "bank_transfer cannot be refunded through Midtrans"
    [note] = refund_notes({child_id: [refund]})[child_id]
    assert refund.way == "bank" and note.asks
    assert "lewat transfer bank" in note.words and "Tulis rekening Anda" in note.words
    assert refunding.send_due(at=SOON + timedelta(days=400)) == 0
    assert balance(accounts.BUYER_REFUNDS) == -refund.amount


def test_the_silence_of_one_provider_does_not_hold_up_the_refunds_of_another(
    desk: WalletDesk, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards = CardDesk(config.data_dir)
    by_card, order = factories.order({cast.COFFEE: 1}, pay="stripe").order, _order()
    ids = [by_card.children[0].id, order.children[0].id]
    cards.paid(by_card, at=AT)
    desk.paid(order, at=AT)
    for child_id in ids:
        with transaction():
            steps.decline(child_id, actor="seller:1", at=AT, reason="Habis")
    assert worker.drain(at=AT) == 0
    with monkeypatch.context() as patch:
        patch.setattr(desk.stage.gateway, "_api", "http://127.0.0.1:9")
        assert refunding.send_due(at=AT) == 1
    assert sorted(db.session.scalars(select(Refund.status))) == ["requested", "succeeded"]


def test_a_production_without_a_key_offers_no_midtrans(app: Flask) -> None:
    with app.app_context():
        assert "midtrans" in [way.code for way in methods.offered([])]
        app.extensions["payment_providers"].pop("midtrans")
        assert "midtrans" not in [way.code for way in methods.offered([])]


def test_production_takes_a_key_of_its_own_or_none_and_never_the_demo_s() -> None:
    secrets = {
        "DESAMART_MODE": "production",
        "DESAMART_SECRET_KEY": "x" * 32,
        "DESAMART_DATABASE_URL": "postgresql://x/y",
        "DESAMART_TRUSTED_HOSTS": "desamart.id",
        "DESAMART_PUBLIC_URL": "https://desamart.id",
        "DESAMART_STRIPE_SECRET_KEY": "sk",
        "DESAMART_STRIPE_WEBHOOK_SECRET": "whsec",
    }
    name = "DESAMART_MIDTRANS_SERVER_KEY"
    assert Config.from_env(secrets).midtrans_server_key == ""
    assert Config.from_env(secrets | {name: "Mid-server-x"}).midtrans_server_key == "Mid-server-x"
    with pytest.raises(ConfigError, match=name):
        Config.from_env(secrets | {name: DEMO_MIDTRANS_KEY})
