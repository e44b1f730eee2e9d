"""What a buyer is told about money that goes back: owed, on its way, sent."""

from datetime import timedelta

from flask import Flask

from marketplace.config import Config
from marketplace.kit.money import rupiah
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import steps
from marketplace.payments import refunding
from marketplace.payments.simulator.refunds import Trouble, order_trouble
from tests import cast, factories
from tests.factories import AT
from tests.payments.cards import CardDesk
from tests.shopper import Shopper


def test_the_buyer_sees_the_refund_on_every_part_of_its_way(
    app: Flask, config: Config, shopper: Shopper
) -> None:
    with app.app_context():
        desk = CardDesk(config.data_dir)
        placed = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="stripe")
        child_id, amount = placed.order.children[0].id, rupiah(placed.order.children[0].total)
        path = f"/pesanan/{placed.order.number}?token={placed.token}"
        page = desk.paid(placed.order, at=AT)
        with transaction():
            steps.decline(child_id, actor="seller:1", at=AT, reason="Habis")
        assert "ke kartu Anda" not in shopper.get(path).text
        assert worker.drain(at=AT) == 0
        order_trouble(desk.stage.world, page, Trouble("failed", timedelta(minutes=10)), at=AT)
    assert f"{amount} akan dikembalikan ke kartu Anda" in shopper.get(path).text
    seen = []
    for minutes in (0, 15, 60):
        with app.app_context():
            desk.stage.wire.at = AT + timedelta(minutes=minutes)
            refunding.send_due(at=desk.stage.wire.at)
        seen.append(shopper.get(path).text)
    assert f"{amount} sedang dalam perjalanan kembali ke kartu Anda" in seen[0]
    assert f"{amount} akan dikembalikan ke kartu Anda" in seen[1], "the bank said no; it is tried again"
    assert f"{amount} sudah dikirim kembali ke kartu Anda pada 10 Nov 2026, 11.00 WIB" in seen[2]
    assert seen[2].count("ke kartu Anda") == 1, "the other shop's part stays paid"
