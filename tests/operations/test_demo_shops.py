"""The demo market has something to review, somebody who helps, and a shop on holiday."""

from random import Random

from flask import Flask
from sqlalchemy import select

from marketplace.accounts.models import OPERATOR, RoleGrant, User
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo import goods, shops
from marketplace.sellers import members, opening, reviewing
from marketplace.sellers.models import SECTORS, Shop
from tests import cast, factories
from tests.factories import AT


def test_shops_of_the_demo_stand_open(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            grant = RoleGrant(role=OPERATOR, scope=cast.HANURA, granted_at=AT)
            session.add(
                User(
                    email="operator@desamart.test",
                    name="Operator",
                    phone="+62811",
                    password_hash="",
                    created_at=AT,
                    grants=[grant],
                )
            )
            owner = factories.person(cast.OTHER_SELLER)
            opening.open_shop(
                owner, name="Lada", kind="umkm", village_code=cast.PODOMORO, phone="+62811", at=AT
            )
        with transaction():
            shops.stand_open(at=AT)
        waiting = [(row.shop.name, row.last and row.last.action) for row in reviewing.listed([""], 1).rows]
        assert waiting[:3] == [
            ("Lada", "applied"), ("Tempe Bu Yati", "applied"), ("Tani Makmur Hanura", "returned"),
        ]  # fmt: skip
        roles = [row.role for row in members.members_of(factories.shop(cast.HER_SHOP))]
        assert roles == ["owner", "staff"]
        resting = [shop.name for shop in db.session.scalars(select(Shop)) if shop.on_holiday(AT)]
        assert resting == ["Lada"]


def test_most_shops_tell_of_themselves_and_some_do_not() -> None:
    plans = goods.shops(goods.products(), Random(1))
    told = [shops.told(plan, place) for place, plan in enumerate(plans)]
    silent = [facts for facts in told if facts == opening.NOTHING_TOLD]
    assert 0 < len(silent) < len(told) / 4
    assert {facts.sector for facts in told} >= {"", "A", "C"}
    assert all(facts.sector in SECTORS for facts in told if facts.sector)
    assert {facts.woman_led for facts in told} == {True, False, None}
