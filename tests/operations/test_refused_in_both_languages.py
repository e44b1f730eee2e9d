"""Each form about money or stock, refused: 422, what was typed is there, reasons in the reader's language."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from tests import cast, direct, factories
from tests.browsing import Browser, words
from tests.counter_sales import stage as counter
from tests.orders.walks import walk
from tests.payments import parked_stage
from tests.payments.refund_stage import Sale
from tests.payouts import stage as payouts

# Words that no sentence of the other language does without; none of them is part of a name in the cast.
INDONESIAN = (
    "yang dan atau dari untuk dengan belum sudah tidak ini itu akan bisa kalau karena supaya pada sampai oleh"
    " juga lagi anda kami kembali semua setiap masih lalu tulis pilih lihat adalah dapat jika sebelum sesudah"
    " sedang tanpa hanya lebih paling banyak harga jumlah barang pesanan pembayaran toko penjual pembeli"
)
ENGLISH = (
    "the and with your you of for is are not this that from write choose must only already before after by to"
    " will can be it at on has have there least most price order seller buyer shop payment"
)
LANGUAGES = [("id", ENGLISH), ("en", INDONESIAN)]
ADDRESS = {"nama": "Budi", "alamat": "Dusun 2 RT 3", "patokan": "", "wilayah": cast.HURUN}
WAY = f"pengiriman-{cast.HER_SHOP}"
NO_PICTURE = b"GIF89a"
# Who sends it, to which page, and what is typed; words in braces come from the market.
FORMS: dict[str, tuple[str | None, str, dict[str, Any]]] = {
    "pieces": (None, "/keranjang", {"produk": cast.CHIPS, "jumlah": "banyak sekali"}),
    "checkout": (None, "/checkout", {**ADDRESS, "telepon": "12", "pembayaran": "cod", WAY: "antar"}),
    "checkout without ways": (None, "/checkout", {**ADDRESS, "telepon": "081234567890", WAY: ""}),
    "proof": (None, "/pesanan/{waiting}/bukti-transfer", {"toko": cast.HER_SHOP, "token": "{waiting_token}"}),
    "complaint": (
        None,
        "/pesanan/{brought}/komplain",
        {"toko": cast.HER_SHOP, "token": "{brought_token}", "alasan": " "},
    ),
    "account for a refund": (
        None,
        "/pesanan/{sold}/rekening-pengembalian",
        {"pengembalian": "{key}", "token": "{sold_token}", "bank": "BRI", "nomor": "abc", "atas_nama": ""},
    ),
    "refund": (cast.SELLER, "{refund}", {"jumlah": "1e3", "alasan": "Bocor"}),
    "refund of too much": (cast.SELLER, "{refund}", {"baris-{line}": "9", "alasan": ""}),
    "money handed back": (cast.SELLER, "{refund}/{key}/diberikan", {"catatan": ""}),
    "bank account": (cast.SELLER, "/penjual/rekening/bank", {"bank": "BRI", "nomor": "12ab34", "nama": ""}),
    "QRIS": (cast.SELLER, "/penjual/rekening/qris", {"teks": "0002 salah"}),
    "goods that came": (cast.SELLER, "{shelf}/masuk", {"jumlah": "1.5", "catatan": "Panen"}),
    "correction": (cast.SELLER, "{shelf}/koreksi", {"jumlah": "60", "alasan": "rusak"}),
    "correction without a reason": (cast.SELLER, "{shelf}/koreksi", {"jumlah": "-1"}),
    "count": (cast.SELLER, "{shelf}", {"jumlah": "sepuluh"}),
    "confirmed payment": (cast.SELLER, "/penjual/pesanan/{waiting}-1/pembayaran/terima", {"jumlah": "1e5"}),
    "refused proof": (cast.SELLER, "/penjual/pesanan/{waiting}-1/pembayaran/tolak", {"alasan": ""}),
    "counter sale": (
        cast.OPERATOR,
        "/gerai/jual",
        {"jumlah-{variant}": "99", "pembayaran": "ambil", "telepon": "12", "desa": cast.HANURA},
    ),
    "parked money": (
        cast.FINANCE,
        "/admin/dana-tertahan/{parked}",
        {"hasil": "counted", "referensi": "RK-1"},
    ),
    "parked money not said": (cast.FINANCE, "/admin/dana-tertahan/{parked}", {"catatan": "x" * 301}),
    "fee": (cast.FINANCE, "/admin/biaya", {"penerima": "village", "tarif": "31", "mulai": "besok"}),
    "money of a provider": (
        cast.FINANCE,
        "/admin/dana-masuk",
        {"penyedia": "stripe", "jumlah": "9e4", "biaya": "banyak", "tanggal": "kemarin", "referensi": ""},
    ),
    "payout": (cast.ADMIN, "{batch}/batalkan", {"alasan": " "}),
}


@pytest.fixture
def market(app: Flask) -> dict[str, str]:
    """A market with something to do at each desk."""
    at = now()
    with app.app_context():
        direct.bank_accounts()
        counter.consent(at=at)
        counter.open_bumdes(at=at)
        waiting = factories.order({cast.CHIPS: 1}, pay="transfer", at=at)
        brought = factories.order({cast.CHIPS: 1}, at=at)
        walk(brought.order.children[0], "delivered", at=at)
        sale = factories.order({cast.CRACKERS: 2}, at=at - timedelta(hours=1))
        sold = Sale(sale.order.children[0].id)
        factories.deliver(sale.order.children[0], at=at - timedelta(hours=1))
        sold.complete(at=at - timedelta(hours=1))
        key = sold.refund(amount=9_000, at=at).key
        with transaction():
            lines = [(accounts.clearing("stripe"), 100_000), (accounts.ESCROW, -100_000)]
            post("payment", "dm-1", lines, happened_at=at, at=at)
        payouts.bank(payouts.shop())
        payouts.sold(payouts.shop(), 60_000)
        payout = payouts.collected()[0]
        told = {
            "waiting": waiting.order.number,
            "waiting_token": waiting.token,
            "brought": brought.order.number,
            "brought_token": brought.token,
            "sold": sale.order.number,
            "sold_token": sale.token,
            "line": str(sold.row.lines[0].id),
            "key": key,
            "refund": f"/penjual/pesanan/{sold.row.number}/pengembalian-dana",
            "shelf": f"/penjual/stok/{cast.CHIPS}",
            "batch": f"/admin/pencairan/{payout.rpartition('-')[0]}",
            "parked": str(parked_stage.by_transfer(beyond=-23, at=at)),
            "variant": str(counter.variant(cast.CHIPS)),
        }
        db.session.remove()
    proof = {"toko": cast.HER_SHOP, "token": told["waiting_token"], "bukti": (direct.picture(), "bukti.jpg")}
    assert Browser(app).post(f"/pesanan/{told['waiting']}/bukti-transfer", proof).status_code == 303
    return told


@pytest.mark.parametrize(("language", "strange"), LANGUAGES)
def test_a_refused_form_of_money_or_stock_answers_in_the_language_of_its_page(
    app: Flask, market: dict[str, str], language: str, strange: str
) -> None:
    browsers: dict[str | None, Browser] = {}
    wrong: list[tuple[str, Any]] = []
    for name, (who, to, typed) in FORMS.items():
        browser = browsers.get(who) or browsers.setdefault(who, _browser(app, who, language, market))
        fields = {key.format(**market): value.format(**market) for key, value in typed.items()}
        sent: dict[str, Any] = (
            {**fields, "bukti": (BytesIO(NO_PICTURE), "bukti.gif")} if name == "proof" else fields
        )
        answer = browser.post(to.format(**market), sent)
        said = {word.lower() for word in re.findall(r"[A-Za-z]+", words(answer))}
        wrong += [(name, answer.status_code)] if answer.status_code != 422 else []
        wrong += [(name, "no reason beside a field")] if not _reasons(answer.text) else []
        wrong += [(name, value) for value in fields.values() if value.strip() not in answer.text]
        wrong += [(name, said & set(strange.split()))] if said & set(strange.split()) else []
    assert wrong == []


def _browser(app: Flask, who: str | None, language: str, market: dict[str, str]) -> Browser:
    browser = Browser(app, who)
    browser.post("/bahasa", {"bahasa": language})
    if who is None:
        browser.post("/keranjang", {"produk": cast.CHIPS, "jumlah": "1"})
    if who == cast.OPERATOR:
        browser.post("/gerai/jual", {"tambah": market["variant"], "desa": cast.HANURA})
    return browser


def _reasons(page: str) -> list[str]:
    """The reasons beside the fields, by the ids with which the fields name them."""
    named = re.findall(r'aria-describedby="([^"]*)"', page)
    ids = [each for found in named for each in found.split() if each.endswith("-salah")]
    return [each for each in ids if f'id="{each}"' in page]
