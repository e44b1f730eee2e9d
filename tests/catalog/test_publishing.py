"""What publishing and editing do to goods and their stock."""

import io
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from marketplace.catalog import photos, publishing, units
from marketplace.catalog.guessing import guess
from marketplace.catalog.models import ACTIVE, DRAFT, PAUSED, Product, StockMovement
from marketplace.catalog.publishing import ProductDraft
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound, Unavailable
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.sellers import opening
from marketplace.sellers.models import APPLIED
from tests import cast, factories
from tests.factories import AT

DRAFT_OF_CHIPS = ProductDraft("Keripik Tempe", 10_000, "bungkus", "keripik-kerupuk", stock=20)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> object:
    with app.app_context():
        yield
        db.session.remove()


def kept(folder: Path) -> photos.KeptPhoto:
    stream = io.BytesIO()
    Image.new("RGB", (400, 300), "orange").save(stream, "JPEG")
    stream.seek(0)
    return photos.keep_photo(stream, folder=folder)


def publish(draft: ProductDraft = DRAFT_OF_CHIPS) -> Product:
    with transaction():
        return publishing.publish(factories.shop(cast.HER_SHOP), draft, at=AT)


def test_a_verified_shop_publishes_with_stock_and_tells_the_listeners() -> None:
    product = publish()
    assert (product.status, product.published_at, product.slug) == (ACTIVE, AT, "keripik-tempe")
    assert product.variants[0].on_hand == 20
    movement = db.session.scalars(
        select(StockMovement).where(StockMovement.variant_id == product.variants[0].id)
    ).one()
    assert (movement.kind, movement.quantity) == ("received", 20)
    told = select(OutboxEvent.kind).where(OutboxEvent.subject == f"product:{product.id}")
    assert "product.changed" in db.session.scalars(told).all()


def test_a_shop_that_is_not_verified_gets_a_draft_and_cannot_show_it(tmp_path: Path) -> None:
    with transaction():
        factories.shop(cast.HER_SHOP).status = APPLIED
    product = publish()
    assert (product.status, product.published_at) == (DRAFT, None)
    with pytest.raises(Conflict, match="belum diverifikasi"), transaction():
        publishing.resume(product, at=AT)
    with transaction():
        opening.verify(factories.shop(cast.HER_SHOP), at=AT)
    with pytest.raises(Conflict, match="satu foto"), transaction():
        publishing.resume(product, at=AT)
    with transaction():
        photos.attach(product, kept(tmp_path), at=AT)
        db.session.expire(product, ["photos"])
        publishing.resume(product, at=AT)
    assert (product.status, product.published_at) == (ACTIVE, AT)


def test_the_sector_follows_from_the_category_unless_it_is_given() -> None:
    assert publish().sector == "10794"
    given = ProductDraft("Gorengan", 2_000, "buah", "keripik-kerupuk", sector="56101")
    assert publish(given).sector == "56101"


def test_weights_follow_from_the_unit_unless_they_are_given() -> None:
    by_kilo = publish(ProductDraft("Keripik Curah", 55_000, "kg", "keripik-kerupuk"))
    assert (by_kilo.net_weight_g, by_kilo.shipping_weight_g) == (1000, 1150)
    light = publish(ProductDraft("Keripik Daun", 9_000, "bungkus", "keripik-kerupuk", shipping_weight_g=90))
    assert light.shipping_weight_g == 90


def test_the_same_name_gets_another_address() -> None:
    assert [publish().slug for _ in range(3)] == ["keripik-tempe", "keripik-tempe-2", "keripik-tempe-3"]


def test_a_product_never_stands_where_a_page_of_the_seller_is() -> None:
    assert publish(ProductDraft("Baru", 1_000, "buah", "keripik-kerupuk")).slug == "baru-2"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  K "}, "nama"),
        ({"price": 0}, "harga"),
        ({"price": -5}, "harga"),
        ({"stock": -1}, "stok"),
        ({"category_slug": "tidak-ada"}, "kategori"),
        ({"category_slug": "makanan-ringan"}, "kategori"),
        ({"fulfilment": "drone"}, "pengiriman"),
        ({"unit": ""}, "satuan"),
    ],
)
def test_impossible_values_are_refused_at_their_field(change: dict[str, object], field: str) -> None:
    values = {"name": "Keripik", "price": 1, "unit": "buah", "category_slug": "keripik-kerupuk", **change}
    with pytest.raises(Invalid) as refusal:
        publish(ProductDraft(**values))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert db.session.scalar(select(Product.id).where(Product.name == values["name"])) is None


