"""How a shop begins: who may apply, what is asked, what stays unanswered, and who decides about it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.sellers import reviewing
from marketplace.sellers.models import Shop, ShopReview
from tests import cast, factories
from tests.shopper import Shopper, fields_of, hidden, path_of

NEW = "/penjual/toko/baru"
SHOP = {"nama": "Tempe  Mbak Yah", "jenis": "umkm", "bidang": "C", "telepon": "0812 3456 7890"}
TEMPE = "tempe-mbak-yah"
DESK = f"/gerai/toko/{TEMPE}"


def shopper(app: Flask, email: str) -> Shopper:
    """Somebody of the cast, signed in."""
    found = Shopper(app.test_client())
    found.sign_in(email)
    return found


@pytest.fixture
def owner(app: Flask) -> Shopper:
    """Budi, who has an account and no shop."""
    return shopper(app, cast.BUYER)


@pytest.fixture
def operator(app: Flask) -> Shopper:
    """The operator of Hanura."""
    return shopper(app, cast.OPERATOR)


def _apply(owner: Shopper, **changes: str) -> None:
    answer = owner.post(NEW, **{**SHOP, "wilayah": cast.HANURA, **changes})
    assert path_of(answer) == "/penjual/toko"


def _events(app: Flask, kind: str) -> list[dict[str, object]]:
    with app.app_context():
        rows = select(OutboxEvent.payload).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
        return list(db.session.scalars(rows))


def test_a_guest_is_led_to_an_account_and_back(app: Flask) -> None:
    guest = Shopper(app.test_client())
    assert path_of(guest.get(NEW)) == f"/daftar?next={NEW}"
    assert path_of(guest.post(NEW, **SHOP)).startswith("/masuk")


def test_the_village_is_asked_first_and_the_phone_is_known(owner: Shopper) -> None:
    assert "Di desa mana toko Anda?" in owner.get(NEW).text
    page = owner.get(f"{NEW}?wilayah={cast.HANURA}").text
    assert "Desa Hanura" in page and hidden(page, "wilayah") == cast.HANURA
    assert fields_of(page, NEW)["telepon"].startswith("+62812")


def test_a_shop_is_applied_for_with_what_was_answered_only(app: Flask, owner: Shopper) -> None:
    _apply(owner)
    with app.app_context():
        shop = factories.shop(TEMPE)
        assert (shop.name, shop.status, shop.sector) == ("Tempe Mbak Yah", "applied", "C")
        assert (shop.registration, shop.workers, shop.woman_led) == (None, None, None)
        assert shop.phone == "+6281234567890"
        assert [row.action for row in reviewing.reviews_of(shop)] == ["applied"]
    assert _events(app, "shop.applied")[-1]["reason"] == ""
    assert "Menunggu pemeriksaan" in owner.get("/penjual/toko").text


def test_what_was_answered_is_kept_as_it_was_said(app: Flask, owner: Shopper) -> None:
    _apply(owner, registrasi=" KPB 18 09 ", pekerja="0", perempuan="tidak", tentang="Tempe daun.")
    with app.app_context():
        shop = factories.shop(TEMPE)
        assert (shop.registration, shop.workers, shop.woman_led) == ("KPB 18 09", 0, False)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"nama": ""}, "Tulis nama toko"),
        ({"nama": "ab"}, "antara 3 dan 80"),
        ({"bidang": ""}, "Pilih bidang usaha"),
        ({"bidang": "Z"}, "Pilih bidang usaha"),
        ({"telepon": "12"}, "nomor telepon yang lengkap"),
        ({"pekerja": "٣"}, "dengan angka"),
        ({"pekerja": "99999"}, "dengan angka"),
        ({"wilayah": "18.09"}, "Pilih desa"),
        ({"wilayah": ""}, "Pilih desa"),
    ],
)
def test_a_refused_application_keeps_everything(
    app: Flask, owner: Shopper, changed: dict[str, str], words: str
) -> None:
    sent = {**SHOP, "wilayah": cast.HANURA, "tentang": "Dari kedelai lokal", "perempuan": "ya", **changed}
    answer = owner.post(NEW, **sent)
    assert answer.status_code == 422 and words in answer.text
    assert "Dari kedelai lokal" in answer.text
    kept = fields_of(answer.text, NEW)
    assert kept["nama"] == sent["nama"] and kept["perempuan"] == "ya"
    with app.app_context():
        assert db.session.scalar(select(Shop).where(Shop.slug == TEMPE)) is None


def test_the_same_form_twice_is_one_shop_and_three_may_wait(app: Flask, owner: Shopper) -> None:
    _apply(owner, kunci="kunci-satu")
    _apply(owner, kunci="kunci-satu")
    for _time in range(2):
        _apply(owner)
    refused = owner.post(NEW, **SHOP, wilayah=cast.HANURA)
    assert refused.status_code == 422 and "3 toko yang menunggu" in refused.text
    with app.app_context():
        slugs = db.session.scalars(select(Shop.slug).where(Shop.status == "applied"))
        assert sorted(slugs) == [TEMPE, f"{TEMPE}-2", f"{TEMPE}-3"]


def test_the_story_of_a_review(app: Flask, owner: Shopper, operator: Shopper) -> None:
    _apply(owner)
    listed = operator.get("/gerai/toko").text
    assert listed.index("Tempe Mbak Yah") < listed.index("Keripik Bu Sari")
    assert "Tidak dijawab" in operator.get(DESK).text

    assert operator.post(f"{DESK}/lengkapi").status_code == 422
    assert path_of(operator.post(f"{DESK}/lengkapi", alasan="Nama RT belum ada")) == DESK
    assert "Nama RT belum ada" in owner.get("/penjual/toko").text
    assert path_of(owner.post("/penjual/toko", **SHOP, tentang="RT 3")) == "/penjual/toko"
    owner.post("/penjual/toko/sudah-lengkap")
    assert "Dilengkapi" in operator.get(DESK).text

    assert path_of(operator.post(f"{DESK}/setujui")) == DESK
    assert Shopper(app.test_client()).get(f"/toko/{TEMPE}").status_code == 200
    unsure = operator.post(f"{DESK}/bekukan", alasan="Barang palsu")
    assert unsure.status_code == 422 and "Barang palsu" in unsure.text
    operator.post(f"{DESK}/bekukan", alasan="Barang palsu", yakin="y")
    assert Shopper(app.test_client()).get(f"/toko/{TEMPE}").status_code == 404
    assert "Barang palsu" in owner.get("/penjual/toko").text
    operator.post(f"{DESK}/buka")
    assert Shopper(app.test_client()).get(f"/toko/{TEMPE}").status_code == 200

    with app.app_context():
        rows = reviewing.reviews_of(factories.shop(TEMPE))
        said = [(row.action, row.reason, row.by.name if row.by else "") for row in rows]
    assert said[::-1] == [
        ("applied", "", "Budi Pembeli"),
        ("returned", "Nama RT belum ada", "Operator Hanura"),
        ("resubmitted", "", "Budi Pembeli"),
        ("verified", "", "Operator Hanura"),
        ("suspended", "Barang palsu", "Operator Hanura"),
        ("reopened", "", "Operator Hanura"),
    ]
    assert _events(app, "shop.suspended")[-1]["reason"] == "Barang palsu"
    assert _events(app, "shop.reopened") and _events(app, "shop.verified") and _events(app, "shop.returned")


def test_of_two_operators_the_slower_one_is_told(app: Flask, owner: Shopper, operator: Shopper) -> None:
    _apply(owner)
    seen = hidden(operator.get(DESK).text, "dilihat")
    admin = shopper(app, cast.ADMIN)
    admin.post(f"{DESK}/lengkapi", alasan="Kurang jelas", dilihat=seen)
    late = operator.post(f"{DESK}/setujui", dilihat=seen)
    assert late.status_code == 409 and "baru saja diputuskan" in late.text
    operator.post(f"{DESK}/setujui", dilihat=hidden(late.text, "dilihat"))
    assert admin.post(f"{DESK}/setujui").status_code == 409
    with app.app_context():
        rows = db.session.scalars(select(ShopReview.action).order_by(ShopReview.id.desc()).limit(3))
        assert list(rows) == ["verified", "returned", "applied"]


def test_nobody_reviews_a_shop_of_their_own(app: Flask) -> None:
    boss = shopper(app, cast.OPERATOR)
    _apply(boss)
    answer = boss.post(f"{DESK}/setujui")
    assert answer.status_code == 409 and "toko Anda sendiri" in answer.text


def test_only_the_own_operator_and_admins_review(app: Flask, owner: Shopper) -> None:
    _apply(owner, wilayah=cast.PODOMORO)
    strangers = (
        cast.OPERATOR, cast.FINANCE, cast.OTHER_SELLER, cast.DISTRICT_OFFICER, cast.REGENCY_OFFICER,
        cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.PROVINCE_OFFICER, cast.BUYER,
    )  # fmt: skip
    for email in strangers:
        stranger = shopper(app, email)
        assert stranger.get(DESK).status_code == 404, email
        for act in ("setujui", "lengkapi", "bekukan", "buka"):
            answer = stranger.post(f"{DESK}/{act}", alasan="x", yakin="y")
            assert answer.status_code == 404, (email, act)
    with app.app_context():
        assert factories.shop(TEMPE).status == "applied"
    assert "Tempe Mbak Yah" not in shopper(app, cast.OPERATOR).get("/gerai/toko").text
    assert shopper(app, cast.FINANCE).get("/gerai/toko").status_code == 404
    assert path_of(shopper(app, cast.ADMIN).post(f"{DESK}/setujui")) == DESK


def test_lookalikes_are_shown_to_the_operator(app: Flask, owner: Shopper, operator: Shopper) -> None:
    _apply(owner, nama="KERIPIK, bu sari!")
    page = operator.get("/gerai/toko/keripik-bu-sari-2").text
    assert "Mungkin sudah ada tokonya" in page and "Keripik Bu Sari · Hanura" in page


def test_name_and_village_change_until_the_village_has_spoken(app: Flask, owner: Shopper) -> None:
    _apply(owner)
    owner.post("/penjual/toko", **{**SHOP, "nama": "Tahu Mbak Yah"})
    assert path_of(owner.post("/penjual/toko/desa", wilayah=cast.HURUN)) == "/penjual/toko"
    with app.app_context():
        shop = factories.shop(TEMPE)
        assert (shop.name, shop.village_code) == ("Tahu Mbak Yah", cast.HURUN)
        with transaction():
            reviewing.approve(factories.shop(TEMPE), by=factories.person(cast.ADMIN), at=now())
    refused = owner.post("/penjual/toko", **{**SHOP, "nama": "Lain Lagi"})
    assert refused.status_code == 422 and "tidak bisa diganti" in refused.text
    owner.post("/penjual/toko/desa", wilayah=cast.PODOMORO)
    with app.app_context():
        shop = factories.shop(TEMPE)
        assert (shop.name, shop.village_code) == ("Tahu Mbak Yah", cast.HURUN)


def test_the_checklist_begins_with_what_hinders_selling(app: Flask, owner: Shopper) -> None:
    _apply(owner, tentang="Tempe daun")
    page = owner.get("/penjual/toko").text
    assert page.index("Produk pertama dengan foto") < page.index("Rekening atau QRIS")
    assert page.index("Rekening atau QRIS") < page.index("Profil lengkap")


def test_what_was_said_is_never_changed(app: Flask) -> None:
    with app.app_context():
        shop = factories.shop(cast.HER_SHOP)
        with transaction():
            reviewing.suspend(shop, "uji", by=factories.person(cast.ADMIN), at=now() + timedelta(hours=1))
        with pytest.raises(Exception, match="append-only"), transaction() as session:
            session.execute(update(ShopReview).values(reason="lain"))
        with pytest.raises(Conflict), transaction():
            reviewing.resubmit(shop, by=factories.person(cast.SELLER), at=now())
