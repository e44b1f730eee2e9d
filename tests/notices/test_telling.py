"""People are told what happens: whom it concerns, once, in words that stay."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.outbox import OutboxEvent, announce
from marketplace.kit.transaction import transaction
from marketplace.notices import handlers
from marketplace.notices.models import Notice
from marketplace.notices.rules import KINDS, RULES
from marketplace.operations import worker
from marketplace.orders import steps
from marketplace.orders.states import Status
from marketplace.payouts.states import Status as PayoutStatus
from marketplace.sellers.models import Shop, ShopMember
from tests import cast, factories
from tests.payouts import stage

AT = factories.AT
ALONE = dict.fromkeys(KINDS, (("notices.tell", handlers.tell),))


def told(email: str) -> list[str]:
    """The titles of what a person was told, oldest first."""
    rows = select(Notice.title).join(User, User.id == Notice.user_id).where(User.email == email)
    return list(db.session.scalars(rows.order_by(Notice.id)))


def happen(kind: str, subject: str, **payload: object) -> None:
    with transaction():
        announce(kind, subject, dict(payload), at=AT)
    hear()


def hear() -> None:
    """Hand on what waits to the notices alone: other listeners want whole events."""
    while outbox.hand_on(ALONE, at=AT):
        db.session.remove()
    assert outbox.waiting() == 0 and outbox.failing() == []


def test_the_shop_hears_of_the_order_and_the_buyer_of_every_step(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 2}, user=factories.person(cast.BUYER))
        number = placed.order.number
        factories.complete(placed.order.children[0])
        worker.drain(at=AT)
        assert told(cast.SELLER) == [f"Pesanan baru {number}-1", f"Pesanan {number}-1 selesai"]
        assert told(cast.BUYER) == [
            "Keripik Bu Sari menerima pesanan Anda",
            "Pesanan dari Keripik Bu Sari dikirim",
            "Pesanan dari Keripik Bu Sari sudah sampai",
        ]
        assert told(cast.OTHER_SELLER) == [] and told(cast.OPERATOR) == []


def test_a_guest_is_told_nothing_and_holds_nobody_up(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 1})
        factories.complete(placed.order.children[0])
        assert worker.drain(at=AT) == 0
        assert set(db.session.scalars(select(Notice.user_id))) == {factories.person(cast.SELLER).id}


def test_an_event_that_comes_again_tells_nobody_twice(app: Flask) -> None:
    with app.app_context():
        factories.order({cast.CHIPS: 1})
        worker.drain(at=AT)
        event = db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "seller_order.awaiting_confirmation")
        ).one()
        with transaction():
            handlers.tell(event, AT)
            handlers.tell(event, AT)
        assert len(told(cast.SELLER)) == 1


def test_who_buys_in_the_own_shop_is_told_once_per_event(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 1}, user=factories.person(cast.SELLER))
        steps_of = placed.order.children[0].id
        worker.drain(at=AT)
        with transaction():
            steps.run_out(steps_of, at=AT + timedelta(days=2))
        worker.drain(at=AT + timedelta(days=2))
        assert told(cast.SELLER)[-1].endswith("terlewat") and len(told(cast.SELLER)) == 2


def test_the_words_stay_when_the_shop_changes_its_name(app: Flask) -> None:
    with app.app_context():
        shop = factories.shop(cast.HER_SHOP)
        happen("shop.verified", f"shop:{shop.id}", shop_id=shop.id)
        with transaction():
            factories.shop(cast.HER_SHOP).name = "Nama Baru"
        assert told(cast.SELLER) == ["Keripik Bu Sari sudah bisa berjualan"]


def test_names_bring_no_line_ends_along(app: Flask) -> None:
    with app.app_context():
        with transaction():
            factories.shop(cast.HER_SHOP).name = "Sari\r\nBcc: semua@contoh.test\u2028"
        shop = factories.shop(cast.HER_SHOP)
        happen("shop.verified", f"shop:{shop.id}", shop_id=shop.id)
        assert told(cast.SELLER) == ["Sari Bcc: semua@contoh.test sudah bisa berjualan"]


def test_an_order_that_was_never_paid_is_no_news_for_the_shop(app: Flask) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 1}, pay="stripe", user=factories.person(cast.BUYER))
        with transaction():
            steps.cancel(placed.order.children[0].id, actor="buyer", at=AT)
        worker.drain(at=AT)
        assert told(cast.SELLER) == []


def test_what_is_gone_or_old_is_told_to_nobody(app: Flask) -> None:
    with app.app_context():
        for payload in ({"shop_id": 999}, {"seller_order_id": 999}, {"payout_id": 999}, {}):
            for kind in sorted(KINDS):
                with transaction():
                    announce(kind, "gone:1", dict(payload), at=AT)
        hear()
        shop = factories.shop(cast.HER_SHOP)
        with transaction():
            announce("shop.verified", f"shop:{shop.id}", {"shop_id": shop.id}, at=AT - timedelta(days=31))
        worker.drain(at=AT)
        assert db.session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_finds_its_words_whatever_the_event_says(app: Flask, kind: str) -> None:
    with app.app_context():
        placed = factories.order({cast.CHIPS: 1}, user=factories.person(cast.BUYER))
        shop, child = factories.shop(cast.HER_SHOP), placed.order.children[0]
        product = factories.product(cast.CHIPS)
        with transaction():
            db.session.execute(delete(OutboxEvent))
        payload: dict[str, object] = {"shop_id": shop.id, "user_id": factories.person(cast.SELLER).id}
        payload |= {
            "reason": "foto buram",
            "days": 14,
            "left": 2,
            "product_ids": [product.id],
            "amount": 9_000,
        }
        if kind.startswith(("seller_order.", "payment.", "refund.", "review.", "dispute.", "clawback.")):
            payload["seller_order_id"] = child.id
        if kind.startswith("payout."):
            stage.bank(stage.shop())
            stage.sold(stage.shop(), 60_000)
            stage.collected()
            payload = {"payout_id": 1}
        happen(kind, "a:1", **payload)
        rows = db.session.scalars(select(Notice).where(Notice.kind == kind)).all()
        assert rows
        for notice in rows:
            assert "%" not in notice.title + notice.body + notice.address
            assert notice.address.startswith("/") and "//" not in notice.address, notice.address
            assert "  " not in notice.body and not notice.title.startswith(" ")


def test_every_notice_leads_to_a_page_that_there_is(app: Flask) -> None:
    words = {"order": "DM-1", "number": "DM-1-1", "slug": "a", "import": "1"}
    words["proof"] = "/gerai/pembayaran"
    pages = app.url_map.bind("localhost")
    for rule in RULES:
        address = rule.address % (words | {"page": "/gerai/saldo"})
        assert pages.match(address.partition("?")[0], method="GET"), rule.kind


def test_every_state_that_the_table_names_exists() -> None:
    states = {f"seller_order.{status.value}" for status in Status} | {"seller_order.refunded"}
    states |= {f"payout.{status.value}" for status in PayoutStatus} | {"seller_order.deadline_near"}
    named = {rule.kind for rule in RULES if rule.kind.startswith(("seller_order.", "payout."))}
    assert named <= states


def test_the_operators_of_the_village_hear_of_its_shops_and_no_others(app: Flask) -> None:
    with app.app_context():
        for slug in (cast.HER_SHOP, cast.HIS_SHOP):
            shop = factories.shop(slug)
            happen("shop.applied", f"shop:{shop.id}", shop_id=shop.id)
        assert told(cast.OPERATOR) == ["Toko baru menunggu: Keripik Bu Sari"]


def test_a_new_member_hears_it_differently_from_the_owner(app: Flask) -> None:
    with app.app_context():
        shop, helper = factories.shop(cast.HER_SHOP), factories.person(cast.OTHER_BUYER)
        with transaction():
            db.session.add(ShopMember(shop_id=shop.id, user_id=helper.id, role="staff", since=AT))
        happen("shop.member_joined", f"shop:{shop.id}", shop_id=shop.id, user_id=helper.id)
        assert told(cast.OTHER_BUYER) == ["Anda sekarang bekerja di Keripik Bu Sari"]
        assert told(cast.SELLER) == ["Ada orang baru di Keripik Bu Sari"]


def test_a_disabled_account_is_told_nothing(app: Flask) -> None:
    with app.app_context():
        with transaction():
            factories.person(cast.SELLER).disabled_at = AT
        shop_id = db.session.scalars(select(Shop.id).where(Shop.slug == cast.HER_SHOP)).one()
        happen("shop.verified", f"shop:{shop_id}", shop_id=shop_id)
        assert told(cast.SELLER) == []


def test_a_payout_is_told_to_who_is_paid(app: Flask) -> None:
    with app.app_context():
        stage.bank(stage.shop())
        stage.bank(stage.village())
        stage.sold(stage.shop(), 60_000)
        stage.sold(stage.village(), 70_000)
        numbers = stage.collected()
        stage.approve(numbers[0].rpartition("-")[0])
        for number in numbers:
            stage.send(number)
        stage.fail(numbers[0])
        stage.confirm(numbers[1])
        worker.drain(at=stage.LATER)
        assert told(cast.SELLER) == ["Pencairan Rp60.000 dikirim ke bank", "Pencairan Rp60.000 gagal"]
        assert told(cast.OPERATOR) == ["Pencairan Rp70.000 dikirim ke bank", "Pencairan Rp70.000 sudah masuk"]
