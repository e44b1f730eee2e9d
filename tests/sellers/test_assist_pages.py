"""The pages of assisted selling: the counter records consent and helps, the owner sees all and ends it."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now
from marketplace.kit.transaction import transaction
from marketplace.sellers.assist_models import AssistConsent
from marketplace.sellers.models import SUSPENDED, Shop, ShopMember
from tests import cast, factories
from tests.browsing import Browser, words
from tests.catalog.test_seller_pages import answers, photo
from tests.sellers.test_assisting import acts, consented

COUNTER, SHOP = "/gerai/bantuan", f"/gerai/bantuan/{cast.HER_SHOP}"
OWN = "/penjual/toko/bantuan"
STOCK = f"/penjual/stok/{cast.CHIPS}"
SPOKEN = {"cara": "lisan", "saksi": "Bu Kadus", "setuju": "y"}
BAND = "Anda membantu Keripik Bu Sari atas nama pemilik"


@pytest.fixture
def operator(app: Flask) -> Browser:
    """The operator of Hanura."""
    return Browser(app, cast.OPERATOR)


@pytest.fixture
def owner(app: Flask) -> Browser:
    """She, whose shop it is."""
    return Browser(app, cast.SELLER)


def recount(browser: Browser, seen: int, counted: int) -> int:
    return browser.post(STOCK, {"jumlah": str(counted), "semula": str(seen), "dari": "produk"}).status_code


def test_a_seller_is_helped_from_consent_to_slip(app: Flask, operator: Browser) -> None:
    assert "Belum ada izin" in words(operator.get(COUNTER))
    assert operator.post(f"{SHOP}/izin", SPOKEN).location == SHOP
    assert "Boleh dibantu" in words(operator.get(COUNTER))
    assert "Lisan di gerai, saksi Bu Kadus" in words(operator.get(SHOP))
    assert operator.post(f"{SHOP}/mulai").location == "/penjual/pesanan"
    for page in ("/penjual/pesanan", "/produk", COUNTER):
        assert BAND in words(operator.get(page))
    assert recount(operator, 50, 44) == 303
    assert operator.post(f"{SHOP}/selesai").location == SHOP
    assert BAND not in words(operator.get(SHOP))
    assert recount(operator, 44, 40) == 404
    slip = words(operator.get(f"{SHOP}/slip?tanggal={day_wib(now())}"))
    assert "Menghitung ulang stok Keripik Pisang Cokelat" in slip and "Atas nama Sari" in slip
    assert "Tidak ada yang dilakukan" in words(operator.get(f"{SHOP}/slip?tanggal=2026-01-02"))
    assert operator.get(f"{SHOP}/slip?tanggal=kemarin").status_code == 200


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"cara": ""}, "Pilih cara izin"),
        ({"saksi": "  "}, "Tulis nama saksi"),
        ({"setuju": ""}, "Bacakan dulu teksnya"),
    ],
)
def test_a_consent_is_recorded_whole_or_not(
    app: Flask, operator: Browser, change: dict[str, str], reason: str
) -> None:
    refused = operator.post(f"{SHOP}/izin", SPOKEN | change)
    assert refused.status_code == 422
    assert reason in words(refused)
    assert operator.post(f"{SHOP}/mulai").status_code == 404


def test_the_photo_of_a_letter_is_for_the_operator_only(
    app: Flask, operator: Browser, owner: Browser
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(picture, "JPEG")
    picture.seek(0)
    fields = {"cara": "surat", "setuju": "y", "surat": (picture, "surat.jpg")}
    assert operator.post(f"{SHOP}/izin", fields).status_code == 303
    found = re.search(rf"{SHOP}/surat/\d+", operator.get(SHOP).text)
    assert found
    shown = operator.get(found[0])
    assert shown.mimetype == "image/jpeg" and "no-store" in shown.headers["Cache-Control"]
    assert owner.get(found[0]).status_code == 404
    assert Browser(app).get(found[0]).status_code == 303
    broken = {"cara": "surat", "setuju": "y", "surat": (io.BytesIO(b"<svg/>"), "surat.jpg")}
    assert operator.post(f"{SHOP}/izin", broken).status_code == 422


def test_shops_of_other_villages_are_not_there(app: Flask, operator: Browser) -> None:
    other = f"{COUNTER}/{cast.HIS_SHOP}"
    assert cast.HIS_SHOP not in operator.get(COUNTER).text
    assert [operator.get(other).status_code, operator.get(f"{other}/slip").status_code] == [404, 404]
    for step in ("izin", "mulai", "akhiri"):
        assert operator.post(f"{other}/{step}", SPOKEN).status_code == 404


@pytest.mark.parametrize("who", [cast.FINANCE, cast.SELLER, cast.VILLAGE_OFFICER_OF_ELSEWHERE])
def test_only_the_operator_helps(app: Flask, who: str) -> None:
    stranger = Browser(app, who)
    assert stranger.get(SHOP).status_code == 404
    assert stranger.post(f"{SHOP}/izin", SPOKEN).status_code == 404
    assert stranger.post(f"{SHOP}/mulai").status_code == 404


def test_the_owner_sees_each_act_and_ends_the_help(app: Flask, operator: Browser, owner: Browser) -> None:
    consent_id = consented(app)
    operator.post(f"{SHOP}/mulai")
    assert recount(operator, 50, 44) == 303
    page = words(owner.get(OWN))
    assert "Menghitung ulang stok: Keripik Pisang Cokelat" in page
    assert "Operator Hanura atas nama Sari" in page
    assert owner.post(f"{OWN}/{consent_id}/akhiri").location == OWN
    assert recount(operator, 44, 40) == 409
    assert owner.post(f"{OWN}/{consent_id}/akhiri").status_code == 409
    assert len(acts(app)) == 1


def test_the_owner_gives_consent_in_the_application(app: Flask, operator: Browser, owner: Browser) -> None:
    with app.app_context():
        helper = str(factories.person(cast.OPERATOR).id)
        elsewhere = str(factories.person(cast.VILLAGE_OFFICER_OF_ELSEWHERE).id)
    assert owner.post(OWN, {"operator": helper}).status_code == 422
    assert owner.post(OWN, {"operator": elsewhere, "setuju": "ya"}).status_code == 404
    assert owner.post(OWN, {"operator": helper, "setuju": "ya"}).location == OWN
    assert "Di aplikasi oleh pemilik" in words(owner.get(OWN))
    assert operator.post(f"{SHOP}/mulai").status_code == 303


def test_a_stranger_ends_no_help(app: Flask) -> None:
    consent_id = consented(app)
    assert Browser(app, cast.OTHER_SELLER).post(f"{OWN}/{consent_id}/akhiri").status_code == 404
    with app.app_context():
        assert db.session.get_one(AssistConsent, consent_id).ended_at is None


def test_money_members_and_consent_stay_with_the_owner(app: Flask, operator: Browser) -> None:
    consent_id = consented(app)
    operator.post(f"{SHOP}/mulai")
    pages = (OWN, "/penjual/rekening", "/penjual/saldo", "/penjual/saldo.csv", "/penjual/saldo/laporan")
    assert [operator.get(page).status_code for page in pages] == [404] * len(pages)
    bank = {"bank": "BRI", "nomor": "1234567890", "nama": "Operator"}
    assert operator.post("/penjual/rekening/bank", bank).status_code == 404
    assert operator.post(OWN, {"setuju": "ya"}).status_code == 404
    assert operator.post(f"{OWN}/{consent_id}/akhiri").status_code == 404
    assert acts(app) == []


def test_the_seller_ends_the_help_at_the_counter(app: Flask, operator: Browser) -> None:
    consented(app)
    operator.post(f"{SHOP}/mulai")
    assert operator.post(f"{SHOP}/akhiri", {"alasan": "Anak saya sudah pulang"}).status_code == 303
    assert recount(operator, 50, 44) == 409
    assert "Anak saya sudah pulang" in words(operator.get(SHOP))
    assert operator.post(f"{SHOP}/akhiri").status_code == 404


def test_a_shop_without_an_account_is_opened_and_stocked_at_the_counter(
    app: Flask, operator: Browser
) -> None:
    fields = SPOKEN | {
        "nama": "Anyaman Mbah Sum",
        "jenis": "umkm",
        "desa": cast.HANURA,
        "telepon": "0812 3456 7890",
    }
    made = operator.post(f"{COUNTER}/toko-baru", fields)
    assert made.location == f"{COUNTER}/anyaman-mbah-sum"
    assert "Belum punya akun" in words(operator.get(made.location))
    assert operator.post(f"{made.location}/mulai").status_code == 303
    assert "Anyaman Mbah Sum" in words(operator.get("/penjual/produk"))
    with app.app_context():
        shop = db.session.scalars(select(Shop).where(Shop.name == "Anyaman Mbah Sum")).one()
        assert (shop.status, shop.phone) == ("applied", "+6281234567890")


def test_orders_of_a_stopped_shop_without_an_account_are_brought_to_an_end(
    app: Flask, operator: Browser
) -> None:
    with app.app_context():
        number = factories.order({cast.CHIPS: 1}, at=now()).order.children[0].number
        with transaction() as session:
            shop = factories.shop(cast.HER_SHOP)
            for member in session.scalars(select(ShopMember).where(ShopMember.shop_id == shop.id)):
                session.delete(member)
            shop.status = SUSPENDED
    operator.post(f"{SHOP}/izin", SPOKEN)
    assert operator.post(f"{SHOP}/mulai").status_code == 303
    assert operator.post(f"/penjual/pesanan/{number}/terima").status_code == 303
    assert recount(operator, 50, 44) == 409
    with app.app_context():
        assert [act[:2] for act in acts(app)] == [("Menerima pesanan", number)]


def test_a_seller_who_has_an_account_now_takes_the_shop_over(app: Flask, operator: Browser) -> None:
    fields = SPOKEN | {"nama": "Mbah Sum", "jenis": "umkm", "desa": cast.HANURA, "telepon": "0812 3456 7890"}
    here = operator.post(f"{COUNTER}/toko-baru", fields).location
    assert operator.post(f"{here}/undang").location == here
    found = re.search(r"/penjual/undangan/[\w-]+", operator.get(here).text)
    assert found and found[0] not in operator.get(here).text
    assert operator.post(found[0]).status_code == 409
    seller = Browser(app, cast.BUYER)
    assert "Mbah Sum" in words(seller.get(found[0]))
    assert seller.post(found[0]).status_code == 303
    assert "Bantuan operator" in words(seller.get("/penjual/toko"))
    assert "Budi Pembeli" in words(operator.get(here))
    assert operator.post(f"{here}/undang").status_code == 404
    assert operator.post(f"{SHOP}/undang").status_code == 404


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"desa": cast.PODOMORO}, "Pilih desa dari daftar"),
        ({"telepon": "12"}, "Tulis nomor telepon"),
        ({"nama": ""}, "Tulis nama tokonya"),
        ({"jenis": "warung"}, "Pilih jenis usaha"),
        ({"saksi": ""}, "Tulis nama saksi"),
    ],
)
def test_a_shop_at_the_counter_is_refused_with_everything_typed(
    app: Flask, operator: Browser, change: dict[str, str], reason: str
) -> None:
    fields = SPOKEN | {"nama": "Mbah Sum", "jenis": "umkm", "desa": cast.HANURA, "telepon": "0812 3456 7890"}
    refused = operator.post(f"{COUNTER}/toko-baru", fields | change)
    assert refused.status_code == 422
    assert reason in words(refused)
    with app.app_context():
        assert db.session.scalar(select(Shop).where(Shop.name == "Mbah Sum")) is None


def test_the_counter_finds_a_shop_by_its_name(app: Flask, operator: Browser) -> None:
    assert "Keripik Bu Sari" in words(operator.get(f"{COUNTER}?q=SARI"))
    assert "Tidak ada toko yang cocok" in words(operator.get(f"{COUNTER}?q=%25"))


def test_an_old_consent_is_shown_as_over(app: Flask, operator: Browser) -> None:
    consented(app, days_ago=timedelta(days=91).days)
    page = words(operator.get(SHOP))
    assert "Sudah lewat waktunya" in page and "Catat izin penjual" in page
    assert operator.post(f"{SHOP}/mulai").status_code == 404


def test_a_product_that_is_sent_twice_is_one_act(app: Flask, operator: Browser) -> None:
    consented(app)
    operator.post(f"{SHOP}/mulai")
    page = operator.get("/penjual/produk/baru")
    fields = answers(page, nama="Tampah Bambu", harga="25.000", stok="4")
    for _time in range(2):
        sent = operator.post("/penjual/produk/baru", {**fields, "foto": photo()})
        assert sent.location == "/penjual/produk/tampah-bambu"
    assert acts(app) == [("Memasang produk baru", "Tampah Bambu", "Sari")]
    assert operator.post("/penjual/produk/baru", {**fields, "harga": "x"}).status_code == 422
    assert operator.post("/penjual/produk/tampah-bambu/jeda").status_code == 303
    assert acts(app)[1:] == [("Menjeda produk", "Tampah Bambu", "Sari")]
