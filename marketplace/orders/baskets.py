"""Decides what a basket amounts to: its lines by shop, what each costs now, what can no longer be bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from marketplace.catalog import portions, pricing, stocking
from marketplace.catalog.goods import SoldProduct, SoldVariant
from marketplace.catalog.models import ACTIVE
from marketplace.catalog.stocking import Shelf
from marketplace.kit.clock import day_wib
from marketplace.orders import carts
from marketplace.orders.carts import Wish
from marketplace.sellers import holidays
from marketplace.sellers.models import VERIFIED, SoldBy


@dataclass(frozen=True)
class BasketLine:
    """Pieces of one variant, priced in rupiah by their quantity. `available` is None for goods made to order.

    `problem` says what hinders buying, `buyable` how many could be bought instead (0: none); `price_changed`,
    since the buyer saw it. `ready_on` is the WIB day from which they are handed over, if not now.
    """

    line_id: int
    variant: SoldVariant
    product: SoldProduct
    quantity: int
    unit_price: int
    available: int | None
    price_changed: bool
    problem: str | None
    buyable: int
    ready_on: date | None

    @property
    def total(self) -> int:
        """Rupiah for all pieces of this line."""
        return self.unit_price * self.quantity


@dataclass(frozen=True)
class ShopGroup:
    """The lines of one shop."""

    shop: SoldBy
    lines: tuple[BasketLine, ...]

    @property
    def goods_total(self) -> int:
        """Rupiah for the goods, without delivery."""
        return sum(line.total for line in self.lines)

    @property
    def weight_g(self) -> int:
        """Shipping weight in grams."""
        return sum(portions.way_grams(line.variant) * line.quantity for line in self.lines)

    @property
    def ready_on(self) -> date | None:
        """The WIB day from which all of it can be handed over; None when all is there."""
        return max((line.ready_on for line in self.lines if line.ready_on), default=None)

    @property
    def fulfilments(self) -> frozenset[str]:
        """How far these goods may travel."""
        return frozenset(line.product.fulfilment for line in self.lines)


def groups(wishes: Sequence[Wish], *, at: datetime, shelf: Shelf | None = None) -> list[ShopGroup]:
    """The basket by shop, in the order in which the goods were put in.

    `shelf` are the goods and what is left of them, where the caller has locked them.
    """
    if not wishes:
        return []
    shelf = shelf or stocking.look_at([wish.variant_id for wish in wishes], at=at)
    left, today = shelf.left, day_wib(at)
    by_shop: dict[int, list[BasketLine]] = {}
    for wish in wishes:
        variant = shelf.goods[wish.variant_id]
        judged = _judge(wish, variant, left[wish.variant_id], at, today)
        by_shop.setdefault(variant.product.shop.id, []).append(judged)
    return [ShopGroup(lines[0].product.shop, tuple(lines)) for lines in by_shop.values()]


def problems(found: Sequence[ShopGroup]) -> list[BasketLine]:
    """The lines that cannot be bought as they are."""
    return [line for group in found for line in group.lines if line.problem]


def make_buyable(wishes: Sequence[Wish], *, at: datetime) -> list[str]:
    """Take out what is gone and lower or raise what may not be so many; answers what was done, in words.

    `wishes` is a locked basket (`carts.to_order`).
    """
    said = []
    by_id = {wish.line_id: wish for wish in wishes}
    for line in problems(groups(wishes, at=at)):
        carts.change(by_id[line.line_id], line.variant, line.buyable, at=at)
        if line.buyable:
            named = {"name": line.product.name, "count": line.buyable}
            said.append(
                _("%(name)s: jumlah diubah menjadi %(count)s, sisa stok yang ada.", **named)
                if line.buyable == line.available
                else _("%(name)s: jumlah diubah menjadi %(count)s, jumlah yang dijual.", **named)
            )
        else:
            shop = line.product.shop
            why = holidays.words(shop) if shop.on_holiday(at) else _("habis")
            said.append(_("%(name)s: %(why)s, dikeluarkan dari keranjang.", name=line.product.name, why=why))
    return said


def _judge(line: Wish, variant: SoldVariant, left: int | None, at: datetime, today: date) -> BasketLine:
    product = variant.product
    problem: str | None
    buyable = portions.nearest(product, line.quantity if left is None else min(line.quantity, left))
    if product.status != ACTIVE or product.shop.status != VERIFIED or variant.withdrawn_at is not None:
        problem, left = _("Barang ini tidak dijual lagi."), 0
    elif product.shop.on_holiday(at):
        problem, left = f"{holidays.words(product.shop)}.", 0
    elif portions.is_closed(product, today):
        problem, left = _("Pemesanan untuk panen ini sudah ditutup."), 0
    elif left == 0:
        problem = _("Stok habis.")
    elif left is not None and left < line.quantity:
        problem = _("Tersisa %(left)s.", left=left)
    else:
        problem = portions.refusal(product, line.quantity)
    price = pricing.unit_price(variant.price, variant.tiers, line.quantity)
    return BasketLine(
        line.line_id,
        variant,
        product,
        line.quantity,
        price,
        left,
        price != line.seen_price,
        problem,
        buyable if left is None or buyable <= left else 0,
        portions.ready_on(product, on_demand=variant.on_demand, today=today),
    )
