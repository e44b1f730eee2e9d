"""Decides what the demo story is played with: goods and how much they are liked, places, a till."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from flask import current_app
from sqlalchemy import select

from marketplace.catalog.models import Product, Variant
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import LIMITED
from marketplace.orders import carts
from marketplace.payments.gateway import set_up as set_up_provider
from marketplace.payments.simulator.loopback import LoopbackClient
from marketplace.payments.simulator.stripe_api import StripeApi
from marketplace.payments.simulator.world import StripeWorld
from marketplace.payments.stripe_provider import StripeGateway
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import Shop

DEMO_SHOPS = ("keripik-bu-sari", "kopi-podomoro")
COSTLY = 300_000


@dataclass(frozen=True)
class Ware:
    """Goods as the story sees them. `favour` says how often they are asked for, beside the others."""

    product_id: int
    shop_id: int
    fulfilment: str
    village: str
    favour: float


@dataclass(frozen=True)
class Stage:
    """What the story needs. `near` holds villages of Lampung by regency, `far` villages of Jakarta."""

    random: Random
    until: datetime
    wares: list[Ware]
    near: dict[str, list[str]]
    far: list[str]
    simulated: LoopbackClient
    world: StripeWorld
    basket: str


def till(at: datetime | None = None) -> tuple[StripeWorld, LoopbackClient]:
    """Let this application reach the simulated provider, whose pages are served too, in process."""
    config = settings()
    world = StripeWorld(config.simulator_file)
    api = StripeApi(
        world, secret_key=config.stripe_secret_key, public_url=lambda: f"{config.public_url}/simulasi/stripe"
    )
    client = LoopbackClient(api, at=at)
    gateway = StripeGateway(
        secret_key=config.stripe_secret_key,
        webhook_secret=config.stripe_webhook_secret,
        api_base=config.stripe_api_base,
        http_client=client,
    )
    set_up_provider(current_app, gateway)
    return world, client


def set_up(random: Random, until: datetime) -> Stage:
    """Look around in the filled market."""
    world, client = till()
    with transaction():
        _cart_id, basket = carts.open_cart(None, None, at=until)
    near: dict[str, list[str]] = {}
    for code in _villages("18."):
        near.setdefault(code[:5], []).append(code)
    return Stage(random, until, _wares(), near, _villages("31."), client, world, basket or "")


def _villages(prefix: str) -> list[str]:
    rows = (
        select(Region.code)
        .where(Region.level == VILLAGE, Region.code.startswith(prefix))
        .order_by(Region.code)
    )
    return list(db.session.scalars(rows))


def _wares() -> list[Ware]:
    """All goods but the limited ones; few people buy a cow, many buy chips from a shop they know."""
    rows = db.session.execute(
        select(Product.id, Product.shop_id, Product.fulfilment, Shop.village_code, Shop.slug, Variant.price)
        .join(Shop, Shop.id == Product.shop_id)
        .join(Variant, Variant.product_id == Product.id)
        .where(Product.slug != LIMITED)
        .order_by(Product.id)
    )
    return [
        Ware(
            row.id,
            row.shop_id,
            row.fulfilment,
            row.village_code,
            (0.06 if row.price > COSTLY else 1.0) * (3.0 if row.slug in DEMO_SHOPS else 1.0),
        )
        for row in rows
    ]
