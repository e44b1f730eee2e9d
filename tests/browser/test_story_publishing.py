"""Figures become final: one hands in, another approves and locks, and what comes late is a revision.

Each role does in the browser what it may do, and finds no door to what it may not.
"""

import pytest
from playwright.sync_api import Page, Response, expect

from marketplace.indicators.publishing import releasing
from marketplace.kit.clock import month_wib, now, previous_month
from tests import cast
from tests.browser import steps
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.indicators import world
from tests.served import Served

MONTH = previous_month(month_wib(now()))
ADDRESS = f"/program/terbitan/{world.PESAWARAN}/{MONTH}"
REASON = "Satu pengembalian dana terlambat tercatat"
# Four sellers and eight orders in each of two regencies: everybody may see both.
FACTS = [
    world.fact(number, village, 50_000, f"{MONTH}-1{number % 8}", shop_id=number % 4 + 10 * place)
    for place, village in enumerate((cast.HANURA, cast.PODOMORO))
    for number in range(8 * place, 8 * place + 8)
]
REFUND = world.fact(
    90, cast.HANURA, -20_000, f"{MONTH}-20", shop_id=1, source="refund:90", seller_order_id=1, quantity=-1
)


@pytest.fixture
def market(served: Served) -> Served:
    """A full month in two regencies, released."""
    with served.app():
        world.store(FACTS)
        releasing.release_due(now())
    return served


def _turnover(page: Page) -> object:
    """What everybody is told of the regency's month."""
    [row] = page.request.get(f"/api/v1/indicators?region={world.PESAWARAN}&period={MONTH}&code=SE-01").json()[
        "items"
    ]
    return row["value"], row["revision"], row["recount"]


def test_a_month_is_handed_in_locked_and_revised_by_people_who_look_at_each_other(
    market: Served, open_page: OpenPage
) -> None:
    visitor = open_page(**PHONE)
    visitor.goto("/data/")
    assert _turnover(visitor) == (400_000, 0, None)
    regency, province = open_page(**PHONE), open_page(**DESK)
    steps.sign_in(regency, cast.REGENCY_OFFICER)
    regency.goto("/program")
    regency.get_by_role("link", name="belum diajukan").click()
    steps.goes_on(steps.press(regency, "Ajukan ke provinsi"))
    expect(regency.get_by_text("Diajukan", exact=True).first).to_be_visible()
    expect(regency.get_by_role("button", name="Setujui")).to_have_count(0)

    steps.sign_in(province, cast.PROVINCE_OFFICER)
    province.goto("/program/terbitan")
    waits = province.locator("section", has_text="Menunggu Anda")
    waits.get_by_role("link", name="Pesawaran").click()
    steps.goes_on(steps.press(province, "Setujui"))
    steps.goes_on(_confirmed(province, "Kunci angka ini"))
    expect(province.get_by_text("Terkunci", exact=True).first).to_be_visible()
    assert _turnover(visitor) == (400_000, 1, None)

    with market.app():
        world.store([*FACTS, REFUND])
    regency.goto(f"/program/indikator/SE-01?wilayah={world.PESAWARAN}&periode={MONTH}")
    expect(regency.locator(".big-figure")).to_have_text("Rp400.000")
    expect(regency.get_by_text("Sejak terkunci ada perubahan:")).to_be_visible()
    regency.get_by_role("link", name="Lihat terbitan").click()
    regency.get_by_label("Mengapa angkanya berubah?").fill(REASON)
    steps.goes_on(steps.press(regency, "Usulkan revisi"))
    expect(regency.get_by_role("button", name="Terbitkan revisi")).to_have_count(0)
    assert _turnover(visitor) == (400_000, 1, None)

    province.goto("/program/terbitan")
    province.get_by_role("link", name="Pesawaran").first.click()
    expect(province.get_by_text(REASON).first).to_be_visible()
    steps.goes_on(_confirmed(province, "Terbitkan revisi 2"))
    expect(province.get_by_role("heading", name="Revisi 1 dan 2 bersebelahan")).to_be_visible()
    side = province.locator("section", has_text="bersebelahan").get_by_role("row", name="SE-01 Omzet").first
    expect(side).to_contain_text("Rp400.000")
    expect(side).to_contain_text("Rp380.000")
    assert _turnover(visitor) == (380_000, 2, None)
    visitor.goto("/data/")
    expect(visitor.get_by_text(REASON)).to_be_visible()
    _prints(province)


def test_who_handed_in_cannot_approve_and_others_have_no_door(market: Served, open_page: OpenPage) -> None:
    own = open_page(**PHONE)
    steps.sign_in(own, cast.PROVINCE_OFFICER)
    own.goto(f"/program/terbitan/{world.PRINGSEWU}/{MONTH}")
    steps.goes_on(steps.press(own, "Ajukan ke provinsi"))
    expect(own.get_by_text("Anda sendiri yang mengajukan. Yang menyetujui harus orang lain.")).to_be_visible()
    expect(own.get_by_role("button", name="Setujui")).to_have_count(0)
    for email in (cast.DISTRICT_OFFICER, cast.OPERATOR):
        page = open_page(**PHONE)
        steps.sign_in(page, email)
        page.goto(f"/program/terbitan?periode={MONTH}")
        expect(page.get_by_role("rowheader", name="Kabupaten Pesawaran")).to_be_visible()
        expect(page.get_by_role("link", name="Kabupaten Pesawaran")).to_have_count(0)
        assert page.request.get(ADDRESS).status == 404


def _confirmed(page: Page, label: str) -> Response:
    """Press a button that asks first, and say yes."""
    page.get_by_role("button", name=label).click()
    return steps.press(page, label, within=page.get_by_role("dialog"))


def _prints(page: Page) -> None:
    """On paper stand both revisions with their hashes, and no buttons."""
    page.emulate_media(media="print")
    expect(page.locator(".paper-head")).to_be_visible()
    expect(page.get_by_text("Revisi 2, SHA-256:")).to_be_visible()
    assert not page.locator(".button").locator("visible=true").count()
    page.emulate_media(media="screen")
