"""The pages of a transfer: what the buyer is told and sends, who confirms it, and who finds nothing."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.images import UnusablePicture
from marketplace.kit.transaction import transaction
from marketplace.payments import proving
from marketplace.payments.models import PaymentAttempt, PaymentProof
from tests import cast, direct
from tests.shopper import Shopper, path_of

ACCEPTED_BY = (cast.OPERATOR, cast.FINANCE, cast.ADMIN)
NOT_THEIRS = (cast.OTHER_SELLER, cast.OTHER_BUYER, cast.DISTRICT_OFFICER, cast.PROVINCE_OFFICER)


class Sale:
    """An order of hers by transfer, placed by a guest as a program would."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            direct.bank_accounts()
        self.guest = Shopper(app.test_client())
        self.page = path_of(self.guest.order(cast.CHIPS, pay="transfer"))
        self.number = self.page.split("/")[2].split("?")[0]
        self.token = self.page.split("token=")[1]
        with app.app_context():
            attempt = db.session.scalars(select(PaymentAttempt)).unique().one()
            self.key, self.amount = attempt.key, attempt.amount
        self.counter = f"/gerai/pembayaran/{self.key}"
        self.desk = f"/penjual/pesanan/{self.number}-1/pembayaran"

    def prove(self, picture: BytesIO | None = None, **changes: str) -> int:
        """The guest sends a proof; the answer's status."""
        fields = {"toko": cast.HER_SHOP, "token": self.token, **changes}
        fields["csrf_token"] = self.guest.token()
        data = {**fields, "bukti": (picture or direct.picture(), "bukti.jpg")}
        with self.guest.client.post(f"/pesanan/{self.number}/bukti-transfer", data=data) as answer:
            return answer.status_code

    def picture_key(self) -> str:
        """The key of the newest proof."""
        with self.app.app_context():
            rows = select(PaymentProof.picture_key).order_by(PaymentProof.id.desc())
            return db.session.scalars(rows).first() or ""

    def status(self) -> str:
        """How the seller order stands."""
        with self.app.app_context():
            attempt = db.session.scalars(select(PaymentAttempt)).unique().one()
            return attempt.splits[0].seller_order.status

    def as_(self, email: str) -> Shopper:
        """Somebody with an account, in a browser of their own."""
        shopper = Shopper(self.app.test_client())
        shopper.sign_in(email)
        return shopper


@pytest.fixture
def sale(app: Flask) -> Sale:
    """One order by transfer."""
    return Sale(app)


def test_the_order_page_says_where_to_pay_and_exactly_how_much(sale: Sale) -> None:
    text = sale.guest.get(sale.page).text
    assert "Bank Lampung" in text and "3800123456" in text and "Sari" in text
    head, tail = f"Rp{sale.amount:,}".replace(",", ".")[:-3], f"{sale.amount}"[-3:]
    assert f"{head}<mark>{tail}</mark>" in text
    assert "Kode unik" in text and "mengonfirmasinya dengan tangan" in text
    assert "/pembayaran" not in re.sub(r"bukti-transfer|cek-pembayaran", "", text)


def test_nobody_is_sent_to_the_card_page_of_a_transfer(sale: Sale) -> None:
    answer = sale.guest.post(f"/pesanan/{sale.number}/pembayaran", token=sale.token)
    assert path_of(answer).startswith(f"/pesanan/{sale.number}")
    with sale.app.app_context():
        assert [attempt.provider for attempt in db.session.scalars(select(PaymentAttempt)).unique()] == [
            "transfer"
        ]


