"""Money that did not fit is settled by a person: once, by name, and so that the books explain it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import proofs, unsettled, worker
from marketplace.orders.states import Status
from marketplace.payments import parked
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    ParkedDecision,
    PaymentAttempt,
    ProviderEvent,
    Refund,
)
from tests import cast, factories
from tests.payments import parked_stage
from tests.payments.cards import CardDesk

AT = factories.AT
DONE = AT + timedelta(minutes=20)
AFTER = AT + timedelta(hours=12)


@pytest.fixture
def desk(app: Flask, config: Config) -> Iterator[CardDesk]:
    """The card desk. Whatever was decided, in the end the books agree."""
    with app.app_context():
        yield CardDesk(config.data_dir)
        result = proofs.prove(at=AFTER)
        assert result.holds, result.as_text()


def count(event_id: int, *, order: str = "", reference: str = "RK-1", note: str = "Cocok") -> None:
    with transaction():
        parked.count(event_id, order_number=order, reference=reference, note=note, by=finance(), at=DONE)


def give_back(event_id: int, way: str, reference: str = "RK-1") -> None:
    with transaction():
        parked.give_back(event_id, way=way, reference=reference, note="", by=finance(), at=DONE)


def dismiss(event_id: int, note: str = "Salah ketik") -> None:
    with transaction():
        parked.dismiss(event_id, note=note, by=finance(), at=DONE)


def finance() -> int:
    return factories.person(cast.FINANCE).id


def decisions() -> int:
    return db.session.scalar(select(func.count(ParkedDecision.id))) or 0


def clearing() -> int:
    return balance(accounts.clearing("stripe"))


def test_what_the_bank_sent_back_still_lies_at_the_provider(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=-1_000, at=AT)
    told = parked_stage.attempt(event).amount - 1_000
    give_back(event, BY_BANK)
    assert (clearing(), balance(accounts.BANK)) == (told, -told)
    assert parked_stage.child(event).status == Status.AWAITING_PAYMENT
    assert unsettled.parked_events().count == 0


def test_what_the_provider_sent_back_leaves_nothing_to_book(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=5, at=AT)
    give_back(event, BY_PROVIDER)
    assert (clearing(), balance(accounts.BANK), decisions()) == (0, 0, 1)


def test_too_much_pays_for_the_order_once_the_rest_is_back(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=1_500, at=AT)
    asked = parked_stage.attempt(event).amount
    with pytest.raises(Invalid, match=r"kelebihan Rp1\.500"):
        count(event, reference=" ")
    with pytest.raises(Invalid, match="mengapa"):
        count(event, note="")
    count(event)
    assert parked_stage.child(event).status == Status.AWAITING_CONFIRMATION
    assert (clearing(), balance(accounts.BANK)) == (asked + 1_500, -1_500)
    assert balance(accounts.ESCROW) == -asked


def test_too_little_of_what_we_hold_pays_for_nothing(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=-1, at=AT)
    with pytest.raises(Conflict, match="kurang dari"):
        count(event)
    assert decisions() == 0 and parked_stage.child(event).status == Status.AWAITING_PAYMENT


@pytest.mark.parametrize("beyond", [-23, 40])
def test_a_seller_may_be_content_with_another_sum(desk: CardDesk, beyond: int) -> None:
    event = parked_stage.by_transfer(beyond=beyond, at=AT)
    count(event, reference="")
    assert parked_stage.child(event).status == Status.AWAITING_CONFIRMATION
    assert parked_stage.attempt(event).splits[0].paid == parked_stage.attempt(event).amount
    assert (balance(accounts.BANK), balance(accounts.ESCROW)) == (0, 0)


def test_too_little_does_not_count_when_the_goods_are_no_longer_held(desk: CardDesk) -> None:
    event = parked_stage.by_transfer(beyond=-23, at=AT)
    too_late = AT + timedelta(days=3)
    worker.end_overdue(too_late)
    worker.drain(at=too_late)
    with pytest.raises(Conflict, match="tidak lagi menunggu"):
        count(event)


def test_too_much_that_counts_late_goes_back_where_the_goods_are_gone(desk: CardDesk) -> None:
    order = factories.order({cast.RARE_COFFEE: 1}, pay="stripe").order
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=AT + timedelta(minutes=5), amount=(total + 10) * 100)
    late = AT + timedelta(hours=2)
    worker.end_overdue(late)
    factories.order({cast.RARE_COFFEE: 1}, at=late)
    assert desk.hear(page, at=late) == "parked"
    event = parked_stage.newest()
    count(event)
    [refund] = db.session.scalars(select(Refund)).unique()
    assert (refund.amount, refund.reason) == (total, "late")


def test_what_went_to_the_seller_is_given_back_by_the_seller_alone(desk: CardDesk) -> None:
    event = parked_stage.by_transfer(beyond=-23, at=AT)
    with pytest.raises(Invalid, match="cara itu"):
        give_back(event, BY_BANK)
    give_back(event, BY_SELLER)
    assert balance(accounts.BANK) == 0


def test_a_word_that_was_wrong_is_set_aside_with_its_reason(desk: CardDesk) -> None:
    event = parked_stage.by_transfer(beyond=9, at=AT)
    with pytest.raises(Invalid, match="alasannya"):
        dismiss(event, note="  ")
    dismiss(event)
    assert (
        parked_stage.child(event).status == Status.AWAITING_PAYMENT and unsettled.parked_events().count == 0
    )


def test_it_is_decided_once(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=1_500, at=AT)
    count(event)
    for again in (count, dismiss, partial(give_back, way=BY_BANK)):
        with pytest.raises(Conflict, match="sudah diputuskan"):
            again(event)
    assert decisions() == 1


def test_nobody_counts_what_was_paid_meanwhile(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=700, at=AT)
    page = parked_stage.attempt(event).reference or ""
    word = replace(desk.word(page, at=DONE), amount=parked_stage.attempt(event).amount, event_id="evt_right")
    assert desk.take_in(word, at=DONE) == "applied"
    with pytest.raises(Conflict, match="sudah lunas"):
        count(event)
    give_back(event, BY_BANK)


def test_another_currency_never_counts_and_our_bank_cannot_have_sent_it(desk: CardDesk) -> None:
    page = desk.open(factories.order({cast.CRACKERS: 1}, pay="stripe").order.id, at=AT)
    desk.pay(page, at=AT)
    desk.take_in(replace(desk.word(page, at=AT), currency="USD"), at=AT)
    event = parked_stage.newest()
    with pytest.raises(Conflict, match="bukan rupiah"):
        count(event)
    with pytest.raises(Invalid, match="cara itu"):
        give_back(event, BY_BANK)
    give_back(event, BY_PROVIDER)


def test_money_for_a_page_that_was_never_written_down_finds_its_order(desk: CardDesk) -> None:
    """The server was cut between opening the page and writing down what it is called."""
    order = factories.order({cast.CRACKERS: 1}, pay="stripe").order
    order_id, number = order.id, order.number
    page = desk.open(order_id, at=AT)
    with transaction():
        attempt = db.session.scalars(select(PaymentAttempt)).unique().one()
        attempt.reference, attempt.status = None, "created"
    desk.pay(page, at=AT)
    assert desk.hear(page, at=AT) == "parked"
    event = parked_stage.newest()
    other = factories.order({cast.CHIPS: 1}, pay="stripe").order.number
    with pytest.raises(Invalid, match="Tidak ada pembayaran"):
        count(event, order=other)
    count(event, order=f" {number.lower()} ", reference="")
    assert parked_stage.attempt(event).reference == page
    assert parked_stage.child(event).status == Status.AWAITING_CONFIRMATION


def test_the_event_itself_stays_as_it_came(desk: CardDesk) -> None:
    event = parked_stage.by_card(desk, beyond=1_500, at=AT)
    count(event)
    assert db.session.get_one(ProviderEvent, event).verdict == "parked"
