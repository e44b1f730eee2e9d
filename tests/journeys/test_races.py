"""Many people want the same thing at the same moment, from a server of several processes."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import pytest
import requests
from sqlalchemy import func, select

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.ledger.models import Posting
from marketplace.orders.models import CartLine, Order, SellerOrder, SellerOrderEvent
from marketplace.payments.models import PaymentAttempt, ProviderEvent
from marketplace.payments.simulator.delivery import signature
from marketplace.payments.simulator.world import StripeWorld
from marketplace.sellers.models import ShopMember
from tests import cast, factories
from tests.journeys.conftest import WEB_PROCESSES
from tests.journeys.visitor import Visitor, all_at_once, fields_of, in_turns, words
from tests.served import Served

NewVisitors = Callable[[int], list[Visitor]]


@pytest.fixture
def visitors(served: Served) -> Iterator[NewVisitors]:
    """Makes browsers, each with cookies of its own."""
    with ExitStack() as open_browsers:
        yield lambda count: [
            open_browsers.enter_context(Visitor(served.base_url)) for _number in range(count)
        ]


def test_fifty_buyers_for_five_pieces_make_five_orders(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    _lay_out(served, cast.CHIPS, 5)
    buyers = visitors(50)
    forms = _ready(buyers, [(cast.CHIPS,)] * 50)
    answers = all_at_once(
        [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
    )
    print(f"{engine_name}: {len(served.web_pids())} web processes, {_counted(answers)}")
    assert len(served.web_pids()) >= WEB_PROCESSES
    won, refused = _placed(answers), [answer for answer in answers if answer.status_code != 303]
    assert len(won) == 5
    assert {answer.status_code for answer in refused} <= {409, 422}
    assert all("habis" in words(answer) for answer in refused)
    assert _orders(served) == 5 and _on_shelf(served, cast.CHIPS) == 0
    _books_agree(served)


def test_crossing_baskets_neither_block_each_other_nor_oversell(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    for slug in (cast.CHIPS, cast.COFFEE):
        _lay_out(served, slug, 15)
    buyers = visitors(30)
    forms = _ready(buyers, [(cast.CHIPS, cast.COFFEE), (cast.COFFEE, cast.CHIPS)] * 15)
    answers = all_at_once(
        [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
    )
    print(f"{engine_name}: {_counted(answers)}")
    assert len(_placed(answers)) == 15
    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    assert _on_shelf(served, cast.CHIPS) == _on_shelf(served, cast.COFFEE) == 0
    _books_agree(served)


def test_the_same_form_sent_fifty_times_at_once_is_one_order(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    [buyer] = visitors(1)
    [form] = _ready([buyer], [(cast.RARE_COFFEE,)])
    assert form["kunci"]
    presses = visitors(50)
    for press in presses:
        press.session.cookies.update(buyer.session.cookies)
    answers = all_at_once([partial(press.post, "/checkout", form) for press in presses])
    print(f"{engine_name}: {_counted(answers)}")
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert _orders(served) == 1 and _on_shelf(served, cast.RARE_COFFEE) == 0
    _books_agree(served)


def test_goods_put_into_one_basket_six_times_at_once_all_lie_there(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    [buyer] = visitors(1)
    buyer.put_into_basket(cast.CRACKERS)
    presses = visitors(6)
    for press in presses:
        press.session.cookies.update(buyer.session.cookies)
    for slug in (cast.CHIPS, cast.COFFEE):
        form = buyer.form(f"/produk/{slug}", "/keranjang")
        answers = all_at_once([partial(press.post, "/keranjang", form) for press in presses])
        print(f"{engine_name}: {_counted(answers)}")
        assert {answer.status_code for answer in answers} == {303}
    with served.app():
        lines = db.session.execute(select(CartLine.quantity).order_by(CartLine.id)).scalars().all()
    assert lines == [1, 6, 6]


def test_the_same_message_of_the_provider_fifty_times_at_once_is_one_payment(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    [buyer] = visitors(1)
    [form] = _ready([buyer], [(cast.CHIPS, cast.COFFEE)], pay="stripe")
    page = buyer.post("/checkout", form).headers["Location"]
    answers = all_at_once([partial(_send, served.base_url, *_paid(served, page))] * 50)
    print(f"{engine_name}: {_counted(answers)}")
    assert {answer.status_code for answer in answers} == {200}
    assert Counter(answer.text for answer in answers) == {"applied": 1, "seen": 49}
    with served.app():
        assert list(db.session.scalars(select(PaymentAttempt.status))) == ["paid"]
        assert list(db.session.scalars(select(SellerOrder.status))) == ["awaiting_confirmation"] * 2
        payments = select(func.count()).select_from(Posting).where(Posting.kind == "payment")
        assert db.session.scalar(payments) == 1
        assert db.session.scalar(select(func.count()).select_from(ProviderEvent)) == 1
    assert _on_shelf(served, cast.CHIPS) == 49
    _books_agree(served)


def test_payments_and_checkouts_of_crossing_baskets_do_not_block_each_other(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    by_card, by_cash = visitors(12), visitors(12)
    crossing = [(cast.CHIPS, cast.COFFEE), (cast.COFFEE, cast.CHIPS)] * 6
    messages = []
    for buyer, form in zip(by_card, _ready(by_card, crossing, pay="stripe"), strict=True):
        page = buyer.post("/checkout", form).headers["Location"]
        messages.append(partial(_send, served.base_url, *_paid(served, page)))
    forms = _ready(by_cash, crossing)
    orders = [partial(buyer.post, "/checkout", form) for buyer, form in zip(by_cash, forms, strict=True)]
    answers = all_at_once([*messages, *orders])
    print(f"{engine_name}: {_counted(answers)}")
    assert [answer.text for answer in answers[:12]] == ["applied"] * 12
    assert len(_placed(answers[12:])) == 12
    assert _on_shelf(served, cast.CHIPS) == 50 - 24
    _books_agree(served)


def test_of_two_members_who_accept_and_decline_at_once_one_wins_and_one_is_told(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    with served.app():
        with transaction() as session:
            shop, other = factories.shop(cast.HER_SHOP), factories.person(cast.OTHER_BUYER)
            session.add(ShopMember(shop_id=shop.id, user_id=other.id, since=now()))
        numbers = [factories.order({cast.CHIPS: 1}, at=now()).order.children[0].number for _ in range(6)]
    sari, helper = visitors(2)
    sari.sign_in(cast.SELLER)
    helper.sign_in(cast.OTHER_BUYER)
    winners: Counter[str] = Counter()
    for number in numbers:
        page = f"/penjual/pesanan/{number}"
        yes, no = (
            fields_of(who.get(page).text, f"{page}/{step}")
            for who, step in ((sari, "terima"), (helper, "tolak"))
        )
        answers = all_at_once(
            [
                partial(sari.post, f"{page}/terima", yes),
                partial(helper.post, f"{page}/tolak", no | {"alasan": "Pisang habis"}),
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
        told = [
            words(answer if answer.status_code == 409 else who.get(page))
            for who, answer in zip((sari, helper), answers, strict=True)
        ]
        with served.app():
            child = db.session.scalars(select(SellerOrder).where(SellerOrder.number == number)).unique().one()
            steps = select(func.count()).where(SellerOrderEvent.seller_order_id == child.id)
            status = child.status
            assert status in ("accepted", "declined") and db.session.scalar(steps) == 2
        winners[status] += 1
        done = ["Pesanan diterima. Siapkan" in told[0], "Pesanan ditolak. Pembeli" in told[1]]
        late = ["langkah ini tidak bisa lagi" in text or "baru saja diubah" in text for text in told]
        assert done == [status == "accepted", status == "declined"]
        assert late == [status == "declined", status == "accepted"]
    print(f"{engine_name}: {dict(winners)}")
    _books_agree(served)


def _lay_out(served: Served, slug: str, pieces: int) -> None:
    """Let so many pieces lie on the shelf."""
    with served.app(), transaction():
        variant = factories.product(slug).variants[0]
        stocking.count(variant, pieces, reference=f"uji:{slug}", at=now())


def _ready(
    buyers: Sequence[Visitor], baskets: Sequence[tuple[str, ...]], pay: str = "cod"
) -> list[dict[str, str]]:
    """Everybody fills a basket and goes as far as the last page; the forms that lie before them."""

    def prepare(buyer: Visitor, slugs: tuple[str, ...]) -> dict[str, str]:
        buyer.put_into_basket(*slugs)
        return buyer.checkout_form(pay)

    return in_turns([partial(prepare, *pair) for pair in zip(buyers, baskets, strict=True)])


def _paid(served: Served, page: str) -> tuple[bytes, dict[str, str]]:
    """Somebody pays on the provider's page; the provider's message for the shop, and its signature."""
    at, secret = now(), served.config.stripe_webhook_secret
    event = StripeWorld(served.config.simulator_file).pay(page.rpartition("/")[2], at=at)
    headers = {"Stripe-Signature": signature(event.payload, secret, at), "Content-Type": "application/json"}
    return event.payload.encode(), headers


def _send(base_url: str, body: bytes, headers: dict[str, str]) -> requests.Response:
    with Visitor(base_url) as provider:
        return provider.session.post(f"{base_url}/webhook/stripe", body, headers=headers, timeout=30)


def _placed(answers: Sequence[requests.Response]) -> list[requests.Response]:
    return [answer for answer in answers if answer.headers.get("Location", "").startswith("/pesanan/DM-")]


def _counted(answers: Sequence[requests.Response]) -> dict[int, int]:
    return dict(Counter(answer.status_code for answer in answers))


def _orders(served: Served) -> int:
    with served.app():
        return db.session.scalar(select(func.count(Order.id))) or 0


def _on_shelf(served: Served, slug: str) -> int:
    with served.app():
        return factories.product(slug).variants[0].on_hand


def _books_agree(served: Served) -> None:
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["in_flight"] == 0, done.stdout + done.stderr