def test_a_form_with_the_total_that_was_shown_is_taken_although_the_code_comes_on_top(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts()
    guest = Shopper(app.test_client())
    guest.take(cast.CHIPS)
    shown = guest.checkout(pay="transfer", aksi="hitung").text
    total = re.search(r'name="total"[^>]*value="(\d+)"', shown)
    assert total
    assert guest.checkout(pay="transfer", total=total[1]).status_code == 303
    guest.take(cast.CHIPS)
    assert guest.checkout(pay="transfer", total=str(int(total[1]) + 1)).status_code == 422


def test_proof_confirmation_and_the_sellers_work_follow_each_other(sale: Sale) -> None:
    assert sale.prove() == 303
    assert "sedang diperiksa" in sale.guest.get(sale.page).text
    operator = sale.as_(cast.OPERATOR)
    listed = operator.get("/gerai/pembayaran").text
    assert sale.counter in listed and "Ada bukti" in listed
    assert f"{sale.counter}/bukti/{sale.picture_key()}" in operator.get(sale.counter).text
    assert operator.post(f"{sale.counter}/terima").status_code == 303
    assert sale.status() == "awaiting_confirmation"
    assert sale.counter not in operator.get("/gerai/pembayaran").text
    assert operator.post(f"{sale.counter}/terima").status_code == 409
    seller = sale.as_(cast.SELLER)
    assert seller.post(f"/penjual/pesanan/{sale.number}-1/terima").status_code == 303
    assert "lunas" in sale.guest.get(sale.page).text


def test_the_seller_sees_the_unpaid_order_without_the_address_and_confirms_it(sale: Sale) -> None:
    seller = sale.as_(cast.SELLER)
    page = seller.get(f"/penjual/pesanan/{sale.number}-1").text
    assert f"{sale.desk}" in page and "Dusun 2 RT 3" not in page and "0812" not in page
    assert sale.number in seller.get("/penjual/pesanan").text
    assert seller.post(f"/penjual/pesanan/{sale.number}-1/terima").status_code == 409
    assert seller.post(f"{sale.desk}/terima", jumlah=str(sale.amount)).status_code == 303
    assert sale.status() == "awaiting_confirmation"
    assert "Dusun 2 RT 3" in seller.get(f"/penjual/pesanan/{sale.number}-1").text


@pytest.mark.parametrize("who", ACCEPTED_BY)
def test_the_counter_of_the_village_and_finance_confirm(sale: Sale, who: str) -> None:
    assert sale.as_(who).post(f"{sale.counter}/terima").status_code == 303
    assert sale.status() == "awaiting_confirmation"


@pytest.mark.parametrize("who", NOT_THEIRS)
def test_everybody_else_finds_nothing(sale: Sale, who: str) -> None:
    sale.prove()
    picture, stranger = sale.picture_key(), sale.as_(who)
    for path in (
        sale.counter, f"{sale.counter}/bukti/{picture}", sale.desk, f"{sale.desk}/bukti/{picture}",
        f"/pesanan/{sale.number}", f"/pesanan/{sale.number}/bukti-transfer/{picture}",
        f"/media/{picture}/640.jpg", f"/media/{picture}/lembar.jpg",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"{sale.counter}/terima",
        f"{sale.counter}/tolak",
        f"{sale.desk}/terima",
        f"{sale.desk}/tolak",
    ):
        assert stranger.post(path, alasan="x").status_code == 404, path
    assert stranger.post(f"/pesanan/{sale.number}/bukti-transfer", toko=cast.HER_SHOP).status_code == 404
    assert sale.status() == "awaiting_payment"


def test_an_operator_of_another_village_finds_nothing(app: Flask, sale: Sale) -> None:
    with app.app_context():
        direct.operator_of(cast.HURUN, cast.OTHER_BUYER)
    stranger = sale.as_(cast.OTHER_BUYER)
    assert stranger.get("/gerai/pembayaran").status_code == 200
    assert sale.key not in stranger.get("/gerai/pembayaran").text
    assert stranger.get(sale.counter).status_code == 404
    assert stranger.post(f"{sale.counter}/terima").status_code == 404


def test_a_proof_is_served_to_those_it_concerns_and_kept_by_nobody_on_the_way(sale: Sale) -> None:
    sale.prove()
    picture = sale.picture_key()
    own = f"/pesanan/{sale.number}/bukti-transfer/{picture}?token={sale.token}"
    for answer in (
        sale.guest.get(own),
        sale.as_(cast.OPERATOR).get(f"{sale.counter}/bukti/{picture}"),
        sale.as_(cast.SELLER).get(f"{sale.desk}/bukti/{picture}"),
    ):
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.data.startswith(b"\xff\xd8\xff")
        answer.close()
    wrong = f"/pesanan/{sale.number}/bukti-transfer/{'0' * 32}?token={sale.token}"
    assert sale.guest.get(wrong).status_code == 404
    assert Shopper(sale.app.test_client()).get(own.partition("?")[0]).status_code == 404


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7 bukti",
        b"<html><script>alert(1)</script></html>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"\xff\xd8\xff" + b"\xff\xda" * 500,
    ],
    ids=["empty", "svg", "pdf", "html", "broken png", "many scans"],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(sale: Sale, upload: bytes) -> None:
    assert sale.prove(BytesIO(upload)) in (413, 422)
    with sale.app.app_context():
        assert db.session.scalars(select(PaymentProof)).all() == []
        assert not list(settings().proof_dir.glob("*/*"))


