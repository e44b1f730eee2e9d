"""Fees have named receivers and dated rates: who gets what of a sale, and that no rule reaches back."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import goods_proofs, money_proofs, worker
from marketplace.orders import fee_rules, fees, steps
from marketplace.orders.fees import Rates, Rule
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.factories import AT

DAY = timedelta(days=1)
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)
MINE, NEARBY = "18.09.10.2004", "18.091.10.2004"


def rule(bp: int, scope: str = "", receiver: str = "village", at: datetime = BEGIN) -> Rule:
    return Rule(receiver, scope, bp, at)


def add(receiver: str, bp: int, *, scope: str = "", since: datetime = AT) -> None:
    with transaction():
        fee_rules.add_rule(receiver, bp, scope=scope, valid_from=since, created_by=None, at=AT)


def test_the_rule_that_began_last_is_in_force() -> None:
    rules = [rule(50, at=AT + DAY), rule(25), rule(100, receiver="platform")]
    assert fees.rates_for(rules, MINE, AT) == Rates(100, 25)
    assert fees.rates_for(rules, MINE, AT + DAY - timedelta(microseconds=1)) == Rates(100, 25)
    assert fees.rates_for(rules, MINE, AT + DAY) == Rates(100, 50)


def test_before_the_first_rule_nothing_is_taken() -> None:
    assert fees.rates_for([rule(50, at=AT)], MINE, AT - DAY) == Rates(0, 0)


def test_the_narrowest_region_decides_and_a_prefix_without_its_dot_is_no_region() -> None:
    rules = [rule(10), rule(20, "18.09"), rule(30, MINE), rule(40, "18.09", at=AT)]
    assert fees.rates_for(rules, MINE, AT).village_bp == 30
    assert fees.rates_for(rules, "18.09.10.2005", AT).village_bp == 40
    assert fees.rates_for(rules, NEARBY, AT).village_bp == 10


def test_each_receiver_is_rounded_half_up_by_itself() -> None:
    # 1 % and 0.5 % of Rp12.450 are 124.5 and 62.25; of Rp12.449 124.49.
    assert fees.fees_of(12_450, Rates(100, 50)) == (125, 62)
    assert fees.fees_of(12_449, Rates(100, 50)) == (124, 62)


def test_who_carries_the_goods_gets_the_delivery_fee() -> None:
    found = {way: fees.delivery_receiver(way) for way in ("antar", "titip", "ekspedisi", "ambil", "jasa")}
    assert found == {"antar": "shop", "titip": "village", "ekspedisi": "shop", "ambil": "", "jasa": ""}
    assert fees.delivery_receiver("antar", "kurir-desa") == "village"
    assert fees.delivery_receiver("antar", "sendiri") == "shop"


def test_a_changed_rule_changes_no_past_sale(app: Flask) -> None:
    with app.app_context():
        before = factories.order({cast.CHIPS: 2}).order.children[0].id
        add("platform", 250, since=AT + DAY)
        add("village", 50, since=AT + DAY)
        after = factories.order({cast.CHIPS: 2}, at=AT + DAY).order.children[0].id
        old, new = (db.session.get_one(SellerOrder, found) for found in (before, after))
        assert [(line.fee_bp, line.fee, line.village_fee_bp, line.village_fee) for line in old.lines] == [
            (100, 360, 0, 0)
        ]
        assert [(line.fee_bp, line.fee, line.village_fee_bp, line.village_fee) for line in new.lines] == [
            (250, 900, 50, 180)
        ]
        assert (old.fee, old.village_fee, new.fee, new.village_fee) == (360, 0, 900, 180)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"valid_from": AT - timedelta(seconds=1)}, "mulai"),
        ({"bp": 3_001}, "tarif"),
        ({"bp": -1}, "tarif"),
        ({"receiver": "shop"}, "penerima"),
        ({"receiver": "platform", "scope": "18.09"}, "wilayah"),
        ({"scope": "18.99"}, "wilayah"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(app: Flask, wanted: dict[str, object], field: str) -> None:
    values = {"receiver": "village", "bp": 50, "valid_from": AT} | wanted
    receiver, bp = values.pop("receiver"), values.pop("bp")
    with app.app_context(), pytest.raises(Invalid) as refusal, transaction():
        fee_rules.add_rule(receiver, bp, created_by=None, at=AT, **values)  # type: ignore[arg-type]
    assert refusal.value.field == field


def test_two_rules_cannot_begin_at_the_same_moment(app: Flask) -> None:
    with app.app_context():
        add("village", 50, since=AT + DAY)
        with pytest.raises(Invalid):
            add("village", 60, since=AT + DAY)
        add("village", 60, scope="18.09", since=AT + DAY)


@pytest.mark.parametrize("change", ["UPDATE fee_rule SET bp = 1", "DELETE FROM fee_rule"])
def test_the_database_refuses_to_change_a_rule(app: Flask, change: str) -> None:
    with app.app_context(), pytest.raises(Exception, match="append-only"), transaction() as session:
        session.execute(text(change))


def test_a_cash_sale_leaves_the_shop_owing_all_parts_that_are_not_its_own(app: Flask) -> None:
    with app.app_context():
        add("village", 50)
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        child_id, shop, fee = child.id, child.shop_id, child.delivery_fee
        assert fee > 0
        for step in (steps.accept, steps.pack):
            with transaction():
                step(child_id, actor="seller:1", at=AT)
        with transaction():
            steps.ship(child_id, actor="seller:1", at=AT, courier="kurir-desa")
        for step in (steps.deliver, steps.complete):
            with transaction():
                step(child_id, actor="seller:1", at=AT)
        # 1 % and 0.5 % of Rp36.000, and the delivery, which the courier of the village brought.
        assert balance(accounts.receivable(shop)) == 360 + 180 + fee
        assert balance(accounts.FEES) == -360
        assert balance(accounts.village_payable(cast.HANURA)) == -180 - fee
        worker.drain(at=AT)
        assert [*money_proofs.ledger(), *money_proofs.splits(), *goods_proofs.totals()] == []


def test_who_gets_the_delivery_fee_stays_once_it_is_booked(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 2}).order.children[0]
        child_id = child.id
        factories.complete(child)
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.execute(
                text(f"UPDATE seller_order SET delivery_receiver = 'village' WHERE id = {child_id}")
            )
