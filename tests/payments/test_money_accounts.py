"""Where money is to go: a shop says it for itself, an operator for the village, and nobody for others."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.payments import qris
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount
from tests import cast, direct, factories
from tests.shopper import Shopper, path_of

BANK = {"bank": "Bank Lampung", "nomor": "3800 123-456", "nama": " Sari  Dewi "}
HERS = direct.QRIS_TEXTS[cast.HER_SHOP]


@pytest.fixture
def seller(app: Flask) -> Shopper:
    """She, at her desk."""
    shopper = Shopper(app.test_client())
    shopper.sign_in(cast.SELLER)
    return shopper


def _rows(app: Flask) -> list[MoneyAccount]:
    with app.app_context():
        return list(db.session.scalars(select(MoneyAccount).order_by(MoneyAccount.id)))


def test_a_bank_account_is_kept_as_digits_with_who_added_it(app: Flask, seller: Shopper) -> None:
    assert path_of(seller.post("/penjual/rekening/bank", **BANK)) == "/penjual/rekening"
    (row,) = _rows(app)
    assert (row.bank, row.number, row.holder, row.kind) == ("Bank Lampung", "3800123456", "Sari Dewi", "bank")
    page = seller.get("/penjual/rekening").text
    assert "3800123456" in page and "oleh Sari" in page and "Dipakai" in page


def test_another_account_ends_the_first_one_and_the_history_tells_both(app: Flask, seller: Shopper) -> None:
    seller.post("/penjual/rekening/bank", **BANK)
    seller.post("/penjual/rekening/bank", **{**BANK, "nomor": "9876543210"})
    first, second = _rows(app)
    assert first.ended_at is not None and second.ended_at is None
    page = seller.get("/penjual/rekening").text
    assert page.index("9876543210") < page.index("3800123456") and "sampai" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nomor": "12ab34"}, "6 sampai 20 angka"),
        ({"nomor": "123"}, "6 sampai 20 angka"),
        ({"nama": ""}, "buku tabungan"),
        ({"bank": "x" * 41}, "Paling banyak 40"),
    ],
)
def test_a_refused_account_keeps_what_was_typed(
    app: Flask, seller: Shopper, changed: dict[str, str], words: str
) -> None:
    answer = seller.post("/penjual/rekening/bank", **{**BANK, **changed})
    assert answer.status_code == 422 and words in answer.text
    assert (changed.get("nomor") or BANK["nomor"]) in answer.text and _rows(app) == []


def test_a_qris_is_kept_only_after_its_name_was_looked_at(app: Flask, seller: Shopper) -> None:
    looked = seller.post("/penjual/rekening/qris", teks=HERS)
    assert looked.status_code == 422 and "KERIPIK BU SARI" in looked.text and "ID1020000000001" in looked.text
    assert _rows(app) == []
    assert seller.post("/penjual/rekening/qris", teks=HERS, cocok="y").status_code == 303
    (row,) = _rows(app)
    assert (row.kind, row.holder, row.qris) == ("qris", "KERIPIK BU SARI", HERS)


def test_a_qris_is_read_off_a_picture(app: Flask, seller: Shopper) -> None:
    sent = {"csrf_token": seller.token(), "gambar": (direct.qris_photo(HERS), "stiker.jpg")}
    looked = seller.client.post("/penjual/rekening/qris", data=sent)
    assert looked.status_code == 422 and "KERIPIK BU SARI" in looked.text and HERS in looked.text
    broken = {"csrf_token": seller.token(), "gambar": (BytesIO(b"%PDF-1.7"), "stiker.pdf")}
    refused = seller.client.post("/penjual/rekening/qris", data=broken)
    assert refused.status_code == 422 and "PDF" in refused.text
    assert _rows(app) == []


def test_a_qris_with_an_amount_is_refused(app: Flask, seller: Shopper) -> None:
    answer = seller.post("/penjual/rekening/qris", teks=qris.payable(HERS, 5_000), cocok="y")
    assert answer.status_code == 422 and "satu pembayaran" in answer.text and _rows(app) == []


def test_an_operator_says_it_for_the_village_and_shops_without_one_use_it(app: Flask) -> None:
    operator = Shopper(app.test_client())
    operator.sign_in(cast.OPERATOR)
    assert "Desa Hanura" in operator.get("/gerai/rekening").text
    answer = operator.post("/gerai/rekening/bank", desa=cast.HANURA, **BANK)
    assert path_of(answer) == f"/gerai/rekening?desa={cast.HANURA}"
    with app.app_context():
        hers, his = factories.shop(cast.HER_SHOP), factories.shop(cast.HIS_SHOP)
        used = money_accounts.accounts_of([hers, his], "bank")
        assert used[hers.id].village_code == cast.HANURA and his.id not in used


def test_nobody_says_where_the_money_of_others_goes(app: Flask) -> None:
    for email in (cast.OPERATOR, cast.FINANCE, cast.OTHER_SELLER, cast.DISTRICT_OFFICER, cast.BUYER):
        stranger = Shopper(app.test_client())
        stranger.sign_in(email)
        answer = stranger.post("/gerai/rekening/bank", desa=cast.PODOMORO, **BANK)
        assert answer.status_code == 404, email
        assert stranger.get(f"/gerai/rekening?desa={cast.PODOMORO}").status_code == 404, email
        if email != cast.OTHER_SELLER:
            assert stranger.post("/penjual/rekening/bank", **BANK).status_code == 404, email
        assert stranger.post("/penjual/rekening/bank", toko=cast.HER_SHOP, **BANK).status_code == 404, email
    guest = Shopper(app.test_client())
    assert path_of(guest.get("/penjual/rekening")).startswith("/masuk")
    with app.app_context():
        assert db.session.scalars(select(MoneyAccount).where(MoneyAccount.shop_id.is_(None))).all() == []


def test_an_administrator_names_the_village(app: Flask) -> None:
    admin = Shopper(app.test_client())
    admin.sign_in(cast.ADMIN)
    assert "Kode desa" in admin.get("/gerai/rekening").text
    assert "Podomoro" in admin.get(f"/gerai/rekening?desa={cast.PODOMORO}").text
    assert admin.get("/gerai/rekening?desa=18.09").status_code == 404
    assert admin.get("/gerai/rekening?desa=x").status_code == 404
