"""Two members of a shop act on one order in the same moment, at several web processes: one is told."""

from contextlib import ExitStack
from functools import partial

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.orders.queries import events
from marketplace.sellers.models import STAFF, ShopMember
from tests import cast, factories
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

ROUNDS = 4


def test_of_two_members_at_one_order_one_decides(served: Served, engine_name: str) -> None:
    with served.app():
        numbers = [factories.order({cast.CHIPS: 1}, at=now()).order.children[0].number for _ in range(ROUNDS)]
        with transaction() as rows:
            shop, helper = factories.shop(cast.HER_SHOP), factories.person(cast.BUYER)
            rows.add(ShopMember(shop_id=shop.id, user_id=helper.id, role=STAFF, since=now()))
    with ExitStack() as stack:
        owner, staff = (stack.enter_context(Visitor(served.base_url)) for _person in range(2))
        in_turns([partial(owner.sign_in, cast.SELLER), partial(staff.sign_in, cast.BUYER)])
        for number in numbers:
            page = f"/penjual/pesanan/{number}"
            yes, no = owner.form(page, f"{page}/terima"), staff.form(page, f"{page}/tolak")
            answers = all_at_once(
                [
                    partial(owner.post, f"{page}/terima", yes),
                    partial(staff.post, f"{page}/tolak", no | {"alasan": "Habis"}),
                ]
            )
            assert sorted(answer.status_code for answer in answers) == [303, 409]
            with served.app():
                child = _order(number)
                accepted = answers[0].status_code == 303
                assert child.status == ("accepted" if accepted else "declined")
                assert [event.to_status for event in events(child)][1:] == [child.status]
    with served.app():
        declined = sum(_order(number).status == "declined" for number in numbers)
        assert factories.product(cast.CHIPS).variants[0].on_hand == 50 - ROUNDS + declined
    print(f"{engine_name}: {len(served.web_pids())} web processes, {ROUNDS} orders, {declined} declined")


def _order(number: str) -> SellerOrder:
    return db.session.scalars(select(SellerOrder).where(SellerOrder.number == number)).unique().one()
