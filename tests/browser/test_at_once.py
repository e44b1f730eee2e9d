"""Two buyers, two tabs, two presses: what was sold meanwhile is said, nothing is ordered twice or unseen."""

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from tests import cast, factories
from tests.browser import steps
from tests.browser.steps import Buyer
from tests.served import Served

# As a nervous thumb on a phone without JavaScript, or a connection that repeats what it sent.
_SENT_THREE_TIMES = """async () => {
  const form = document.querySelector("form[data-checkout]");
  const body = new URLSearchParams(new FormData(form));
  const answers = await Promise.all([1, 2, 3].map(() => fetch(form.action, { method: "POST", body })));
  return answers.map((answer) => answer.url);
}"""
HURUN = "Desa Hurun, Kec. Teluk Pandan, Kab. Pesawaran"


def test_what_sold_out_meanwhile_is_said_and_the_rest_can_be_ordered(phone: Page, served: Served) -> None:
    rare = last_piece(served, "kopi-lanang-terakhir", "Kopi Lanang Terakhir")
    ready_to_order(phone, rare, cast.CHIPS)
    before = steps.bill(phone)
    somebody_else_buys(served, rare)

    steps.is_refused(steps.press(phone, "Buat pesanan"))
    expect(phone.locator("main .notice").filter(has_text="Kopi Lanang Terakhir")).to_be_visible()
    rest = steps.bill(phone)
    assert rest.total < before.total
    assert "Kopi Podomoro" not in dict(rest.rows)
    assert steps.typed(phone, {"alamat": "", "nama": ""}) == {"alamat": Buyer().address, "nama": Buyer().name}
    steps.order(phone)
    assert steps.bill(phone).total == rest.total
    assert set(steps.states(phone)) == {"Keripik Bu Sari"}


def test_when_nothing_is_left_the_basket_says_so_and_shows_a_way_on(
    phone_plain: Page, served: Served
) -> None:
    rare = last_piece(served, "kopi-luwak-terakhir", "Kopi Luwak Terakhir")
    ready_to_order(phone_plain, rare)
    somebody_else_buys(served, rare)
    steps.is_refused(steps.press(phone_plain, "Buat pesanan"))
    expect(phone_plain.locator("main .notice").filter(has_text="Kopi Luwak Terakhir")).to_be_visible()
    steps.goes_on(steps.answer_to(phone_plain, phone_plain.get_by_role("link", name="Lihat produk").click))


def test_what_is_sold_out_cannot_be_put_into_a_basket(phone: Page, served: Served) -> None:
    rare = last_piece(served, "kopi-peaberry-terakhir", "Kopi Peaberry Terakhir")
    phone.goto(f"/produk/{rare}")
    somebody_else_buys(served, rare)
    steps.is_refused(steps.press(phone, "Masukkan keranjang"))
    expect(phone.locator("main")).to_contain_text("habis")
    phone.reload()


def test_a_basket_changed_in_another_tab_is_not_ordered_unseen(phone: Page, served: Served) -> None:
    ready_to_order(phone, cast.CHIPS)
    seen = steps.bill(phone)
    other_tab = phone.context.new_page()
    steps.take(other_tab, cast.CRACKERS, 2)
    orders = count_orders(served)

    steps.is_refused(steps.press(phone, "Buat pesanan"))
    assert count_orders(served) == orders
    now_seen = steps.bill(phone)
    assert now_seen.total >= seen.total + 25_000
    expect(phone.get_by_role("alert")).to_contain_text("Total sekarang")
    steps.order(phone)
    assert steps.bill(phone).total == now_seen.total
    assert count_orders(served) == orders + 1


def test_a_basket_ordered_in_another_tab_is_not_ordered_again(phone: Page, served: Served) -> None:
    ready_to_order(phone, cast.CHIPS)
    other_tab = phone.context.new_page()
    other_tab.goto(phone.url)
    steps.write_the_address(other_tab, Buyer())
    steps.order(other_tab)
    orders = count_orders(served)
    steps.is_refused(steps.press(phone, "Buat pesanan"))
    expect(phone.locator("main")).to_contain_text("tidak ada yang dipesan")
    assert count_orders(served) == orders


def test_two_quick_presses_make_one_order(phone: Page, served: Served) -> None:
    ready_to_order(phone, cast.CHIPS)
    orders = count_orders(served)
    phone.get_by_role("button", name="Buat pesanan").dblclick()
    phone.wait_for_url("**/pesanan/DM-*")
    assert count_orders(served) == orders + 1


def test_one_form_sent_three_times_at_once_makes_one_order(phone: Page, served: Served) -> None:
    ready_to_order(phone, cast.CHIPS)
    orders = count_orders(served)
    addresses = phone.evaluate(_SENT_THREE_TIMES)
    assert len(set(addresses)) == 1
    assert "/pesanan/DM-" in addresses[0]
    assert count_orders(served) == orders + 1


def test_going_back_after_ordering_does_not_offer_to_order_again(phone: Page, served: Served) -> None:
    ready_to_order(phone, cast.CHIPS)
    steps.order(phone)
    orders = count_orders(served)
    phone.go_back()
    expect(phone.get_by_text("Keranjang masih kosong")).to_be_visible()
    expect(phone.get_by_role("button", name="Buat pesanan")).to_have_count(0)
    assert count_orders(served) == orders


def ready_to_order(page: Page, *slugs: str) -> None:
    """A guest has filled in everything; only the last press is missing."""
    for slug in slugs:
        steps.take(page, slug)
    steps.go_to_checkout(page)
    steps.type_the_village(page, "hurun", HURUN)
    steps.write_the_address(page, Buyer())


def last_piece(served: Served, slug: str, name: str) -> str:
    """A product of his shop with a single piece left; its address."""
    with served.app(), transaction():
        shop = factories.shop(cast.HIS_SHOP)
        factories.put_on_shelf(shop, slug=slug, name=name, price=90_000, stock=1, at=now())
    return slug


def somebody_else_buys(served: Served, slug: str) -> None:
    """The last piece goes to another buyer."""
    with served.app():
        factories.order({slug: 1}, at=now())


def count_orders(served: Served) -> int:
    """How many orders there are."""
    with served.app():
        return int(db.session.scalar(select(func.count()).select_from(Order)) or 0)
