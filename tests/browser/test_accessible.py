"""Everybody can use every page: axe finds nothing, nothing scrolls sideways, the keyboard is enough."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect

from marketplace.catalog import publishing
from marketplace.catalog.permits import recording
from marketplace.catalog.permits.recording import PermitDraft
from marketplace.catalog.publishing import ProductDraft
from marketplace.kit.clock import day_wib, now
from marketplace.kit.transaction import transaction
from tests import cast, factories, goods_files
from tests.browser import figures, steps
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.steps import Buyer
from tests.indicators.inputs import inputs_files
from tests.orders.walks import walk
from tests.payments.clawback_stage import taken_sum
from tests.payments.parked_stage import parked_sum
from tests.payouts import stage
from tests.served import Served

GUEST = ""
# Who opens it, its name, its address; the words in braces come from the prepared order.
PAGES = [
    (GUEST, "front", "/"),
    (GUEST, "list", "/produk"),
    (GUEST, "list of nothing", "/produk?q=zzzz"),
    (GUEST, "product", f"/produk/{cast.CHIPS}"),
    (GUEST, "reviews", f"/produk/{cast.CHIPS}/ulasan"),
    (cast.SELLER, "seller reviews", "/penjual/ulasan"),
    (cast.OPERATOR, "reviews at the counter", "/gerai/ulasan"),
    (GUEST, "village", f"/desa/{cast.HANURA}"),
    (GUEST, "shop", f"/toko/{cast.HER_SHOP}"),
    (GUEST, "region", "/wilayah/18"),
    (GUEST, "empty basket", "/keranjang"),
    (GUEST, "order", "{order}"),
    (GUEST, "nota", "{nota}"),
    (GUEST, "open data", "/data/"),
    (GUEST, "tracking", "/lacak"),
    (GUEST, "sign-in", "/masuk"),
    (GUEST, "registration", "/daftar"),
    (GUEST, "what is not there", "/produk/tidak-ada"),
    (cast.BUYER, "own orders", "/pesanan"),
    (cast.BUYER, "account", "/akun"),
    (cast.BUYER, "change of the password", "/akun/sandi"),
    (cast.SELLER, "notices", "/akun/pemberitahuan"),
    (cast.SELLER, "choices of notices", "/akun/pemberitahuan/atur"),
    (GUEST, "simulated letters", "/simulasi/surat"),
    (cast.SELLER, "seller orders", "/penjual/pesanan"),
    (cast.SELLER, "packing list", "/penjual/pesanan/daftar-kemas"),
    (cast.SELLER, "labels", "/penjual/pesanan/label?pilih={shipped}-1"),
    (cast.SELLER, "seller order", "/penjual/pesanan/{number}-1"),
    (cast.SELLER, "seller nota", "/penjual/pesanan/{done}-1/nota"),
    (cast.SELLER, "seller products", "/penjual/produk"),
    (cast.SELLER, "new product", "/penjual/produk/baru"),
    (cast.SELLER, "changed product", f"/penjual/produk/{cast.CHIPS}"),
    (cast.SELLER, "pickup hours", "/penjual/toko/jam-ambil"),
    (cast.SELLER, "goods without a photo", "/penjual/produk/tanpa-foto"),
    (cast.SELLER, "goods from files", "/penjual/produk/impor"),
    (cast.SELLER, "file to decide on", "/penjual/produk/impor/{file}"),
    (cast.SELLER, "stock", "/penjual/stok"),
    (cast.SELLER, "shelf", f"/penjual/stok/{cast.CHIPS}"),
    (cast.SELLER, "permits", "/penjual/izin"),
    (cast.SELLER, "new permit", "/penjual/izin/baru?jenis=pirt"),
    (cast.SELLER, "permit", "/penjual/izin/{permit}"),
    (cast.OPERATOR, "permits of the village", "/gerai/izin"),
    (cast.SELLER, "seller order on its way", "/penjual/pesanan/{shipped}-1"),
    (cast.SELLER, "seller order in dispute", "/penjual/pesanan/{disputed}-1"),
    (cast.OPERATOR, "complaints", "/gerai/komplain"),
    (cast.SELLER, "money given back", "/penjual/pesanan/{done}-1/pengembalian-dana"),
    (cast.SELLER, "balance", "/penjual/saldo"),
    (cast.SELLER, "accounts", "/penjual/rekening"),
    (cast.BUYER, "opening a shop, village", "/penjual/toko/baru"),
    (cast.BUYER, "opening a shop", f"/penjual/toko/baru?wilayah={cast.HANURA}"),
    (cast.SELLER, "own shop", "/penjual/toko"),
    (cast.SELLER, "members", "/penjual/toko/anggota"),
    (cast.SELLER, "holiday", "/penjual/toko/libur"),
    (cast.OPERATOR, "shops of the village", "/gerai/toko"),
    (cast.OPERATOR, "shop at the counter", f"/gerai/toko/{cast.HER_SHOP}"),
    (cast.OPERATOR, "direct payments", "/gerai/pembayaran"),
    (cast.OPERATOR, "accounts of the counter", "/gerai/rekening"),
    (cast.SELLER, "statement", "/penjual/saldo/laporan"),
    (cast.SELLER, "payout to a shop", "/penjual/pencairan/{batch}-1"),
    (cast.OPERATOR, "balance of a village", "/gerai/saldo"),
    (cast.OPERATOR, "sellers to help", "/gerai/bantuan"),
    (cast.OPERATOR, "consent of a seller", f"/gerai/bantuan/{cast.HER_SHOP}"),
    (cast.OPERATOR, "shop opened at the counter", "/gerai/bantuan/toko-baru"),
    (cast.OPERATOR, "slip of a day", f"/gerai/bantuan/{cast.HER_SHOP}/slip"),
    (cast.OPERATOR, "selling at the counter", "/gerai/jual"),
    (cast.OPERATOR, "a day of the counter without sales", "/gerai/jual/hari"),
    (cast.OPERATOR, "services of the counter", "/gerai/layanan"),
    (cast.OPERATOR, "service to be corrected", "/gerai/layanan/{service}"),
    (cast.OPERATOR, "services on paper", "/gerai/layanan/cetak"),
    (cast.OPERATOR, "what is known of a village", "/program/masukan"),
    (cast.OPERATOR, "input form", f"/program/masukan/status/desa/{cast.HANURA}"),
    (cast.OPERATOR, "file of inputs", "/program/masukan/keluarga/berkas"),
    (cast.OPERATOR, "checked file of inputs", "/program/masukan/berkas/{inputs}"),
    (cast.OPERATOR, "evidence sheet", f"/program/lembar-bukti/{cast.HANURA}/2026"),
    (cast.PROVINCE_OFFICER, "publications", "/program/terbitan?periode=2026-09"),
    (cast.PROVINCE_OFFICER, "publication", "/program/terbitan/18.09/2026-09"),
    (cast.PROVINCE_OFFICER, "export", "/program/ekspor"),
    (cast.PROVINCE_OFFICER, "what is known of a region", "/program/masukan"),
    (cast.PROVINCE_OFFICER, "one kind of input", "/program/masukan/keluarga"),
    (cast.PROVINCE_OFFICER, "evidence sheets", "/program/lembar-bukti"),
    (cast.PROVINCE_OFFICER, "services of a region", "/program/layanan"),
    (cast.PROVINCE_OFFICER, "sellers of a region", "/program/penjual"),
    (cast.SELLER, "help of the operator", "/penjual/toko/bantuan"),
    (cast.SELLER, "report of a shop", "/penjual/laporan"),
    (GUEST, "catalogue of a shop", f"/toko/{cast.HER_SHOP}/katalog"),
    (GUEST, "price list of a village", f"/desa/{cast.HANURA}/katalog?bentuk=daftar"),
    (cast.PROVINCE_OFFICER, "officer home", "/program"),
    (cast.PROVINCE_OFFICER, "officer region", "/program/wilayah/18?periode={month}"),
    (cast.PROVINCE_OFFICER, "indicators", "/program/indikator?wilayah=18&periode={month}"),
    (cast.PROVINCE_OFFICER, "ranking", "/program/peringkat?wilayah=18&tingkat=desa&periode={month}"),
    (cast.PROVINCE_OFFICER, "map of tiles", "/program/peta?wilayah=18&periode={month}"),
    (cast.PROVINCE_OFFICER, "cohorts", "/program/banding/kelompok?wilayah=18&kelompok=fokus"),
    (cast.PROVINCE_OFFICER, "comparison", "/program/banding?wilayah=18&wilayah=18.09&periode={month}"),
    (cast.PROVINCE_OFFICER, "indicator", "/program/indikator/SE-01?wilayah=18&periode={month}"),
    (cast.PROVINCE_OFFICER, "lines", "/program/indikator/SE-01/rincian?wilayah=18&periode={month}"),
    (cast.PROVINCE_OFFICER, "uplift", "/program/uplift"),
    (cast.PROVINCE_OFFICER, "uplift of a village", f"/program/uplift/desa/{cast.HANURA}"),
    (cast.PROVINCE_OFFICER, "method of the uplift", "/program/metode"),
    (cast.PROVINCE_OFFICER, "acts of the programme", "/program/uplift/tindakan"),
    (cast.PROVINCE_OFFICER, "baselines", "/program/uplift/data-awal"),
    (cast.PROVINCE_OFFICER, "who fell silent", "/program/berhenti?jenis=gerai"),
    (cast.PROVINCE_OFFICER, "findings", "/program/mutu"),
    (cast.PROVINCE_OFFICER, "completeness", "/program/mutu/kelengkapan"),
    (cast.PROVINCE_OFFICER, "orders beneath", "/program/indikator/SE-14/rincian?wilayah=18&periode={month}"),
    (cast.PROVINCE_OFFICER, "dictionary", "/program/kamus"),
    (cast.FINANCE, "books", "/admin/pembukuan"),
    (cast.FINANCE, "day in the books", "/admin/pembukuan/{day}"),
    (cast.FINANCE, "order in the books", "/admin/pembukuan/pesanan/{number}"),
    (cast.FINANCE, "payouts", "/admin/pencairan"),
    (cast.FINANCE, "what could be paid out", "/admin/pencairan/kumpulkan"),
    (cast.ADMIN, "batch of payouts", "/admin/pencairan/{batch}"),
    (cast.ADMIN, "payout", "/admin/pencairan/{batch}/{batch}-1"),
    (cast.FINANCE, "money from providers", "/admin/dana-masuk"),
    (cast.FINANCE, "refunds", "/admin/pengembalian-dana"),
    (cast.FINANCE, "parked money", "/admin/dana-tertahan"),
    (cast.FINANCE, "one parked sum", "/admin/dana-tertahan/{parked}"),
    (cast.FINANCE, "money taken back", "/admin/dana-ditarik?semua=1"),
    (cast.FINANCE, "one clawback", "/admin/dana-ditarik/{taken}"),
    (cast.FINANCE, "dispute fees", "/admin/dana-ditarik/biaya-sengketa"),
    (cast.FINANCE, "fee rules", "/admin/biaya?penerima=village&tarif=0,5&wilayah=&mulai="),
]
OpenAs = Callable[..., Page]


@pytest.fixture(scope="module")
def market(served: Served) -> dict[str, str]:
    """A market with a sale behind it and an order in the middle of its way."""
    at = now()
    with served.app():
        sold = factories.order({cast.CHIPS: 2, cast.COFFEE: 1}, at=at)
        done = sold.order.number
        for child in sold.order.children:
            factories.complete(child, at=at)
        going = factories.order({cast.CRACKERS: 1, cast.COFFEE: 2}, at=at)
        number, token = going.order.number, going.token
        for payee in (stage.shop(), stage.village()):
            stage.bank(payee)
            stage.sold(payee, 60_000)
        batch = stage.collected()[0].rpartition("-")[0]
        stage.sold(stage.shop(), 60_000)
        stage.sold(stage.shop(cast.HIS_SHOP), 70_000)
        aside = {
            state: factories.order({cast.CHIPS: 1}, at=at).order.children[0]
            for state in ("shipped", "disputed")
        }
        numbers = {state: child.order.number for state, child in aside.items()}
        for state, child in aside.items():
            walk(child, state, at=at)
        with transaction():
            pirt = PermitDraft("pirt", "12345", "Sari")
            permit = recording.record(factories.shop(cast.HER_SHOP), pirt, actor="seller:1", at=at).id
            draft = ProductDraft("Dodol Tanpa Foto", 9_000, "bungkus", "dodol-manisan", hidden=True)
            publishing.publish(factories.shop(cast.HER_SHOP), draft, at=at)
        service, inputs = inputs_files.leave(at=at)
        parked = parked_sum(at=at)
        taken = taken_sum(at=at)
        file = goods_files.check(goods_files.csv_file("nama;harga;x", "Dodol;1000;1", "Emping;x;1"), at=at)
    return {
        **numbers,
        "permit": str(permit),
        "file": str(file),
        "service": str(service),
        "inputs": str(inputs),
        "number": number,
        "order": f"/pesanan/{number}?token={token}",
        "done": done,
        "batch": batch,
        "parked": str(parked),
        "taken": str(taken),
        "nota": f"/pesanan/{done}/nota/{cast.HER_SHOP}?token={sold.token}",
        "month": figures.this_month(),
        "day": day_wib(at).isoformat(),
    }


@pytest.fixture(scope="module")
def sessions(browser: Browser, served: Served) -> dict[str, Any]:
    """The cookies of whoever has signed in already."""
    return {}


@pytest.fixture
def open_as(open_page: OpenPage, sessions: dict[str, Any]) -> OpenAs:
    """A page of somebody who has signed in, or of a guest."""

    def opened(email: str, **options: Any) -> Page:
        if email == GUEST:
            return open_page(**options)
        if email in sessions:
            return open_page(storage_state=sessions[email], **options)
        page = open_page(**options)
        steps.sign_in(page, email)
        sessions[email] = page.context.storage_state()
        return page

    return opened


@pytest.mark.parametrize(("email", "name", "address"), PAGES, ids=[name for _email, name, _address in PAGES])
def test_everybody_can_use(
    open_as: OpenAs, market: dict[str, str], email: str, name: str, address: str
) -> None:
    page = open_as(email, **PHONE)
    page.goto(address.format_map(market))
    can_be_used(page)


def test_everybody_can_use_the_way_from_basket_to_order(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    for slug in (cast.CHIPS, cast.COFFEE):
        steps.take(page, slug)
    can_be_used(page)
    steps.go_to_checkout(page)
    can_be_used(page)
    steps.type_the_village(page, "hurun", "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran")
    can_be_used(page)
    steps.is_refused(steps.press(page, "Buat pesanan"))
    can_be_used(page)
    steps.write_the_address(page, Buyer())
    steps.order(page)
    can_be_used(page)


def test_everybody_can_use_a_refused_product(open_as: OpenAs) -> None:
    page = open_as(cast.SELLER, **PHONE)
    page.goto("/penjual/produk/baru")
    steps.is_refused(steps.press(page, "Tampilkan"))
    can_be_used(page)


def test_the_skip_link_leads_past_the_header(desk: Page) -> None:
    desk.goto("/produk")
    desk.keyboard.press("Tab")
    link = desk.get_by_role("link", name="Langsung ke isi")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    desk.keyboard.press("Enter")
    expect(desk.locator("main")).to_be_focused()
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_goods_can_be_bought_with_the_keyboard_alone(desk: Page) -> None:
    keys = desk.keyboard
    desk.goto("/produk")
    press_on(desk, desk.get_by_role("link", name="Keripik Pisang Cokelat").first)
    press_on(desk, desk.get_by_role("button", name="Masukkan keranjang"))
    press_on(desk, desk.get_by_role("link", name="Lanjut ke pengiriman"))
    tab_to(desk, desk.get_by_label("Nama desa atau kecamatan"))
    keys.type("hurun")
    steps.answer_to(desk, lambda: keys.press("Enter"))
    press_on(desk, desk.get_by_role("link", name="Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran"))
    for label, words in (
        ("Nama penerima", "Budi"),
        ("Nomor telepon", "081234567890"),
        ("Alamat lengkap", "Dusun 2 RT 3"),
    ):
        tab_to(desk, desk.get_by_label(label))
        keys.type(words)
    tab_to(desk, desk.locator(f'[name="pengiriman-{cast.HER_SHOP}"]:checked'))
    assert "Diantar penjual" in steps.bill(desk).fees
    keys.press("ArrowDown")
    assert "Titip travel atau bus" in steps.bill(desk).fees
    keys.press("ArrowUp")
    tab_to(desk, desk.locator("[name=pembayaran]:checked"))
    press_on(desk, desk.get_by_role("button", name="Buat pesanan"))
    expect(desk.get_by_text("Pesanan Anda sudah masuk!")).to_be_visible()


def can_be_used(page: Page) -> None:
    """Axe finds nothing in light and dark, and the page is no wider than the phone."""
    found = []
    for scheme in _schemes():
        # Without motion, so that no colour is judged halfway between the two.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {words}" for words in _violations(page)]
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["viewport"]["width"]:  # type: ignore[index]
        found.append(f"{width} px wide")
    assert found == [], page.url


def _schemes() -> Iterator[Any]:
    yield from ("light", "dark")


def _violations(page: Page) -> list[str]:
    """What axe finds, one line for each place."""
    response = Axe().run(page).response
    return [
        f"{violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in response["violations"]
        for node in violation["nodes"]
    ]


def press_on(page: Page, wanted: Locator) -> None:
    """Go to a link or button with the keyboard and press Enter; a page answers."""
    tab_to(page, wanted)
    steps.goes_on(steps.answer_to(page, lambda: page.keyboard.press("Enter")))


def tab_to(page: Page, wanted: Locator, most: int = 120) -> None:
    """Press Tab until it is reached; whoever looks can see where the focus is."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("it => it === document.activeElement"):
            assert wanted.evaluate(_FOCUS_SHOWS), f"the focus on {wanted} cannot be seen"
            return
    raise AssertionError(f"{wanted} cannot be reached with Tab")


# The outline may stand on what is around the control, or on the whole card that a link covers.
_FOCUS_SHOWS = """it => {
  const outlined = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const places = [it, it.closest("label"), it.closest(".search"), it.closest(".stepper")].filter(Boolean);
  return [...places.map((node) => getComputedStyle(node)), getComputedStyle(it, "::after")].some(outlined);
}"""
