"""Complaints at the counter: who sees which, who decides, what follows for both sides."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import RoleGrant
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.orders import detours
from marketplace.orders.models import SellerOrder, SellerOrderEvent
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.orders.walks import walk

PAGE = "/gerai/komplain"
DECISION = {"putusan": "pembeli", "alasan": "Fotonya jelas: dua bungkus sobek"}


def disputed(app: Flask, slug: str = cast.CHIPS, *, minutes: int = 0, buyer: str = "") -> str:
    """The number of an order that its buyer has complained about."""
    with app.app_context():
        user = factories.person(buyer) if buyer else None
        child = factories.order({slug: 1}, user=user).order.children[0]
        number = child.number
        walk(child, "disputed", at=AT + timedelta(minutes=minutes))
        db.session.remove()
    return number


def status(app: Flask, number: str) -> str:
    with app.app_context():
        return db.session.scalars(select(SellerOrder.status).where(SellerOrder.number == number)).one()


def test_the_oldest_complaint_stands_first_with_the_buyers_words_and_without_a_name(app: Flask) -> None:
    later, earlier = disputed(app, minutes=5), disputed(app, minutes=1)
    page = Browser(app, cast.OPERATOR).get(PAGE)
    assert page.text.index(earlier) < page.text.index(later)
    assert "Dua bungkus sobek" in words(page)
    assert "Budi" not in page.text and "81234567890" not in page.text and "Dusun 2" not in page.text


@pytest.mark.parametrize(
    ("who", "hers", "his"),
    [
        (cast.OPERATOR, True, False),
        (cast.FINANCE, True, True),
        (cast.ADMIN, True, True),
    ],
)
def test_everybody_sees_and_decides_the_complaints_of_their_region(
    app: Flask, who: str, hers: bool, his: bool
) -> None:
    for slug, theirs in ((cast.CHIPS, hers), (cast.COFFEE, his)):
        number = disputed(app, slug)
        browser = Browser(app, who)
        assert (number in browser.get(PAGE).text) is theirs
        answer = browser.post(f"{PAGE}/{number}", DECISION)
        assert answer.status_code == (303 if theirs else 404)
        assert status(app, number) == ("returned" if theirs else "disputed")


@pytest.mark.parametrize("who", [cast.BUYER, cast.SELLER, cast.DISTRICT_OFFICER, cast.PROVINCE_OFFICER])
def test_others_find_no_such_page(app: Flask, who: str) -> None:
    number = disputed(app)
    browser = Browser(app, who)
    assert browser.get(PAGE).status_code == 404
    assert browser.post(f"{PAGE}/{number}", DECISION).status_code == 404
    assert status(app, number) == "disputed"


def test_nobody_decides_about_their_own_shop_or_purchase(app: Flask) -> None:
    hers, bought = disputed(app), disputed(app, buyer=cast.OPERATOR)
    with app.app_context(), transaction() as session:
        her = factories.person(cast.SELLER).id
        session.add(RoleGrant(user_id=her, role="operator", scope=cast.HANURA, granted_at=AT))
    for who, number in ((cast.SELLER, hers), (cast.OPERATOR, bought)):
        browser = Browser(app, who)
        assert number not in browser.get(PAGE).text
        assert browser.post(f"{PAGE}/{number}", DECISION).status_code == 404
        assert status(app, number) == "disputed"


@pytest.mark.parametrize(
    ("side", "reached", "shelf"), [("pembeli", "returned", 49), ("penjual", "completed", 49)]
)
def test_a_decision_ends_the_complaint_and_both_sides_read_why(
    app: Flask, side: str, reached: str, shelf: int
) -> None:
    number = disputed(app)
    answer = Browser(app, cast.OPERATOR).post(f"{PAGE}/{number}", {**DECISION, "putusan": side})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert status(app, number) == reached
    said = f"Putusan untuk {side}: Fotonya jelas: dua bungkus sobek"
    hers = Browser(app, cast.SELLER).get(f"/penjual/pesanan/{number}")
    assert said in words(hers) and "oleh petugas" in words(hers)
    assert said in words(Browser(app).get(f"/lacak?nomor={number}&telepon=7890"))
    with app.app_context():
        operator = factories.person(cast.OPERATOR).id
        last = db.session.scalars(
            select(SellerOrderEvent).order_by(SellerOrderEvent.id.desc()).limit(1)
        ).one()
        assert last.actor == f"counter:{operator}"
        assert factories.product(cast.CHIPS).variants[0].on_hand == shelf
        db.session.remove()
        assert proofs.prove(at=AT).holds
    assert number not in Browser(app, cast.OPERATOR).get(PAGE).text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"alasan": "Sobek"}, "Pilih putusannya"),
        ({"putusan": "semua", "alasan": "Sobek"}, "Pilih putusannya"),
        ({"putusan": "penjual"}, "Tulis alasannya"),
        ({"putusan": "penjual", "alasan": "Sobek " * 100}, "Paling banyak 500"),
    ],
)
def test_a_decision_needs_a_side_and_a_reason(app: Flask, fields: dict[str, str], reason: str) -> None:
    other, number = disputed(app), disputed(app)
    refused = Browser(app, cast.OPERATOR).post(f"{PAGE}/{number}", fields)
    assert refused.status_code == 422
    assert reason in words(refused)
    assert refused.text.count("Sobek ") == fields.get("alasan", "").count("Sobek ")
    assert f'id="alasan-{number}"' in refused.text and f'id="alasan-{other}"' in refused.text
    assert status(app, number) == "disputed"


def test_who_decides_second_is_told(app: Flask) -> None:
    number = disputed(app)
    with app.app_context():
        child = db.session.query(SellerOrder).filter_by(number=number).one().id
        with transaction():
            detours.decide(child, actor="counter:1", at=AT, for_buyer=False, reason="Tidak terbukti")
        db.session.remove()
    answer = Browser(app, cast.OPERATOR).post(f"{PAGE}/{number}", DECISION)
    assert answer.status_code == 409
    assert "“Selesai”" in words(answer)
    assert status(app, number) == "completed"


def test_an_order_nobody_complained_about_cannot_be_decided(app: Flask) -> None:
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}).order.children[0]
        number = child.number
        walk(child, "delivered")
        db.session.remove()
    assert Browser(app, cast.OPERATOR).post(f"{PAGE}/{number}", DECISION).status_code == 404
    assert status(app, number) == "delivered"
