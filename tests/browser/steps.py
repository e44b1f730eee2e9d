"""What people do in the shop, a sentence each; with and without JavaScript alike, where none says more."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from tests import cast

PATIENCE = 60.0
LANDMARK = "rumah cat hijau"


@dataclass(frozen=True)
class Goods:
    """What a seller writes about a new product. `price` in rupiah."""

    name: str
    price: int
    stock: int
    category: str
    description: str = "Digoreng pagi ini, tanpa pengawet."


@dataclass(frozen=True)
class Buyer:
    """What a buyer writes at checkout; the tail of the phone tracks the order."""

    name: str = "Bu Rahma"
    phone: str = "0812 7000 4321"
    address: str = "Dusun 3 RT 2, Gang Mawar"

    @property
    def tail(self) -> str:
        """The last four digits."""
        return self.phone[-4:]


@dataclass(frozen=True)
class Bill:
    """The sum that a page shows before and after binding: (label, rupiah) rows and the total."""

    rows: tuple[tuple[str, int], ...]
    total: int

    @property
    def fees(self) -> dict[str, int]:
        """What each way of delivery costs, by its name."""
        return {label.removeprefix("Kirim: "): amount for label, amount in self.rows if "Kirim: " in label}


def photograph(folder: Path) -> Path:
    """A seller takes a photo with a phone: a JPEG of several megapixels."""
    path = folder / "foto.jpg"
    across = Image.linear_gradient("L").resize((2400, 1800))
    down = across.rotate(90).resize((2400, 1800))
    Image.merge("RGB", (across, down, Image.new("L", (2400, 1800), 90))).save(path, "JPEG", quality=90)
    return path


def press(page: Page, name: str, *, within: Locator | None = None) -> Response:
    """Press a button, and take the page that answers."""
    return answer_to(page, (within or page).get_by_role("button", name=name, exact=True).first.click)


def answer_to(page: Page, act: Callable[[], None]) -> Response:
    """The page that answers to what is done here."""
    with page.expect_navigation() as moved:
        act()
    assert moved.value is not None
    return moved.value


def is_refused(answer: Response) -> None:
    """The page says no in a way that a program understands too."""
    assert answer.status == 422, f"{answer.status} {answer.url}"


def goes_on(answer: Response) -> None:
    """The page opens."""
    assert answer.ok, f"{answer.status} {answer.url}"


def sign_in(page: Page, email: str) -> None:
    """Somebody of the cast signs in."""
    page.goto("/masuk")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Kata sandi").fill(cast.PASSWORD)
    goes_on(press(page, "Masuk", within=page.locator("main")))


def publish(page: Page, goods: Goods, photo: Path) -> str:
    """The seller fills in the one screen of a new product; its address is in the answer."""
    page.goto("/penjual/produk")
    answer_to(page, page.get_by_role("link", name="Tambah produk").first.click)
    page.get_by_label("Foto", exact=True).set_input_files(photo)
    page.get_by_label("Nama produk").fill(goods.name)
    page.get_by_label("Harga", exact=True).fill(dotted(goods.price))
    page.get_by_label("Stok", exact=True).fill(str(goods.stock))
    unfold(page)
    page.get_by_label("Kategori").select_option(label=goods.category)
    page.get_by_label("Keterangan").fill(goods.description)
    goes_on(press(page, "Tampilkan"))
    expect(page.get_by_text(f"{goods.name} sudah tampil dan bisa dibeli.")).to_be_visible()
    return page.url.rpartition("/")[2]


def unfold(page: Page) -> None:
    """Open what the product form folds away."""
    if not page.locator("details.drawer[open]").count():
        page.get_by_text("Rincian lain").click()


def find(page: Page, words: str, name: str) -> None:
    """The buyer searches until the worker has put the new product into the index, and opens it."""
    page.goto("/")

    def searched() -> bool:
        box = page.get_by_role("searchbox", name="Cari produk")
        box.fill(words)
        answer_to(page, lambda: box.press("Enter"))
        return page.get_by_role("link", name=name).count() > 0

    eventually(searched, f"{name} is never found")
    goes_on(answer_to(page, page.get_by_role("link", name=name).first.click))
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()


def sees_the_photo(page: Page) -> None:
    """The picture of the product has arrived and is one."""
    picture = page.locator(".gallery img").first
    eventually(lambda: picture.evaluate("it => it.complete && it.naturalWidth > 0"), "the photo never shows")


def put_into_basket(page: Page, pieces: int) -> None:
    """The buyer puts pieces of the product on this page into the basket."""
    page.get_by_role("spinbutton", name="Jumlah").fill(str(pieces))
    goes_on(press(page, "Masukkan keranjang"))
    expect(page.get_by_role("heading", level=1, name="Keranjang")).to_be_visible()


def take(page: Page, slug: str, pieces: int = 1) -> None:
    """The buyer opens a product and takes pieces of it."""
    page.goto(f"/produk/{slug}")
    put_into_basket(page, pieces)


def go_to_checkout(page: Page) -> None:
    """From the basket on to the question for the destination."""
    page.goto("/keranjang")
    goes_on(answer_to(page, page.get_by_role("link", name="Lanjut ke pengiriman").click))


def type_the_village(page: Page, words: str, full_name: str) -> None:
    """The buyer types the name of the village and picks it from what was found."""
    page.get_by_label("Nama desa atau kecamatan").fill(words)
    press(page, "Cari", within=page.locator("main"))
    goes_on(answer_to(page, page.get_by_role("link", name=full_name).click))


def step_to_the_village(page: Page, *names: str) -> None:
    """Without JavaScript: one question per page, from the regency down."""
    for name in names:
        page.locator("main select[name=wilayah]").select_option(label=name)
        goes_on(press(page, "Lanjut"))


def unfold_to_the_village(page: Page, *names: str) -> None:
    """With JavaScript: each answer unfolds the next question below; one press at the end."""
    for number, name in enumerate(names):
        page.locator("[data-region-picker] select").nth(number).select_option(label=name)
    goes_on(press(page, "Lanjut"))


def write_the_address(page: Page, buyer: Buyer) -> None:
    """Who receives it, and where."""
    page.get_by_label("Nama penerima").fill(buyer.name)
    page.get_by_label("Nomor telepon").fill(buyer.phone)
    page.get_by_label("Alamat lengkap").fill(buyer.address)
    page.get_by_label("Patokan").fill(LANDMARK)


def choose_way(page: Page, shop: str, way: str) -> None:
    """Pick how a shop sends it, also from behind "cara lain". Without JavaScript, count again."""
    radio = page.locator(f'input[name="pengiriman-{shop}"][value="{way}"]')
    drawer = page.locator("details:not([open])", has=radio)
    if drawer.count():
        drawer.locator("summary").click()
    radio.check()
    recount = page.get_by_role("button", name="Hitung ulang total")
    if recount.count():
        goes_on(answer_to(page, recount.click))


def pay_by(page: Page, label: str) -> None:
    """Pick how to pay."""
    page.get_by_role("radio", name=label).check()


def bill(page: Page) -> Bill:
    """The sum on this page."""
    rows = page.locator(".summary dl > div").all()
    read = [(row.locator("dt").inner_text(), amount(row.locator("dd").inner_text())) for row in rows]
    return Bill(tuple(read[:-1]), read[-1][1])


def order(page: Page) -> str:
    """Place the order, paid in cash; its number."""
    goes_on(press(page, "Buat pesanan"))
    expect(page.get_by_text("Pesanan Anda sudah masuk!")).to_be_visible()
    return number_of(page)


def number_of(page: Page) -> str:
    """The number of the order on this page."""
    found = re.search(r"DM-\d{6}-\w+", page.locator("h1").inner_text())
    assert found, page.locator("h1").inner_text()
    return found[0]


def states(page: Page) -> dict[str, str]:
    """By shop, the state of its part of the order on this page."""
    heads = page.locator("h2.shop-name").all()
    return {
        head.inner_text().strip(): head.locator("xpath=..").locator(".badge").inner_text() for head in heads
    }


def seller_number(page: Page, order_number: str) -> str:
    """The seller finds the order among the tasks; its number in this shop."""
    page.goto("/penjual/pesanan")
    link = page.locator(f'article a[href^="/penjual/pesanan/{order_number}-"]').first
    goes_on(answer_to(page, link.click))
    return page.url.rpartition("/")[2]


def does(page: Page, label: str, done: str) -> None:
    """The seller presses the button of the next step, and reads that it is done."""
    goes_on(press(page, label))
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).get_by_text(done)).to_be_visible()


def hand_over(page: Page, courier: str, tracking_number: str = "") -> None:
    """The seller says who carries the parcel."""
    page.get_by_label("Siapa yang mengantar?").select_option(courier)
    page.get_by_label("Nomor resi").fill(tracking_number)
    does(page, "Kirim barang", "Pesanan dalam perjalanan ke pembeli.")


def deliver(page: Page, order_number: str, courier: str, tracking_number: str = "") -> None:
    """A signed-in seller takes the order all the way to the buyer's door."""
    seller_number(page, order_number)
    does(page, "Terima pesanan", "Pesanan diterima.")
    does(page, "Sudah dikemas", "Pesanan sudah dikemas.")
    hand_over(page, courier, tracking_number)
    does(page, "Sudah sampai di pembeli", "Pesanan sampai.")