def test_more_than_8_mib_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusablePicture) as refused:
        proving.keep_picture(BytesIO(b"\xff\xd8\xff" + bytes(9 * 1024 * 1024)), folder=tmp_path)
    assert refused.value.field == "bukti" and not list(tmp_path.iterdir())


def test_a_refused_upload_says_why_beside_its_field(sale: Sale) -> None:
    fields = {"toko": cast.HER_SHOP, "token": sale.token, "csrf_token": sale.guest.token()}
    answer = sale.guest.client.post(f"/pesanan/{sale.number}/bukti-transfer", data=fields)
    assert answer.status_code == 422 and "Pilih foto atau tangkapan layar" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_another_sum_is_told_and_does_not_count(sale: Sale) -> None:
    finance = sale.as_(cast.FINANCE)
    answer = finance.post(f"{sale.counter}/terima", jumlah="1.000")
    assert path_of(answer) == sale.counter and "belum lunas" in finance.get(sale.counter).text
    assert sale.status() == "awaiting_payment"
    assert finance.post(f"{sale.counter}/terima", jumlah="seribu").status_code == 422
    assert finance.post(f"{sale.counter}/terima", jumlah="-5").status_code == 422
    assert "Rp1.000" in finance.get("/admin/pembukuan").text


def test_a_refused_proof_tells_the_buyer_why(sale: Sale) -> None:
    sale.prove()
    operator = sale.as_(cast.OPERATOR)
    assert operator.post(f"{sale.counter}/tolak", alasan="").status_code == 422
    assert operator.post(f"{sale.counter}/tolak", alasan="Jumlahnya lain").status_code == 303
    assert "Jumlahnya lain" in sale.guest.get(sale.page).text
    assert sale.prove() == 303


def test_a_proof_that_waits_for_long_stands_first_and_is_urgent(app: Flask, sale: Sale) -> None:
    sale.prove()
    with app.app_context(), transaction():
        proof = db.session.scalars(select(PaymentProof)).unique().one()
        again = PaymentProof(
            attempt_id=proof.attempt_id, picture_key="d" * 32, sent_at=now() - timedelta(hours=7)
        )
        db.session.add(again)
    other = path_of(sale.guest.order(cast.CRACKERS, pay="transfer"))
    listed = sale.as_(cast.OPERATOR).get("/gerai/pembayaran").text
    assert "Mendesak" in listed
    assert listed.index(sale.number) < listed.index(other.split("/")[2].split("?")[0])


def test_the_same_form_sent_twice_is_one_proof(sale: Sale) -> None:
    assert sale.prove(kunci="satu") == sale.prove(kunci="satu") == 303
    with sale.app.app_context():
        assert len(db.session.scalars(select(PaymentProof)).unique().all()) == 1


def test_another_picture_under_the_same_key_is_other_content(sale: Sale) -> None:
    def shown(end: bytes) -> int:
        return sale.prove(BytesIO(direct.picture().getvalue() + end), kunci="satu")

    assert [shown(b"a"), shown(b"a"), shown(b"b"), shown(b"a")] == [303, 303, 422, 303]
    with sale.app.app_context():
        assert len(db.session.scalars(select(PaymentProof)).unique().all()) == 1
