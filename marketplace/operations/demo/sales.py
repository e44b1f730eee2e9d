"""Decides the story of the demo market: who buys what from whom over some months, more as time goes on."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from random import Random

import structlog
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import stocking
from marketplace.catalog.models import Product
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import transaction
from marketplace.logistics.quotes import COURIER, OWN, PICKUP, DeliveryOffer, offers
from marketplace.operations.demo import direct, fates, nights
from marketplace.operations.demo.goods import HANURA, LIMITED
from marketplace.operations.demo.stage import DEMO_SHOPS, Stage, Ware, set_up
from marketplace.orders import baskets, carts, placing
from marketplace.orders.carts import Wish
from marketplace.orders.models import Order
from marketplace.orders.placing import Buyer
from marketplace.payments import asking, methods, receiving, starting
from marketplace.payments.gateway import provider
from marketplace.payments.models import PaymentAttempt
from marketplace.sellers.models import Shop

Bar = Callable[[str], AbstractContextManager[Tick]]
PER_DAY = (1.5, 4.0)
ON_DESK = ((30, 4), (20, 3), (9, 2), (5, 1), (2, 0), (0.5, 0))
log = structlog.get_logger()
_FIRST = (
    "Andi", "Bela", "Citra", "Dedi", "Eka", "Fajar", "Gita",
    "Hendra", "Indah", "Jaya", "Kiki", "Lina", "Maya", "Nanda",
)  # fmt: skip
_LAST = (
    "Pratama", "Saputra", "Lestari", "Wijaya",
    "Hidayah", "Kusuma", "Anggraini", "Setiawan", "Permata", "Siregar",
)  # fmt: skip
_STREETS = ("Jalan Pramuka 12", "Dusun II RT 03", "Jalan Raya 45", "Gang Mawar 7", "Dusun Sidomulyo")
_LANDMARKS = ("dekat masjid", "depan balai desa", "sebelah warung", "seberang sekolah", "rumah pagar hijau")
# One stranger in so many buys for an office; one office is not named.
_OFFICE_EACH = 12
_OFFICES = ("SD Negeri 2", "Kantor Kecamatan", "", "Balai Desa", "Puskesmas")


def tell_story(*, begin: datetime, until: datetime, random: Random, progress: Bar) -> None:
    """Let buyers order day by day, and sellers do their part; leave some work on the demo sellers' desks."""
    stage = set_up(random, until)
    days = (until - begin).days + 1
    with progress("Pesanan beberapa bulan") as tick:
        for day in range(days):
            nights.pass_night(begin + timedelta(days=day), until=until)
            expected = PER_DAY[0] + (PER_DAY[1] - PER_DAY[0]) * day / days
            number = int(expected) + (random.random() < expected % 1)
            moments = sorted(
                begin + timedelta(days=day, minutes=random.randrange(900)) for _ in range(number)
            )
            for at in moments:
                if at < until:
                    _one_order(stage, at)
            db.session.remove()
            tick(day + 1, days)
    _fresh_orders(stage)


def _one_order(stage: Stage, at: datetime) -> None:
    random = stage.random
    ware = random.choices(stage.wares, [ware.favour for ware in stage.wares])[0]
    wanted = _wanted(stage, ware)
    pay = direct.way({other.shop_id for other in stage.wares if other.product_id in wanted}, random)
    try:
        with transaction():
            order_id, token = _place(stage, wanted, _stranger(stage, ware), pay=pay, at=at)
        if pay == "stripe":
            _pay(stage, order_id, token, at)
        elif pay != "cod":
            direct.pay(stage, order_id, at)
        fates.fulfil(stage, order_id, at)
    except DomainError as refusal:
        # An order that a page would refuse (nothing delivers there, sold out) is refused here as well.
        log.debug("demo order refused", reason=refusal.message)


def _fresh_orders(stage: Stage) -> None:
    """Let both demo sellers find work on their desk, and the demo buyer orders on the way."""
    buyer = db.session.scalars(select(User).where(User.email == "pembeli@desamart.test")).one()
    person = Buyer(buyer.name, buyer.phone, HANURA, "Dusun B RT 02", "sebelah posyandu")
    for shop in DEMO_SHOPS:
        goods = select(Product.id).join(Shop).where(Shop.slug == shop, Product.slug != LIMITED)
        ids = list(db.session.scalars(goods.order_by(Product.id)))
        for hours, walked in ON_DESK:
            at = stage.until - timedelta(hours=hours)
            known = hours > 4
            who = person if known else _stranger(stage, stage.wares[0])
            with transaction():
                order_id, _token = _place(
                    stage, stage.random.sample(ids, 2), who, pay="cod", at=at, user=buyer if known else None
                )
                (child,) = db.session.get_one(Order, order_id).children
                way = fates.journey(stage, child.id, child.delivery_method)
                for place, (_hours, step) in enumerate(way[:walked], 1):
                    step(at + timedelta(minutes=6 * place))
        _unconfirmed(stage, ids, person, buyer)


