"""Decides the story of the demo market: who buys what from whom over some months, and how each order ends."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
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
from marketplace.logistics.quotes import DeliveryOffer, offers
from marketplace.operations.demo.goods import HANURA, LIMITED, PODOMORO
from marketplace.orders import baskets, carts, placing, steps
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.placing import Buyer
from marketplace.payments import methods, receiving, starting
from marketplace.payments.models import PaymentAttempt
from marketplace.payments.simulator.loopback import LoopbackClient
from marketplace.payments.simulator.stripe_api import StripeApi
from marketplace.payments.simulator.world import StripeWorld
from marketplace.payments.stripe_provider import StripeGateway
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import Shop

Bar = Callable[[str], AbstractContextManager[Tick]]
log = structlog.get_logger()
_FIRST = (
    "Andi",
    "Bela",
    "Citra",
    "Dedi",
    "Eka",
    "Fajar",
    "Gita",
    "Hendra",
    "Indah",
    "Jaya",
    "Kiki",
    "Lina",
    "Maya",
    "Nanda",
)
_LAST = (
    "Pratama",
    "Saputra",
    "Lestari",
    "Wijaya",
    "Hidayah",
    "Kusuma",
    "Anggraini",
    "Setiawan",
    "Permata",
    "Siregar",
)
_STREETS = (
    "Jalan Pramuka 12",
    "Dusun II RT 03",
    "Jalan Raya 45",
    "Gang Mawar 7",
    "Dusun Sidomulyo",
    "Jalan Pasar 3",
)
_LANDMARKS = (
    "dekat masjid",
    "depan balai desa",
    "sebelah warung",
    "seberang sekolah dasar",
    "rumah pagar hijau",
)
_REASONS = ("Stok sedang kosong", "Cuaca buruk, belum bisa panen", "Sedang ada hajatan, tutup dulu")
AVERAGE_PER_DAY = (1.2, 4.0)


@dataclass(frozen=True)
class _Stage:
    """What the story needs at hand."""

    random: Random
    until: datetime
    products: list[tuple[int, int, str]]
    places: list[str]
    simulated: LoopbackClient
    gateway: StripeGateway
    world: StripeWorld
    basket: str


def tell_story(*, begin: datetime, until: datetime, random: Random, progress: Bar) -> None:
    """Let buyers order day by day, more as time goes on, and sellers do what they do."""
    stage = _stage(random, until)
    days = (until - begin).days + 1
    with progress("Pesanan beberapa bulan") as tick:
        for day in range(days):
            low, high = AVERAGE_PER_DAY
            expected = low + (high - low) * day / days
            number = int(expected) + (random.random() < expected % 1)
            moments = sorted(
                begin + timedelta(days=day, minutes=random.randrange(60 * 15)) for _ in range(number)
            )
            for at in moments:
                if at < until:
                    _one_order(stage, at)
            db.session.remove()
            tick(day + 1, days)
    _fresh_orders(stage)


def _fresh_orders(stage: _Stage) -> None:
    """Let both demo sellers find work on their desk, and the demo buyer orders on the way."""
    buyer = db.session.scalars(select(User).where(User.email == "pembeli@desamart.test")).one()
    person = Buyer(buyer.name, buyer.phone, HANURA, "Dusun B RT 02", "sebelah posyandu")
    for shop in ("keripik-bu-sari", "kopi-podomoro"):
        goods = list(
            db.session.scalars(
                select(Product.id)
                .join(Shop)
                .where(Shop.slug == shop, Product.slug != LIMITED)
                .order_by(Product.id)
            )
        )
        for hours, walked in ((30, 4), (20, 3), (9, 2), (5, 1), (2, 0), (0.5, 0)):
            at = stage.until - timedelta(hours=hours)
            with transaction():
                order_id, _token = _place(
                    stage,
                    stage.random.sample(goods, 2),
                    "cod",
                    at,
                    buyer=person if hours > 4 else None,
                    user=buyer,
                )
                (child,) = db.session.get_one(Order, order_id).children
                for place, step in enumerate(_journey(stage, child.id, child.delivery_method)[:walked], 1):
                    step[1](at + timedelta(minutes=6 * place))


def _stage(random: Random, until: datetime) -> _Stage:
    config = settings()
    world = StripeWorld(config.simulator_file)
    api = StripeApi(
        world, secret_key=config.stripe_secret_key, public_url=lambda: f"{config.public_url}/simulasi/stripe"
    )
    client = LoopbackClient(api)
    gateway = StripeGateway(
        secret_key=config.stripe_secret_key,
        webhook_secret=config.stripe_webhook_secret,
        api_base=config.stripe_api_base,
        http_client=client,
    )
    rows = db.session.execute(
        select(Product.id, Product.shop_id, Product.fulfilment)
        .where(Product.slug != LIMITED)
        .order_by(Product.id)
    )
    lampung = list(
        db.session.scalars(
            select(Region.code)
            .where(Region.level == VILLAGE, Region.code.startswith("18."))
            .order_by(Region.code)
        )
    )
    java = list(
        db.session.scalars(
            select(Region.code)
            .where(Region.level == VILLAGE, Region.code.startswith("31."))
            .order_by(Region.code)
        )
    )
    places = random.sample(lampung, 140) + random.sample(java, 20) + [HANURA, PODOMORO] * 6
    with transaction():
        _cart, basket = carts.open_cart(None, None, at=until)
    return _Stage(
        random,
        until,
        [(row.id, row.shop_id, row.fulfilment) for row in rows],
        places,
        client,
        gateway,
        world,
        basket or "",
    )


def _one_order(stage: _Stage, at: datetime) -> None:
    random = stage.random
    product_id, shop_id, fulfilment = random.choice(stage.products)
    same_shop = [row[0] for row in stage.products if row[1] == shop_id and row[2] == fulfilment]
    wanted = {product_id, *random.sample(same_shop, min(len(same_shop), random.choice((1, 1, 2))))}
    if fulfilment == "nasional" and random.random() < 0.25:
        wanted.add(random.choice([row[0] for row in stage.products if row[2] == "nasional"]))
    pay = "stripe" if random.random() < 0.24 else "cod"
    try:
        with transaction():
            order_id, token = _place(stage, sorted(wanted), pay, at)
        if pay == "stripe":
            _pay(stage, order_id, token, at)
        _fulfil(stage, order_id, at)
    except DomainError as refusal:
        # An order that a page would refuse (nothing delivers there, sold out) is refused here as well.
        log.debug("demo order refused", reason=refusal.message)


def _place(
    stage: _Stage,
    product_ids: list[int],
    pay: str,
    at: datetime,
    *,
    buyer: Buyer | None = None,
    user: User | None = None,
) -> tuple[int, str]:
    random = stage.random
    cart, _token = carts.open_cart(None, stage.basket, at=at)
    carts.empty(cart, at=at)
    for product in db.session.scalars(
        select(Product).where(Product.id.in_(product_ids)).order_by(Product.id)
    ).unique():
        pieces = 1 if product.variants[0].price > 100_000 else random.choice((1, 1, 2, 3))
        if product.variants[0].on_hand < 10:
            stocking.receive(
                product.variants[0],
                40,
                reference=f"produksi-{product.id}-{at:%Y%m%d%H%M}",
                at=at,
                reason="Produksi baru",
            )
        carts.add(cart, product.variants[0], pieces, at=at)
    buyer, user = (buyer, user) if buyer else (_buyer(random, random.choice(stage.places)), None)
    destination = buyer.region_code
    choices = {
        group.shop.slug: _likeliest(
            offers(
                origin=group.shop.village_code,
                destination=destination,
                weight_g=group.weight_g,
                fulfilments=group.fulfilments,
            ),
            cash=pay == "cod",
        )
        for group in baskets.groups(cart, at=at)
    }
    placed = placing.place_order(
        cart,
        buyer=buyer,
        choices=choices,
        notes={},
        payment=methods.terms(pay),
        user=user,
        fee_bp=settings().platform_fee_bp,
        secret=settings().secret_key,
        at=at,
    )
    return placed.order.id, placed.token


def _likeliest(found: list[DeliveryOffer], *, cash: bool) -> str:
    """The way most buyers would take: own delivery in the neighbourhood, else the cheapest."""
    usable = [offer for offer in found if offer.cash or not cash]
    return (
        min(
            usable,
            key=lambda offer: (
                offer.method == "titip",
                offer.fee + (0 if offer.method == "antar" else 4_000),
            ),
        ).key
        if usable
        else ""
    )


def _buyer(random: Random, destination: str) -> Buyer:
    who = random.randrange(len(_FIRST) * len(_LAST))
    name = f"{_FIRST[who % len(_FIRST)]} {_LAST[who // len(_FIRST)]}"
    return Buyer(name, f"+62815{who:08d}", destination, random.choice(_STREETS), random.choice(_LANDMARKS))


def _pay(stage: _Stage, order_id: int, token: str, at: datetime) -> None:
    stage.simulated.at = at
    starting.begin(
        order_id, gateway=stage.gateway, public_url=settings().public_url, token=token, email=None, at=at
    )
    reference = db.session.scalar(select(PaymentAttempt.reference).where(PaymentAttempt.order_id == order_id))
    if reference is None or stage.random.random() < 0.06:
        return
    paid = at + timedelta(minutes=stage.random.randrange(2, 20))
    if paid >= stage.until:
        return
    stage.world.pay(reference, at=paid)
    stage.simulated.at = paid
    report = stage.gateway.status(reference, at=paid)
    with transaction():
        receiving.receive(report, provider=starting.PROVIDER, at=paid)


def _fulfil(stage: _Stage, order_id: int, placed: datetime) -> None:
    with transaction():
        order = db.session.get_one(Order, order_id)
        children = [(child.id, child.delivery_method) for child in order.children]
    for child_id, method in children:
        with transaction():
            _walk(stage, child_id, method, placed)


def _walk(stage: _Stage, child_id: int, method: str, at: datetime) -> None:
    """Take the steps of one seller order whose moments lie before now."""
    random, actor = stage.random, "seller:demo"
    fate = random.random()
    child = db.session.get_one(SellerOrder, child_id)
    if child.status == "awaiting_payment":
        if child.deadline_at and child.deadline_at < stage.until:
            steps.run_out(child_id, at=child.deadline_at)
        return
    if fate < 0.03:
        _at(stage, at, 1, lambda t: steps.cancel(child_id, actor="buyer", at=t, reason="Salah pesan"))
        return
    if fate < 0.06:
        _at(
            stage, at, 5, lambda t: steps.decline(child_id, actor=actor, at=t, reason=random.choice(_REASONS))
        )
        return
    if fate < 0.08:
        _at(stage, at, 25, lambda t: steps.run_out(child_id, at=t), least=24.1)
        return
    moment = at
    for hours, step in _journey(stage, child_id, method):
        reached = _at(stage, moment, hours, step)
        if reached is None:
            return
        moment = reached


def _journey(stage: _Stage, child_id: int, method: str) -> list[tuple[float, Callable[[datetime], object]]]:
    """The steps from the seller's inbox to the end, each with the most hours it takes."""
    random, actor = stage.random, "seller:demo"
    picked_up = method in steps.PICKED_UP
    courier = {"ekspedisi": "jne", "titip": "kurir-desa"}.get(method, "sendiri")
    resi = f"JP{random.randrange(10**9, 10**10)}" if method == "ekspedisi" else ""
    last = 60 if method == "ekspedisi" else 20
    return [
        (9, lambda t: steps.accept(child_id, actor=actor, at=t)),
        (8, lambda t: steps.pack(child_id, actor=actor, at=t)),
        (
            12,
            (lambda t: steps.mark_ready(child_id, actor=actor, at=t))
            if picked_up
            else (lambda t: steps.ship(child_id, actor=actor, at=t, courier=courier, tracking_number=resi)),
        ),
        (last, lambda t: steps.deliver(child_id, actor=actor, at=t)),
        (40, lambda t: steps.complete(child_id, actor="buyer", at=t)),
    ]


def _at(
    stage: _Stage, after: datetime, hours: float, step: Callable[[datetime], object], *, least: float = 0.3
) -> datetime | None:
    """Do a step some time within `hours` after a moment; None when that is still to come."""
    moment = after + timedelta(hours=max(least, stage.random.random() * hours))
    if moment >= stage.until:
        return None
    step(moment)
    return moment
