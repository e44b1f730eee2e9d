"""Two people decide about one shop in the same moment, at a server of several processes: one is told."""

from collections import Counter
from contextlib import ExitStack
from functools import partial

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.sellers import members, opening
from marketplace.sellers.models import STAFF, ShopReview
from tests import cast, factories
from tests.factories import AT
from tests.journeys.visitor import Visitor, all_at_once, in_turns
from tests.served import Served

SLUG, ROUNDS = "tempe", 4
DESK = f"/gerai/toko/{SLUG}"


def test_of_two_decisions_at_once_one_counts(served: Served) -> None:
    with served.app(), transaction():
        owner = factories.person(cast.BUYER)
        opening.open_shop(owner, name="Tempe", kind="umkm", village_code=cast.HANURA, phone="+62811", at=AT)
    with ExitStack() as stack:
        operator, admin = (stack.enter_context(Visitor(served.base_url)) for _person in range(2))
        in_turns([partial(operator.sign_in, cast.OPERATOR), partial(admin.sign_in, cast.ADMIN)])
        for number in range(ROUNDS):
            first = operator.form(DESK, f"{DESK}/setujui")
            second = admin.form(DESK, f"{DESK}/lengkapi") | {"alasan": f"kurang {number}"}
            answers = all_at_once(
                [
                    partial(operator.post, f"{DESK}/setujui", first),
                    partial(admin.post, f"{DESK}/lengkapi", second),
                ]
            )
            assert sorted(answer.status_code for answer in answers) == [303, 409]
            if answers[0].status_code == 303:
                break
    with served.app():
        shop = factories.shop(SLUG)
        rows = db.session.scalars(select(ShopReview.action).where(ShopReview.shop_id == shop.id))
        said = Counter(rows)
        assert said["verified"] == (shop.status == "verified")
        assert said["verified"] + said["returned"] == number + 1


def test_a_link_lets_one_of_many_in(served: Served) -> None:
    with served.app(), transaction():
        shop, owner = factories.shop(cast.HER_SHOP), factories.person(cast.SELLER)
        link = f"/penjual/undangan/{members.invite(shop, STAFF, by=owner, at=now()).token}"
    people = (cast.BUYER, cast.OTHER_BUYER, cast.DISTRICT_OFFICER)
    with ExitStack() as stack:
        guests = [stack.enter_context(Visitor(served.base_url)) for _email in people]
        in_turns([partial(who.sign_in, email) for who, email in zip(guests, people, strict=True)])
        forms = [who.form(link, link) for who in guests]
        answers = all_at_once(
            [partial(who.post, link, form) for who, form in zip(guests, forms, strict=True)]
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409]
    with served.app():
        assert len(members.members_of(factories.shop(cast.HER_SHOP))) == 2
