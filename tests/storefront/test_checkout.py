"""The way from the basket to the order: what is asked, refused, shown before binding, and bound only once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from marketplace.catalog.models import Variant
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order, SellerOrder
from tests import cast, factories
from tests.shopper import ADDRESS, Shopper, fields_of, hidden, path_of


def orders(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Order.id))) or 0


def pieces(app: Flask, slug: str) -> int:
    with app.app_context():
        return factories.product(slug).variants[0].on_hand


def test_an_empty_basket_goes_nowhere(shopper: Shopper) -> None:
    assert path_of(shopper.get("/checkout")) == "/keranjang"
    answer = shopper.checkout()
    assert answer.status_code == 422 and "masih kosong" in answer.text


def test_the_destination_is_asked_step_by_step_and_by_name(shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    assert "Ke mana pesanan dikirim?" in shopper.get("/checkout").text
    assert "Teluk Pandan" in shopper.get("/checkout?wilayah=18.09").text
    assert f"wilayah={cast.HURUN}" in shopper.get("/checkout?cari=hurun").text
    assert "Kirim dan bayar" in shopper.get(f"/checkout?wilayah={cast.HURUN}").text


def test_the_total_shown_is_the_total_bound(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS, "2")
    shopper.take(cast.COFFEE)
    page = shopper.get(f"/checkout?wilayah={cast.HURUN}").text
    form = fields_of(page, "/checkout")
    answer = shopper.post(
        "/checkout", **{**form, "nama": "Budi", "telepon": "081234567890", "alamat": "Dusun 2"}
    )
    assert path_of(answer).startswith("/pesanan/DM-")
    with app.app_context():
        order = db.session.scalars(select(Order)).one()
        assert str(order.total) == form["total"]
        assert [child.shop.slug for child in order.children] == [cast.HER_SHOP, cast.HIS_SHOP]
        assert order.phone == "+6281234567890"


def test_what_is_preselected_can_be_ordered_as_it_stands(app: Flask, shopper: Shopper) -> None:
    for destination in (cast.HURUN, cast.BANDAR_LAMPUNG, cast.JAKARTA):
        shopper.take(cast.CHIPS)
        form = fields_of(shopper.get(f"/checkout?wilayah={destination}").text, "/checkout")
        before = orders(app)
        shopper.post("/checkout", **{**form, **ADDRESS})
        assert orders(app) == before + 1, destination


def test_a_program_orders_with_the_contracts_fields_alone(app: Flask, shopper: Shopper) -> None:
    location = path_of(shopper.order(cast.CHIPS))
    assert "?token=" in location
    assert "Pesanan Anda sudah masuk" in shopper.get(location).text
    assert pieces(app, cast.CHIPS) == 49


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nama": ""}, "Tulis nama penerima"),
        ({"telepon": "12"}, "nomor telepon yang lengkap"),
        ({"telepon": "٠٨١٢٣٤٥٦٧٨٩"}, "nomor telepon yang lengkap"),
        ({"alamat": ""}, "Tulis alamat"),
        ({"alamat": "       "}, "Alamat antara 5 dan 300 huruf"),
        ({"patokan": "x" * 161}, "paling banyak 160"),
        ({"pembayaran": ""}, "Pilih cara pembayaran"),
        ({"pembayaran": "emas"}, "Pilih cara pembayaran"),
        ({"wilayah": "99.99.99.9999"}, "Pilih desa atau kelurahan tujuan."),
        ({"wilayah": ""}, "Pilih desa atau kelurahan tujuan."),
        ({"wilayah": "18.09"}, "Pilih desa atau kelurahan tujuan."),
        ({f"pengiriman-{cast.HER_SHOP}": "elang"}, "Pilih cara pengiriman"),
        ({f"pengiriman-{cast.HER_SHOP}": ""}, "Pilih cara pengiriman"),
        ({f"catatan-{cast.HER_SHOP}": "x" * 301}, "paling banyak 300"),
        ({"total": "1"}, "Total sekarang"),
        ({"kunci": "x" * 65}, "Kunci"),
    ],
)
def test_what_cannot_be_used_is_refused_and_everything_typed_stays(
    app: Flask, shopper: Shopper, change: dict[str, str], words: str
) -> None:
    answer = shopper.order(cast.CHIPS, **change)
    assert answer.status_code == 422
    assert words in answer.text
    if "kunci" not in change:
        kept = fields_of(answer.text, "/checkout")
        assert kept["patokan"] == change.get("patokan", "dekat masjid")
        assert kept["telepon"] == change.get("telepon", "0812 3456 7890")
    assert orders(app) == 0


def test_cash_where_no_cash_is_taken_is_refused_beside_the_delivery(app: Flask, shopper: Shopper) -> None:
    answer = shopper.order(cast.CHIPS, **{f"pengiriman-{cast.HER_SHOP}": "titip"})
    assert answer.status_code == 422 and "tidak menerima bayar tunai" in answer.text
    assert orders(app) == 0


def test_another_delivery_needs_another_look_at_the_total(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    seen = hidden(shopper.get(f"/checkout?wilayah={cast.HURUN}").text, "total")
    changed = {f"pengiriman-{cast.HER_SHOP}": "ambil", "total": seen}
    answer = shopper.checkout(**changed)
    assert answer.status_code == 422 and "Total sekarang Rp18.000" in answer.text
    again = shopper.checkout(**{**changed, "total": hidden(answer.text, "total")})
    assert path_of(again)
    assert orders(app) == 1


def test_counting_again_binds_nothing(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    answer = shopper.checkout(aksi="hitung", nama="", **{f"pengiriman-{cast.HER_SHOP}": "ambil"})
    assert answer.status_code == 200
    assert hidden(answer.text, "total") == "18000" and "Tulis nama" not in answer.text
    assert orders(app) == 0


def test_a_price_that_changed_meanwhile_is_not_bound_unseen(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    seen = hidden(shopper.get(f"/checkout?wilayah={cast.HURUN}").text, "total")
    with app.app_context(), transaction() as session:
        product_id = factories.product(cast.CHIPS).id
        session.execute(update(Variant).where(Variant.product_id == product_id).values(price=30_000))
    answer = shopper.checkout(total=seen)
    assert answer.status_code == 422 and "Total sekarang" in answer.text
    assert orders(app) == 0


def test_the_same_form_twice_is_one_order(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    key = hidden(shopper.get(f"/checkout?wilayah={cast.HURUN}").text, "kunci")
    assert len(key) >= 32
    first, second = (path_of(shopper.checkout(kunci=key)) for _ in range(2))
    assert first == second
    assert orders(app) == 1 and pieces(app, cast.CHIPS) == 49


def test_two_presses_at_the_same_moment_are_one_order(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    token, cookie = shopper.token(), shopper.client.get_cookie("desamart")
    assert cookie is not None
    fields = {"csrf_token": token, "kunci": "satu-kunci", "wilayah": cast.HURUN, "pembayaran": "cod"}
    fields |= {**ADDRESS, f"pengiriman-{cast.HER_SHOP}": "antar"}

    def press(_number: int) -> str:
        browser = app.test_client()
        browser.set_cookie("desamart", cookie.value)
        return path_of(browser.post("/checkout", data=fields))

    with ThreadPoolExecutor(4) as presses:
        locations = set(presses.map(press, range(4)))
    assert len(locations) == 1
    assert orders(app) == 1 and pieces(app, cast.CHIPS) == 49


def test_the_same_key_with_other_content_is_refused(app: Flask, shopper: Shopper) -> None:
    shopper.order(cast.CHIPS, kunci="sebuah-kunci")
    shopper.take(cast.CRACKERS)
    answer = shopper.checkout(kunci="sebuah-kunci", nama="Orang Lain")
    assert answer.status_code == 422
    assert orders(app) == 1


def test_a_key_opens_nothing_for_another_browser(app: Flask, shopper: Shopper, stranger: Shopper) -> None:
    first = path_of(shopper.order(cast.CHIPS, kunci="123"))
    second = path_of(stranger.order(cast.CHIPS, kunci="123"))
    assert first != second and orders(app) == 2


def test_what_was_sold_meanwhile_is_taken_out_with_a_way_on(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS)
    shopper.take(cast.RARE_COFFEE)
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
    answer = shopper.checkout(patokan="pohon mangga")
    assert answer.status_code == 422
    assert "Kopi Langka: habis" in answer.text and "pohon mangga" in answer.text
    form = fields_of(answer.text, "/checkout")
    assert f"pengiriman-{cast.HIS_SHOP}" not in form
    assert path_of(shopper.post("/checkout", **form))
    with app.app_context():
        lines = db.session.scalars(select(SellerOrder).order_by(SellerOrder.id.desc())).first()
        assert lines is not None and [line.product_slug for line in lines.lines] == [cast.CHIPS]


def test_when_everything_was_sold_the_basket_says_so(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.RARE_COFFEE)
    with app.app_context():
        factories.order({cast.RARE_COFFEE: 1})
    answer = shopper.checkout()
    assert answer.status_code == 422
    assert "Kopi Langka: habis" in answer.text and "Lihat produk" in answer.text


def test_fewer_pieces_than_wanted_are_offered(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.LOCAL_SNACK, "7")
    with app.app_context():
        factories.order({cast.LOCAL_SNACK: 4})
    answer = shopper.checkout()
    assert answer.status_code == 422 and "diubah menjadi 3" in answer.text
    assert orders(app) == 1


def test_the_last_destination_is_one_press_away(shopper: Shopper) -> None:
    shopper.sign_in(cast.BUYER)
    shopper.order(cast.CHIPS)
    shopper.take(cast.CRACKERS)
    assert f"/checkout?wilayah={cast.HURUN}" in shopper.get("/checkout").text
    form = fields_of(shopper.get(f"/checkout?wilayah={cast.HURUN}").text, "/checkout")
    assert form["alamat"] == "Dusun 2 RT 3"
    elsewhere = fields_of(shopper.get(f"/checkout?wilayah={cast.HANURA}").text, "/checkout")
    assert elsewhere["alamat"] == ""


def test_too_many_orders_a_minute_are_slowed_down(app: Flask, shopper: Shopper) -> None:
    statuses = {
        shopper.client.post("/checkout", data={"csrf_token": shopper.token()}).status_code for _ in range(3)
    }
    assert statuses == {422}
    token = shopper.token()
    answers = [shopper.client.post("/checkout", data={"csrf_token": token}) for _ in range(120)]
    assert answers[-1].status_code == 429 and "<html" in answers[-1].text


def test_when_the_provider_is_away_the_order_stands_and_can_be_paid_later(
    app: Flask, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.kit.errors import Unavailable
    from marketplace.payments import starting

    def away(*_args: object, **_named: object) -> str:
        raise Unavailable("Stripe tidak menjawab.")

    monkeypatch.setattr(starting, "begin", away)
    location = path_of(shopper.order(cast.CHIPS, pay="stripe"))
    page = shopper.get(location).text
    assert "Bayar sekarang" in page and "pembayaran belum bisa dibuka" in page
    assert orders(app) == 1


def test_a_card_payment_leads_to_the_provider(
    app: Flask, shopper: Shopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.payments import starting

    monkeypatch.setattr(starting, "begin", lambda *_args, **_named: "https://checkout.stripe.com/c/pay/x")
    assert path_of(shopper.order(cast.CHIPS, pay="stripe")) == "https://checkout.stripe.com/c/pay/x"


def test_a_card_refuses_less_than_the_smallest_payment(app: Flask, shopper: Shopper) -> None:
    with app.app_context(), transaction() as session:
        product_id = factories.product(cast.CHIPS).id
        session.execute(update(Variant).where(Variant.product_id == product_id).values(price=500))
    answer = shopper.order(cast.CHIPS, pay="stripe", **{f"pengiriman-{cast.HER_SHOP}": "ambil"})
    assert answer.status_code == 422 and "Kartu debit atau kredit mulai dari" in answer.text
    assert orders(app) == 0
