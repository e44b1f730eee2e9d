"""Decides how a basket becomes an order: split by shop, all about the sale copied in, stock secured."""

import hashlib
import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from flask_babel import gettext as _
from sqlalchemy import bindparam, select

from marketplace.accounts.models import User
from marketplace.catalog import portions, stocking
from marketplace.catalog.stocking import Shelf
from marketplace.extensions import db
from marketplace.kit.codes import new_token, order_number, token_hash
from marketplace.kit.errors import DomainError, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.rows import add, add_unless_taken, ask, forget, table_of
from marketplace.kit.transaction import append
from marketplace.logistics.quotes import DeliveryOffer, offers
from marketplace.orders import baskets, carts, cash, deadlines, fee_rules, fees
from marketplace.orders.baskets import BasketLine, ShopGroup
from marketplace.orders.carts import Wish
from marketplace.orders.cash import CashLimits
from marketplace.orders.fees import Rates
from marketplace.orders.models import COUNTER, UNNAMED, Order, OrderLine, SellerOrder, SellerOrderEvent
from marketplace.orders.states import Status
from marketplace.regions.queries import is_village
from marketplace.sellers.models import ShopMember, SoldBy

Row = dict[str, Any]
_MEMBERS = table_of(ShopMember)
_SHOPS_OF = select(_MEMBERS.c.shop_id).where(_MEMBERS.c.user_id == bindparam("person"))


@dataclass(frozen=True)
class Buyer:
    """Who gets the goods, and where: `phone` in E.164, `region_code` of a village, `office` as in `Order`.

    At the counter of an outlet the phone may be empty.
    """

    name: str
    phone: str
    region_code: str
    address: str
    landmark: str = ""
    office: str | None = None


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
class OverTheCounter:
    """A sale at the outlet of a village: who rings it up, and in which shops its buyer is known to work."""

    actor: str
    buyers_shops: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PlacedPart:
    """What one shop sells of an order, in rupiah; `payment_code` is what tells its payment from others."""

    id: int
    number: str
    shop_id: int
    total: int
    payment_code: int


@dataclass(frozen=True)
class Placed:
    """The order in rupiah, its parts by shop, and the secret that opens its page without an account."""

    order_id: int
    number: str
    token: str
    parts: Sequence[PlacedPart]

    @property
    def total(self) -> int:
        """Rupiah for everything."""
        return sum(part.total for part in self.parts)

    @property
    def order(self) -> Order:
        """The order as it stands now."""
        return db.session.get_one(Order, self.order_id)


PaymentCode = Callable[[SoldBy, int], int]
"""What is added to a shop's part (rupiah so far) so that its payment is told from others: 0 to 999."""