def confirm_receipt(page: Page, shop_name: str) -> None:
    """The buyer says that the goods of a shop are there."""
    goes_on(press(page, "Pesanan sudah saya terima", within=part_of(page, shop_name)))
    assert states(page)[shop_name] == "Selesai"


def part_of(page: Page, shop_name: str) -> Locator:
    """The part of an order page that belongs to a shop."""
    return page.locator("section.panel", has=page.locator("h2.shop-name", has_text=shop_name))


def fill(page: Page, fields: Mapping[str, Any]) -> None:
    """Type into the fields of these names; radios and selects by value, boxes by truth, files by path."""
    for name, value in fields.items():
        field = page.locator(f'main [name="{name}"]')
        kind = field.first.evaluate("it => it.type")
        if kind == "radio":
            page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "file":
            field.set_input_files(value)
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(str(value))


def typed(page: Page, names: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the fields of these names now."""
    return {name: _standing_in(page.locator(f'main [name="{name}"]')) for name in names}


def _standing_in(field: Locator) -> Any:
    kind = field.first.evaluate("it => it.type")
    if kind == "radio":
        return next((one.get_attribute("value") for one in field.all() if one.is_checked()), None)
    return field.is_checked() if kind == "checkbox" else field.input_value()


def reason_beside(page: Page, name: str) -> str:
    """The reason that stands beside a field, and that a screen reader reads out with it."""
    field = page.locator(f'main [name="{name}"]').first
    holder = (
        field
        if field.get_attribute("type") != "radio"
        else page.locator(f'main fieldset:has([name="{name}"])').last
    )
    for word in (holder.get_attribute("aria-describedby") or "").split():
        if word.endswith("-salah"):
            return page.locator(f'[id="{word}"]').inner_text().strip()
    return ""


def eventually(true: Callable[[], bool], otherwise: str) -> None:
    """Look again until it is so; what the worker does comes a moment later."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.25)


def amount(text: str) -> int:
    """Rupiah as a page writes them; free of charge and no sales are nothing."""
    if text.strip().lower() in ("gratis", "tidak ada data"):
        return 0
    return int(re.sub(r"[^\d-]", "", text))


def dotted(rupiah: int) -> str:
    """Rupiah as a seller types them."""
    return f"{rupiah:,}".replace(",", ".")
