"""Every packed seller order has one numbered nota that never changes; what goes back corrects it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import nota_proofs, setup
from marketplace.orders import steps
from marketplace.orders.models import Nota, SellerOrder
from marketplace.orders.notas import issuing
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.factories import AT
from tests.operations.damage import disarm
from tests.orders.notas import TOO_LATE, accepted, corrections, lapse, nota, packed, refunded


def test_packing_writes_the_nota_with_everything_of_the_sale(app: Flask) -> None:
    with app.app_context():
        child = packed()
        paper = nota(child)
        assert (paper.sequence, paper.kind, paper.issued_at) == (1, "nota", AT)
        assert (paper.goods, paper.delivery, paper.total) == (48_500, child.delivery_fee, child.total)
        told = paper.content
        assert [(line["name"], line["quantity"], line["total"]) for line in told["lines"]] == [
            ("Keripik Pisang Cokelat", 2, 36_000),
            ("Kerupuk Ikan", 1, 12_500),
        ]
        assert told["shop"]["name"] == "Keripik Bu Sari" and "Hanura" in told["shop"]["place"]
        assert told["buyer"]["address"] == "Dusun 2 RT 3" and "Hurun" in told["buyer"]["place"]
        assert told["order"]["number"] == child.number
        assert (told["tax"]["amount"], told["discounts"]) == (0, [])
        assert told["payment"]["method"] == "cod"


def test_there_is_no_nota_before_the_goods_are_packed(app: Flask) -> None:
    with app.app_context():
        child = accepted()
        assert db.session.scalar(select(func.count(Nota.id))) == 0
        with transaction():
            steps.pack(child.id, actor="seller:1", at=AT)
            issuing.issue(db.session.get_one(SellerOrder, child.id), at=AT)
        assert db.session.scalar(select(func.count(Nota.id))) == 1


def test_numbers_count_per_shop_and_name_the_year_in_lampung(app: Flask) -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    with app.app_context():
        hers = factories.shop(cast.HER_SHOP).id
        his = factories.shop(cast.HIS_SHOP).id
        numbers = [
            nota(packed(goods, at=at)).number
            for goods, at in (
                ({cast.CHIPS: 1}, new_year - timedelta(seconds=1)),
                ({cast.COFFEE: 1}, new_year),
                ({cast.CHIPS: 1}, new_year),
            )
        ]
        assert numbers == [f"N-{hers}-2026-00001", f"N-{his}-2027-00001", f"N-{hers}-2027-00002"]


def test_a_step_that_is_rolled_back_leaves_no_gap(app: Flask) -> None:
    with app.app_context():
        child = accepted()
        with suppress(ZeroDivisionError), transaction():
            steps.pack(child.id, actor="seller:1", at=AT)
            raise ZeroDivisionError
        packed()
        with transaction():
            steps.pack(child.id, actor="seller:1", at=AT)
        assert nota(child).sequence == 2
        assert _sequences(child.shop_id) == [1, 2]


def test_twenty_packed_at_once_have_twenty_numbers_without_a_gap(app: Flask) -> None:
    with app.app_context():
        ids = [accepted({cast.CHIPS: 1}).id for _order in range(20)]
        shop_id = factories.shop(cast.HER_SHOP).id

    def pack(child_id: int) -> int:
        with app.app_context(), transaction():
            steps.pack(child_id, actor="seller:1", at=AT)
            return db.session.scalars(select(Nota.sequence).where(Nota.seller_order_id == child_id)).one()

    with ThreadPoolExecutor(20) as people:
        taken = list(people.map(pack, ids))
    assert sorted(taken) == list(range(1, 21))
    with app.app_context():
        assert _sequences(shop_id) == list(range(1, 21))


def test_nothing_that_changes_later_reaches_the_nota(app: Flask) -> None:
    with app.app_context():
        child = packed()
        before = dict(nota(child).content)
        with transaction():
            sold = db.session.get_one(SellerOrder, child.id)
            sold.shop.name, sold.shop.phone, sold.shop.village_code = "Lain", "+628000", cast.PODOMORO
            sold.order.name, sold.order.address = "Lain", "Lain"
            db.session.execute(update(Product).values(name="Lain"))
        db.session.expire_all()
        assert nota(child).content == before


@pytest.mark.parametrize("change", ["update", "delete", "gap", "sum", "second"])
def test_the_database_refuses_to_touch_a_nota(app: Flask, change: str) -> None:
    with app.app_context():
        paper = nota(packed())
        row = {column.name: getattr(paper, column.name) for column in Nota.__table__.columns}
        row |= {"id": 999, "number": "N-1", "sequence": 2, "cause": "again"}
        row |= {"seller_order_id": accepted().id}
        other = {
            "update": update(Nota).values(total=Nota.total),
            "delete": delete(Nota),
            "gap": insert(Nota).values(row | {"sequence": 3}),
            "sum": insert(Nota).values(row | {"total": row["total"] + 1}),
            "second": insert(Nota).values(row | {"seller_order_id": paper.seller_order_id}),
        }
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(other[change])
        with transaction():
            db.session.execute(insert(Nota).values(row))


def test_an_order_that_lapses_after_packing_is_taken_back_whole(app: Flask) -> None:
    with app.app_context():
        child = packed()
        lapse(child)
        (back,) = corrections(child)
        assert back.number == f"NK-{child.shop_id}-2026-00002"
        assert (back.total, back.goods, back.delivery) == (-child.total, -48_500, -child.delivery_fee)
        assert [line["quantity"] for line in back.content["lines"]] == [-2, -1]
        assert "tidak ditanggapi" in back.content["reason"]
        assert back.issued_at == TOO_LATE


def test_an_order_that_lapses_before_packing_has_no_papers(app: Flask) -> None:
    with app.app_context():
        child = accepted()
        lapse(child)
        assert db.session.scalar(select(func.count(Nota.id))) == 0


def test_a_refund_of_some_pieces_corrects_these_and_no_others(app: Flask) -> None:
    with app.app_context():
        child = packed()
        chips, crackers = child.lines
        refunded(child, [[chips, 1, 18_000]], refund_id=1, delivery=2_000)
        refunded(child, [[crackers, 0, 500]], refund_id=2)
        first, second = corrections(child)
        assert [(line["line"], line["quantity"], line["total"]) for line in first.content["lines"]] == [
            (chips, -1, -18_000)
        ]
        assert (first.delivery, first.total) == (-2_000, -20_000)
        assert (second.total, second.content["lines"][0]["quantity"]) == (-500, 0)


def test_a_refund_told_twice_is_corrected_once(app: Flask) -> None:
    with app.app_context():
        child = packed()
        line = child.lines[0]
        refunded(child, [[line, 1, 18_000]], refund_id=1)
        refunded(child, [[line, 1, 18_000]], refund_id=1)
        assert [paper.total for paper in corrections(child)] == [-18_000]


def test_what_was_given_back_before_packing_is_corrected_with_the_nota(app: Flask) -> None:
    with app.app_context():
        child = accepted()
        refunded(child, [[child.lines[0], 1, 18_000]], refund_id=1)
        with transaction():
            steps.pack(child.id, actor="seller:1", at=AT)
        assert nota(child).total == child.total
        assert [paper.total for paper in corrections(child)] == [-18_000]


def test_a_correction_that_no_refund_asks_for_is_named_by_the_proof(app: Flask) -> None:
    with app.app_context():
        child = packed()
        assert nota_proofs.notas() == []
        refunded(child, [[child.lines[0], 1, 18_000]], refund_id=1)
        assert nota_proofs.notas() == [
            f"seller order {child.number}, refund:1: gives back 0, corrections of the nota 18000"
        ]


def test_the_end_of_an_order_takes_back_only_what_no_refund_has_and_its_refund_nothing_more(
    app: Flask,
) -> None:
    with app.app_context():
        child = packed()
        chips, crackers = child.lines
        refunded(child, [[chips, 1, 18_000]], refund_id=1)
        lapse(child)
        refunded(
            child,
            [[chips, 1, 18_000], [crackers, 1, 12_500]],
            refund_id=2,
            delivery=child.delivery_fee,
            at=TOO_LATE,
        )
        papers = corrections(child)
        assert [paper.cause for paper in papers] == ["refund:1", "ended"]
        assert sum(paper.total for paper in papers) == -child.total
        assert [line["quantity"] for line in papers[1].content["lines"]] == [-1, -1]


def test_orders_from_before_there_were_notas_get_them_once(app: Flask) -> None:
    with app.app_context():
        children = [packed({cast.CHIPS: 1}) for _order in range(3)]
        lapse(children[1])
        with transaction():
            disarm("nota")
            db.session.execute(delete(Nota))
        accepted()
    setup.upgrade(app)
    setup.upgrade(app)
    with app.app_context():
        assert _sequences(children[0].shop_id) == [1, 2, 3, 4]
        assert [nota(child).sequence for child in children] == [1, 2, 4]
        assert [paper.total for paper in corrections(children[1])] == [-children[1].total]


def _sequences(shop_id: int) -> list[int]:
    rows = select(Nota.sequence).where(Nota.shop_id == shop_id).order_by(Nota.sequence)
    assert db.session.get(Shop, shop_id)
    return list(db.session.scalars(rows))
