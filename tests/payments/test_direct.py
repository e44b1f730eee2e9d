"""Money that goes straight to the seller: asked for exactly, proven, confirmed by hand, booked nowhere."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.ledger.queries import balance
from marketplace.operations import proofs, worker
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from marketplace.payments import asking, confirming, proving
from marketplace.payments.asking import LARGEST_CODE, NOT_AGAIN
from marketplace.payments.methods import TRANSFER_WAITS, offered, terms
from marketplace.payments.models import PaymentAttempt, PaymentProof, ProviderEvent, Refund
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount
from tests import cast, direct, factories
from tests.factories import AT

HOUR = timedelta(hours=1)
LATE = AT + TRANSFER_WAITS + timedelta(minutes=6)


def test_a_transfer_asks_each_seller_for_an_exact_sum_and_holds_the_goods(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        order = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="transfer").order
        for child in order.children:
            attempt = direct.attempt_of(child)
            assert 1 <= child.payment_code <= LARGEST_CODE
            assert (
                attempt.amount == child.total == child.goods_total + child.delivery_fee + child.payment_code
            )
            assert (attempt.status, attempt.reference) == ("pending", child.number)
            assert attempt.account is not None and attempt.account.shop_id == child.shop_id
            assert (child.status, child.prepaid, child.platform_collects) == ("awaiting_payment", True, False)
            assert child.deadline_at == AT + TRANSFER_WAITS + timedelta(minutes=5)
        assert order.total == sum(child.total for child in order.children)
        chips = factories.product(cast.CHIPS).variants[0]
        assert (chips.on_hand, stocking.available([chips.id], at=AT)[chips.id]) == (50, 49)


def test_transfer_is_offered_where_every_shop_has_an_account(app: Flask) -> None:
    with app.app_context():
        shops = [factories.shop(slug) for slug in cast.SHOPS]
        assert [way.code for way in offered([], shops)] == ["midtrans", "stripe"]
        direct.bank_accounts(cast.HER_SHOP)
        assert [way.code for way in offered([], shops)] == ["midtrans", "stripe"]
        assert [way.code for way in offered([], shops[:1])] == ["transfer", "midtrans", "stripe"]
        with pytest.raises(Invalid) as refused:
            factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="transfer")
        assert refused.value.field == "pembayaran"


def test_a_shop_without_an_account_is_paid_into_its_villages(app: Flask) -> None:
    with app.app_context():
        operator = factories.person(cast.OPERATOR)
        direct.village_account(cast.HANURA, operator)
        child = factories.order({cast.CHIPS: 1}, pay="transfer").order.children[0]
        account = direct.attempt_of(child).account
        assert account is not None and account.village_code == cast.HANURA


def test_no_two_open_or_recent_transfers_to_an_account_ask_for_the_same_sum(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        children = [
            factories.order(
                {cast.CRACKERS: 1}, pay="transfer", at=AT + timedelta(minutes=number)
            ).order.children[0]
            for number in range(20)
        ]
        assert len({child.total for child in children}) == 20
        first = children[0]
        with transaction():
            steps.cancel(first.id, actor="buyer", at=AT + HOUR)
        account = direct.attempt_of(first).account
        assert account is not None
        shop, base = first.shop, first.goods_total + first.delivery_fee
        soon = asking.Asking(terms("transfer"), {shop.id: account}, AT + HOUR)
        assert {base + soon.code_for(shop, base) for _ in range(LARGEST_CODE - 20)}.isdisjoint(
            child.total for child in children
        )


def test_the_same_account_at_the_bank_in_several_rows_is_one_account(app: Flask) -> None:
    """She changes away and back again, and their counter uses her account: a sum still tells one order."""
    with app.app_context():
        direct.bank_accounts()
        child = factories.order({cast.CRACKERS: 1}, pay="transfer").order.children[0]
        first = direct.attempt_of(child).account
        assert first is not None
        number, base = first.number, child.goods_total + child.delivery_fee
        direct.bank_accounts(cast.HER_SHOP)
        with transaction():
            owner = factories.person(cast.SELLER).id
            shared = MoneyAccount(kind="bank", bank="BPD", number=number, holder="Sari", added_by=owner)
            money_accounts.use_for_shop(factories.shop(cast.HIS_SHOP), shared, at=AT)
        for slug in cast.SHOPS:
            shop = factories.shop(slug)
            account = money_accounts.accounts_of([shop], money_accounts.BANK)[shop.id]
            assert account.number == number and account.id != first.id
            asked = asking.Asking(terms("transfer"), {shop.id: account}, AT + HOUR)
            sums = {base + asked.code_for(shop, base) for _ in range(LARGEST_CODE - 1)}
            assert len(sums) == LARGEST_CODE - 1 and child.total not in sums
        both = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="transfer").order.children
        assert {direct.attempt_of(each).account.number for each in both} == {number}  # type: ignore[union-attr]


def test_the_database_refuses_a_second_open_transfer_of_the_same_sum(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        one, other = (
            direct.attempt_of(factories.order({cast.CRACKERS: 1}, pay="transfer").order.children[0]).id
            for _ in range(2)
        )
        same = "SELECT amount FROM payment_attempt WHERE id = :one"
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(
                text(f"UPDATE payment_attempt SET amount = ({same}) WHERE id = :other"),
                {"one": one, "other": other},
            )


def test_a_confirmed_transfer_goes_to_the_seller_and_is_booked_as_a_fee_only(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        child = factories.order({cast.CHIPS: 2}, pay="transfer").order.children[0]
        attempt, seller = direct.attempt_of(child), factories.person(cast.SELLER)
        child_id, key, amount, fee, seller_id = child.id, attempt.key, attempt.amount, child.fee, seller.id
        with transaction():
            assert confirming.accept(attempt.id, amount=amount, by=seller_id, at=AT + HOUR) == "applied"
        child = direct.again(child_id)
        assert (child.status, child.paid_at) == ("awaiting_confirmation", AT + HOUR)
        assert db.session.scalar(select(func.count(Posting.id))) == 0
        said = db.session.scalars(select(ProviderEvent)).one()
        assert json.loads(said.raw)["confirmed_by"] == seller_id and json.loads(said.raw)["attempt"] == key
        factories.complete(child, at=AT + 2 * HOUR)
        assert balance(accounts.receivable(child.shop_id)) == fee == -balance(accounts.FEES)
        assert balance(accounts.ESCROW) == 0
        assert worker.drain(at=AT + 3 * HOUR) == 0
        assert proofs.look(at=AT + 3 * HOUR).holds, proofs.look(at=AT + 3 * HOUR).as_text()


def test_a_second_confirmation_is_told_that_it_came_second(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        with transaction():
            confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT)
        with pytest.raises(Conflict), transaction():
            confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT)
        assert db.session.scalar(select(func.count(ProviderEvent.id))) == 1


def test_another_sum_is_parked_and_pays_nothing(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        with transaction():
            assert confirming.accept(attempt_id, amount=amount - 1, by=seller_id, at=AT) == "parked"
        assert db.session.get_one(PaymentAttempt, attempt_id).status == "pending"
        with transaction():
            assert confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT) == "applied"


def test_the_first_proof_makes_the_order_wait_and_later_ones_do_not(app: Flask) -> None:
    with app.app_context():
        attempt_id, _amount, _seller = _asked()
        child_id = db.session.scalars(select(SellerOrder.id)).one()
        with transaction():
            proving.send(attempt_id, "a" * 32, at=AT + HOUR)
        held_until = AT + HOUR + proving.PROOF_WAITS + timedelta(minutes=5)
        assert direct.again(child_id).deadline_at == held_until
        with transaction():
            proving.send(attempt_id, "b" * 32, at=AT + 2 * HOUR)
        assert direct.again(child_id).deadline_at == held_until
        assert worker.end_overdue(LATE) == 0
        assert worker.end_overdue(held_until) == 1
        assert direct.again(child_id).status == "expired"
        assert worker.drain(at=held_until) == 0
        assert proofs.look(at=held_until).holds, proofs.look(at=held_until).as_text()


def test_a_refused_proof_says_why_and_another_may_follow(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        with pytest.raises(Conflict), transaction():
            confirming.refuse(attempt_id, reason="Belum masuk", by=seller_id, at=AT)
        with transaction():
            proving.send(attempt_id, "a" * 32, at=AT)
        with pytest.raises(Invalid), transaction():
            confirming.refuse(attempt_id, reason="  ", by=seller_id, at=AT)
        with transaction():
            confirming.refuse(attempt_id, reason="Belum masuk", by=seller_id, at=AT + HOUR)
        with transaction():
            proving.send(attempt_id, "b" * 32, at=AT + 2 * HOUR)
            confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT + 3 * HOUR)
        found = db.session.scalars(select(PaymentProof).order_by(PaymentProof.id)).unique().all()
        assert [(proof.verdict, proof.reason) for proof in found] == [
            ("refused", "Belum masuk"),
            ("accepted", ""),
        ]
        with pytest.raises(Conflict), transaction():
            proving.send(attempt_id, "c" * 32, at=AT + 4 * HOUR)


def test_a_decided_proof_stays_as_it_is(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        with transaction():
            proving.send(attempt_id, "a" * 32, at=AT)
            confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT)
        for change in ("UPDATE payment_proof SET reason = 'lain'", "DELETE FROM payment_proof"):
            with pytest.raises(Exception, match="append-only"), transaction():
                db.session.execute(text(change))


def test_late_money_gets_the_goods_that_are_still_there(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        child_id = db.session.scalars(select(SellerOrder.id)).one()
        assert worker.end_overdue(LATE) == 1 and worker.drain(at=LATE) == 0
        assert db.session.get_one(PaymentAttempt, attempt_id).status == "expired"
        with transaction():
            assert confirming.accept(attempt_id, amount=amount, by=seller_id, at=LATE + HOUR) == "applied"
        assert direct.again(child_id).status == "awaiting_confirmation"
        assert db.session.get_one(PaymentAttempt, attempt_id).status == "paid_late"


def test_late_money_for_goods_that_are_gone_is_owed_by_the_seller(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        child = factories.order({cast.RARE_COFFEE: 1}, pay="transfer").order.children[0]
        attempt, seller_id = direct.attempt_of(child), factories.person(cast.OTHER_SELLER).id
        attempt_id, amount = attempt.id, attempt.amount
        assert worker.end_overdue(LATE) == 1 and worker.drain(at=LATE) == 0
        factories.order({cast.RARE_COFFEE: 1}, at=LATE)
        with transaction():
            assert confirming.accept(attempt_id, amount=amount, by=seller_id, at=LATE + HOUR) == "applied"
        owed = db.session.scalars(select(Refund)).unique().one()
        assert (owed.amount, owed.reason) == (amount, "late")
        assert db.session.scalar(select(func.count(Posting.id))) == 0
        assert worker.drain(at=LATE + HOUR) == 0
        assert proofs.look(at=LATE + HOUR).holds, proofs.look(at=LATE + HOUR).as_text()


def test_a_declined_order_that_was_paid_directly_is_owed_back_by_the_seller(app: Flask) -> None:
    with app.app_context():
        attempt_id, amount, seller_id = _asked()
        child_id = db.session.scalars(select(SellerOrder.id)).one()
        with transaction():
            confirming.accept(attempt_id, amount=amount, by=seller_id, at=AT)
        with transaction():
            steps.decline(child_id, actor="seller:1", at=AT + HOUR, reason="Habis")
        assert worker.drain(at=AT + HOUR) == 0
        assert db.session.scalars(select(Refund.amount)).one() == amount
        assert db.session.scalar(select(func.count(Posting.id))) == 0
        assert proofs.look(at=AT + HOUR).holds, proofs.look(at=AT + HOUR).as_text()


def test_cancelling_one_part_ends_the_asking_for_that_part_only(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
        hers, his = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="transfer").order.children
        hers_id, his_id = hers.id, his.id
        with transaction():
            steps.cancel(hers_id, actor="buyer", at=AT)
        assert worker.drain(at=AT) == 0
        assert direct.attempt_of(direct.again(hers_id)).status == "cancelled"
        assert direct.attempt_of(direct.again(his_id)).status == "pending"


def test_an_account_that_is_replaced_meanwhile_still_names_where_the_money_went(app: Flask) -> None:
    with app.app_context():
        attempt_id, _amount, _seller = _asked()
        before = db.session.get_one(PaymentAttempt, attempt_id).account_id
        direct.bank_accounts(cast.HER_SHOP)
        assert db.session.get_one(PaymentAttempt, attempt_id).account_id == before
        newest = direct.attempt_of(factories.order({cast.CHIPS: 1}, pay="transfer").order.children[0])
        assert newest.account_id != before
        assert db.session.get_one(MoneyAccount, before).ended_at == AT


def test_sums_of_long_ago_may_be_asked_for_again_when_all_recent_ones_are_taken(app: Flask) -> None:
    with app.app_context():
        attempt_id, _amount, _seller = _asked()
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        taken = range(attempt.amount, attempt.amount + 1)
        assert attempt.account is not None
        number = attempt.account.number
        for at, recent in ((AT + NOT_AGAIN - HOUR, True), (AT + NOT_AGAIN + HOUR, False)):
            with transaction():
                db.session.get_one(PaymentAttempt, attempt_id).status = "expired"
            assert bool(asking.taken(number, taken, at, recent=True)) is recent


def _asked() -> tuple[int, int, int]:
    """An order of hers, to be paid by transfer: attempt, sum, and the seller's account id."""
    direct.bank_accounts()
    child = factories.order({cast.CHIPS: 1}, pay="transfer").order.children[0]
    attempt = direct.attempt_of(child)
    return attempt.id, attempt.amount, factories.person(cast.SELLER).id


def test_the_database_refuses_a_total_that_leaves_the_code_out(app: Flask) -> None:
    with app.app_context():
        _asked()
        columns = [column.name for column in SellerOrder.__table__.columns if column.name != "id"]
        changed = {
            "number": "'DM-1-9'",
            "shop_id": str(factories.shop(cast.HIS_SHOP).id),
            "payment_code": "0",
        }
        values = ", ".join(changed.get(name, name) for name in columns)
        copy = f"INSERT INTO seller_order ({', '.join(columns)}) SELECT {values} FROM seller_order"
        with pytest.raises(IntegrityError, match=r"(?i)check"), transaction():
            db.session.execute(text(copy))
