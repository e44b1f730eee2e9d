"""What a seller gives back moves the money of buyer, seller, DesaMart and village alike, and once."""

import multiprocessing
from collections.abc import Iterator
from datetime import timedelta
from multiprocessing.synchronize import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from marketplace import create_app
from marketplace.catalog.models import StockMovement
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, DomainError, Invalid
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.ledger.posting import post
from marketplace.ledger.queries import balance
from marketplace.operations import proofs
from marketplace.orders import steps
from marketplace.orders.states import Status
from marketplace.payments import owing, refunding
from marketplace.payments.models import PaymentSplit, Refund
from marketplace.payments.owing import Wish
from tests import cast, factories
from tests.databases import let_go
from tests.factories import AT
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, TWO_KINDS, Sale, by_card, in_cash, village_share

VILLAGE = accounts.village_payable(cast.HANURA)


@pytest.fixture
def till(app: Flask, config: Config) -> Iterator[CardDesk]:
    """The till of a market whose villages take 0.5 %."""
    with app.app_context():
        village_share()
        yield CardDesk(config.data_dir)


@pytest.fixture
def desk(app: Flask, till: CardDesk) -> Iterator[CardDesk]:
    """The same. Whatever a test did there, in the end the books agree."""
    with app.app_context():
        yield till
        result = proofs.prove(at=LATER)
        assert result.holds, result.as_text()


def booked(sale: Sale, kind: str) -> dict[str, int]:
    """What the postings of a kind wrote for a seller order, by account without its last part."""
    rows = db.session.execute(
        select(Entry.account, func.sum(Entry.amount))
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Posting.kind == kind, Posting.reference.startswith(sale.row.number))
        .group_by(Entry.account)
    )
    return {account.removesuffix(f":{sale.row.shop_id}"): int(amount) for account, amount in rows}


def on_shelf() -> int:
    """How many chips there are."""
    db.session.rollback()
    return factories.product(cast.CHIPS).variants[0].on_hand


def test_a_buyer_gets_the_rest_although_a_piece_has_no_money_left(desk: CardDesk) -> None:
    """The last rupiah of a line went with some of its pieces: it must not hold up what is left of others."""
    sale = by_card(desk, TWO_KINDS)
    sale.refund(amount=sale.row.goods_total - 2, at=AT)
    sale.refund({0: 2}, at=AT)
    [chips, _crackers] = owing.left_of(sale.row).lines
    assert (chips.quantity, chips.amount) == (1, 0)
    sale.goes_to(Status.CANCELLED_BY_SELLER)
    share = db.session.scalars(select(PaymentSplit).where(PaymentSplit.seller_order_id == sale.id)).one()
    assert share.owed == share.paid


