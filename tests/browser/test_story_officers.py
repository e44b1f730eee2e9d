"""Each officer at work: from the home of the own region down to the facts under a figure, and no further."""

import re

import pytest
from playwright.sync_api import Page, expect

from marketplace.kit.clock import month_wib, now, previous_month
from tests import cast
from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.indicators import world
from tests.served import Served

MONTH = previous_month(month_wib(now()))
ROLES = [
    (cast.OPERATOR, cast.HANURA, "Hanura", cast.HURUN),
    (cast.DISTRICT_OFFICER, "18.09.10", "Teluk Pandan", "18.09"),
    (cast.REGENCY_OFFICER, "18.09", "Kabupaten Pesawaran", "18.10"),
    (cast.PROVINCE_OFFICER, "18", "Lampung", "31"),
]


@pytest.fixture(scope="module")
def market(served: Served) -> Served:
    """A full month in which she sold in Hanura and he in Podomoro."""
    with served.app():
        world.store(
            [
                world.fact(1, cast.HANURA, 90_000, f"{previous_month(MONTH)}-10"),
                world.fact(2, cast.HANURA, 120_000, f"{MONTH}-05"),
                world.fact(3, cast.HURUN, 40_000, f"{MONTH}-09", shop_id=2, payment_method="qris"),
                world.fact(4, cast.PODOMORO, 65_000, f"{MONTH}-12", shop_id=3),
            ]
        )
    return served


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize(("email", "region", "name", "foreign"), ROLES, ids=[role[2] for role in ROLES])
def test_an_officer_goes_from_the_home_down_to_the_facts(
    market: Served,
    open_page: OpenPage,
    *,
    email: str,
    region: str,
    name: str,
    foreign: str,
    size: dict[str, object],
) -> None:
    page = open_page(**size)
    steps.sign_in(page, email)
    page.goto("/program")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_role("link", name="Omzet", exact=True).first.click()
    expect(page.locator(".big-figure")).to_be_visible()
    total = page.locator(".big-figure").inner_text().strip()
    choose(page, "Peringkat", size)
    assert f"wilayah={region}" in page.url
    if region == cast.HANURA:
        page.get_by_role("cell", name=total).get_by_role("link").click()
    else:
        choose(page, "Peta", size)
        expect(page.locator("svg.map a").first).to_be_visible()
        page.locator("tfoot").get_by_role("link", name=total).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Baris di balik angka")
    expect(page.get_by_text("Cocok", exact=True)).to_be_visible()
    for address in (
        "wilayah/{}",
        "peringkat?wilayah={}",
        "peta?wilayah={}",
        "indikator/SE-01/rincian?wilayah={}",
    ):
        assert page.request.get(f"/program/{address.format(foreign)}").status == 404


@pytest.mark.parametrize(
    "address", ["/program", "/program/wilayah/18", "/program/peringkat?tingkat=desa", "/program/peta"]
)
def test_a_page_prints_on_a4_with_its_matter_and_without_doors(
    market: Served, open_page: OpenPage, address: str
) -> None:
    page = open_page(**DESK)
    steps.sign_in(page, cast.PROVINCE_OFFICER)
    page.goto(address)
    page.emulate_media(media="print")
    expect(page.locator(".paper-head")).to_be_visible()
    expect(page.locator(".paper-head")).to_contain_text("data sampai")
    for hidden in (".site-head", ".work-nav", ".site-foot", ".ask", ".button"):
        assert not page.locator(hidden).locator("visible=true").count(), hidden
    sheet = page.pdf(prefer_css_page_size=True)
    assert sheet.startswith(b"%PDF") and sheet_sizes(sheet) == {(595, 842)}


def choose(page: Page, section: str, size: dict[str, object]) -> None:
    """Go to a section by the menu: folded on a phone, beside the page at a desk."""
    if size is PHONE:
        page.locator(".work-fold > summary").click()
    page.get_by_role("navigation", name="Angka desa").get_by_role("link", name=section, exact=True).click()
    page.wait_for_load_state()


def sheet_sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Width and height of the sheets of a PDF in points."""

    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return {(round(float(width)), round(float(height))) for width, height in boxes}
