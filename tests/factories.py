"""Makes what a test needs, through the functions that the pages call. Call inside an application context."""

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import stocking
from marketplace.catalog.models import ACTIVE, Product, Variant
from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.orders import carts, placing, steps
from marketplace.orders.models import SellerOrder
from marketplace.orders.placing import Buyer, Placed
from marketplace.payments import asking
from marketplace.payments.methods import terms
from marketplace.sellers.models import Shop
from tests import cast

AT = datetime(2026, 11, 10, 3, 0, tzinfo=UTC)
SECRET = "for pseudonyms in tests"
BUYER = Buyer("Budi", "+6281234567890", cast.HURUN, "Dusun 2 RT 3", "dekat masjid")


def put_on_shelf(
    shop: Shop,
    *,
    slug: str,
    name: str,
    price: int,
    stock: int,
    at: datetime = AT,
    fulfilment: str = "nasional",
    category: str = "keripik-kerupuk",
    unit: str = "bungkus",
    weight_g: int = 330,
) -> Product:
    """A published product of one variant, in the open transaction. `price` in rupiah, `stock` pieces."""
    product = Product(
        slug=slug,
        shop_id=shop.id,
        category_slug=category,
        name=name,
        unit=unit,
        sector="10794",
        fulfilment=fulfilment,
        net_weight_g=250,
        shipping_weight_g=weight_g,
        status=ACTIVE,
        created_at=at,
        updated_at=at,
        published_at=at,
        variants=[Variant(price=price)],
    )
    db.session.add(product)
    db.session.flush()
    if stock:
        stocking.receive(product.variants[0], stock, reference=f"awal:{product.id}", at=at)
    announce("product.changed", f"product:{product.id}", {"product_id": product.id}, at=at)
    return product


def person(email: str) -> User:
    """Somebody of the cast."""
    return db.session.scalars(select(User).where(User.email == email)).one()


def shop(slug: str) -> Shop:
    """A shop of the cast."""
    return db.session.scalars(select(Shop).where(Shop.slug == slug)).one()


def product(slug: str) -> Product:
    """A product by its address."""
    return db.session.scalars(select(Product).where(Product.slug == slug)).unique().one()


def order(
    goods: Mapping[str, int],
    *,
    pay: str = "cod",
    buyer: Buyer = BUYER,
    user: User | None = None,
    delivery: str = "antar",
    at: datetime = AT,
) -> Placed:
    """Place an order for `goods` (product address -> pieces), as people do: fill a basket, then order it."""
    with transaction():
        cart_id, _token = carts.open_cart(None, None, at=at)
        for slug, pieces in goods.items():
            carts.add(cart_id, product(slug).variants[0], pieces, at=at)
    with transaction():
        slugs = {product(slug).shop.slug for slug in goods}
        wishes = carts.to_order(cart_id)
        direct = asking.open_for(wishes, terms(pay), at=at)
        placed = placing.place_order(
            wishes,
            buyer=buyer,
            choices=dict.fromkeys(slugs, delivery),
            notes={},
            payment=terms(pay),
            user=user,
            secret=SECRET,
            at=at,
            code_for=direct.code_for,
        )
        direct.ask(placed)
        return placed


def deliver(child: SellerOrder, *, at: datetime = AT) -> None:
    """Walk a seller order from the seller's inbox to the door."""
    child_id = child.id
    for step in (steps.accept, steps.pack):
        with transaction():
            step(child_id, actor="seller:1", at=at)
    with transaction():
        steps.ship(child_id, actor="seller:1", at=at, courier="sendiri")
    with transaction():
        steps.deliver(child_id, actor="seller:1", at=at)


def complete(child: SellerOrder, *, at: datetime = AT) -> None:
    """Walk a seller order from the seller's inbox to its completion."""
    child_id = child.id
    deliver(child, at=at)
    with transaction():
        steps.complete(child_id, actor="buyer", at=at)
