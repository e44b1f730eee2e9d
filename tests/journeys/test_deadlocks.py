"""Things that lock the same rows from two ends happen together: nobody waits for who waits for them.

Both pairs stood still on PostgreSQL before locks let foreign keys pass (`kit.transaction.locked`): one of the
two was killed by the server, and somebody read that the shop is resting.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial

import pytest
import requests
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments.models import Refund
from marketplace.sellers.models import MoneyAccount
from tests import cast, direct, factories
from tests.databases import Databases
from tests.journeys.conftest import WEB_PROCESSES
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

CROSSING = [(cast.CHIPS, cast.COFFEE), (cast.COFFEE, cast.CHIPS)]
SALES, BUYERS, CHANGES = 8, 16, 4


@pytest.fixture
def browsers(served: Served) -> Iterator[ExitStack]:
    """Closes the browsers that are opened in it."""
    with ExitStack() as stack:
        yield stack


def _open(served: Served, browsers: ExitStack, count: int) -> list[Visitor]:
    return [browsers.enter_context(Visitor(served.base_url)) for _number in range(count)]


def _baskets(buyers: Sequence[Visitor], pay: str) -> list[dict[str, str]]:
    """Two shops' goods in crossing baskets; the checkout forms that lie before the buyers."""

    def fill(buyer: Visitor, place: int) -> dict[str, str]:
        buyer.put_into_basket(*CROSSING[place % 2])
        return buyer.checkout_form(pay)

    return in_turns([partial(fill, buyer, place) for place, buyer in enumerate(buyers)])


def _alike(first: Visitor, others: Sequence[Visitor]) -> None:
    """The same person in more browsers."""
    for other in others:
        other.session.cookies.update(first.session.cookies)


def test_refunds_and_checkouts_of_the_same_goods_do_not_wait_for_each_other(
    served: Served, browsers: ExitStack, databases: Databases, engine_name: str
) -> None:
    """A refund after the sale locks the shop, then the stock; a checkout has the stock and names the shop."""
    with served.app():
        sales = [factories.order({cast.CHIPS: 2}, at=now()).order.children[0] for _sale in range(SALES)]
        numbers = [(sale.number, sale.lines[0].id) for sale in sales]
        for sale in sales:
            factories.complete(sale, at=now())
    buyers, desks = _open(served, browsers, BUYERS), _open(served, browsers, SALES)
    forms = _baskets(buyers, "cod")
    desks[0].sign_in(cast.SELLER)
    _alike(desks[0], desks[1:])
    pages = [f"/penjual/pesanan/{number}/pengembalian-dana" for number, _line in numbers]
    told = {"layak": "1", "alasan": "Penyok"}
    wishes = [
        desk.form(page, page) | told | {f"baris-{line}": "2"}
        for desk, page, (_number, line) in zip(desks, pages, numbers, strict=True)
    ]
    deeds = [partial(desk.post, page, wish) for desk, page, wish in zip(desks, pages, wishes, strict=True)]
    orders = [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
    answers = all_at_once([deed for pair in zip(deeds + deeds, orders, strict=True) for deed in pair])
    _tell(served, engine_name, answers)
    assert [answer.status_code for answer in answers[1::2]] == [303] * BUYERS
    with served.app():
        assert db.session.scalar(select(func.count(Refund.id))) == SALES
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50 - BUYERS
    _nobody_waited_in_vain(served, databases, answers)


def test_accounts_change_while_people_order(
    served: Served, browsers: ExitStack, databases: Databases, engine_name: str
) -> None:
    """A new account locks the shop, then the old account; a transfer has the account and names the shop.

    Buyers sign in meanwhile, in a second browser whose basket joins the one that is being ordered.
    """
    with served.app():
        direct.bank_accounts()
    buyers = _open(served, browsers, BUYERS)
    owners = {who: _open(served, browsers, CHANGES) for who in (cast.SELLER, cast.OTHER_SELLER)}
    people = [cast.BUYER, cast.OTHER_BUYER, cast.FINANCE, cast.ADMIN]
    second = _open(served, browsers, len(people))
    for person, buyer in zip(people, buyers, strict=False):
        buyer.sign_in(person)
    forms = _baskets(buyers, "transfer")
    deeds = [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
    for person, other in zip(people, second, strict=True):
        other.put_into_basket(cast.CRACKERS)
        known = other.form("/masuk", "/masuk") | {"email": person, "sandi": cast.PASSWORD}
        deeds.append(partial(other.post, "/masuk", known))
    for who, desks in owners.items():
        desks[0].sign_in(who)
        _alike(desks[0], desks[1:])
        for place, desk in enumerate(desks):
            fields = desk.form("/penjual/rekening", "/penjual/rekening/bank")
            account = {"bank": "BRI", "nomor": f"00123456{place}", "nama": "Nama"}
            deeds.append(partial(desk.post, "/penjual/rekening/bank", fields | account))
    answers = all_at_once(deeds)
    _tell(served, engine_name, answers)
    # Whom the account changed for twice in one moment was told so, and presses once more.
    again = [deed() for deed, answer in zip(deeds, answers, strict=True) if answer.status_code == 409]
    with served.app():
        standing = select(func.count()).where(MoneyAccount.ended_at.is_(None), MoneyAccount.kind == "bank")
        assert db.session.scalar(standing) == 2
        assert db.session.scalar(select(func.count(MoneyAccount.id))) == 2 + 2 * CHANGES
        placed = db.session.scalar(select(func.count(Order.id))) or 0
        assert db.session.scalar(select(func.count(SellerOrder.id))) == 2 * placed
    # A basket that was joined by another while it was ordered has another total, which its owner has to see.
    refused = Counter(answer.status_code for answer in [*answers[:BUYERS], *again])[422]
    assert placed == BUYERS - refused and refused <= len(people)
    _nobody_waited_in_vain(served, databases, [*answers, *again])


def _tell(served: Served, engine_name: str, answers: Sequence[requests.Response]) -> None:
    counted = dict(Counter(answer.status_code for answer in answers))
    print(f"{engine_name}: {len(served.web_pids())} web processes, {counted}")
    assert len(served.web_pids()) >= WEB_PROCESSES


def _nobody_waited_in_vain(
    served: Served, databases: Databases, answers: Sequence[requests.Response]
) -> None:
    """Everybody was answered, refused in words at most; no log speaks of a deadlock; the books agree."""
    assert {answer.status_code for answer in answers} <= {303, 409, 422}
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["in_flight"] == 0, done.stdout + done.stderr
    told = [served.log.read_text(errors="replace"), *databases.told(served.config.database_url)]
    assert [line for line in "\n".join(told).splitlines() if "deadlock" in line.lower()] == []
