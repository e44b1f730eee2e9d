"""Money that a provider takes back at an awkward moment: no buyer gets it twice, nobody ships for nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import worker
from marketplace.orders import steps
from marketplace.orders.models import Order
from marketplace.orders.states import Status
from marketplace.payments import clawing, handing_back, midtrans_clawbacks, refunding
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.models import PaymentAttempt, Refund
from marketplace.payments.provider import ProviderReport
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.payments import clawback_stage as stage
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, TWO_KINDS, Sale, by_card


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[CardDesk]:
    with app.app_context():
        yield CardDesk(tmp_path)


def paid_only(desk: CardDesk) -> Sale:
    """A card order that is paid and that its shop has not taken on yet."""
    order = factories.order(TWO_KINDS, pay="stripe").order
    order_id = order.id
    desk.paid(order, at=AT)
    assert worker.drain(at=AT) == 0
    return Sale(db.session.get_one(Order, order_id).children[0].id)


def refunds() -> dict[str, tuple[int, str]]:
    db.session.rollback()
    rows = db.session.scalars(select(Refund).execution_options(populate_existing=True)).unique()
    return {one.reason: (one.amount, one.status) for one in rows}


def contested(sale: Sale) -> bool:
    return sale.row.contested_at is not None


def waiting() -> list[str]:
    rows = select(Clawback.name).outerjoin(PaymentAttempt, PaymentAttempt.id == Clawback.attempt_id)
    return list(db.session.scalars(rows.where(clawing.waits())))


def foreign(report: ProviderReport) -> ProviderReport:
    """The same in a currency that is not counted here."""
    told = replace(report.taken[0], amount=None, currency="USD", moves=())
    return replace(report, amount=None, currency="USD", taken=(told,))


def test_an_order_that_nobody_took_on_is_off_when_all_its_money_is_back(desk: CardDesk) -> None:
    sale = paid_only(desk)
    desk.take_in(stage.refund("re_1", stage.money_of(sale), sale.row.total), at=LATER)
    assert sale.row.status == Status.CANCELLED
    assert refunds() == {"provider:1": (sale.row.total, "succeeded")}
    stage.agree()
    with pytest.raises(Conflict), transaction():
        steps.accept(sale.id, actor="seller:1", at=LATER)


def test_a_part_of_it_leaves_the_order_on(desk: CardDesk) -> None:
    sale = paid_only(desk)
    desk.take_in(stage.refund("re_1", stage.money_of(sale), 5_000), at=LATER)
    assert sale.row.status == Status.AWAITING_CONFIRMATION
    stage.agree()


def test_the_shop_is_told_and_its_page_says_so_until_it_has_handed_the_goods_over(
    app: Flask, tmp_path: Path
) -> None:
    with app.app_context():
        desk = CardDesk(tmp_path)
        sale = by_card(desk, TWO_KINDS, at=now())
        desk.take_in(stage.refund("re_1", stage.money_of(sale), sale.row.total), at=now())
        told = db.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "clawback.placed")).one()
        assert told.payload["seller_order_id"] == sale.id and sale.row.status == Status.ACCEPTED
        worker.drain(at=now())
        number = sale.row.number
        db.session.remove()
    seller = Browser(app, cast.SELLER)
    assert "Jangan serahkan barangnya" in words(seller.get(f"/penjual/pesanan/{number}"))
    assert "kembali kepada pembeli" in words(seller.get("/akun/pemberitahuan"))


def test_what_was_taken_is_the_first_part_of_what_an_ended_order_owes(desk: CardDesk) -> None:
    sale = paid_only(desk)
    total = sale.row.total
    desk.take_in(stage.refund("re_1", stage.money_of(sale), 5_000), at=AT)
    with transaction():
        steps.decline(sale.id, actor="seller:1", at=LATER, reason="Habis")
    assert worker.drain(at=LATER) == 0
    assert refunds() == {"provider:1": (5_000, "succeeded"), "undelivered": (total - 5_000, "due")}
    assert not contested(sale) and waiting() == []
    stage.agree()
    assert refunding.send_due(at=LATER) == 1
    assert refunds()["undelivered"] == (total - 5_000, "succeeded")
    stage.agree()


def test_a_seller_cannot_owe_what_was_taken_and_has_no_place_yet(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    total = sale.row.total
    desk.take_in(stage.refund("re_1", stage.money_of(sale), 5_000), at=LATER)
    with pytest.raises(Conflict, match=r"Rp5\.000"):
        sale.refund(amount=total - 4_999)
    sale.refund(amount=total - 5_000)
    stage.agree()


def test_a_sum_that_is_no_rupiah_holds_all_up_until_a_person_has_looked(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    owed = sale.refund(amount=20_000)
    key = owed.key
    desk.take_in(foreign(stage.refund("re_1", stage.money_of(sale), 5_000)), at=LATER)
    assert waiting() == ["re_1"] and contested(sale)
    assert refunding.send_due(at=LATER) == 0
    with transaction():
        handing_back.take_over(handing_back.refund_named(key))
    with pytest.raises(Conflict, match="dua kali"), transaction():
        handing_back.sent_by_bank(handing_back.refund_named(key), "BRI-1", actor="finance:1", at=LATER)
    stage.agree()


def test_a_dispute_whose_movements_are_no_rupiah_is_seen_in_whatever_sequence(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    money, total = stage.money_of(sale), sale.row.total
    inquiry = stage.dispute("du_1", money, total, "open")
    asked = replace(inquiry, event_id="evt:asked", taken=(replace(inquiry.taken[0], moves=()),))
    desk.take_in(asked, at=LATER)
    assert waiting() == []
    desk.take_in(foreign(stage.dispute("du_1", money, total, "final")), at=LATER)
    assert waiting() == ["du_1"] and contested(sale)
    stage.agree()


def test_dismissing_a_dispute_lets_the_shops_part_go(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        desk = CardDesk(tmp_path)
        sale = by_card(desk, TWO_KINDS, at=now())
        desk.take_in(foreign(stage.dispute("du_1", stage.money_of(sale), 5_000, "open")), at=now())
        assert contested(sale)
        page = f"/admin/dana-ditarik/{stage.the_clawback().id}/tidak-dibukukan"
        db.session.remove()
    assert Browser(app, cast.FINANCE).post(page, {"catatan": "Dicatat di luar"}).status_code == 303
    with app.app_context():
        assert not contested(sale)
        stage.agree(now())


def test_a_try_of_ours_that_was_booked_as_taken_comes_back_like_any_other(desk: CardDesk) -> None:
    """We thought it had failed, a person took it over; it had gone, and fails later after all."""
    sale = by_card(desk, TWO_KINDS)
    owed = sale.refund(amount=sale.row.total)
    key, money, total = owed.key, stage.money_of(sale), sale.row.total
    with transaction():
        handing_back.take_over(owed)
    for fails in (False, True):
        told = stage.refund("re_1", money, total, fails=fails, ours=key)
        desk.take_in(replace(told, taken=(replace(told.taken[0], asked=True),)), at=LATER)
    assert refunds() == {"seller:1": (total, "failed")}
    assert balance(accounts.clearing("stripe")) == total and balance(accounts.UNCLEAR) == 0
    stage.agree()


def test_a_dispute_is_told_when_its_payment_counts_and_once(desk: CardDesk) -> None:
    order = factories.order(TWO_KINDS, pay="stripe").order
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=AT)
    paid = desk.word(page, at=AT)
    desk.take_in(replace(paid, kind="pending", event_id="evt:pending"), at=AT)
    desk.take_in(stage.dispute("du_1", paid.money, total, "open"), at=AT)
    told = select(OutboxEvent.id).where(OutboxEvent.kind == "dispute.opened")
    assert db.session.scalars(told).all() == []
    desk.take_in(paid, at=AT)
    assert len(db.session.scalars(told).all()) == 1


def test_a_key_typed_at_midtrans_names_a_refund_of_its_own_payment_only() -> None:
    def names(transaction_id: str, key: str | None) -> list[str]:
        listed = {"refund_key": key, "refund_amount": "5000.00", "refund_chargeback_id": 7}
        answer = {"transaction_id": transaction_id, "transaction_status": "refund", "refunds": [listed]}
        told = midtrans_clawbacks.told(answer, lambda _sum: 5_000, lambda _told, at: at, at=AT)
        return [one.name for one in told]

    assert names("a", "retur-1") != names("b", "retur-1")
    assert names("a", None) != names("b", None)
    assert names("a", "dmr-1234-1") == names("b", "dmr-1234-1") == ["dmr-1234-1"]
