"""The pages of permits: written by the shop, judged by its village, shown to buyers, closed to strangers."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.catalog.permits import watching
from marketplace.catalog.permits.models import Permit
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.sellers import opening
from tests import cast, factories
from tests.browsing import Browser, value_of, words

LIST, NEW, COUNTER = "/penjual/izin", "/penjual/izin/baru", "/gerai/izin"


@pytest.fixture
def seller(app: Flask) -> Browser:
    """She, at her desk."""
    return Browser(app, cast.SELLER)


@pytest.fixture
def operator(app: Flask) -> Browser:
    """The operator of her village."""
    return Browser(app, cast.OPERATOR)


def photo() -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(stream, "JPEG")
    stream.seek(0)
    return stream, "izin.jpg"


def answers(**changes: Any) -> dict[str, Any]:
    fields = {
        "jenis": "pirt",
        "nomor": "2101871012345-31",
        "pemegang": "Sari",
        "berlaku": "semua",
        "terbit": "",
        "berakhir": "",
    }
    return {**fields, **changes}


def permits(app: Flask) -> list[Permit]:
    with app.app_context():
        return list(db.session.scalars(select(Permit).order_by(Permit.id)).unique())


def test_the_list_says_what_is_missing_and_where_it_is_obtained(app: Flask, seller: Browser) -> None:
    page = seller.get(LIST)
    assert "P-IRT atau BPOM MD" in words(page) and "3 produk" in words(page)
    assert 'href="https://oss.go.id"' in page.text and 'href="/penjual/izin/baru?jenis=pirt"' in page.text


def test_a_band_tells_until_when_goods_stay_and_that_they_are_gone(app: Flask, seller: Browser) -> None:
    with app.app_context():
        watching.watch(now())
    assert "3 produk belum punya izin" in words(seller.get("/penjual/produk"))
    with app.app_context():
        watching.watch(now() + timedelta(days=31))
    for page in ("/penjual/produk", "/penjual/stok", LIST):
        assert "3 produk tidak tampil karena izinnya" in words(seller.get(page))
    assert seller.get(f"/produk/{cast.CHIPS}").status_code == 404
    seller.post(NEW, answers())
    assert "tidak tampil karena izinnya" not in words(seller.get("/penjual/produk"))
    assert seller.get(f"/produk/{cast.CHIPS}").status_code == 200


def test_a_permit_is_written_down_with_a_photo_that_only_shop_and_village_see(
    app: Flask, seller: Browser, operator: Browser
) -> None:
    done = seller.post(NEW, answers(foto=photo(), berlaku="sebagian", produk=[str(_id(app))]))
    assert done.status_code == 303
    page = seller.get(done.location)
    assert "2101871012345-31" in page.text and "tinggal" not in page.text and "2031" in page.text
    assert "Keripik Pisang Cokelat" in page.text
    for who in (seller, operator):
        number = permits(app)[0].id
        address = f"{LIST if who is seller else COUNTER}/{number}/foto"
        answer = who.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-store"
    for stranger in (cast.OTHER_SELLER, cast.BUYER, cast.FINANCE):
        for address in (f"{LIST}/{number}/foto", f"{COUNTER}/{number}/foto", f"{LIST}/{number}"):
            assert Browser(app, stranger).get(address).status_code == 404


def test_an_odd_number_is_taken_and_the_doubt_stands_beside_it(
    app: Flask, seller: Browser, operator: Browser
) -> None:
    done = seller.post(NEW, answers(nomor="12345"))
    assert done.status_code == 303
    assert "biasanya 15 angka" in words(seller.get(done.location))
    assert "biasanya 15 angka" in words(operator.get(COUNTER))


def test_a_refused_permit_keeps_what_was_typed_and_the_photo(app: Flask, seller: Browser) -> None:
    refused = seller.post(NEW, answers(nomor="2101871012345-24", foto=photo()))
    assert refused.status_code == 422
    assert "sudah berakhir pada 31 Desember 2024" in words(refused)
    assert value_of(refused, "nomor") == "2101871012345-24"
    word = value_of(refused, "foto_tersimpan")
    assert word and "Foto sudah terkirim" in words(refused)
    assert seller.post(NEW, answers(foto_tersimpan=word)).status_code == 303
    assert permits(app)[0].picture_key
    forged = seller.post(
        NEW, answers(jenis="nib", nomor="9120001234567", foto_tersimpan='"' + "a" * 32 + '".x')
    )
    assert forged.status_code == 303 and permits(app)[1].picture_key == ""


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"jenis": "sim"}, "Pilih jenis izinnya"),
        ({"nomor": ""}, "Tulis nomor izinnya"),
        ({"berakhir": "besok"}, "Tulis tanggal seperti"),
        ({"berlaku": "sebagian"}, "Centang produk"),
        ({"foto": (io.BytesIO(b"GIF89a"), "a.gif")}, "Berkas GIF tidak bisa dipakai"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field(
    app: Flask, seller: Browser, changes: dict[str, Any], reason: str
) -> None:
    refused = seller.post(NEW, answers(**changes))
    assert refused.status_code == 422 and reason in words(refused)
    assert permits(app) == []


def test_the_village_looks_and_the_buyer_sees_who_did(app: Flask, seller: Browser, operator: Browser) -> None:
    seller.post(NEW, answers())
    (permit,) = permits(app)
    guest = Browser(app)
    shown = words(guest.get(f"/produk/{cast.CHIPS}"))
    assert "P-IRT 2101871012345-31" in shown and "diperiksa gerai desa" not in shown
    refused = operator.post(
        f"{COUNTER}/{permit.id}", {"putusan": "rejected", "alasan": "", "semula": "waiting"}
    )
    assert refused.status_code == 422 and "Tulis alasannya" in words(refused)
    assert (
        operator.post(f"{COUNTER}/{permit.id}", {"putusan": "verified", "semula": "waiting"}).status_code
        == 303
    )
    assert "diperiksa gerai desa" in words(guest.get(f"/produk/{cast.CHIPS}"))
    late = operator.post(
        f"{COUNTER}/{permit.id}", {"putusan": "rejected", "alasan": "Salah", "semula": "waiting"}
    )
    assert late.status_code == 409
    again = {"putusan": "rejected", "alasan": "Nomor milik orang lain", "semula": "verified"}
    assert operator.post(f"{COUNTER}/{permit.id}", again).status_code == 303
    assert "Nomor milik orang lain" in words(seller.get(f"{LIST}/{permit.id}"))
    assert "2101871012345-31" not in guest.get(f"/produk/{cast.CHIPS}").text


def test_nobody_judges_permits_of_another_region(app: Flask, seller: Browser) -> None:
    Browser(app, cast.OTHER_SELLER).post(NEW, answers())
    (permit,) = permits(app)
    for stranger in (cast.OPERATOR, cast.FINANCE, cast.DISTRICT_OFFICER, cast.SELLER):
        browser = Browser(app, stranger)
        assert "2101871012345-31" not in browser.get(COUNTER).text
        fields = {"putusan": "verified", "semula": "waiting"}
        assert browser.post(f"{COUNTER}/{permit.id}", fields).status_code == 404
    assert Browser(app, cast.ADMIN).post(f"{COUNTER}/{permit.id}", fields).status_code == 303


def test_a_renewal_follows_the_old_record(app: Flask, seller: Browser) -> None:
    seller.post(NEW, answers())
    (old,) = permits(app)
    page = seller.get(f"{NEW}?ganti={old.id}")
    assert value_of(page, "nomor") == "2101871012345-31" and value_of(page, "ganti") == str(old.id)
    seller.post(NEW, answers(nomor="2101871012345-36", ganti=str(old.id)))
    assert permits(app)[1].follows_id == old.id
    assert "Sudah diganti" in words(seller.get(LIST))
    assert seller.post(NEW, answers(ganti=str(old.id))).status_code == 409
    assert Browser(app, cast.OTHER_SELLER).post(NEW, answers(ganti=str(old.id))).status_code == 404


def test_more_goods_and_exemptions_reach_the_own_shop_only(app: Flask, seller: Browser) -> None:
    seller.post(NEW, answers(berlaku="sebagian", produk=[str(_id(app))]))
    number = permits(app)[0].id
    more = {"produk": [str(_id(app, cast.CRACKERS)), str(_id(app, cast.COFFEE))]}
    assert seller.post(f"{LIST}/{number}/produk", more).status_code == 303
    page = words(seller.get(f"{LIST}/{number}"))
    assert "Kerupuk Ikan" in page and "Kopi" not in page.split("Berlaku untuk")[1].split("Juga untuk")[0]
    assert seller.post(f"{LIST}/tanpa-izin/{cast.LOCAL_SNACK}", {"alasan": "singkat"}).status_code == 303
    assert "Tahan paling lama 7 hari" in words(seller.get(LIST))
    assert seller.post(f"{LIST}/tanpa-izin/{cast.COFFEE}", {"alasan": "singkat"}).status_code == 404
    stranger = Browser(app, cast.OTHER_SELLER)
    assert stranger.post(f"{LIST}/{number}/produk", more).status_code == 404


def test_a_wrong_entry_is_ended_by_its_own_shop_only(app: Flask, seller: Browser) -> None:
    address = seller.post(NEW, answers()).location
    assert Browser(app, cast.OTHER_SELLER).post(f"{address}/akhiri", {"alasan": "salah"}).status_code == 404
    assert "Akhiri izin ini" in words(seller.get(address))
    seller.post(f"{address}/akhiri", {"alasan": "salah", "keterangan": "Nomor tetangga"})
    page = words(seller.get(address))
    assert "Anda mengakhiri izin ini: Salah catat. Nomor tetangga" in page and "Akhiri izin ini" not in page
    assert "Diakhiri toko" in words(seller.get("/penjual/izin"))


def test_a_stopped_shop_writes_no_permits(app: Flask, seller: Browser) -> None:
    seller.post(NEW, answers(berlaku="sebagian", produk=[str(_id(app))]))
    number = permits(app)[0].id
    with app.app_context(), transaction():
        opening.suspend(factories.shop(cast.HER_SHOP), at=now())
    more = {"produk": [str(_id(app, cast.CRACKERS))]}
    assert seller.post(NEW, answers(jenis="nib", nomor="9120001234567")).status_code == 409
    assert seller.post(f"{LIST}/{number}/produk", more).status_code == 409
    assert seller.post(f"{LIST}/tanpa-izin/{cast.LOCAL_SNACK}", {"alasan": "singkat"}).status_code == 409
    assert len(permits(app)) == 1 and seller.get(LIST).status_code == 200


def _id(app: Flask, slug: str = cast.CHIPS) -> int:
    with app.app_context():
        return factories.product(slug).id
