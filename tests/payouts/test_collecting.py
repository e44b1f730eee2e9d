"""A batch takes what is owed and old enough, less what is owed back, and takes nothing twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.payouts import claiming
from marketplace.payouts.claiming import Rules
from marketplace.payouts.models import Payout, PayoutBatch
from tests import cast
from tests.factories import AT
from tests.payouts import stage
from tests.payouts.stage import LATER, RULES


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_a_shop_is_paid_what_it_is_owed_into_its_account() -> None:
    her = stage.shop()
    stage.bank(her, "0012345678", holder="SARI")
    stage.sold(her, 64_450, fee=550)
    stage.sold(her, 20_000)
    batch = stage.collect()
    assert batch is not None
    [payout] = batch.payouts
    assert (payout.payee, payout.gross, payout.set_off, payout.net) == (her, 84_450, 0, 84_450)
    assert (payout.status, payout.number) == ("draft", f"{batch.number}-1")
    assert (payout.bank, payout.account_number, payout.holder) == ("BRI", "0012345678", "SARI")
    assert stage.balance(her.payable) == 0
    assert stage.balance(accounts.PAYOUTS) == -84_450
    assert stage.claimed() == 2


def test_a_village_is_paid_like_a_shop_and_after_the_shops() -> None:
    her, his, village = stage.shop(), stage.shop(cast.HIS_SHOP), stage.village()
    for payee in (village, his, her):
        stage.bank(payee)
        stage.sold(payee, 60_000)
    batch = stage.collect()
    assert batch is not None
    assert [payout.payee for payout in batch.payouts] == [her, his, village]
    assert [payout.number[-2:] for payout in batch.payouts] == ["-1", "-2", "-3"]
    assert stage.balance(village.payable) == 0


def test_what_is_claimed_is_not_collected_again() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 60_000)
    assert len(stage.collected()) == 1
    assert stage.collect() is None
    stage.sold(her, 70_000)
    [number] = stage.collected(at=LATER + timedelta(days=1))
    assert stage.payout(number).gross == 70_000
    assert db.session.scalars(select(PayoutBatch.number)).all() != []


def test_nobody_to_pay_means_no_batch() -> None:
    assert stage.collect() is None
    assert db.session.scalar(select(PayoutBatch.id)) is None


def test_a_debt_is_set_off_and_the_rest_is_paid() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 100_000)
    stage.sold_for_cash(her, 1_234)
    [number] = stage.collected()
    payout = stage.payout(number)
    assert (payout.gross, payout.set_off, payout.net) == (100_000, 1_234, 98_766)
    assert stage.balance(her.receivable) == 0 == stage.balance(her.payable)


def test_a_debt_that_leaves_less_than_the_minimum_waits_with_the_money() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 100_000)
    stage.sold_for_cash(her, 50_001)
    assert stage.collect() is None
    assert stage.standing(her).obstacle == "minimum"
    assert (stage.balance(her.payable), stage.balance(her.receivable)) == (-100_000, 50_001)
    # A debt as high as all that is owed is no payout of nothing either.
    stage.sold_for_cash(her, 49_999)
    assert stage.collect(rules=Rules(minimum=0, hold_days=3)) is None


@pytest.mark.parametrize(("amount", "paid"), [(49_999, False), (50_000, True), (50_001, True)])
def test_the_minimum_is_enough(amount: int, paid: bool) -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, amount)
    assert (stage.collect() is not None) is paid


def test_without_an_account_money_waits_and_the_reason_is_told() -> None:
    her = stage.shop()
    stage.sold(her, 60_000)
    assert stage.collect() is None
    assert stage.standing(her).obstacle == "account"
    stage.bank(her)
    assert stage.standing(her).obstacle == ""
    assert len(stage.collected()) == 1


def test_the_account_of_the_counter_is_not_taken_for_that_of_a_shop() -> None:
    her = stage.shop()
    stage.bank(stage.village(cast.HANURA))
    stage.sold(her, 60_000)
    assert stage.standing(her).obstacle == "account"


def test_a_sale_waits_for_the_days_it_is_held_to_the_moment() -> None:
    # 23.59.59 in Jakarta on 10 November: three days later it is still the 13th there.
    night = datetime(2026, 11, 10, 16, 59, 59, tzinfo=UTC)
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 60_000, at=night)
    before = night + timedelta(days=3) - timedelta(microseconds=1)
    assert stage.collect(at=before) is None
    assert (stage.standing(her, at=before).gross, stage.standing(her, at=before).held) == (0, 60_000)
    assert stage.collect(at=night + timedelta(days=3)) is not None


def test_a_refund_counts_at_once_and_a_held_sale_pays_nothing_in_advance() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 100_000)
    stage.sold(her, 30_000, at=LATER)
    stage.given_back(her, 30_000, at=LATER)
    [number] = stage.collected()
    assert stage.payout(number).gross == 70_000
    [later] = [stage.standing(her, at=LATER + timedelta(days=3))]
    assert (later.gross, later.obstacle) == (30_000, "minimum")


def test_refunds_above_sales_pay_nothing_and_count_later() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 60_000)
    stage.given_back(her, 60_000)
    stage.given_back(her, 5_000)
    assert stage.collect() is None
    stage.sold(her, 60_000)
    [number] = stage.collected()
    assert stage.payout(number).gross == 55_000


def test_a_refund_after_the_payout_is_set_off_from_the_next_one() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 60_000)
    stage.paid_out()
    stage.given_back(her, 0, owing=20_000, at=LATER)
    stage.sold(her, 90_000, at=LATER)
    [number] = stage.collected(at=LATER + timedelta(days=3))
    payout = stage.payout(number)
    assert (payout.gross, payout.set_off, payout.net) == (90_000, 20_000, 70_000)
    assert stage.balance(her.receivable) == 0


def test_a_hold_of_no_days_pays_at_once() -> None:
    her = stage.shop()
    stage.bank(her)
    stage.sold(her, 60_000, at=AT)
    assert stage.collect(at=AT, rules=Rules(minimum=50_000, hold_days=0)) is not None


def test_everybody_is_listed_with_what_stands_in_the_way() -> None:
    her, his, village = stage.shop(), stage.shop(cast.HIS_SHOP), stage.village()
    stage.bank(her)
    stage.sold(her, 60_000)
    stage.sold(his, 80_000)
    stage.sold(village, 700)
    told = {one.payee: (one.obstacle, one.net) for one in claiming.standings(RULES, at=LATER)}
    assert told == {her: ("", 60_000), his: ("account", 80_000), village: ("minimum", 700)}
    names = [one.name for one in claiming.standings(RULES, at=LATER)]
    assert names == ["Keripik Bu Sari", "Kopi Podomoro", "Hanura"]
    assert stage.collected() and len(db.session.scalars(select(Payout)).unique().all()) == 1
