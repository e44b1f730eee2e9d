"""Decides how a basket becomes an order: split by shop, all about the sale copied in, stock secured."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import portions, stocking
from marketplace.extensions import db
from marketplace.kit.codes import new_token, order_number, token_hash
from marketplace.kit.errors import DomainError, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import append
from marketplace.logistics.quotes import DeliveryOffer, offers
from marketplace.orders import baskets, carts, cash, deadlines, fee_rules, fees
from marketplace.orders.baskets import BasketLine, ShopGroup
from marketplace.orders.cash import CashLimits
from marketplace.orders.fees import Rates
from marketplace.orders.models import Cart, Order, OrderLine, SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers.models import Shop, ShopMember


@dataclass(frozen=True)
class Buyer:
    """Who gets the goods, and where: `phone` in E.164, `region_code` of a village."""

    name: str
    phone: str
    region_code: str
    address: str
    landmark: str = ""


@dataclass(frozen=True)
class PaymentTerms:
    """How the buyer pays: who receives the money, and whether it must be there before the shop acts.

    What is prepaid waits for its money for `waits`, with the goods held.
    """

    code: str
    label: str
    receiver: Literal["platform", "seller"]
    prepaid: bool
    waits: timedelta = timedelta()


@dataclass(frozen=True)
class Placed:
    """The order, and the secret that opens its page without an account."""

    order: Order
    token: str


PaymentCode = Callable[[Shop, int], int]
"""What is added to a shop's part (rupiah so far) so that its payment is told from others: 0 to 999."""


