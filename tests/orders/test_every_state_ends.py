"""No order waits for ever: each state has a clock or somebody's list, and money least of all is forgotten."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, worker
from marketplace.orders import complaints, deadlines, queries, steps
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from marketplace.orders.states import ALLOWED, ENDED, OPEN, UNDELIVERED, Status
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.orders.walks import walk

S = Status
MOMENT = timedelta(seconds=1)
# Before money has come, or after it is owed back: the hold's clock and the refunds look after these.
WITHOUT_MONEY = {S.AWAITING_PAYMENT, S.EXPIRED}
HOLDING_MONEY = [state for state in Status if ALLOWED[state] and state not in WITHOUT_MONEY]
LISTED_AT_THE_COUNTER = {S.DISPUTED}


def waiting(state: str, *, pay: str = "stripe") -> int:
    """An order of hers in `state`; the money is there where it comes first."""
    fetched = state == "ready_for_pickup"
    way = "ambil" if fetched else "antar"
    child = factories.order({cast.CHIPS: 2}, pay=pay, delivery=way).order.children[0]
    child_id = child.id
    if pay == "stripe":
        with transaction():
            assert steps.mark_paid(child_id, at=AT)
    return walk(db.session.get_one(SellerOrder, child_id), state)


def status(child_id: int) -> str:
    db.session.expire_all()
    return db.session.get_one(SellerOrder, child_id).status


def on_shelf() -> int:
    db.session.expire_all()
    return factories.product(cast.CHIPS).variants[0].on_hand


@pytest.mark.parametrize("state", HOLDING_MONEY)
def test_money_in_our_hands_waits_for_a_clock_or_on_the_counters_list(state: Status) -> None:
    clock = deadlines.deadline_of(state, AT, prepaid=True)
    assert (clock is not None) != (state in LISTED_AT_THE_COUNTER), state
    if clock is not None:
        assert deadlines.ENDS_AS[state] in ALLOWED[state]


@pytest.mark.parametrize("state", [state for state in HOLDING_MONEY if state not in LISTED_AT_THE_COUNTER])
def test_left_alone_every_paid_order_ends(app: Flask, state: Status) -> None:
    with app.app_context():
        child_id = waiting(state.value)
        at = AT
        for _ in range(3):
            at += timedelta(days=15)
            worker.end_overdue(at)
        assert status(child_id) in ENDED
        assert on_shelf() == (50 if status(child_id) in UNDELIVERED else 48)


def test_a_complaint_stands_on_the_lists_of_the_seller_and_of_the_counter(app: Flask) -> None:
    with app.app_context():
        child_id = waiting("disputed")
        number = db.session.get_one(SellerOrder, child_id).number
        assert worker.end_overdue(AT + timedelta(days=300)) == 0
        for who, scopes in ((cast.ADMIN, [""]), (cast.OPERATOR, [cast.HANURA])):
            page = complaints.open_complaints(factories.person(who), scopes, 1)
            assert [row.order.number for row in page.rows] == [number]
        assert S.DISPUTED in queries.GROUPS["tindakan"]


@pytest.mark.parametrize(
    "state", [state for state in Status if ALLOWED[state] and state not in WITHOUT_MONEY]
)
def test_whoever_must_act_has_the_order_on_a_list(state: Status) -> None:
    """Delivered is the buyer's turn; the seller watches it among those that run."""
    assert any(state in states for name, states in queries.GROUPS.items() if name != "selesai")
    assert state in OPEN or state == S.DELIVERED


def test_paid_goods_on_their_way_count_as_arrived_after_two_weeks_and_can_be_complained_about(
    app: Flask,
) -> None:
    with app.app_context():
        child_id = waiting("shipped")
        over = AT + deadlines.ARRIVE
        assert worker.end_overdue(over - MOMENT) == 0
        assert worker.end_overdue(over) == 1
        assert status(child_id) == S.DELIVERED
        assert worker.end_overdue(over + deadlines.COMPLETE - MOMENT) == 0
        assert worker.end_overdue(over + deadlines.COMPLETE) == 1
        assert status(child_id) == S.COMPLETED


