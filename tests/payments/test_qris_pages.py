"""Paying by QRIS: the code with the exact amount, who sees it, how long, and the reminder before the end."""

import io
from datetime import timedelta

import pytest
import qriskit
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders.models import SellerOrder
from marketplace.payments import asking, confirming, proving
from marketplace.payments.methods import QRIS_WAITS, TRANSFER_WAITS, offered
from marketplace.payments.models import PaymentAttempt
from tests import cast, direct, factories
from tests.factories import AT
from tests.shopper import Shopper, path_of

HOUR = timedelta(hours=1)


def _ordered(app: Flask, *goods: str) -> tuple[Shopper, str, str]:
    """A guest, the number of the guest's order by QRIS, and its token."""
    with app.app_context():
        direct.qris_accounts()
    guest = Shopper(app.test_client())
    page = path_of(guest.order(*goods, pay="qris"))
    number, _mark, token = page.removeprefix("/pesanan/").partition("?token=")
    return guest, number, token


def _amounts(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(PaymentAttempt.amount).order_by(PaymentAttempt.id)))


def test_each_seller_has_a_code_with_its_own_exact_amount(app: Flask) -> None:
    guest, number, token = _ordered(app, cast.CHIPS, cast.COFFEE)
    page = guest.get(f"/pesanan/{number}?token={token}").text
    for slug, amount in zip(cast.SHOPS, _amounts(app), strict=True):
        address = f"/pesanan/{number}/qris/{slug}"
        assert f'src="{address}.svg?token={token}"' in page
        drawn = guest.get(f"{address}.png?token={token}")
        with Image.open(io.BytesIO(drawn.data)) as picture:
            read = zxingcpp.read_barcode(picture.convert("L"))
        assert read is not None
        code = qriskit.parse(read.text)
        assert (code.get("54"), code.get("01")) == (str(amount), "12") and qriskit.is_valid(code)
        assert code.merchant_name == qriskit.parse(direct.QRIS_TEXTS[slug]).merchant_name
        svg = guest.get(f"{address}.svg?token={token}")
        assert (svg.mimetype, svg.headers["Cache-Control"]) == ("image/svg+xml", "private, no-store")
        assert svg.headers["Content-Security-Policy"].startswith("sandbox")
    assert "Jumlahnya sudah ada di dalam kode" in page and "mengonfirmasinya dengan tangan" in page
    assert "Kode unik" not in page


def test_nobody_else_sees_the_code_and_it_is_gone_once_it_is_paid(app: Flask) -> None:
    guest, number, token = _ordered(app, cast.CHIPS)
    address = f"/pesanan/{number}/qris/{cast.HER_SHOP}.svg"
    assert Shopper(app.test_client()).get(address).status_code == 404
    assert guest.get(f"/pesanan/{number}/qris/{cast.HIS_SHOP}.svg?token={token}").status_code == 404
    assert guest.get(f"/pesanan/{number}/qris/{cast.HER_SHOP}.gif?token={token}").status_code == 404
    assert guest.get(f"{address}?token={token}").status_code == 200
    with app.app_context():
        attempt_id, amount = db.session.execute(select(PaymentAttempt.id, PaymentAttempt.amount)).one()
        by = factories.person(cast.SELLER).id
        with transaction():
            confirming.accept(attempt_id, amount=amount, by=by, at=AT)
    assert guest.get(f"{address}?token={token}").status_code == 404


def test_two_orders_of_the_same_sum_may_be_open_by_qris(app: Flask) -> None:
    with app.app_context():
        direct.qris_accounts()
        one, other = (factories.order({cast.CHIPS: 1}, pay="qris").order for _ in range(2))
        assert one.total == other.total
        assert one.children[0].payment_code == 0
        assert direct.attempt_of(one.children[0]).expires_at == AT + QRIS_WAITS


def test_qris_is_offered_where_every_shop_has_one_and_up_to_its_limit(app: Flask) -> None:
    with app.app_context():
        shops = [factories.shop(slug) for slug in cast.SHOPS]
        direct.qris_accounts(cast.HER_SHOP)
        assert "qris" not in [way.code for way in offered([], shops)]
        direct.qris_accounts(cast.HIS_SHOP)
        assert [way.code for way in offered([], shops)] == ["qris", "midtrans", "stripe"]
        factories.product(cast.COFFEE).variants[0].price = asking.LARGEST_QRIS
        db.session.commit()
        with pytest.raises(Invalid, match="paling banyak Rp10"):
            factories.order({cast.COFFEE: 1}, pay="qris")


@pytest.mark.parametrize(("pay", "waits"), [("qris", QRIS_WAITS), ("transfer", TRANSFER_WAITS)])
def test_the_buyer_is_reminded_once_when_a_third_of_the_time_is_left(
    app: Flask, pay: str, waits: timedelta
) -> None:
    with app.app_context():
        direct.qris_accounts()
        direct.bank_accounts()
        child = factories.order({cast.CHIPS: 1}, pay=pay).order.children[0]
        child_id, soon = child.id, AT + waits * 2 / 3
        assert worker.remind(soon - timedelta(minutes=1)) == 0
        assert worker.remind(soon) == 1
        assert worker.remind(soon + timedelta(minutes=1)) == 0
        event = db.session.scalars(select(OutboxEvent).where(OutboxEvent.kind == "payment.reminder")).one()
        assert (event.subject, event.payload["seller_order_id"]) == (f"seller_order:{child_id}", child_id)
        assert worker.drain(at=soon) == 0


def test_who_has_sent_a_proof_or_is_too_late_is_not_reminded(app: Flask) -> None:
    with app.app_context():
        direct.qris_accounts()
        proven = factories.order({cast.CHIPS: 1}, pay="qris").order.children[0]
        with transaction():
            proving.send(direct.attempt_of(proven).id, "a" * 32, at=AT + HOUR)
        factories.order({cast.CHIPS: 1}, pay="qris", at=AT - QRIS_WAITS)
        assert worker.remind(AT + QRIS_WAITS * 2 / 3) == 0


def test_the_order_page_repeats_the_reminder(app: Flask) -> None:
    guest, number, token = _ordered(app, cast.CHIPS)
    with app.app_context():
        placed = db.session.scalars(select(SellerOrder.placed_at)).one()
        assert "hampir habis" not in guest.get(f"/pesanan/{number}?token={token}").text
        assert worker.remind(placed + QRIS_WAITS * 2 / 3) == 1
    assert "hampir habis" in guest.get(f"/pesanan/{number}?token={token}").text