class SoldOut(DomainError):
    """Goods of the basket are gone or fewer than wanted; `names` says which. Nothing was placed."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("Sebagian barang baru saja habis atau berubah: " + ", ".join(names) + ".")
        self.names = list(names)


def no_code(_shop: Shop, _amount: int) -> int:
    """For ways to pay that need no code."""
    return 0


def place_order(
    cart: Cart,
    *,
    buyer: Buyer,
    choices: Mapping[str, str],
    notes: Mapping[str, str],
    payment: PaymentTerms,
    user: User | None,
    secret: str,
    at: datetime,
    code_for: PaymentCode = no_code,
    cash_limits: CashLimits = cash.NO_LIMITS,
) -> Placed:
    """Place an order for everything in the basket and empty it. Flushes; the caller's transaction commits.

    By shop slug: `choices` the delivery keys (`antar`, `ekspedisi:jne-REG`), `notes` words for the shop.
    The fees are those in force `at` that moment; `secret` makes the buyer's pseudonym. `code_for` comes with
    the way to pay: `payments.asking` makes it.

    Raises:
        Invalid: empty basket, unknown destination, a delivery not offered, cash where none is taken or from a
            buyer who may not (`cash_limits`, see `orders/cash.py`).
        SoldOut: less is there than wanted.
    """
    in_cash = payment.code in cash.WAYS
    if in_cash:
        cash.line_up(buyer_key(buyer.phone, secret), cash_limits)
    shelf = stocking.open_shelf([line.variant_id for line in cart.lines], at=at)
    found = baskets.groups(cart, at=at, left=shelf.left)
    if not found:
        raise Invalid("Keranjang Anda masih kosong.")
    gone = baskets.problems(found)
    if gone:
        raise SoldOut([line.product.name for line in gone])
    chosen = [_chosen(group, buyer, choices.get(group.shop.slug, ""), payment) for group in found]
    rates = fee_rules.rates_at({group.shop.village_code for group in found}, at=at)
    token = new_token()
    order = _order(buyer, payment, user, secret=secret, token=token, at=at)
    own = _own_shops(user)
    for position, (group, offer) in enumerate(zip(found, chosen, strict=True), 1):
        code = code_for(group.shop, group.goods_total + offer.fee)
        rated = rates[group.shop.village_code]
        child = _child(order, position, group, offer, payment=payment, rates=rated, code=code, at=at)
        child.note = notes.get(group.shop.slug, "")[:300]
        child.self_purchase = group.shop.id in own or buyer.phone == group.shop.phone
        order.children.append(child)
    order.total = sum(child.total for child in order.children)
    if in_cash:
        cash.check(order, cash_limits, at=at)
    db.session.add(order)
    db.session.flush()
    for child in order.children:
        stocking.secure(
            shelf,
            wanted(child),
            reference=child.number,
            expires_at=child.deadline_at if payment.prepaid else None,
            at=at,
        )
        _begin_history(child, user, at)
    carts.empty(cart, at=at)
    return Placed(order, token)


def buyer_key(phone: str, secret: str) -> str:
    """The pseudonym of a buyer: the same for the same phone (E.164), and no way back without `secret`."""
    return hmac.new(secret.encode(), phone.encode(), hashlib.sha256).hexdigest()[:32]


def wanted(child: SellerOrder) -> dict[int, int]:
    """Pieces by variant id that a seller order needs from the stock."""
    return {line.variant_id: line.quantity for line in child.lines if line.stocked}


def _chosen(group: ShopGroup, buyer: Buyer, key: str, payment: PaymentTerms) -> DeliveryOffer:
    field = f"pengiriman-{group.shop.slug}"
    found = offers(
        origin=group.shop.village_code,
        destination=buyer.region_code,
        weight_g=group.weight_g,
        fulfilments=group.fulfilments,
    )
    offer = next((offer for offer in found if offer.key == key), None)
    if offer is None:
        raise Invalid(f"Pilih cara pengiriman dari {group.shop.name}.", field)
    if payment.code == "ambil" and offer.method not in ("ambil", "jasa"):
        raise Invalid("Bayar di tempat hanya untuk barang yang diambil sendiri.", "pembayaran")
    if not payment.prepaid and not offer.cash:
        raise Invalid(
            f"{offer.label} tidak menerima bayar tunai. Pilih cara kirim atau cara bayar lain.", field
        )
    return offer


def _order(
    buyer: Buyer, payment: PaymentTerms, user: User | None, *, secret: str, token: str, at: datetime
) -> Order:
    region = db.session.get(Region, buyer.region_code)
    if region is None or region.level != VILLAGE:
        raise Invalid("Pilih desa atau kelurahan tujuan.", "wilayah")
    number = order_number(at)
    while db.session.scalar(select(Order.id).where(Order.number == number)):
        number = order_number(at)
    return Order(
        number=number,
        token_hash=token_hash(token),
        user_id=user.id if user else None,
        buyer_key=buyer_key(buyer.phone, secret),
        name=buyer.name,
        phone=buyer.phone,
        region_code=region.code,
        address=buyer.address,
        landmark=buyer.landmark,
        payment_method=payment.code,
        placed_at=at,
        children=[],
    )


def _child(
    order: Order,
    position: int,
    group: ShopGroup,
    offer: DeliveryOffer,
    *,
    payment: PaymentTerms,
    rates: Rates,
    code: int,
    at: datetime,
) -> SellerOrder:
    lines = [_line(line, rates) for line in group.lines]
    status = Status.AWAITING_PAYMENT if payment.prepaid else Status.AWAITING_CONFIRMATION
    deadline = at + payment.waits + deadlines.HOLD_AFTER_ATTEMPT
    return SellerOrder(
        position=position,
        number=f"{order.number}-{position}",
        shop_id=group.shop.id,
        village_code=group.shop.village_code,
        status=status.value,
        delivery_method=offer.method,
        delivery_service=offer.service,
        delivery_label=offer.label,
        goods_total=group.goods_total,
        delivery_fee=offer.fee,
        payment_code=code,
        total=group.goods_total + offer.fee + code,
        fee=sum(line.fee for line in lines),
        village_fee=sum(line.village_fee for line in lines),
        delivery_receiver=fees.delivery_receiver(offer.method),
        platform_collects=payment.receiver == "platform",
        prepaid=payment.prepaid,
        placed_at=at,
        deadline_at=deadline if payment.prepaid else deadlines.deadline_of(status, at, prepaid=False),
        expected_on=group.ready_on,
        lines=lines,
    )


def _line(line: BasketLine, rates: Rates) -> OrderLine:
    product, variant = line.product, line.variant
    taken = fees.fees_of(line.total, rates)
    return OrderLine(
        variant_id=variant.id,
        product_id=product.id,
        product_slug=product.slug,
        product_name=product.name,
        variant_name=variant.name,
        picture_key=product.photos[0].key if product.photos else "",
        unit=product.unit,
        quantity=line.quantity,
        unit_price=line.unit_price,
        total=line.total,
        net_weight_g=portions.net_grams(variant),
        shipping_weight_g=portions.way_grams(variant),
        shop_id=product.shop_id,
        shop_name=product.shop.name,
        village_code=product.shop.village_code,
        category_slug=product.category_slug,
        sector=product.sector,
        fee_bp=rates.platform_bp,
        fee=taken.platform,
        village_fee_bp=rates.village_bp,
        village_fee=taken.village,
        stocked=not variant.on_demand,
    )


def _own_shops(user: User | None) -> set[int]:
    """Where the buyer works: a shop that buys from itself is no sale of the village."""
    if user is None:
        return set()
    return set(db.session.scalars(select(ShopMember.shop_id).where(ShopMember.user_id == user.id)))


def _begin_history(child: SellerOrder, user: User | None, at: datetime) -> None:
    actor = f"buyer:{user.id}" if user else "buyer"
    first = {"seller_order_id": child.id, "from_status": "", "to_status": child.status}
    append(SellerOrderEvent, first | {"at": at, "actor": actor})
    announce(
        f"seller_order.{child.status}",
        f"seller_order:{child.id}",
        {"seller_order_id": child.id, "from": ""},
        at=at,
    )