class SoldOut(DomainError):
    """Goods of the basket are gone or fewer than wanted; `names` says which. Nothing was placed."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            _("Sebagian barang baru saja habis atau berubah: %(names)s.", names=", ".join(names))
        )
        self.names = list(names)


def no_code(_shop: SoldBy, _amount: int) -> int:
    """For ways to pay that need no code."""
    return 0


def place_order(
    wishes: Sequence[Wish],
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
    counter: OverTheCounter | None = None,
) -> Placed:
    """Place an order for all that lies in a basket (`carts.to_order`) and empty it. The caller commits.

    By shop slug: `choices` the delivery keys (`antar`, `ekspedisi:jne-REG`), `notes` words for the shop.
    The fees are those in force `at` that moment; `secret` makes the buyer's pseudonym. `code_for` comes with
    the way to pay: `payments.asking` makes it. `counter` for what an outlet sells over its counter: those
    wishes lie in no basket, and cash that is paid on the spot needs no limits.

    Raises:
        Invalid: empty basket, unknown destination, a delivery not offered, cash where none is taken or from a
            buyer who may not (`cash_limits`, see `orders/cash.py`).
        SoldOut: less is there than wanted.
    """
    key = buyer_key(buyer.phone, secret) if buyer.phone else UNNAMED
    in_cash = payment.code in cash.WAYS and counter is None
    # Asked first and looked at later, so that one message to the database asks all of it.
    standing = cash.line_up(key, cash_limits, at=at) if in_cash else None
    rules = fee_rules.begun(at=at)
    own = counter.buyers_shops if counter else _own_shops(user)
    shelf = stocking.open_shelf([wish.variant_id for wish in wishes], at=at)
    found = _buyable(wishes, shelf, at)
    if not is_village(buyer.region_code):
        raise Invalid("Pilih desa atau kelurahan tujuan.", "wilayah")
    chosen = [_chosen(group, buyer, choices.get(group.shop.slug, ""), payment) for group in found]
    rates = fee_rules.rates_at({group.shop.village_code for group in found}, rules, at=at)
    parts = []
    for group, offer in zip(found, chosen, strict=True):
        lines = [_line(line, rates[group.shop.village_code]) for line in group.lines]
        code = code_for(group.shop, group.goods_total + offer.fee)
        part = _part(group, offer, lines, payment=payment, code=code, at=at)
        part["note"] = notes.get(group.shop.slug, "")[:300]
        part["self_purchase"] = group.shop.id in own or buyer.phone == group.shop.phone
        parts.append((part, lines))
    total = sum(part["total"] for part, _lines in parts)
    if standing:
        cash.check(standing, parts=len(parts), total=total)
    token = new_token()
    row = _order(buyer, payment, user, key=key, token=token, total=total, at=at)
    actor = f"buyer:{user.id}" if user else "buyer"
    if counter:
        row["channel"], actor = COUNTER, counter.actor
    order_id, number = _write_order(row, at)
    written = []
    for position, (part, lines) in enumerate(parts, 1):
        part |= {"order_id": order_id, "position": position, "number": f"{number}-{position}"}
        written.append(_write_part(shelf, part, lines, actor=actor, at=at))
    if counter is None:
        carts.empty(wishes[0].cart_id, at=at)
    forget()
    return Placed(order_id, number, token, written)


def buyer_key(phone: str, secret: str) -> str:
    """The pseudonym of a buyer: the same for the same phone (E.164), and no way back without `secret`."""
    return hmac.new(secret.encode(), phone.encode(), hashlib.sha256).hexdigest()[:32]


def wanted(child: SellerOrder) -> dict[int, int]:
    """Pieces by variant id that a seller order needs from the stock."""
    return {line.variant_id: line.quantity for line in child.lines if line.stocked}


def _buyable(wishes: Sequence[Wish], shelf: Shelf, at: datetime) -> list[ShopGroup]:
    found = baskets.groups(wishes, at=at, shelf=shelf)
    if not found:
        raise Invalid("Keranjang Anda masih kosong.")
    gone = baskets.problems(found)
    if gone:
        raise SoldOut([line.product.name for line in gone])
    return found


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
        raise Invalid(_("Pilih cara pengiriman dari %(shop)s.", shop=group.shop.name), field)
    if payment.code == "ambil" and offer.method not in ("ambil", "jasa"):
        raise Invalid("Bayar di tempat hanya untuk barang yang diambil sendiri.", "pembayaran")
    if not payment.prepaid and not offer.cash:
        raise Invalid(
            _(
                "%(way)s tidak menerima bayar tunai. Pilih cara kirim atau cara bayar lain.",
                way=_(offer.label),
            ),
            field,
        )
    return offer


def _order(
    buyer: Buyer, payment: PaymentTerms, user: User | None, *, key: str, token: str, total: int, at: datetime
) -> Row:
    return {
        "token_hash": token_hash(token),
        "user_id": user.id if user else None,
        "buyer_key": key,
        "name": buyer.name,
        "phone": buyer.phone,
        "region_code": buyer.region_code,
        "address": buyer.address,
        "landmark": buyer.landmark,
        "office": buyer.office,
        "payment_method": payment.code,
        "total": total,
        "placed_at": at,
    }


def _write_order(row: Row, at: datetime) -> tuple[int, str]:
    """Write the order under a number that nobody has; its id and number."""
    while True:
        number = order_number(at)
        order_id = add_unless_taken(Order, row | {"number": number}, unique="number")
        if order_id is not None:
            return order_id, number


def _part(
    group: ShopGroup,
    offer: DeliveryOffer,
    lines: Sequence[Row],
    *,
    payment: PaymentTerms,
    code: int,
    at: datetime,
) -> Row:
    """What a shop fulfils, without its place in the order."""
    status = Status.AWAITING_PAYMENT if payment.prepaid else Status.AWAITING_CONFIRMATION
    deadline = at + payment.waits + deadlines.HOLD_AFTER_ATTEMPT
    return {
        "shop_id": group.shop.id,
        "village_code": group.shop.village_code,
        "status": status.value,
        "delivery_method": offer.method,
        "delivery_service": offer.service,
        "delivery_label": offer.label,
        "goods_total": group.goods_total,
        "delivery_fee": offer.fee,
        "payment_code": code,
        "total": group.goods_total + offer.fee + code,
        "fee": sum(line["fee"] for line in lines),
        "village_fee": sum(line["village_fee"] for line in lines),
        "delivery_receiver": fees.delivery_receiver(offer.method),
        "platform_collects": payment.receiver == "platform",
        "prepaid": payment.prepaid,
        "placed_at": at,
        "deadline_at": deadline if payment.prepaid else deadlines.deadline_of(status, at, prepaid=False),
        "expected_on": group.ready_on,
    }


def _write_part(shelf: Shelf, part: Row, lines: Sequence[Row], *, actor: str, at: datetime) -> PlacedPart:
    """Write a shop's part with its lines, take or hold its pieces, begin its history."""
    part_id = add(SellerOrder, part)
    append(OrderLine, *(line | {"seller_order_id": part_id} for line in lines))
    stocking.secure(
        shelf,
        {line["variant_id"]: line["quantity"] for line in lines if line["stocked"]},
        reference=part["number"],
        expires_at=part["deadline_at"] if part["prepaid"] else None,
        at=at,
    )
    _begin_history(part_id, part["status"], actor, at)
    return PlacedPart(part_id, part["number"], part["shop_id"], part["total"], part["payment_code"])


