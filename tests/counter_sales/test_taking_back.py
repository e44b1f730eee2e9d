"""A sale rung up wrong is taken back on its day: goods on the shelf, money returned, figures at zero."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.counter_sales import queries, taking_back
from marketplace.extensions import db
from marketplace.indicators import queries as figures
from marketplace.indicators.periods import period
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.payments import owing
from marketplace.payments.models import Refund
from marketplace.sellers import assisting
from marketplace.sellers.assist_models import AssistAct
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.counter_sales import stage
from tests.counter_sales.stage import AT

LATER = AT + timedelta(minutes=5)


@pytest.fixture
def sold(app: Flask) -> Flask:
    """Two chips and a honey are sold for cash."""
    with app.app_context():
        stage.consent()
        stage.open_bumdes()
        stage.ring({cast.CHIPS: 2, stage.HONEY: 1}, 86_000)
    return app


def take_back(*, at: object = LATER, reason: str = "Salah barang", who: str = cast.OPERATOR) -> int:
    """Take the newest sale back; the rupiah that were returned."""
    with transaction():
        return taking_back.take_back(
            stage.order(),
            reason=reason,
            operator=factories.person(who),
            at=at,  # type: ignore[arg-type]
        )


def test_goods_money_and_figures_are_as_before_and_the_sale_still_tells_its_story(sold: Flask) -> None:
    with sold.app_context():
        shop = stage.order().children[0].shop_id
        assert take_back() == 86_000
        assert (stage.left(cast.CHIPS), stage.left(stage.HONEY)) == (50, 10)
        assert balance(accounts.receivable(shop)) == 0
        refunds = db.session.scalars(select(Refund).order_by(Refund.amount)).unique().all()
        assert [(each.amount, each.status, each.way, each.after_sale) for each in refunds] == [
            (36_000, "succeeded", "seller", True),
            (50_000, "succeeded", "seller", True),
        ]
        stage.settle(at=LATER)
        assert sorted(str(fact["net"]) for fact in stage.facts()) == ["-36000", "-50000", "36000", "50000"]
        found = figures.figures(cast.HANURA, "village", period("2026-11"), at=LATER)
        assert next(each.value for each in found if each.code == "SE-01") == 0
        (told,) = queries.day(cast.HANURA, day_wib(AT))
        assert (told.returned, told.kept, told.by) == (86_000, 0, "Operator Hanura")
        acts = db.session.scalars(select(AssistAct.what).order_by(AssistAct.id)).all()
        assert acts == ["Menjual di gerai", "Menarik penjualan di gerai"]


def test_what_its_seller_has_given_back_already_is_not_returned_twice(sold: Flask) -> None:
    with sold.app_context():
        hers = next(child for child in stage.order().children if child.shop.slug == cast.HER_SHOP)
        with transaction():
            wish = owing.Wish({hers.lines[0].id: 1}, sellable=True)
            owing.refund(hers.id, wish, words="Remuk", actor="seller:1", at=LATER)
        assert take_back() == 68_000
        stage.settle(at=LATER)
        assert stage.left(cast.CHIPS) == 50


def test_a_piece_whose_money_is_gone_does_not_hold_up_the_rest(app: Flask) -> None:
    with app.app_context():
        stage.consent()
        stage.ring({cast.CHIPS: 2, cast.CRACKERS: 1}, 48_500)
        [child] = stage.order().children
        for wish in (owing.Wish(amount=48_498), owing.Wish({child.lines[0].id: 1})):
            with transaction():
                owing.refund(child.id, wish, words="Rusak", actor="seller:1", at=AT)
        assert take_back() == 1


def test_it_is_taken_back_once_with_a_reason_on_its_day_by_its_village(sold: Flask) -> None:
    with sold.app_context():
        with pytest.raises(Invalid, match="Tulis mengapa"):
            take_back(reason="  ")
        with pytest.raises(Conflict, match="hari yang sama"):
            take_back(at=AT + timedelta(days=1))
        with pytest.raises(NotFound):
            take_back(who=cast.SELLER)
        take_back()
        with pytest.raises(Conflict, match="sudah ditarik"):
            take_back()
        stage.settle(at=LATER)


def test_without_the_sellers_consent_the_operator_takes_nothing_back(sold: Flask) -> None:
    with sold.app_context():
        with transaction():
            shop = db.session.scalars(select(Shop).where(Shop.slug == cast.HER_SHOP)).one()
            (standing,) = assisting.standing_of(shop)
            assisting.end(standing, by=factories.person(cast.SELLER), why="Cukup", at=AT)
        with pytest.raises(Conflict, match="tidak lagi boleh menjual"):
            take_back()
        assert stage.left(cast.CHIPS) == 48


def test_the_cash_box_of_a_day_is_what_was_taken_less_what_went_back(sold: Flask) -> None:
    with sold.app_context():
        take_back()
        stage.ring({cast.CHIPS: 1}, 18_000, at=LATER)
        stage.ring({cast.CRACKERS: 1, stage.HONEY: 1}, 62_500, at=LATER)
        # The day after does not belong to it.
        stage.ring({cast.CHIPS: 1}, 18_000, at=AT + timedelta(days=1))
        day = queries.day(cast.HANURA, day_wib(AT))
        box = queries.by_way(day)["ambil"]
        assert (box.sales, box.taken, box.back, box.kept) == (3, 166_500, 86_000, 80_500)
        shops = {name: sums.kept for (name, _way), sums in queries.by_shop(day).items()}
        assert shops == {"BUMDes Hanura": 50_000, "Keripik Bu Sari": 30_500}
        assert queries.day(cast.HURUN, day_wib(AT)) == []


def test_what_a_seller_returns_later_leaves_the_cash_box_of_the_day_as_it_was_counted(sold: Flask) -> None:
    with sold.app_context():
        hers = next(child for child in stage.order().children if child.shop.slug == cast.HER_SHOP)
        with transaction():
            wish = owing.Wish({hers.lines[0].id: 1})
            owing.refund(hers.id, wish, words="Apek", actor="seller:1", at=AT + timedelta(days=2))
        day = queries.day(cast.HANURA, day_wib(AT))
        assert queries.by_way(day)["ambil"].kept == 86_000
        assert sum(sums.kept for sums in queries.by_shop(day).values()) == 86_000
        assert queries.sale_of(cast.HANURA, stage.order().number).returned == 18_000
