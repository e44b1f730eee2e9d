"""Direct payments at the same moment: sums stay apart, one word counts, the deadline takes nothing away."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, update

from marketplace.catalog.models import StockHold
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import PaymentAttempt, ProviderEvent
from tests import cast, direct, factories
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

NewVisitors = Callable[[int], list[Visitor]]


@pytest.fixture
def visitors(served: Served) -> Iterator[NewVisitors]:
    """Makes browsers, each with cookies of its own, in a market where both shops take transfers."""
    with served.app():
        direct.bank_accounts()
    with ExitStack() as open_browsers:
        yield lambda count: [
            open_browsers.enter_context(Visitor(served.base_url)) for _number in range(count)
        ]


def test_thirty_transfers_at_once_ask_for_thirty_sums(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    buyers = visitors(30)
    crossing = [(cast.CHIPS, cast.COFFEE), (cast.COFFEE, cast.CHIPS)] * 15

    def prepare(buyer: Visitor, slugs: tuple[str, ...]) -> dict[str, str]:
        buyer.put_into_basket(*slugs)
        return buyer.checkout_form("transfer")

    forms = in_turns([partial(prepare, *pair) for pair in zip(buyers, crossing, strict=True)])
    answers = all_at_once(
        [partial(buyer.post, "/checkout", form) for buyer, form in zip(buyers, forms, strict=True)]
    )
    print(f"{engine_name}: {len(served.web_pids())} web processes")
    assert Counter(answer.status_code for answer in answers) == {303: 30}
    with served.app():
        sums = db.session.execute(select(PaymentAttempt.account_id, PaymentAttempt.amount)).all()
    assert len(sums) == 60 == len(set(sums))
    _books_agree(served)


def test_of_two_confirmations_at_once_one_settles_and_one_is_told(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    operator, seller = visitors(2)
    operator.sign_in(cast.OPERATOR)
    seller.sign_in(cast.SELLER)
    for key, number in _asked(served, 6):
        counter, desk = f"/gerai/pembayaran/{key}", f"/penjual/pesanan/{number}/pembayaran"
        forms = operator.form(counter, f"{counter}/terima"), seller.form(desk, f"{desk}/terima")
        answers = all_at_once(
            [
                partial(operator.post, f"{counter}/terima", forms[0]),
                partial(seller.post, f"{desk}/terima", forms[1]),
            ]
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
    with served.app():
        assert Counter(db.session.scalars(select(PaymentAttempt.status))) == {"paid": 6}
        assert db.session.scalar(select(func.count(ProviderEvent.id))) == 6
        assert factories.product(cast.CHIPS).variants[0].on_hand == 44
    print(f"{engine_name}: 6 payments, 12 confirmations, 6 counted")
    _books_agree(served)


def test_a_confirmation_and_the_deadline_at_once_lose_neither_money_nor_goods(
    served: Served, visitors: NewVisitors, engine_name: str
) -> None:
    [operator] = visitors(1)
    operator.sign_in(cast.OPERATOR)
    asked = _asked(served, 6)
    forms = [
        operator.form(f"/gerai/pembayaran/{key}", f"/gerai/pembayaran/{key}/terima") for key, _number in asked
    ]
    over = now() - timedelta(seconds=1)
    with served.app() as app:
        with transaction():
            db.session.execute(update(SellerOrder).values(deadline_at=over))
            db.session.execute(update(StockHold).values(expires_at=over))

        def run_out() -> int:
            with app.app_context():
                return worker.end_overdue(now())

        def confirm(place: int) -> int:
            key = asked[place][0]
            with Visitor(served.base_url, operator.session.cookies) as hand:
                return hand.post(f"/gerai/pembayaran/{key}/terima", forms[place]).status_code

        deeds = [deed for place in range(6) for deed in (run_out, partial(confirm, place))]
        print(f"{engine_name}: {all_at_once(deeds)}")
        db.session.rollback()
        assert Counter(db.session.scalars(select(SellerOrder.status))) == {"awaiting_confirmation": 6}
        assert set(db.session.scalars(select(PaymentAttempt.status))) <= {"paid", "paid_late"}
        assert factories.product(cast.CHIPS).variants[0].on_hand == 44
    _books_agree(served)


def _asked(served: Served, count: int) -> list[tuple[str, str]]:
    """Orders of hers by transfer: the keys of their payments, and their numbers."""
    with served.app():
        children = [
            factories.order({cast.CHIPS: 1}, pay="transfer", at=now()).order.children[0]
            for _number in range(count)
        ]
        return [(direct.attempt_of(child).key, child.number) for child in children]


def _books_agree(served: Served) -> None:
    done = served.command("reconcile", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["in_flight"] == 0, done.stdout + done.stderr