def test_what_goes_back_before_completion_is_no_part_of_the_sale(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    made = sale.refund({0: 1}, at=AT)
    # One of three chips: Rp18.000, of the fees 180 and 90.
    assert (made.amount, made.goods, made.delivery, made.fee, made.village_fee) == (
        18_000,
        18_000,
        0,
        180,
        90,
    )
    assert booked(sale, "refund-owed") == {accounts.ESCROW: 18_000, accounts.BUYER_REFUNDS: -18_000}
    sale.bring().complete()
    fee = sale.row.delivery_fee
    assert booked(sale, "sale") == {
        accounts.ESCROW: 61_000 + fee,
        "seller:payable": -(61_000 - 610 - 305 + fee),
        accounts.FEES: -610,
        VILLAGE: -305,
    }
    assert balance(accounts.ESCROW) == 0


def test_an_order_refunded_in_part_and_then_returned_gives_back_exactly_the_rest(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    sale.refund(amount=33_333, at=AT)
    sale.bring()
    sale.goes_to(Status.DISPUTED, Status.RETURNED)
    made = db.session.scalars(select(Refund).order_by(Refund.id)).unique().all()
    assert [one.reason for one in made] == ["seller:1", "undelivered"]
    assert sum(one.amount for one in made) == sale.row.total
    assert (sum(one.fee for one in made), sum(one.village_fee for one in made)) == (790, 395)
    assert balance(accounts.ESCROW) == 0


def test_after_completion_everybody_gives_back_the_integers_they_took(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS, delivery="titip")
    sale.bring().complete()
    before = balance(accounts.payable(sale.row.shop_id))
    made = sale.refund({0: 3, 1: 2}, at=LATER)
    fee = sale.row.delivery_fee
    assert fee > 0 and made.amount == sale.row.total and made.delivery == fee
    assert booked(sale, "refund-owed") == {
        accounts.BUYER_REFUNDS: -sale.row.total,
        accounts.FEES: 790,
        VILLAGE: 395 + fee,
        "seller:payable": 79_000 - 790 - 395,
    }
    assert (balance(accounts.payable(sale.row.shop_id)), before) == (0, -(79_000 - 790 - 395))
    assert (balance(accounts.FEES), balance(VILLAGE)) == (0, 0)


def test_after_a_payout_what_the_seller_gives_back_is_its_debt(till: CardDesk) -> None:
    sale = by_card(till, TWO_KINDS)
    shop = sale.row.shop_id
    sale.bring().complete()
    owed = -balance(accounts.payable(shop))
    with transaction():
        # What a payout leaves behind: Rp10.000 are still owed to the shop, nothing to the village.
        lines = [(accounts.payable(shop), owed - 10_000), (accounts.PAYOUTS, 10_000 - owed)]
        post("payout", "a payout", lines, happened_at=AT, at=AT)
        post("payout", "another", [(VILLAGE, 395), (accounts.PAYOUTS, -395)], happened_at=AT, at=AT)
    made = sale.refund({0: 1}, at=LATER)
    assert (made.on_payable, made.on_village_payable) == (10_000, 0)
    assert booked(sale, "refund-owed") == {
        accounts.BUYER_REFUNDS: -18_000,
        accounts.FEES: 180,
        accounts.village_receivable(cast.HANURA): 90,
        "seller:payable": 10_000,
        "seller:receivable": 18_000 - 180 - 90 - 10_000,
    }


def test_cash_is_given_back_by_hand_and_only_the_fees_move(desk: CardDesk) -> None:
    sale = in_cash(TWO_KINDS)
    sale.complete()
    made = sale.refund({1: 2}, at=LATER)
    assert (made.way, made.amount, made.due_at) == ("seller", 25_000, None)
    assert booked(sale, "refund-owed") == {accounts.FEES: 250, VILLAGE: 125, "seller:receivable": -375}
    assert balance(accounts.receivable(sale.row.shop_id)) == 790 + 395 - 375
    assert balance(accounts.BUYER_REFUNDS) == 0


@pytest.mark.usefixtures("till")
def test_fees_of_cash_that_were_paid_already_are_owed_to_the_shop() -> None:
    sale = in_cash(TWO_KINDS)
    sale.complete()
    with transaction():
        lines = [(accounts.receivable(sale.row.shop_id), -1_000), (accounts.PAYOUTS, 1_000)]
        post("payout", "set off", lines, happened_at=AT, at=AT)
    made = sale.refund({0: 3, 1: 2}, at=LATER)
    assert made.on_payable == 790 + 395 - 185
    assert (balance(accounts.receivable(sale.row.shop_id)), balance(accounts.payable(sale.row.shop_id))) == (
        0,
        -1_000,
    )


def test_cash_refunded_before_completion_owes_less_fees(desk: CardDesk) -> None:
    sale = in_cash(TWO_KINDS)
    sale.refund({0: 3}, at=AT)
    assert booked(sale, "refund-owed") == {}
    sale.complete()
    assert booked(sale, "sale") == {"seller:receivable": 375, accounts.FEES: -250, VILLAGE: -125}


def test_sellable_goods_go_back_on_the_shelf_and_are_not_returned_twice(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    number = sale.row.number
    assert on_shelf() == 47
    sale.refund({0: 2}, sellable=True, at=AT)
    assert on_shelf() == 49
    sale.goes_to(Status.CANCELLED_BY_SELLER)
    assert on_shelf() == 50
    chips = factories.product(cast.CHIPS).variants[0].id
    moved = select(StockMovement.reference, StockMovement.quantity).where(
        StockMovement.variant_id == chips, StockMovement.kind == "returned"
    )
    assert sorted(db.session.execute(moved).all()) == [(number, 1), (f"{number}:seller:1", 2)]


def test_goods_that_cannot_be_sold_stay_off_the_shelf(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    sale.refund({0: 2}, at=AT)
    assert on_shelf() == 47


def test_the_provider_sends_the_part_and_the_share_knows(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    made = sale.refund(amount=12_345, at=AT)
    desk.stage.wire.at = AT
    assert refunding.send_due(at=AT) == 1
    db.session.refresh(made)
    assert (made.status, made.split.refunded, made.split.owed) == ("succeeded", 12_345, 12_345)
    assert balance(accounts.BUYER_REFUNDS) == 0


def test_everybody_who_listens_is_told_what_went_back(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    made = sale.refund({0: 1}, delivery=True, at=AT)
    (told,) = db.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "seller_order.refunded"))
    assert told.subject == f"seller_order:{sale.id}"
    assert told.payload == {
        "seller_order_id": sale.id,
        "refund_id": made.id,
        "amount": 18_000 + sale.row.delivery_fee,
        "delivery": sale.row.delivery_fee,
        "lines": [[sale.row.lines[0].id, 1, 18_000]],
    }


@pytest.mark.parametrize(
    ("wish", "words", "field"),
    [
        (Wish(amount=10**9), "Rusak", "jumlah"),
        (Wish(amount=0), "Rusak", "jumlah"),
        (Wish(), "Rusak", "jumlah"),
        (Wish(amount=1_000), "  ", "alasan"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_beside_its_field(
    desk: CardDesk, wish: Wish, words: str, field: str
) -> None:
    sale = by_card(desk, TWO_KINDS).id
    with pytest.raises(Invalid) as refusal, transaction():
        owing.refund(sale, wish, words=words, actor="seller:1", at=AT)
    assert refusal.value.field == field


def test_neither_an_unpaid_nor_an_unaccepted_nor_an_old_order_is_refunded(desk: CardDesk) -> None:
    waiting = factories.order(TWO_KINDS).order.children[0].id
    with pytest.raises(Conflict), transaction():
        owing.refund(waiting, Wish(amount=1), words="x", actor="seller:1", at=AT)
    with transaction():
        steps.accept(waiting, actor="seller:1", at=AT)
    with pytest.raises(Conflict, match="belum tercatat"), transaction():
        owing.refund(waiting, Wish(amount=1), words="x", actor="seller:1", at=AT)
    sale = by_card(desk, TWO_KINDS)
    sale.bring().complete()
    with pytest.raises(Conflict, match="180 hari"), transaction():
        owing.refund(
            sale.id, Wish(amount=1), words="x", actor="seller:1", at=AT + timedelta(days=180, seconds=1)
        )


def test_the_database_refuses_to_owe_more_than_was_paid(desk: CardDesk) -> None:
    share = by_card(desk, TWO_KINDS)
    split = select(PaymentSplit.id).where(PaymentSplit.seller_order_id == share.id)
    with pytest.raises(Exception, match="ck_payment_split_owed"), transaction() as session:
        session.execute(
            text("UPDATE payment_split SET owed = paid + 1 WHERE id = :id"), {"id": session.scalar(split)}
        )


def _wants(config: Config, child_id: int, gate: Barrier) -> None:
    app = create_app(config)
    with app.app_context():
        gate.wait(timeout=60)
        try:
            with transaction():
                owing.refund(child_id, Wish(amount=50_000), words="x", actor="seller:1", at=LATER)
        except DomainError:
            pass
    let_go(app)


def test_three_refunds_at_once_never_exceed_what_was_paid(desk: CardDesk, config: Config) -> None:
    sale = by_card(desk, TWO_KINDS)
    total = sale.row.total
    sale.bring().complete()
    assert 50_000 < total < 100_000
    db.session.remove()
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(3)
    clients = [spawn.Process(target=_wants, args=(config, sale.id, gate)) for _ in range(3)]
    for client in clients:
        client.start()
    for client in clients:
        client.join(timeout=90)
    assert [client.exitcode for client in clients] == [0, 0, 0]
    made = db.session.scalars(select(Refund)).unique().all()
    assert [one.amount for one in made] == [50_000]


@pytest.mark.parametrize("when", ["before", "after", "as money"])
def test_pieces_that_went_back_no_longer_count_as_sold(till: CardDesk, when: str) -> None:
    """A list of what sells best shows what people keep; a discount takes nothing off."""
    sale = by_card(till, TWO_KINDS)
    if when == "before":
        sale.refund({0: 2}, at=AT)
    sale.bring().complete()
    if when == "after":
        sale.refund({0: 2})
    elif when == "as money":
        sale.refund(amount=20_000)
    kept = {cast.CHIPS: 3 if when == "as money" else 1, cast.CRACKERS: 2}
    for _round in range(2):
        result = proofs.prove(at=LATER)
        assert result.holds, result.as_text()
        assert {slug: factories.product(slug).sold for slug in kept} == kept
