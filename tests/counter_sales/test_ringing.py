"""A sale over the counter is an order that has gone all its steps: goods gone, money there, facts right."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.inputs import outlets
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.notices.models import Notice
from marketplace.orders import answering, cash, placing, steps
from marketplace.orders.models import COUNTER, Nota, Order, SellerOrderEvent
from marketplace.orders.placing import SoldOut
from marketplace.payments.models import PaymentAttempt, ProviderEvent
from marketplace.sellers.assist_models import AssistAct
from tests import cast, direct, factories
from tests.counter_sales import stage
from tests.counter_sales.stage import AT

EARLIER = AT - timedelta(days=10)
STEPS = ["awaiting_confirmation", "accepted", "packed", "ready_for_pickup", "delivered", "completed"]


@pytest.fixture
def outlet(app: Flask) -> Flask:
    """The outlet of Hanura."""
    with app.app_context():
        stage.consent()
        stage.open_bumdes()
    return app


def events(seller_order_id: int) -> list[tuple[str, str]]:
    """The steps of a seller order, and who took them."""
    rows = select(SellerOrderEvent).where(SellerOrderEvent.seller_order_id == seller_order_id)
    return [(row.to_status, row.actor) for row in db.session.scalars(rows.order_by(SellerOrderEvent.id))]


def test_a_cash_sale_of_two_shops_is_sold_paid_booked_and_counted_at_once(outlet: Flask) -> None:
    with outlet.app_context():
        hers, _own = stage.ring({cast.CHIPS: 2, stage.HONEY: 1}, 86_000)
        operator = factories.person(cast.OPERATOR).id
        assert events(hers) == [(step, f"counter:{operator}") for step in STEPS]
        assert (stage.left(cast.CHIPS), stage.left(stage.HONEY)) == (48, 9)
        sold = stage.order()
        assert (sold.channel, sold.buyer_key, sold.phone, sold.region_code) == (COUNTER, "", "", cast.HANURA)
        assert [(each.amount, each.status, each.provider) for each in attempts()] == [
            (36_000, "paid", "ambil"),
            (50_000, "paid", "ambil"),
        ]
        assert db.session.scalar(select(func.count(Nota.id))) == 2
        # The seller owes the fee of 1 %, as for any sale whose money did not come through DesaMart.
        assert balance(accounts.receivable(stage.child(hers).shop_id)) == 360
        # She is told what was done for her; in the operator's own shop nobody acts for anybody.
        acts = db.session.scalars(select(AssistAct)).unique().all()
        assert [(act.what, act.object, act.principal) for act in acts] == [
            ("Menjual di gerai", stage.child(hers).number, "Sari")
        ]
        stage.settle()
        assert [
            (
                fact["net"],
                fact["channel"],
                fact["delivery_method"],
                fact["destination_code"],
                fact["buyer_key"],
            )
            for fact in stage.facts()
        ] == [(36_000, "counter", "ambil", cast.HANURA, ""), (50_000, "counter", "ambil", cast.HANURA, "")]
        assert [(end["status"], end["minutes"], end["channel"]) for end in stage.ends()] == [
            ("completed", None, "counter")
        ] * 2
        assert outlets.active(day_wib(AT), day_wib(AT)) == {(cast.HANURA, day_wib(AT))}
        # Nobody asked the shop for an answer, and it hears of the sale once.
        assert answering.recount(stage.child(hers).shop_id, at=AT).asked == 0
        seller = factories.person(cast.SELLER).id
        told = db.session.scalars(select(Notice.kind).where(Notice.user_id == seller)).all()
        assert [kind for kind in told if kind.startswith("seller_order.")] == ["seller_order.completed"]


def attempts() -> list[PaymentAttempt]:
    """All payments, by their sums."""
    return list(db.session.scalars(select(PaymentAttempt).order_by(PaymentAttempt.amount)).unique())


def test_what_came_by_qris_or_transfer_is_confirmed_on_the_spot_for_its_exact_sum(outlet: Flask) -> None:
    with outlet.app_context():
        direct.qris_accounts(cast.HER_SHOP)
        direct.bank_accounts()
        (by_qris,) = stage.ring({cast.CHIPS: 1}, 18_000, pay="qris", phone="+6281211112222")
        (by_transfer,) = stage.ring({cast.CRACKERS: 2}, 25_000, pay="transfer", phone="+6281211112222")
        assert [(each.provider, each.amount, each.status) for each in attempts()] == [
            ("qris", 18_000, "paid"),
            ("transfer", 25_000, "paid"),
        ]
        assert all(each.account_id for each in attempts())
        assert db.session.scalar(select(func.count(ProviderEvent.id))) == 2
        assert events(by_qris)[0][0] == "awaiting_payment"
        assert stage.child(by_transfer).payment_code == 0
        stage.settle()
        keys = {fact["buyer_key"] for fact in stage.facts()}
        assert len(keys) == 1 and keys != {""}


def test_an_open_transfer_of_the_same_sum_is_not_taken_for_the_one_at_the_counter(outlet: Flask) -> None:
    with outlet.app_context():
        direct.bank_accounts()
        placed = factories.order({cast.CHIPS: 1}, pay="transfer", at=AT)
        with transaction() as session:
            product = factories.product(cast.CRACKERS)
            product.variants[0].price = placed.total
            session.flush()
        with pytest.raises(Conflict, match="Ada transfer lain"):
            stage.ring({cast.CRACKERS: 1}, placed.total, pay="transfer")
        assert stage.left(cast.CRACKERS) == 30


def test_two_shops_that_are_paid_into_the_counters_account_can_be_sold_together(outlet: Flask) -> None:
    with outlet.app_context():
        with transaction():
            factories.product(stage.HONEY).variants[0].price = 18_000
        direct.village_account(cast.HANURA, factories.person(cast.OPERATOR))
        stage.ring({cast.CHIPS: 1, stage.HONEY: 1}, 36_000, pay="transfer")
        assert [each.amount for each in attempts()] == [18_000, 18_000]
        stage.settle()


@pytest.mark.parametrize(
    ("goods", "seen", "pay", "refused"),
    [
        ({cast.CHIPS: 51}, 918_000, "ambil", (SoldOut, "Keripik Pisang")),
        ({cast.CHIPS: 1}, 17_000, "ambil", (Invalid, "Jumlahnya sekarang Rp18.000")),
        ({cast.CHIPS: 1}, 18_000, "qris", (Invalid, "belum menerima")),
        ({cast.CHIPS: 1}, 18_000, "stripe", (Invalid, "Pilih cara")),
        ({}, 0, "ambil", (Invalid, "Pilih dulu")),
        # Goods of another village's shop are not there.
        ({cast.COFFEE: 1}, 65_000, "ambil", (NotFound, None)),
    ],
)
def test_what_cannot_be_sold_is_refused_in_words_and_changes_nothing(
    outlet: Flask, goods: dict[str, int], seen: int, pay: str, refused: tuple[type[Exception], str | None]
) -> None:
    with outlet.app_context():
        with pytest.raises(refused[0], match=refused[1]):
            stage.ring(goods, seen, pay=pay)
        assert db.session.scalar(select(func.count(Order.id))) == 0
        assert (stage.left(cast.CHIPS), stage.left(cast.COFFEE)) == (50, 40)


def test_without_a_consent_that_names_the_counter_nothing_of_a_seller_is_sold(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(NotFound):
            stage.ring({cast.CHIPS: 1}, 18_000)
        stage.consent()
        stage.ring({cast.CHIPS: 1}, 18_000)
        with pytest.raises(NotFound):
            stage.ring({cast.CHIPS: 1}, 18_000, at=AT + timedelta(days=91))


def test_what_somebody_of_the_shop_buys_at_the_counter_is_no_sale(outlet: Flask) -> None:
    with outlet.app_context():
        with transaction():
            factories.person(cast.SELLER).phone = "+6281299990000"
        hers, own = stage.ring({cast.CHIPS: 1, stage.HONEY: 1}, 68_000, phone="+6281299990000")
        assert (stage.child(hers).self_purchase, stage.child(own).self_purchase) == (True, False)
        stage.settle()
        assert [fact["net"] for fact in stage.facts()] == [50_000]


def test_refusing_cash_elsewhere_does_not_hinder_who_pays_at_the_counter(outlet: Flask) -> None:
    with outlet.app_context():
        for _time in range(cash.MOST_REFUSALS):
            placed = factories.order({cast.CRACKERS: 1}, pay="ambil", delivery="ambil", at=EARLIER)
            with transaction():
                for step in (steps.accept, steps.pack, steps.mark_ready):
                    step(placed.parts[0].id, actor="seller:1", at=EARLIER)
                steps.run_out(placed.parts[0].id, at=EARLIER + timedelta(days=8))
        assert cash.is_bound(placing.buyer_key(factories.BUYER.phone, factories.SECRET), at=AT)
        stage.ring({cast.CHIPS: 1}, 18_000, phone=factories.BUYER.phone)
        assert stage.left(cast.CHIPS) == 49
