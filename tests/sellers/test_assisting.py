"""An operator acts for a seller with a consent that stands; every act leaves one row, every refusal none."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.sellers import assisting, opening
from marketplace.sellers.assist_models import IN_APP, SPOKEN, AssistAct, AssistConsent
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.browsing import Browser, words

STOCK = f"/penjual/stok/{cast.CHIPS}"


@pytest.fixture
def operator(app: Flask) -> Browser:
    """The operator of Hanura, helping nobody yet."""
    return Browser(app, cast.OPERATOR)


def consented(app: Flask, *, shop: str = cast.HER_SHOP, days_ago: int = 0) -> int:
    """The id of a consent that a shop gave to the operator."""
    with app.app_context():
        with transaction():
            consent = assisting.give(
                factories.shop(shop),
                factories.person(cast.OPERATOR),
                way=SPOKEN,
                witness="Bu Kadus",
                by=factories.person(cast.OPERATOR),
                at=now() - timedelta(days=days_ago),
            )
            made = consent.id
        db.session.remove()
    return made


def helping(app: Flask, browser: Browser, consent_id: int) -> None:
    """Let a browser sit at the desk of the consent's shop."""
    with app.app_context():
        consent = db.session.get_one(AssistConsent, consent_id)
        kept = {
            "consent": consent.id,
            "operator": consent.operator_id,
            "slug": consent.shop.slug,
            "name": consent.shop.name,
        }
        db.session.remove()
    with browser.client.session_transaction() as session:
        session["bantuan"] = kept


def acts(app: Flask) -> list[tuple[str, str, str]]:
    """What was written down: the words, the object, the principal."""
    with app.app_context():
        rows = db.session.scalars(select(AssistAct).order_by(AssistAct.id)).unique()
        found = [(act.what, act.object, act.principal) for act in rows]
        db.session.remove()
    return found


def end(app: Flask, consent_id: int) -> None:
    """The seller ends the help."""
    with app.app_context():
        with transaction():
            consent = db.session.get_one(AssistConsent, consent_id)
            assisting.end(consent, by=factories.person(cast.SELLER), why="Sudah punya HP", at=now())
        db.session.remove()


@pytest.fixture
def helped(app: Flask, operator: Browser) -> tuple[Browser, int]:
    """The operator at her desk, and the consent."""
    consent_id = consented(app)
    helping(app, operator, consent_id)
    return operator, consent_id


def test_an_operator_works_at_the_desk_of_the_seller_who_agreed(
    app: Flask, helped: tuple[Browser, int]
) -> None:
    operator, _consent = helped
    assert "Keripik Bu Sari" in words(operator.get("/penjual/stok"))
    assert operator.post(STOCK, {"jumlah": "44", "semula": "50", "dari": "produk"}).status_code == 303
    assert acts(app) == [("Menghitung ulang stok", "Keripik Pisang Cokelat", "Sari")]
    assert "Operator Hanura (operator desa), atas nama penjual" in words(operator.get(STOCK))


