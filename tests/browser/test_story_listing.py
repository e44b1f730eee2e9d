"""The first product of a shop on a village phone and a thin line: counted, broken off, repeated, and plain.

The figures are those of docs/seller-workspace.md: five taps, three fields, so many kilobytes.
"""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from marketplace.catalog.models import Photo, Product
from marketplace.extensions import db
from tests import cast
from tests.browser import steps
from tests.browser.tolls import tolls
from tests.served import Served

NEW = "/penjual/produk/baru"
KILOBYTES = 550
KILOBYTES_BESIDE_THE_PHOTO = 60


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo as a phone takes it: twelve megapixels with grain, more than a thin line likes."""
    grain = Image.effect_noise((1000, 750), 50).resize((4000, 3000), Image.Resampling.BICUBIC)
    light = Image.linear_gradient("L").resize((4000, 3000))
    path = tmp_path / "foto.jpg"
    Image.merge("RGB", (grain, light, Image.blend(grain, light, 0.5))).save(path, "JPEG", quality=88)
    return path


def begin(page: Page, name: str, photo: Path) -> None:
    page.get_by_label("Foto", exact=True).set_input_files(photo)
    page.get_by_label("Nama produk").fill(name)
    page.get_by_label("Harga", exact=True).fill("15000")


def shown(served: Served, name: str) -> tuple[int, int]:
    """How many products have this name, and how many photos they have."""
    with served.app():
        products = db.session.query(Product).filter_by(name=name)
        photos = db.session.query(Photo).join(Product, Product.id == Photo.product_id).filter_by(name=name)
        return products.count(), photos.count()


def test_the_first_product_costs_five_taps_and_three_fields(phone: Page, served: Served, photo: Path) -> None:
    steps.sign_in(phone, cast.SELLER)
    phone.goto("/penjual/produk")
    with tolls(phone, taps=5, fields=3, kilobytes=KILOBYTES) as toll:
        steps.answer_to(phone, phone.get_by_role("link", name="Tambah produk").first.click)
        begin(phone, "Keripik Singkong Pedas", photo)
        steps.goes_on(steps.press(phone, "Tampilkan"))
    # A finger also taps into each field before it types.
    assert toll.taps + toll.fields <= 5
    expect(phone.get_by_text("Keripik Singkong Pedas sudah tampil dan bisa dibeli.")).to_be_visible()
    assert shown(served, "Keripik Singkong Pedas") == (1, 1)


def test_without_a_script_it_costs_no_more_taps(phone_plain: Page, served: Served, tmp_path: Path) -> None:
    photo = steps.photograph(tmp_path)
    steps.sign_in(phone_plain, cast.SELLER)
    phone_plain.goto("/penjual/produk")
    size = photo.stat().st_size // 1000
    with tolls(phone_plain, taps=5, fields=3, kilobytes=KILOBYTES_BESIDE_THE_PHOTO + size):
        steps.answer_to(phone_plain, phone_plain.get_by_role("link", name="Tambah produk").first.click)
        begin(phone_plain, "Keripik Singkong Polos", photo)
        steps.goes_on(steps.press(phone_plain, "Tampilkan"))
    assert shown(served, "Keripik Singkong Polos") == (1, 1)


def test_a_large_photo_goes_without_a_script_and_one_too_large_costs_nothing_typed(
    phone_plain: Page, served: Served, photo: Path, tmp_path: Path
) -> None:
    assert 3_000_000 < photo.stat().st_size < 5_000_000
    huge = tmp_path / "besar.jpg"
    huge.write_bytes(photo.read_bytes() + bytes(6_000_000))
    steps.sign_in(phone_plain, cast.SELLER)
    phone_plain.goto(NEW)
    phone_plain.get_by_text("Foto terlalu besar atau sinyal lemah?").click()
    expect(phone_plain.get_by_text("pilih ukuran foto kecil di setelan kamera")).to_be_visible()
    begin(phone_plain, "Keripik Foto Besar", huge)
    expect(phone_plain.get_by_text("paling besar 8 MB")).to_be_visible()
    steps.is_refused(steps.press(phone_plain, "Tampilkan"))
    assert "lebih besar dari 8 MB" in steps.reason_beside(phone_plain, "foto")
    expect(phone_plain.get_by_label("Nama produk")).to_have_value("Keripik Foto Besar")
    expect(phone_plain.get_by_label("Harga", exact=True)).to_have_value("15000")
    phone_plain.get_by_label("Foto", exact=True).set_input_files(photo)
    steps.goes_on(steps.press(phone_plain, "Tampilkan"))
    assert phone_plain.url.endswith("/penjual/produk/keripik-foto-besar")
    assert shown(served, "Keripik Foto Besar") == (1, 1)


def test_a_variant_row_is_added_without_a_script(phone_plain: Page, served: Served, photo: Path) -> None:
    steps.sign_in(phone_plain, cast.SELLER)
    phone_plain.goto(NEW)
    begin(phone_plain, "Keripik Dua Ukuran", photo)
    steps.unfold(phone_plain)
    steps.goes_on(steps.press(phone_plain, "Tambah varian"))
    expect(phone_plain.get_by_label("Nama produk")).to_have_value("Keripik Dua Ukuran")
    phone_plain.get_by_label("Nama pilihan pertama").fill("250 g")
    row = phone_plain.get_by_role("group", name="Pilihan 2")
    row.get_by_label("Nama pilihan").fill("500 g")
    row.get_by_label("Harga", exact=False).first.fill("28.000")
    steps.goes_on(steps.press(phone_plain, "Tampilkan"))
    assert shown(served, "Keripik Dua Ukuran") == (1, 1)
    slug = phone_plain.url.rpartition("/")[2]
    phone_plain.goto(f"/produk/{slug}")
    phone_plain.get_by_text("500 g").click()
    steps.goes_on(steps.press(phone_plain, "Masukkan keranjang"))
    expect(phone_plain.get_by_text("Rp28.000").first).to_be_visible()


def test_a_line_that_breaks_in_mid_upload_loses_nothing(phone: Page, served: Served, photo: Path) -> None:
    steps.sign_in(phone, cast.SELLER)
    phone.goto(NEW)
    phone.context.set_offline(True)
    begin(phone, "Keripik Sinyal Putus", photo)
    expect(phone.get_by_text("Menunggu sinyal")).to_be_visible()
    # Pressed while the line is gone: the form waits for its photo, and goes by itself.
    phone.get_by_role("button", name="Tampilkan").click()
    phone.context.set_offline(False)
    expect(phone.get_by_text("Keripik Sinyal Putus sudah tampil dan bisa dibeli.")).to_be_visible()
    assert shown(served, "Keripik Sinyal Putus") == (1, 1)


def test_an_upload_whose_answer_is_lost_is_repeated_as_the_same_photo(
    phone: Page, served: Served, photo: Path
) -> None:
    lost = []

    def lose_the_first(route: Route) -> None:
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)
            route.abort()

    steps.sign_in(phone, cast.SELLER)
    phone.goto(NEW)
    phone.route("**/penjual/produk/foto", lose_the_first)
    begin(phone, "Keripik Foto Sekali", photo)
    expect(phone.get_by_text("Foto terkirim")).to_be_visible()
    steps.goes_on(steps.press(phone, "Tampilkan"))
    assert lost == [200] and shown(served, "Keripik Foto Sekali") == (1, 1)


def test_a_publication_whose_answer_is_lost_is_sent_again_and_is_one_product(
    phone: Page, served: Served, photo: Path
) -> None:
    steps.sign_in(phone, cast.SELLER)
    phone.goto(NEW)
    begin(phone, "Keripik Kirim Ulang", photo)
    expect(phone.get_by_text("Foto terkirim")).to_be_visible()

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    phone.route(f"**{NEW}", lose)
    phone.get_by_role("button", name="Tampilkan").click()
    steps.eventually(lambda: shown(served, "Keripik Kirim Ulang") == (1, 1), "it never arrived")
    phone.unroute(f"**{NEW}")
    phone.goto(NEW)
    expect(phone.get_by_text("yang belum tersimpan kami kembalikan")).to_be_visible()
    expect(phone.get_by_label("Nama produk")).to_have_value("Keripik Kirim Ulang")
    steps.goes_on(steps.press(phone, "Tampilkan"))
    assert phone.url.endswith("/penjual/produk/keripik-kirim-ulang")
    assert shown(served, "Keripik Kirim Ulang") == (1, 1)
    phone.goto(NEW)
    expect(phone.get_by_label("Nama produk")).to_have_value("")
