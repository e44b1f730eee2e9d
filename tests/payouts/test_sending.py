"""A payout goes out once: confirmed by the bank's reference, sent again as the same one when it failed."""

from collections.abc import Iterator
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.payouts import sending
from marketplace.payouts.models import Payout, PayoutEvent
from marketplace.payouts.states import ALLOWED, Status
from tests import cast, factories
from tests.payouts import stage
from tests.payouts.stage import LATER


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        stage.bank(stage.shop())
        stage.sold(stage.shop(), 60_000)
        yield


@pytest.fixture
def number(_inside: None) -> str:
    """A payout that is approved."""
    [number] = stage.collected()
    stage.approve(number)
    return number


def test_a_confirmed_payout_leaves_the_bank(number: str) -> None:
    stage.send(number)
    assert (stage.balance(accounts.PAYOUTS), stage.balance(accounts.BANK)) == (-60_000, 0)
    stage.confirm(number, reference="  BRI   0077 ")
    assert (stage.balance(accounts.PAYOUTS), stage.balance(accounts.BANK)) == (0, -60_000)
    last = db.session.scalars(select(PayoutEvent).order_by(PayoutEvent.id.desc())).unique().first()
    assert last is not None and (last.to_status, last.reference) == ("confirmed", "BRI 0077")
    assert (last.bank, last.account_number, last.holder) == ("BRI", "0012345678", "SARI")


def test_what_failed_is_sent_again_as_the_same_payout_to_the_corrected_account(number: str) -> None:
    stage.send(number)
    stage.fail(number)
    assert stage.balance(accounts.PAYOUTS) == -60_000 and stage.claimed() == 1
    assert stage.collect() is None
    stage.bank(stage.shop(), "5555", holder="SARI BARU")
    stage.send_again(number)
    stage.confirm(number)
    payout = stage.payout(number)
    assert (payout.account_number, payout.holder, payout.status) == ("5555", "SARI BARU", "confirmed")
    accounts_used = db.session.scalars(select(PayoutEvent.account_number).order_by(PayoutEvent.id)).all()
    assert accounts_used == ["0012345678", "0012345678", "0012345678", "5555", "5555"]
    paid = select(Posting.kind).where(Posting.reference == number).order_by(Posting.id)
    assert db.session.scalars(paid).all() == ["payout", "payout-confirmed"]


def test_it_is_not_sent_again_to_an_account_that_nobody_has_looked_at(number: str) -> None:
    stage.send(number)
    stage.fail(number)
    with pytest.raises(Invalid), transaction():
        sending.send_again(number, to=0, by=factories.person(cast.FINANCE), at=LATER)
    assert stage.payout(number).status == "failed"


def test_a_payout_is_sent_once(number: str) -> None:
    stage.send(number)
    with pytest.raises(Conflict):
        stage.send(number)
    with pytest.raises(Conflict):
        stage.send_again(number)
    stage.confirm(number)
    with pytest.raises(Conflict):
        stage.confirm(number)
    with pytest.raises(Conflict):
        stage.fail(number)
    assert stage.balance(accounts.BANK) == -60_000


def test_a_draft_is_neither_sent_nor_confirmed() -> None:
    [draft] = stage.collected()
    for step in (stage.send, stage.confirm, stage.fail, stage.send_again):
        with pytest.raises(Conflict):
            step(draft)
    with pytest.raises(Conflict), transaction():
        sending.send_all(draft[:14], by=factories.person(cast.FINANCE), at=LATER)


def test_the_bank_says_a_reference_or_a_reason(number: str) -> None:
    stage.send(number)
    person = factories.person(cast.FINANCE)
    with pytest.raises(Invalid), transaction():
        sending.confirm(number, by=person, at=LATER, reference=" ")
    with pytest.raises(Invalid), transaction():
        sending.fail(number, by=person, at=LATER, reason="")
    assert stage.payout(number).status == "sent"


def test_a_whole_batch_is_sent_together() -> None:
    his = stage.shop(cast.HIS_SHOP)
    stage.bank(his)
    stage.sold(his, 70_000)
    numbers = stage.collected()
    stage.reject(numbers[0])
    stage.approve(numbers[0])
    with transaction():
        sending.send_all(numbers[0][:14], by=factories.person(cast.FINANCE), at=LATER)
    assert [stage.payout(one).status for one in numbers] == ["rejected", "sent"]


@pytest.mark.parametrize(
    ("origin", "to"), [pair for pair in product(Status, Status) if pair[0] != pair[1]], ids=str
)
def test_the_database_allows_the_steps_of_the_table_and_no_other(origin: Status, to: Status) -> None:
    roads = {
        "approved": ["approved"],
        "sent": ["approved", "sent"],
        "failed": ["approved", "sent", "failed"],
        "confirmed": ["approved", "sent", "confirmed"],
        "rejected": ["rejected"],
    }
    stage.collect()
    step = text("UPDATE payout SET status = :to")
    for before in roads.get(origin.value, []):
        with transaction() as session:
            session.execute(step, {"to": before})
    if to in ALLOWED[origin]:
        with transaction() as session:
            session.execute(step, {"to": to.value})
        assert db.session.scalar(select(Payout.status)) == to.value
        return
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(step, {"to": to.value})


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE payout SET net = net + 1, gross = gross + 1",
        "UPDATE payout SET account_number = '1'",
        "UPDATE payout SET shop_id = shop_id + 1",
        "DELETE FROM payout",
        "UPDATE payout_item SET entry_id = entry_id + 1",
        "DELETE FROM payout_item",
        "UPDATE payout_event SET reason = 'lain'",
        "DELETE FROM payout_event",
        "UPDATE payout_batch SET created_by = NULL",
        "DELETE FROM payout_batch",
    ],
)
def test_what_a_payout_is_cannot_be_changed(number: str, change: str) -> None:
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text(change))


def test_a_line_given_up_is_not_claimed_back_by_the_same_payout() -> None:
    [draft] = stage.collected()
    stage.reject(draft)
    with pytest.raises(DBAPIError), transaction() as session:
        session.execute(text("UPDATE payout_item SET released_at = NULL"))


def test_the_database_refuses_a_line_in_two_payouts() -> None:
    [draft] = stage.collected()
    twice = text(
        "INSERT INTO payout_item (payout_id, entry_id) SELECT p.id, i.entry_id FROM payout_item i, payout p"
    )
    with pytest.raises(DBAPIError, match=r"(?i)unique|claimed"), transaction() as session:
        session.execute(twice)
    assert stage.payout(draft).status == "draft"