def test_the_history_of_an_order_names_the_operator(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, _consent = helped
    with app.app_context():
        number = factories.order({cast.CHIPS: 1}).order.children[0].number
        db.session.remove()
    assert operator.post(f"/penjual/pesanan/{number}/terima").status_code == 303
    with app.app_context():
        order = db.session.execute(
            text("SELECT actor FROM seller_order_event ORDER BY id DESC LIMIT 1")
        ).scalar()
        assert order == f"operator:{factories.person(cast.OPERATOR).id}"
    assert "oleh operator desa atas nama toko" in words(operator.get(f"/penjual/pesanan/{number}"))
    assert acts(app) == [("Menerima pesanan", number, "Sari")]


def test_a_refused_form_leaves_no_act(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, _consent = helped
    assert operator.post(STOCK, {"jumlah": "44", "semula": "49"}).status_code == 409
    assert operator.post(STOCK, {"jumlah": "banyak", "semula": "50"}).status_code == 422
    assert operator.post("/penjual/produk/baru", {"nama": ""}).status_code == 422
    assert operator.post("/penjual/stok/kopi-robusta", {"jumlah": "1", "semula": "40"}).status_code == 404
    assert acts(app) == []


def test_the_same_form_twice_leaves_one_act(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, _consent = helped
    fields = {"jumlah": "44", "semula": "50", "kunci": "k" * 20}
    assert [operator.post(STOCK, fields).status_code for _time in range(2)] == [303, 303]
    assert len(acts(app)) == 1


def test_the_next_form_after_the_end_is_refused(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, consent_id = helped
    end(app, consent_id)
    for _time in range(2):
        assert operator.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 409
    assert acts(app) == []
    assert operator.get("/penjual/stok").status_code == 409
    assert operator.get("/penjual/stok").status_code == 404


def test_an_end_in_the_middle_of_an_act_undoes_it(app: Flask) -> None:
    consent_id = consented(app)
    end(app, consent_id)
    with app.app_context():
        operator = factories.person(cast.OPERATOR)
        with pytest.raises(assisting.HelpEnded), transaction():
            assisting.write_act(consent_id, operator, what="Menerima pesanan", object_="", at=now())
    assert acts(app) == []


def test_a_consent_runs_out(app: Flask, operator: Browser) -> None:
    helping(app, operator, consented(app, days_ago=90))
    assert operator.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 409
    assert acts(app) == []


def test_a_suspended_shop_is_not_helped(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, _consent = helped
    with app.app_context():
        with transaction():
            opening.suspend(factories.shop(cast.HER_SHOP), at=now())
        db.session.remove()
    assert operator.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 409
    with app.app_context(), pytest.raises(assisting.ShopStopped), transaction():
        _give(factories.shop(cast.HER_SHOP))
    assert acts(app) == []


def test_an_operator_of_another_village_gets_no_consent(app: Flask) -> None:
    with app.app_context(), pytest.raises(NotFound), transaction():
        _give(factories.shop(cast.HIS_SHOP))


def test_an_operator_who_lost_the_village_helps_nobody(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, _consent = helped
    with app.app_context():
        with transaction():
            factories.person(cast.OPERATOR).grants[0].scope = cast.PODOMORO
        db.session.remove()
    assert operator.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 404
    assert acts(app) == []


def test_without_a_consent_there_is_no_desk(operator: Browser) -> None:
    assert operator.get("/penjual/stok").status_code == 404
    assert operator.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 404


def test_the_cookie_of_somebody_else_opens_no_desk(app: Flask) -> None:
    stranger = Browser(app, cast.VILLAGE_OFFICER_OF_ELSEWHERE)
    helping(app, stranger, consented(app))
    assert stranger.get("/penjual/stok").status_code == 404
    assert stranger.post(STOCK, {"jumlah": "44", "semula": "50"}).status_code == 404


def test_a_spoken_consent_needs_its_witness(app: Flask) -> None:
    with app.app_context(), pytest.raises(Invalid) as refusal, transaction():
        _give(factories.shop(cast.HER_SHOP), witness="")
    assert refusal.value.field == "saksi"


def test_a_new_consent_ends_the_older_one(app: Flask) -> None:
    first, second = consented(app, days_ago=30), consented(app)
    with app.app_context():
        older = db.session.get_one(AssistConsent, first)
        assert older.ended_at is not None and older.end_reason == assisting.REPLACED
        assert db.session.get_one(AssistConsent, second).ended_at is None


def test_a_consent_ends_once(app: Flask) -> None:
    consent_id = consented(app)
    end(app, consent_id)
    with pytest.raises(Conflict):
        end(app, consent_id)


def test_a_shop_may_have_nobody_with_an_account(app: Flask, operator: Browser) -> None:
    with app.app_context():
        with transaction():
            shop = opening.open_shop(
                None, name="Anyaman Mbah Sum", kind="umkm", village_code=cast.HANURA, phone="", at=now()
            )
            slug = shop.slug
        db.session.remove()
    helping(app, operator, consented(app, shop=slug))
    assert operator.get("/penjual/stok").status_code == 200
    with app.app_context(), transaction():
        consent = db.session.scalars(select(AssistConsent)).unique().one()
        person = factories.person(cast.OPERATOR)
        act = assisting.write_act(consent.id, person, what="Memasang produk baru", object_="Tampah", at=now())
        assert (act.principal, act.principal_id) == ("Anyaman Mbah Sum", None)


def test_what_happens_is_announced_without_anything_personal(app: Flask, helped: tuple[Browser, int]) -> None:
    operator, consent_id = helped
    operator.post(STOCK, {"jumlah": "44", "semula": "50"})
    end(app, consent_id)
    with app.app_context():
        rows = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind.startswith("assist.")).order_by(OutboxEvent.id)
        )
        shop_id = factories.shop(cast.HER_SHOP).id
        assert [(event.kind, event.payload["shop_id"]) for event in rows] == [
            ("assist.began", shop_id),
            ("assist.acted", shop_id),
            ("assist.ended", shop_id),
        ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE assist_act SET what = 'lain'",
        "DELETE FROM assist_act",
        "UPDATE assist_consent SET witness = 'lain'",
        "DELETE FROM assist_consent",
    ],
)
def test_nothing_that_was_written_down_changes(app: Flask, helped: tuple[Browser, int], change: str) -> None:
    operator, _consent = helped
    operator.post(STOCK, {"jumlah": "44", "semula": "50"})
    with (
        app.app_context(),
        pytest.raises(DBAPIError, match=r"append-only|must not"),
        transaction() as session,
    ):
        session.execute(text(change))


def _give(shop: Shop, *, witness: str = "Bu Kadus") -> AssistConsent:
    operator = factories.person(cast.OPERATOR)
    way = SPOKEN if witness or shop.slug == cast.HER_SHOP else IN_APP
    return assisting.give(shop, operator, way=way, witness=witness, by=operator, at=now())