def test_goods_made_to_order_have_no_stock() -> None:
    draft = ProductDraft("Kue Pesanan", 85_000, "loyang", "keripik-kerupuk", stock=5, on_demand=True)
    variant = publish(draft).variants[0]
    assert (variant.on_demand, variant.on_hand) == (True, 0)


def test_editing_changes_words_and_price_but_neither_stock_nor_address() -> None:
    product = publish()
    with transaction():
        publishing.edit(
            product, ProductDraft("Keripik Tempe Pedas", 12_000, "bungkus", "kopi", stock=99), at=AT
        )
    assert (product.name, product.slug, product.category_slug) == (
        "Keripik Tempe Pedas",
        "keripik-tempe",
        "kopi",
    )
    assert (product.variants[0].price, product.variants[0].on_hand) == (12_000, 20)


def test_paused_goods_can_come_back() -> None:
    product = publish()
    with transaction():
        publishing.pause(product, at=AT)
    assert product.status == PAUSED
    with transaction():
        publishing.resume(product, at=AT)
    assert product.status == ACTIVE


def test_photos_are_shown_in_the_order_they_came(tmp_path: Path) -> None:
    first, second = kept(tmp_path), kept(tmp_path)
    product = publish(ProductDraft("Berfoto", 1_000, "buah", "keripik-kerupuk", photos=(first, second)))
    assert [(photo.key, photo.position) for photo in product.photos] == [(first.key, 0), (second.key, 1)]
    assert (tmp_path / first.key[:2] / first.key / "640.jpg").is_file()
    with transaction():
        publishing.remove_photo(product, first.key, at=AT)
    assert [photo.key for photo in product.photos] == [second.key]
    with pytest.raises(Conflict, match="harus tetap ada"), transaction():
        publishing.remove_photo(product, second.key, at=AT)


def test_a_photo_of_another_product_can_be_neither_claimed_nor_removed(tmp_path: Path) -> None:
    photo = kept(tmp_path)
    publish(ProductDraft("Pertama", 1_000, "buah", "keripik-kerupuk", photos=(photo,)))
    with pytest.raises(Conflict, match="sudah dipakai"):
        publish(ProductDraft("Kedua", 1_000, "buah", "keripik-kerupuk", photos=(photo,)))
    with pytest.raises(NotFound), transaction():
        publishing.remove_photo(factories.product(cast.CHIPS), photo.key, at=AT)


def test_a_product_shows_eight_photos_at_most(tmp_path: Path) -> None:
    draft = ProductDraft(
        "Banyak", 1_000, "buah", "keripik-kerupuk", photos=tuple(kept(tmp_path) for _ in range(8))
    )
    product = publish(draft)
    with pytest.raises(Invalid, match="Paling banyak 8"), transaction():
        photos.attach(product, kept(tmp_path), at=AT)


def test_a_disk_without_room_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "media").write_text("a file where the folder should be")
    with pytest.raises(Unavailable):
        kept(tmp_path / "media")


@pytest.mark.parametrize(
    ("text", "grams"),
    [("250", 250), ("250 gr", 250), ("2 ons", 200), ("1,5 kg", 1500), ("1.500 gram", 1500), ("1 kilo", 1000)],
)
def test_weights_are_read_as_people_write_them(text: str, grams: int) -> None:
    assert units.parse_weight(text) == grams


@pytest.mark.parametrize("text", ["", "-5", "1,5", "1e3", "٣", "satu kilo", "9999999 kg", "1.5 kg"])
def test_unclear_weights_are_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        units.parse_weight(text)


def test_a_name_gives_its_category_away_by_its_first_telling_word() -> None:
    groups = {
        "Makanan": [("keripik-kerupuk", "Keripik & Kerupuk"), ("buah", "Buah Segar")],
        "Minuman": [("kopi", "Kopi")],
    }
    assert guess("Keripik Buah Nangka", groups) == "keripik-kerupuk"
    assert guess("KOPI bubuk", groups) == "kopi"
    assert guess("Sulam usus", groups) is None
