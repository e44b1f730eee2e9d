"""Decides what looks wrong in the demo market: a shop that was opened twice, a purchase in the household."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.catalog.models import Product, Variant
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.logistics.quotes import PICKUP
from marketplace.operations.demo.fates import SELLER
from marketplace.operations.demo.goods import HANURA, LIMITED
from marketplace.operations.demo.people import DEMO_PASSWORD
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.orders import placing, steps
from marketplace.orders.carts import Wish
from marketplace.orders.models import Order
from marketplace.orders.placing import Buyer
from marketplace.payments import asking, methods
from marketplace.sellers import money_accounts, opening
from marketplace.sellers.models import MoneyAccount, Shop

HUSBAND, AGAIN = "toko-ganda@desamart.test", "Kripik Bu Sari"
OPENED, BOUGHT = timedelta(days=12), timedelta(days=5)
PIECES = 3


def live(at: datetime) -> None:
    """The husband of the first demo seller opens her shop again, with her account, and buys from hers."""
    with transaction():
        _open_again(at - OPENED)
    with transaction():
        order_id = _buy(at - BOUGHT)
    with transaction():
        for child in db.session.get_one(Order, order_id).children:
            _bring(child.id, at - BOUGHT)


def _open_again(at: datetime) -> None:
    password = passwords.hashed(DEMO_PASSWORD)
    husband = User(
        email=HUSBAND, name="Agus Wulandari", phone="+6281370010004", password_hash=password, created_at=at
    )
    db.session.add(husband)
    db.session.flush()
    shop = opening.open_shop(
        husband, name=AGAIN, kind="umkm", village_code=HANURA, phone=husband.phone, at=at
    )
    opening.verify(shop, at=at)
    first = _first()
    held = money_accounts.accounts_of([first], money_accounts.BANK)[first.id]
    account = MoneyAccount(
        kind=held.kind, bank=held.bank, number=held.number, holder=held.holder, added_by=husband.id
    )
    money_accounts.use_for_shop(shop, account, at=at)


def _buy(at: datetime) -> int:
    """As a checkout does: it sees another telephone than the shop's, and cannot know better."""
    husband = db.session.scalars(select(User).where(User.email == HUSBAND)).one()
    goods = select(Variant).join(Product).where(Product.shop_id == _first().id, Product.slug != LIMITED)
    variant = db.session.scalars(goods.order_by(Variant.id).limit(1)).unique().one()
    wishes = [Wish(0, 0, variant.id, PIECES, variant.price)]
    asked = asking.open_for(wishes, methods.terms(methods.AT_PICKUP.code), at=at)
    placed = placing.place_order(
        wishes,
        buyer=Buyer(husband.name, husband.phone, HANURA, "Dusun A RT 01"),
        choices={DEMO_SHOPS[0]: PICKUP},
        notes={},
        payment=asked.terms,
        user=husband,
        secret=settings().secret_key,
        at=at,
        code_for=asked.code_for,
    )
    asked.ask(placed)
    return placed.order_id


def _bring(child_id: int, at: datetime) -> None:
    walk = (steps.accept, steps.pack, steps.mark_ready, steps.deliver)
    for hour, step in enumerate(walk, 1):
        step(child_id, actor=SELLER, at=at + timedelta(hours=hour))
    steps.complete(child_id, actor="buyer", at=at + timedelta(hours=len(walk) + 1))


def _first() -> Shop:
    return db.session.scalars(select(Shop).where(Shop.slug == DEMO_SHOPS[0])).unique().one()
