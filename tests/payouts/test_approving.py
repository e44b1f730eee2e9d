"""Two people pay out: who collected does not approve; a draft taken back leaves no trace in balances."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.payouts import approving
from marketplace.payouts.approving import AccountChanged, SamePerson
from marketplace.payouts.models import PayoutBatch, PayoutEvent
from tests import cast, factories
from tests.payouts import stage
from tests.payouts.stage import LATER


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        stage.bank(stage.shop())
        stage.sold(stage.shop(), 60_000)
        yield


def test_who_collected_cannot_approve() -> None:
    [number] = stage.collected(by=cast.FINANCE)
    with pytest.raises(SamePerson):
        stage.approve(number, by=cast.FINANCE)
    assert stage.payout(number).status == "draft"
    stage.approve(number, by=cast.ADMIN)
    assert stage.payout(number).status == "approved"


def test_the_database_wants_two_people_too() -> None:
    batch = stage.collect(by=cast.FINANCE)
    assert batch is not None
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE payout_batch SET approved_by = created_by, approved_at = created_at"))


def test_what_the_command_collected_is_approved_by_one_person() -> None:
    [number] = stage.collected(by=None)
    stage.approve(number, by=cast.FINANCE)
    assert stage.payout(number).status == "approved"


def test_a_batch_is_approved_once() -> None:
    [number] = stage.collected()
    stage.approve(number)
    with pytest.raises(Conflict):
        stage.approve(number)
    events = db.session.execute(select(PayoutEvent.from_status, PayoutEvent.to_status)).all()
    assert [tuple(event) for event in events] == [("draft", "approved")]
    approved = db.session.scalars(select(PayoutBatch)).unique().one()
    assert approved.approver is not None and approved.approver.email == cast.ADMIN


def test_a_batch_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        stage.approve("PC-261122-XXXX")


def test_an_account_that_changed_after_collecting_is_not_approved() -> None:
    [number] = stage.collected()
    stage.bank(stage.shop(), "9999999999", holder="ORANG LAIN")
    with pytest.raises(AccountChanged):
        stage.approve(number)
    assert stage.payout(number).status == "draft"


def test_a_draft_taken_back_can_be_collected_again() -> None:
    her = stage.shop()
    stage.sold_for_cash(her, 2_000)
    [first] = stage.collected()
    stage.reject(first)
    assert (stage.balance(her.payable), stage.balance(her.receivable)) == (-60_000, 2_000)
    assert (stage.balance(accounts.PAYOUTS), stage.claimed()) == (0, 0)
    [second] = stage.collected()
    assert second != first
    assert (stage.payout(first).status, stage.payout(second).status) == ("rejected", "draft")
    assert stage.payout(second).net == 58_000
    assert (stage.balance(her.payable), stage.balance(her.receivable)) == (0, 0)


def test_taking_back_wants_a_reason_and_only_drafts_are_taken_back() -> None:
    [number] = stage.collected()
    with pytest.raises(Invalid), transaction():
        approving.reject(number, by=factories.person(cast.ADMIN), at=LATER, reason="  ")
    stage.approve(number)
    with pytest.raises(Conflict):
        stage.reject(number)
    assert stage.claimed() == 1


def test_of_a_batch_one_can_be_taken_back_and_the_others_approved() -> None:
    his = stage.shop(cast.HIS_SHOP)
    stage.bank(his)
    stage.sold(his, 70_000)
    first, second = stage.collected()
    stage.reject(first)
    stage.approve(second)
    assert (stage.payout(first).status, stage.payout(second).status) == ("rejected", "approved")


def test_a_whole_batch_can_be_taken_back_and_is_never_approved_then() -> None:
    [number] = stage.collected()
    admin = factories.person(cast.ADMIN)
    with transaction():
        approving.reject_all(number[:14], by=admin, at=LATER, reason="Tunda dulu")
    assert stage.payout(number).status == "rejected"
    with pytest.raises(Conflict):
        stage.approve(number)
    with pytest.raises(Conflict), transaction():
        approving.reject_all(number[:14], by=admin, at=LATER, reason="Tunda dulu")


def test_who_approved_stays_written() -> None:
    [number] = stage.collected()
    stage.approve(number)
    with pytest.raises(Exception, match=r"payout_batch"), transaction():
        db.session.execute(text("UPDATE payout_batch SET approved_by = NULL, approved_at = NULL"))
