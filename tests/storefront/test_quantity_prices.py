"""Variants, prices by quantity, minimum and step, goods ordered ahead: the pages and what is bound."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from marketplace.catalog.models import Variant
from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now, start_of_day
from marketplace.kit.transaction import transaction
from marketplace.orders import steps
from marketplace.orders.deadlines import HAND_OVER
from marketplace.orders.models import SellerOrder
from tests import cast, factories
from tests.browsing import words
from tests.shopper import Shopper, path_of

PAGE = f"/produk/{cast.CHIPS}"


def chips(app: Flask, *, tiers: list[list[int]] | None = None, **facts: object) -> int:
    """The chips are sold so from now on; their variant."""
    with app.app_context(), transaction():
        product = factories.product(cast.CHIPS)
        for name, value in facts.items():
            setattr(product, name, value)
        product.variants[0].tiers = tiers or []
        return product.variants[0].id


def child(app: Flask) -> SellerOrder:
    with app.app_context():
        return db.session.query(SellerOrder).order_by(SellerOrder.id.desc()).first()  # type: ignore[return-value]


def line_of(shopper: Shopper) -> str:
    found = re.search(r'action="(/keranjang/\d+)"', shopper.get("/keranjang").text)
    assert found
    return found[1]


def test_ten_cost_less_each_and_the_order_keeps_the_price_it_got(app: Flask, shopper: Shopper) -> None:
    chips(app, tiers=[[10, 16_000]])
    page = words(shopper.get(PAGE))
    assert "Harga grosir" in page and "mulai 10 bungkus Rp16.000" in page
    shopper.take(cast.CHIPS, "9")
    assert "Rp162.000" in shopper.get("/keranjang").text
    shopper.post(line_of(shopper), jumlah="10")
    basket = shopper.get("/keranjang").text
    assert "Rp160.000" in basket and "Harga berubah" not in basket
    shopper.order()
    chips(app)
    (line,) = child(app).lines
    assert (line.unit_price, line.quantity, line.total) == (16_000, 10, 160_000)


def test_a_price_by_quantity_that_falls_away_is_told_before_it_binds(app: Flask, shopper: Shopper) -> None:
    chips(app, tiers=[[10, 16_000]])
    shopper.take(cast.CHIPS, "10")
    chips(app)
    basket = shopper.get("/keranjang").text
    assert "Rp180.000" in basket and "Harga berubah" in basket


def test_too_few_are_refused_and_the_field_holds_what_is_sold(app: Flask, shopper: Shopper) -> None:
    chips(app, min_quantity=10, step=5)
    assert 'value="10"' in shopper.get(PAGE).text
    few = shopper.take(cast.CHIPS, "3")
    assert few.status_code == 422 and 'value="10"' in few.text
    assert "Paling sedikit 10 bungkus, lalu bertambah per 5." in words(few)
    odd = shopper.take(cast.CHIPS, "17")
    assert odd.status_code == 422 and 'value="15"' in odd.text
    assert path_of(shopper.post("/keranjang", produk=cast.CHIPS)) == "/keranjang"
    more = shopper.take(cast.CHIPS, "3")
    assert more.status_code == 422 and 'value="5"' in more.text
    change = shopper.post(line_of(shopper), jumlah="12")
    assert change.status_code == 422 and 'value="10"' in change.text
    assert path_of(shopper.post(line_of(shopper), jumlah="20")) == "/keranjang"
    assert shopper.order().status_code == 303


def test_checkout_sets_what_the_seller_no_longer_sells_so(app: Flask, shopper: Shopper) -> None:
    shopper.take(cast.CHIPS, "3")
    chips(app, min_quantity=10, step=5)
    assert "Paling sedikit 10 bungkus" in words(shopper.get("/keranjang"))
    refused = shopper.checkout()
    assert refused.status_code == 422
    assert "jumlah diubah menjadi 10, jumlah yang dijual" in words(refused)
    assert "Rp180.000" in shopper.get("/keranjang").text


def test_fewer_than_the_seller_sells_at_once_are_as_good_as_none(app: Flask, shopper: Shopper) -> None:
    chips(app, min_quantity=60)
    refused = shopper.take(cast.CHIPS, "60")
    assert refused.status_code == 422
    assert "Barang ini sedang habis" in words(shopper.get(PAGE))


def test_each_variant_has_its_price_its_weight_and_its_shelf(app: Flask, shopper: Shopper) -> None:
    first = chips(app)
    with app.app_context(), transaction():
        product = factories.product(cast.CHIPS)
        big = Variant(name="500 g", position=1, price=34_000, on_hand=2, net_weight_g=500, tiers=[])
        product.variants[0].name, product.variants[0].compare_price = "250 g", 20_000
        product.variants.append(big)
        gone = Variant(name="1 kg", position=99, price=60_000, withdrawn_at=now(), tiers=[])
        product.variants.append(gone)
        db.session.flush()
        big_id, gone_id = str(big.id), str(gone.id)
    page = words(shopper.get(PAGE))
    assert "500 g" in page and "Rp34.000" in page and "1 kg" not in page
    assert "Rp20.000" in page and "Rp72.000 / kg" in page
    for foreign in ("", "0", "-1", gone_id, str(2**63)):
        assert shopper.post("/keranjang", produk=cast.CHIPS, varian=foreign, jumlah="1").status_code == 422
    path_of(shopper.post("/keranjang", produk=cast.CHIPS, varian=big_id, jumlah="2"))
    path_of(shopper.post("/keranjang", produk=cast.CHIPS, varian=str(first), jumlah="1"))
    assert "Rp86.000" in shopper.get("/keranjang").text
    shopper.order()
    sold = {line.variant_name: (line.unit_price, line.net_weight_g) for line in child(app).lines}
    assert sold == {"500 g": (34_000, 500), "250 g": (18_000, 250)}


def test_a_variant_withdrawn_since_leaves_the_basket(app: Flask, shopper: Shopper) -> None:
    with app.app_context(), transaction():
        product = factories.product(cast.CHIPS)
        product.variants.append(Variant(name="500 g", position=1, price=34_000, on_hand=2, tiers=[]))
        db.session.flush()
        chosen = product.variants[1].id
    path_of(shopper.post("/keranjang", produk=cast.CHIPS, varian=str(chosen), jumlah="1"))
    with app.app_context(), transaction():
        db.session.get_one(Variant, chosen).withdrawn_at = now()
    assert "tidak dijual lagi" in shopper.get("/keranjang").text
    assert "dikeluarkan" in words(shopper.checkout())


def test_an_order_ahead_of_the_harvest_waits_for_it(app: Flask, shopper: Shopper) -> None:
    today = day_wib(now())
    harvest = today + timedelta(days=30)
    chips(app, expected_on=harvest, harvest_from=today, harvest_until=harvest, order_until=today)
    page = words(shopper.get(PAGE))
    assert "Pesan sekarang, dikirim mulai" in page and "Perkiraan panen" in page
    shopper.order(cast.CHIPS)
    placed = child(app)
    assert placed.expected_on == harvest
    with app.app_context():
        with transaction():
            steps.accept(placed.id, actor="seller:1", at=now())
        waiting = db.session.get_one(SellerOrder, placed.id)
        assert waiting.deadline_at == start_of_day(harvest) + HAND_OVER


@pytest.mark.parametrize("days", [1, 5])
def test_after_the_last_day_to_order_nothing_goes_into_the_basket(
    app: Flask, shopper: Shopper, days: int
) -> None:
    today = day_wib(now())
    shopper.take(cast.CHIPS)
    last: date = today - timedelta(days=days)
    chips(app, expected_on=today + timedelta(days=9), order_until=last)
    assert "Pemesanan ditutup" in words(shopper.get(PAGE))
    assert shopper.take(cast.CHIPS).status_code == 422
    assert "sudah ditutup" in shopper.get("/keranjang").text
    assert "dikeluarkan" in words(shopper.checkout())


def test_lists_say_from_which_price_on_and_each_choice_its_own(app: Flask, shopper: Shopper) -> None:
    assert "mulai" not in words(shopper.get(f"/produk?q=&wilayah={cast.HANURA}"))
    with app.app_context(), transaction():
        large = Variant(position=1, name="100 gram", price=9_000, on_hand=5, net_weight_g=100)
        factories.product(cast.CHIPS).variants.append(large)
    assert "Keripik Pisang Cokelat mulai Rp9.000 / bungkus" in words(shopper.get(f"/desa/{cast.HANURA}"))
    page = shopper.get(PAGE)
    assert "mulai Rp9.000 / bungkus" in words(page)
    assert "100 gram Tersisa 5 Rp9.000" in words(page) and "Rp18.000" in words(page)
    # What stands beside the button follows the choice, so without JavaScript it stays away.
    assert re.search(r'data-price-of="varian" hidden', page.text)
    with app.app_context(), transaction():
        factories.product(cast.CHIPS).variants[1].price = 18_000
    page = shopper.get(PAGE)
    assert "mulai" not in words(page) and "data-price-of" not in page.text