def test_cash_on_its_way_ends_by_no_clock(app: Flask) -> None:
    with app.app_context():
        child_id = waiting("shipped", pay="cod")
        assert worker.end_overdue(AT + timedelta(days=300)) == 0
        assert status(child_id) == S.SHIPPED


@pytest.mark.parametrize("pay", ["ambil", "stripe"])
def test_what_nobody_fetches_goes_back_on_the_shelf_after_a_week(app: Flask, pay: str) -> None:
    with app.app_context():
        child_id = waiting("ready_for_pickup", pay=pay)
        assert on_shelf() == 48
        assert worker.end_overdue(AT + deadlines.COLLECT - MOMENT) == 0
        assert worker.end_overdue(AT + deadlines.COLLECT) == 1
        assert (status(child_id), on_shelf()) == (S.RETURNED, 50)
        rows = select(SellerOrderEvent).where(SellerOrderEvent.seller_order_id == child_id)
        last = db.session.scalars(rows.order_by(SellerOrderEvent.id.desc()).limit(1)).one()
        assert (last.actor, last.cause) == ("system", "not_collected")


@pytest.mark.parametrize("pay", ["cod", "stripe"])
def test_what_came_back_and_was_not_sent_again_ends_after_a_week(app: Flask, pay: str) -> None:
    with app.app_context():
        child_id = waiting("delivery_failed", pay=pay)
        assert worker.end_overdue(AT + deadlines.TRY_AGAIN - MOMENT) == 0
        assert worker.end_overdue(AT + deadlines.TRY_AGAIN) == 1
        assert (status(child_id), on_shelf()) == (S.RETURNED, 50)
        if pay == "cod":
            assert proofs.prove(at=AT + deadlines.TRY_AGAIN).holds


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("awaiting_confirmation", "Jawab sebelum 11 Nov 2026, 10.00 WIB"),
        ("accepted", "Serahkan sebelum 13 Nov 2026, 10.00 WIB"),
        ("ready_for_pickup", "Kalau tidak diambil sampai 17 Nov 2026, 10.00 WIB"),
        ("shipped", "Tanpa kabar, pesanan dianggap sampai pada 24 Nov 2026, 10.00 WIB"),
        ("delivery_failed", "Kalau tidak dikirim lagi sampai 17 Nov 2026, 10.00 WIB"),
        ("delivered", "Selesai sendiri pada 13 Nov 2026, 10.00 WIB"),
    ],
)
def test_the_seller_reads_what_happens_by_itself(app: Flask, state: str, said: str) -> None:
    with app.app_context():
        number = db.session.get_one(SellerOrder, waiting(state)).number
        db.session.remove()
    assert said in words(Browser(app, cast.SELLER).get(f"/penjual/pesanan/{number}"))


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("awaiting_confirmation", "Kalau tidak dijawab sampai 11 Nov 2026, 10.00 WIB"),
        ("ready_for_pickup", "Ambil sebelum 17 Nov 2026, 10.00 WIB"),
        ("shipped", "sampaikan komplain sebelum 24 Nov 2026, 10.00 WIB"),
        ("delivered", "selesai sendiri pada 13 Nov 2026, 10.00 WIB"),
    ],
)
def test_the_buyer_reads_what_happens_by_itself(app: Flask, state: str, said: str) -> None:
    with app.app_context():
        fetched = "ambil" if state == "ready_for_pickup" else "antar"
        user = factories.person(cast.BUYER)
        placed = factories.order({cast.CHIPS: 1}, pay="stripe", delivery=fetched, user=user)
        number, child_id = placed.order.number, placed.order.children[0].id
        with transaction():
            steps.mark_paid(child_id, at=AT)
        walk(db.session.get_one(SellerOrder, child_id), state)
        db.session.remove()
    assert said in words(Browser(app, cast.BUYER).get(f"/pesanan/{number}"))