def _line(line: BasketLine, rates: Rates) -> Row:
    product, variant = line.product, line.variant
    taken = fees.fees_of(line.total, rates)
    return {
        "variant_id": variant.id,
        "product_id": product.id,
        "product_slug": product.slug,
        "product_name": product.name,
        "variant_name": variant.name,
        "picture_key": product.picture_key,
        "unit": product.unit,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "total": line.total,
        "net_weight_g": portions.net_grams(variant),
        "shipping_weight_g": portions.way_grams(variant),
        "shop_id": product.shop.id,
        "shop_name": product.shop.name,
        "village_code": product.shop.village_code,
        "category_slug": product.category_slug,
        "sector": product.sector,
        "fee_bp": rates.platform_bp,
        "fee": taken.platform,
        "village_fee_bp": rates.village_bp,
        "village_fee": taken.village,
        "stocked": not variant.on_demand,
    }


def _own_shops(user: User | None) -> Collection[int]:
    """Where the buyer works: a shop that buys from itself is no sale of the village."""
    if user is None:
        return set()
    return set(ask(_SHOPS_OF, person=user.id).scalars())


def _begin_history(part_id: int, status: str, actor: str, at: datetime) -> None:
    first = {"seller_order_id": part_id, "from_status": "", "to_status": status}
    append(SellerOrderEvent, first | {"at": at, "actor": actor})
    announce(
        f"seller_order.{status}",
        f"seller_order:{part_id}",
        {"seller_order_id": part_id, "from": ""},
        at=at,
    )