def _unconfirmed(stage: Stage, ids: Sequence[int], person: Buyer, buyer: User) -> None:
    """Let the counter find a transfer with a proof, and one by QRIS without."""
    at = stage.until - timedelta(hours=2)
    for pay in ("transfer", "qris"):
        with transaction():
            order_id, _token = _place(stage, stage.random.sample(ids, 1), person, pay=pay, at=at, user=buyer)
        if pay == "transfer":
            direct.show_proof(order_id, at=at + timedelta(minutes=25))


def _wanted(stage: Stage, first: Ware) -> list[int]:
    """One kind of goods or two of a shop; now and then something of a second shop."""
    random = stage.random
    beside = [
        w.product_id for w in stage.wares if (w.shop_id, w.fulfilment) == (first.shop_id, first.fulfilment)
    ]
    wanted = {first.product_id, *random.sample(beside, min(len(beside), random.choice((1, 1, 2))))}
    if first.fulfilment == "nasional" and random.random() < 0.25:
        wanted.add(random.choice([w.product_id for w in stage.wares if w.fulfilment == "nasional"]))
    return sorted(wanted)


def _stranger(stage: Stage, ware: Ware) -> Buyer:
    """A buyer without an account: mostly of the seller's own regency, sometimes from Jakarta."""
    random = stage.random
    who = random.randrange(len(_FIRST) * len(_LAST))
    chance = random.random()
    regency = ware.village[:5] if chance < 0.6 else random.choice(list(stage.near))
    far = ware.fulfilment == "nasional" and chance > 0.88
    office = _OFFICES[who // _OFFICE_EACH % len(_OFFICES)] if who % _OFFICE_EACH == 0 else None
    return Buyer(
        name=f"{_FIRST[who % len(_FIRST)]} {_LAST[who // len(_FIRST)]}",
        phone=f"+62815{who:08d}",
        region_code=random.choice(stage.far if far else stage.near[regency]),
        address=random.choice(_STREETS),
        landmark=random.choice(_LANDMARKS),
        office=office,
    )


def _place(
    stage: Stage,
    product_ids: Sequence[int],
    buyer: Buyer,
    *,
    pay: str,
    at: datetime,
    user: User | None = None,
) -> tuple[int, str]:
    wishes = _basket(stage, product_ids, at)
    choices = {}
    for group in baskets.groups(wishes, at=at):
        found = offers(
            origin=group.shop.village_code,
            destination=buyer.region_code,
            weight_g=group.weight_g,
            fulfilments=group.fulfilments,
        )
        near = group.shop.village_code[:5] == buyer.region_code[:5]
        choices[group.shop.slug] = _way(
            stage, [offer for offer in found if offer.cash or pay != "cod"], near=near
        )
    asked = asking.open_for(wishes, methods.terms(pay), at=at)
    placed = placing.place_order(
        wishes,
        buyer=buyer,
        choices=choices,
        notes={},
        payment=asked.terms,
        user=user,
        secret=settings().secret_key,
        at=at,
        code_for=asked.code_for,
    )
    asked.ask(placed)
    return placed.order_id, placed.token


def _basket(stage: Stage, product_ids: Sequence[int], at: datetime) -> list[Wish]:
    """Put the goods into the story's basket; a shelf that runs low is filled before."""
    cart_id, _token = carts.open_cart(None, stage.basket, at=at)
    carts.empty(cart_id, at=at)
    rows = select(Product).where(Product.id.in_(product_ids)).order_by(Product.id)
    for product in db.session.scalars(rows).unique():
        variant = product.variants[0]
        pieces = 1 if variant.price > 100_000 else stage.random.choice((1, 1, 2, 3))
        if variant.on_hand < 10:
            reference = f"produksi-{product.id}-{at:%Y%m%d%H%M}"
            stocking.receive(variant, 40, reference=reference, at=at, reason="Produksi baru")
        carts.add(cart_id, variant, pieces, at=at)
    return carts.to_order(cart_id)


def _way(stage: Stage, found: Sequence[DeliveryOffer], *, near: bool) -> str:
    """How the goods go: in the neighbourhood brought or fetched, farther away whatever is cheapest."""
    fitting = [
        offer for offer in found if offer.method in ((OWN, PICKUP) if near else (OWN, COURIER))
    ] or list(found)
    if not fitting:
        return ""
    return (stage.random.choice(fitting) if near else min(fitting, key=lambda offer: offer.fee)).key


def _pay(stage: Stage, order_id: int, token: str, at: datetime) -> None:
    """Pay by card at the simulated provider, unless the buyer thinks better of it."""
    stage.simulated.at = at
    url = settings().public_url
    starting.begin(order_id, public_url=url, token=token, email=None, at=at)
    reference = db.session.scalar(select(PaymentAttempt.reference).where(PaymentAttempt.order_id == order_id))
    paid = at + timedelta(minutes=stage.random.randrange(2, 20))
    if reference is None or paid >= stage.until or stage.random.random() < 0.06:
        return
    stage.world.pay(reference, at=paid)
    stage.simulated.at = paid
    report = provider("stripe").status(reference, at=paid)
    with transaction():
        receiving.receive(report, provider="stripe", at=paid)
