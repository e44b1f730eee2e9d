"""The main story, paid by card: from a seller's phone in the village to two figures of an officer."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.orders.models import Order
from marketplace.payments.models import PaymentAttempt, ProviderEvent
from tests import cast
from tests.browser import figures, steps
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.steps import Buyer, Goods
from tests.served import Served

EMPING = Goods("Emping Melinjo Pedas Manis", 27_500, 12, "Keripik & Kerupuk")
HER_NAME, HIS_NAME = "Keripik Bu Sari", "Kopi Podomoro"
BUYER = Buyer()


def test_a_card_sale_of_two_villages_becomes_two_figures(
    open_page: OpenPage, phone: Page, served: Served, real_server: None, tmp_path: Path
) -> None:
    month, buyer = figures.this_month(), phone

    officer = open_page(**DESK)
    steps.sign_in(officer, cast.PROVINCE_OFFICER)
    before = {village: figures.read(officer, village, month) for village in (cast.HANURA, cast.PODOMORO)}

    seller = open_page(**PHONE)
    steps.sign_in(seller, cast.SELLER)
    steps.publish(seller, EMPING, steps.photograph(tmp_path))

    steps.find(buyer, "emping pedas", EMPING.name)
    steps.sees_the_photo(buyer)
    steps.put_into_basket(buyer, 2)
    steps.take(buyer, cast.CRACKERS)
    steps.take(buyer, cast.COFFEE, 3)
    number = _order_by_card(buyer)
    goods = {cast.HANURA: 2 * EMPING.price + 12_500, cast.PODOMORO: 3 * 65_000}

    session = _pay_at_the_hosted_page(buyer)
    assert steps.states(buyer) == dict.fromkeys((HER_NAME, HIS_NAME), "Menunggu konfirmasi penjual")
    expect(buyer.get_by_text("Kartu debit atau kredit · lunas")).to_be_visible()
    _the_webhook_comes_again(buyer, session)
    assert _payments(served, number) == (["paid"], 1)

    other_seller = open_page(**PHONE)
    steps.sign_in(other_seller, cast.OTHER_SELLER)
    steps.deliver(seller, number, "sendiri")
    steps.deliver(other_seller, number, "jne", "JT1234567890")

    buyer.reload()
    assert steps.states(buyer) == dict.fromkeys((HER_NAME, HIS_NAME), "Sampai")
    expect(buyer.get_by_text("Resi JNE: JT1234567890")).to_be_visible()
    steps.confirm_receipt(buyer, HER_NAME)
    steps.confirm_receipt(buyer, HIS_NAME)

    for village, value in goods.items():
        figures.wait_for(officer, village, month, before[village].value + value)
    rises = {village: figures.read(officer, village, month).more_than(old) for village, old in before.items()}
    assert rises[cast.HANURA] == (
        goods[cast.HANURA],
        {EMPING.name: ("2 bungkus", 2 * EMPING.price), "Kerupuk Ikan": ("1 bungkus", 12_500)},
    )
    assert rises[cast.PODOMORO] == (goods[cast.PODOMORO], {"Kopi Robusta Bubuk": ("3 bungkus", 195_000)})

    proofs = served.command("reconcile")
    assert proofs.returncode == 0, proofs.stdout + proofs.stderr


def _order_by_card(buyer: Page) -> str:
    """Destination, ways, fees and the total before binding; what is asked for at the end is that total."""
    steps.go_to_checkout(buyer)
    steps.unfold_to_the_village(buyer, "Kabupaten Pesawaran", "Teluk Pandan", "Hurun")
    expect(buyer.get_by_text("Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran")).to_be_visible()
    steps.write_the_address(buyer, BUYER)
    steps.choose_way(buyer, cast.HER_SHOP, "antar")
    steps.choose_way(buyer, cast.HIS_SHOP, "ekspedisi:jne-REG")
    steps.pay_by(buyer, "Kartu debit atau kredit")
    bill = steps.bill(buyer)
    assert dict(bill.rows)[HER_NAME] == 67_500
    assert dict(bill.rows)[HIS_NAME] == 195_000
    assert set(bill.fees) == {"Diantar penjual", "JNE Layanan Reguler"}
    assert min(bill.fees.values()) > 0
    assert bill.total == 67_500 + 195_000 + sum(bill.fees.values())
    steps.goes_on(steps.press(buyer, "Buat pesanan"))
    assert "/simulasi/stripe/bayar/" in buyer.url
    assert steps.amount(buyer.locator(".total").inner_text()) == bill.total
    reference = buyer.locator(".reference").inner_text()
    return reference.removeprefix("Pesanan ")


def _pay_at_the_hosted_page(buyer: Page) -> str:
    """The page says that it is a simulation, tells of a refused card, takes the next; the session's name."""
    session = buyer.url.rpartition("/")[2]
    expect(buyer.locator("header")).to_contain_text("SIMULASI")
    steps.press(buyer, "Kartu ditolak")
    expect(buyer.get_by_role("alert")).to_contain_text("Kartu Anda ditolak.")
    steps.goes_on(steps.press(buyer, "Bayar dengan kartu uji"))
    assert "/pesanan/DM-" in buyer.url
    return session


def _the_webhook_comes_again(buyer: Page, session: str) -> None:
    """Stripe tells of the same payment a second time, and is answered as before."""
    state = _desk(buyer, session, {"aksi": "bayar", "kirim": "1"})
    paid = [one for one in state["deliveries"] if one["state"] != "given_up"]
    events = [one["event_id"] for one in paid]
    repeated = max(set(events), key=events.count)
    assert events.count(repeated) == 2
    assert [one["http_status"] for one in paid if one["event_id"] == repeated] == [200, 200]


def _desk(buyer: Page, session: str, order: dict[str, str | float | bool]) -> dict[str, Any]:
    answer = buyer.request.post(f"/simulasi/stripe/kendali/{session}", form=order)
    assert answer.ok, answer.text()
    state: dict[str, Any] = json.loads(answer.body())
    return state


def _payments(served: Served, number: str) -> tuple[list[str], int]:
    """The states of the order's payments, and how many messages about a payment count."""
    with served.app():
        order = db.session.scalars(select(Order).where(Order.number == number)).unique().one()
        attempts = db.session.scalars(select(PaymentAttempt).where(PaymentAttempt.order_id == order.id)).all()
        told = db.session.scalars(
            select(ProviderEvent).where(
                ProviderEvent.reference.in_([one.reference for one in attempts]), ProviderEvent.kind == "paid"
            )
        ).all()
        assert all(child.paid_at for child in order.children)
        return [attempt.status for attempt in attempts], len(told)
