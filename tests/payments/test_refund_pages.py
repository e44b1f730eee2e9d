"""The pages of refunds: the seller gives back, finance transfers, the buyer reads and says where to."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import proofs
from marketplace.orders.models import OrderLine, SellerOrder
from marketplace.payments import handing_back, refunding
from marketplace.payments.models import Refund
from tests import cast, factories
from tests.browsing import Browser, words
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import TWO_KINDS, Sale, by_card, in_cash

ADMIN = "/admin/pengembalian-dana"
ACCOUNT = {"bank": "BRI", "nomor": "0012-3456-78", "atas_nama": "Budi"}


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


@pytest.fixture
def finance(app: Flask) -> Browser:
    """Who keeps the books."""
    return Browser(app, cast.FINANCE)


def card_sale(app: Flask, config: Config) -> Sale:
    """A completed card sale of hers, a moment ago."""
    at = now() - timedelta(hours=1)
    with app.app_context():
        sale = by_card(CardDesk(config.data_dir), TWO_KINDS, at=at).bring(at=at).complete(at=at)
        db.session.remove()
    return sale


def cash_sale(app: Flask) -> Sale:
    """The same for cash."""
    at = now() - timedelta(hours=1)
    with app.app_context():
        sale = in_cash(TWO_KINDS, at=at).complete(at=at)
        db.session.remove()
    return sale


def page_of(app: Flask, sale: Sale) -> str:
    with app.app_context():
        return f"/penjual/pesanan/{sale.row.number}/pengembalian-dana"


def lines_of(app: Flask, sale: Sale) -> list[int]:
    with app.app_context():
        rows = select(OrderLine.id).where(OrderLine.seller_order_id == sale.id).order_by(OrderLine.id)
        return list(db.session.scalars(rows))


def refunds(app: Flask) -> list[Refund]:
    with app.app_context():
        return list(db.session.scalars(select(Refund).order_by(Refund.id)).unique())


def hold(app: Flask) -> None:
    """All proofs hold."""
    with app.app_context():
        result = proofs.prove(at=now())
        assert result.holds, result.as_text()


def test_the_seller_looks_at_what_it_comes_to_and_then_gives_back(
    app: Flask, config: Config, seller: Browser
) -> None:
    sale = card_sale(app, config)
    page, (chips, _crackers) = page_of(app, sale), lines_of(app, sale)
    assert f'href="{page}"' in seller.get(page.rpartition("/")[0]).text
    wanted = {f"baris-{chips}": "2", "alasan": "Dua bungkus bocor", "layak": "1"}
    look = seller.post(page, wanted | {"pratinjau": "1"})
    assert look.status_code == 200 and refunds(app) == []
    said = words(look)
    assert "Pembeli menerima Rp36.000" in said and "Dari uang Anda Rp35.640" in said
    assert "Biaya layanan yang kembali Rp360" in said
    assert f'type="hidden" name="baris-{chips}" value="2"' in look.text
    answer = seller.post(page, wanted)
    assert (answer.status_code, answer.location) == (303, page)
    (made,) = refunds(app)
    assert (made.amount, made.words, made.way) == (36_000, "Dua bungkus bocor", "provider")
    assert made.lines[0].restocked == 2
    said = words(seller.get(page))
    assert "Belum dikembalikan" in said and "Dari 1 bungkus, nilainya Rp18.000" in said
    hold(app)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"alasan": ""}, "Tulis alasannya"),
        ({"jumlah": "15.5"}, "Tulis jumlahnya dengan angka"),
        ({"jumlah": "-1"}, "Tulis jumlahnya dengan angka"),
        ({"jumlah": "0"}, "Isi antara Rp1"),
        ({"jumlah": "99.999.999"}, "Isi antara Rp1"),
        ({"baris": "4"}, "Paling banyak 3"),
        ({"baris": "1e3"}, "angka bulat"),
        ({"baris": "٣"}, "angka bulat"),
        ({"baris": "1", "jumlah": "1000"}, "tidak keduanya"),
        ({}, "Isi berapa barang atau berapa rupiah"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    app: Flask, config: Config, seller: Browser, wrong: dict[str, str], said: str
) -> None:
    sale = card_sale(app, config)
    page, (chips, _crackers) = page_of(app, sale), lines_of(app, sale)
    typed = {"alasan": "Bocor"} | wrong
    if "baris" in typed:
        typed[f"baris-{chips}"] = typed.pop("baris")
    answer = seller.post(page, typed)
    assert answer.status_code == 422 and said in words(answer)
    for value in typed.values():
        assert value in answer.text
    assert refunds(app) == []


def test_the_same_form_again_gives_back_once(app: Flask, config: Config, seller: Browser) -> None:
    sale = card_sale(app, config)
    page = page_of(app, sale)
    key = re.search(r'name="kunci" value="([^"]+)"', seller.get(page).text)
    assert key
    form = {"jumlah": "5.000", "alasan": "Penyok", "kunci": key[1]}
    assert [seller.post(page, form).status_code for _time in range(3)] == [303, 303, 303]
    assert [made.amount for made in refunds(app)] == [5_000]


def test_what_cannot_be_given_back_now_is_said(app: Flask, seller: Browser) -> None:
    with app.app_context():
        number = factories.order({cast.CHIPS: 1}).order.children[0].number
        db.session.remove()
    page = f"/penjual/pesanan/{number}/pengembalian-dana"
    assert "Dana bisa dikembalikan setelah" in words(seller.get(page))
    assert seller.post(page, {"jumlah": "1", "alasan": "x"}).status_code == 409


def test_strangers_reach_no_refund(app: Flask, config: Config, finance: Browser) -> None:
    sale = card_sale(app, config)
    with app.app_context():
        key = sale.refund(amount=1_000, at=now()).key
        number = sale.row.number
        db.session.remove()
    page = f"/penjual/pesanan/{number}/pengembalian-dana"
    for stranger in (Browser(app, cast.OTHER_SELLER), finance):
        assert stranger.get(page).status_code == 404
        assert stranger.post(page, {"jumlah": "1", "alasan": "x"}).status_code == 404
        assert stranger.post(f"{page}/{key}/diberikan", {"catatan": "x"}).status_code == 404
    for who in (cast.SELLER, cast.OPERATOR, cast.PROVINCE_OFFICER):
        stranger = Browser(app, who)
        assert stranger.get(ADMIN).status_code == 404
        assert stranger.get(f"{ADMIN}/{key}").status_code == 404
        assert stranger.post(f"{ADMIN}/{key}/lewat-bank").status_code == 404
        assert stranger.post(f"{ADMIN}/{key}/terkirim", {"referensi": "x"}).status_code == 404
    order = number.rpartition("-")[0]
    keep = f"/pesanan/{order}/rekening-pengembalian"
    assert Browser(app).post(keep, ACCOUNT | {"pengembalian": key}).status_code == 404


def test_finance_takes_a_refund_over_and_says_that_the_bank_sent_it(
    app: Flask, config: Config, finance: Browser
) -> None:
    sale = card_sale(app, config)
    with app.app_context():
        key = sale.refund(amount=7_500, at=now()).key
        number = sale.row.number
        db.session.remove()
    page = f"{ADMIN}/{key}"
    assert number in words(finance.get(ADMIN))
    assert finance.post(f"{page}/terkirim", {"referensi": "TRX-1"}).status_code == 409
    assert finance.post(f"{page}/lewat-bank").status_code == 303
    assert finance.post(f"{page}/lewat-bank").status_code == 409
    assert "Pembeli belum menulis rekeningnya" in words(finance.get(page))
    assert finance.post(f"{page}/terkirim", {"referensi": " "}).status_code == 422
    assert finance.post(f"{page}/terkirim", {"referensi": "TRX-1"}).status_code == 303
    assert finance.post(f"{page}/terkirim", {"referensi": "TRX-2"}).status_code == 409
    (made,) = refunds(app)
    assert (made.status, made.way, made.reference) == ("succeeded", "bank", "TRX-1")
    assert made.done_by.startswith("finance:")
    with app.app_context():
        assert (balance(accounts.BANK), balance(accounts.BUYER_REFUNDS)) == (-7_500, 0)


def test_a_refund_on_its_way_is_not_taken_from_the_provider(
    app: Flask, config: Config, finance: Browser
) -> None:
    sale = card_sale(app, config)
    with app.app_context():
        made = sale.refund(amount=7_500, at=now())
        key = made.key
        with transaction():
            db.session.get_one(Refund, made.id).status = "requested"
        db.session.remove()
    assert finance.post(f"{ADMIN}/{key}/lewat-bank").status_code == 409
    assert refunds(app)[0].way == "provider"


def test_cash_is_given_by_hand_with_a_note_and_to_the_account_the_buyer_wants(
    app: Flask, seller: Browser
) -> None:
    at = now() - timedelta(hours=1)
    with app.app_context():
        placed = factories.order(TWO_KINDS, at=at)
        order, token = placed.order.number, placed.token
        child = placed.order.children[0]
        sale = Sale(child.id)
        factories.deliver(child, at=at)
        assert proofs.prove(at=at).in_flight == 0
        key = sale.complete(at=at).refund(amount=9_000, at=now()).key
        number = sale.row.number
        db.session.remove()
    buyer, page = Browser(app), f"/penjual/pesanan/{number}/pengembalian-dana"
    told = words(buyer.get(f"/pesanan/{order}?token={token}"))
    assert "Rp9.000 dikembalikan langsung oleh penjual" in told and "Kata penjual: Kemasan rusak" in told
    form = ACCOUNT | {"pengembalian": key, "token": token}
    keep = f"/pesanan/{order}/rekening-pengembalian"
    refused = buyer.post(keep, form | {"nomor": "abc"})
    assert refused.status_code == 422 and 'value="abc"' in refused.text and "hanya angka" in words(refused)
    assert buyer.post(keep, form).status_code == 303
    assert "BRI 0012345678 atas nama Budi" in words(seller.get(page))
    assert seller.post(f"{page}/{key}/diberikan", {"catatan": ""}).status_code == 422
    assert seller.post(f"{page}/{key}/diberikan", {"catatan": "Transfer BRI"}).status_code == 303
    assert seller.post(f"{page}/{key}/diberikan", {"catatan": "Lagi"}).status_code == 409
    assert buyer.post(keep, form).status_code == 409
    told = words(buyer.get(f"/pesanan/{order}?token={token}"))
    assert "Rp9.000 sudah diberikan penjual" in told and "Catatan penjual: Transfer BRI" in told
    assert "0012345678" not in seller.get(page).text and "0012345678" not in told
    with app.app_context():
        assert balance(accounts.BUYER_REFUNDS) == 0
        assert db.session.get_one(SellerOrder, sale.id).status == "completed"
    hold(app)


def test_a_provider_is_never_asked_for_what_a_person_sends(app: Flask, config: Config) -> None:
    sale = card_sale(app, config)
    with app.app_context():
        made = sale.refund(amount=7_500, at=now())
        with transaction():
            handing_back.take_over(handing_back.refund_named(made.key))
        assert refunding.send_due(at=now() + timedelta(days=9)) == 0
