"""Tables of carts and orders. What an order line copies at the sale never changes afterwards."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop

ONLINE, COUNTER = "online", "counter"
UNNAMED = ""
"""The buyer key of who bought over the counter and left no telephone number: never counted as a buyer."""


class Cart(Base):
    """A basket, of a person or of a browser (`token_hash`)."""

    __tablename__ = "cart"

    id: Mapped[Id]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"), unique=True)
    updated_at: Mapped[datetime]
    lines: Mapped[list["CartLine"]] = relationship(
        back_populates="cart", order_by="CartLine.id", lazy="select", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """A variant in a basket. `seen_price` (rupiah) is what it cost when it was added, to tell of a change."""

    __tablename__ = "cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[Id]
    cart_id: Mapped[Ref] = mapped_column(ForeignKey("cart.id"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    seen_price: Mapped[int]
    cart: Mapped[Cart] = relationship(back_populates="lines")


class Order(Base):
    """What a buyer pays: one or more seller orders, from which its status follows. `total` is rupiah.

    `buyer_key` is a pseudonym made from the phone; `token_hash` guards the link of guests. `office` is the
    government office that the buyer bought for, empty if not named; None: nobody said that it is for one.
    `channel` is `counter` where an outlet sold the goods over its counter: then `region_code` is the outlet's
    village, and phone and buyer key may be empty, because nobody has to say who buys there.
    """

    __tablename__ = "customer_order"
    __table_args__ = (
        Index("ix_customer_order_buyer", "buyer_key"),
        # The day of an outlet: few orders are sold there.
        Index(
            "ix_customer_order_counter",
            "region_code",
            "placed_at",
            sqlite_where=text("channel = 'counter'"),
            postgresql_where=text("channel = 'counter'"),
        ),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"), index=True)
    buyer_key: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    address: Mapped[str] = mapped_column(String(300))
    landmark: Mapped[str] = mapped_column(String(160), default="")
    payment_method: Mapped[str] = mapped_column(String(12))
    total: Mapped[int]
    office: Mapped[str | None] = mapped_column(String(120))
    placed_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(8), default=ONLINE, server_default=ONLINE)
    region: Mapped[Region] = relationship(lazy="joined")
    user: Mapped[User | None] = relationship(lazy="raise")
    children: Mapped[list["SellerOrder"]] = relationship(
        back_populates="order", order_by="SellerOrder.position", lazy="selectin"
    )


class SellerOrder(Base):
    """What one shop fulfils, in rupiah.

    `fee` is what DesaMart takes of the goods, `village_fee` what the village takes. `delivery_receiver` tells
    who gets the delivery fee: `shop`, `village`, or nobody. `…_back` is what went back to the buyer, or the
    shop, before the sale was booked.

    `goods_total + delivery_fee + payment_code = total`: the code (0 to 999) tells one transfer from another.
    `platform_collects` tells who receives the money: DesaMart's provider, or the seller; `prepaid`, whether
    it must be there before the shop acts. `deadline_at` is when the present state ends by itself.
    `expected_on` is the WIB day from which its goods can be handed over, where they are not there yet.
    `contested_at` tells since when its money is in doubt: the payer's bank disputes it, or the provider took
    some of it back and nobody has said what for. What the shop earned by it waits as long.
    """

    __tablename__ = "seller_order"
    __table_args__ = (
        UniqueConstraint("order_id", "shop_id"),
        CheckConstraint("goods_total + delivery_fee + payment_code = total", name="total"),
        Index("ix_seller_order_shop", "shop_id", "placed_at"),
        Index("ix_seller_order_deadline", "status", "deadline_at"),
    )

    id: Mapped[Id]
    order_id: Mapped[Ref] = mapped_column(ForeignKey("customer_order.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"))
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    status: Mapped[str] = mapped_column(String(24))
    delivery_method: Mapped[str] = mapped_column(String(12))
    delivery_service: Mapped[str] = mapped_column(String(30), default="")
    delivery_label: Mapped[str] = mapped_column(String(120))
    goods_total: Mapped[int]
    delivery_fee: Mapped[int]
    payment_code: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int]
    fee: Mapped[int]
    village_fee: Mapped[int] = mapped_column(default=0)
    delivery_receiver: Mapped[str] = mapped_column(String(8), default="shop")
    goods_back: Mapped[int] = mapped_column(default=0)
    delivery_back: Mapped[int] = mapped_column(default=0)
    fee_back: Mapped[int] = mapped_column(default=0)
    village_fee_back: Mapped[int] = mapped_column(default=0)
    platform_collects: Mapped[bool]
    prepaid: Mapped[bool] = mapped_column(default=False, server_default=false())
    self_purchase: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(300), default="")
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    deadline_at: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    courier: Mapped[str] = mapped_column(String(20), default="")
    tracking_number: Mapped[str] = mapped_column(String(40), default="")
    contested_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(back_populates="children", lazy="joined")
    shop: Mapped[Shop] = relationship(lazy="joined")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="seller_order", order_by="OrderLine.id", lazy="selectin"
    )
    events: Mapped[list["SellerOrderEvent"]] = relationship(order_by="SellerOrderEvent.id", lazy="select")

    @property
    def sale(self) -> "Sale":
        """What is sold in the end: all that was ordered, less what went back before the sale was booked."""
        delivery = self.delivery_fee - self.delivery_back
        return Sale(
            total=self.total - self.goods_back - self.delivery_back,
            fee=self.fee - self.fee_back,
            village_fee=self.village_fee - self.village_fee_back,
            village_delivery=delivery if self.delivery_receiver == "village" else 0,
        )


class Sale(NamedTuple):
    """A sale in rupiah: all of it, DesaMart's fee, the village's fee, and the delivery where it carried."""

    total: int
    fee: int
    village_fee: int
    village_delivery: int

    @property
    def village(self) -> int:
        """The village's part."""
        return self.village_fee + self.village_delivery

    @property
    def earning(self) -> int:
        """What the shop keeps."""
        return self.total - self.fee - self.village


class OrderLine(Base):
    """Goods of one sale, copied in: names, unit, rupiah, grams of one unit, village, category, rates of fees.

    `stocked` tells whether pieces were taken from the shelf, or made to order.
    """

    __tablename__ = "order_line"
    __table_args__ = (CheckConstraint("unit_price * quantity = total", name="total"),)

    id: Mapped[Id]
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), index=True)
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("variant.id"))
    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"))
    product_slug: Mapped[str] = mapped_column(String(70))
    product_name: Mapped[str] = mapped_column(String(120))
    variant_name: Mapped[str] = mapped_column(String(60))
    picture_key: Mapped[str] = mapped_column(String(40), default="")
    unit: Mapped[str] = mapped_column(String(20))
    quantity: Mapped[int]
    unit_price: Mapped[int]
    total: Mapped[int]
    net_weight_g: Mapped[int | None]
    shipping_weight_g: Mapped[int]
    shop_id: Mapped[Ref]
    shop_name: Mapped[str] = mapped_column(String(80))
    village_code: Mapped[str] = mapped_column(String(13))
    category_slug: Mapped[str] = mapped_column(String(40))
    sector: Mapped[str] = mapped_column(String(5))
    fee_bp: Mapped[int]
    fee: Mapped[int]
    village_fee_bp: Mapped[int] = mapped_column(default=0)
    village_fee: Mapped[int] = mapped_column(default=0)
    stocked: Mapped[bool] = mapped_column(default=True)
    seller_order: Mapped[SellerOrder] = relationship(back_populates="lines", lazy="raise")


class FeeRule(Base):
    """A rate of the fees on goods from `valid_from` on, in basis points. Append-only.

    `receiver` is platform or village; `scope` the region whose shops it is about, empty for all. `created_by`
    is empty for the rules that an installation begins with.
    """

    __tablename__ = "fee_rule"
    __table_args__ = (
        UniqueConstraint("receiver", "scope", "valid_from"),
        CheckConstraint("receiver IN ('platform','village')", name="receiver"),
        CheckConstraint("receiver = 'village' OR scope = ''", name="scope"),
        CheckConstraint("bp BETWEEN 0 AND 3000", name="bp"),
    )

    id: Mapped[Id]
    receiver: Mapped[str] = mapped_column(String(8))
    scope: Mapped[str] = mapped_column(String(13), default="")
    bp: Mapped[int]
    valid_from: Mapped[datetime]
    created_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    author: Mapped[User | None] = relationship(lazy="joined")


class SellerOrderEvent(Base):
    """A change of state: from, to, when, who (`buyer`, `seller:12`, `system` …) and why. Append-only.

    `cause` is one of `orders/causes.py`, where the reason is one that is counted; otherwise empty.
    """

    __tablename__ = "seller_order_event"
    __table_args__ = (
        # Few events have a cause; those that count against cash are found by it.
        Index(
            "ix_seller_order_event_cause",
            "cause",
            "at",
            sqlite_where=text("cause <> ''"),
            postgresql_where=text("cause <> ''"),
        ),
    )

    id: Mapped[Id]
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), index=True)
    from_status: Mapped[str] = mapped_column(String(24))
    to_status: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(String(16), default="", server_default="")


class SellerOrderEdge(Base):
    """A step that is allowed; a trigger in the database refuses every other one."""

    __tablename__ = "seller_order_edge"

    from_status: Mapped[str] = mapped_column(String(24), primary_key=True)
    to_status: Mapped[str] = mapped_column(String(24), primary_key=True)


class Nota(Base):
    """What a shop sold, as a numbered paper that never changes; a correction refers to the one it corrects.

    `sequence` counts a shop's papers from 1 without gaps, corrections included. `content` is everything the
    paper shows, `cause` why it was written (`packed`, `ended`, `refund:<id>`). Amounts are rupiah, those of a
    correction negative.
    """

    __tablename__ = "nota"
    __table_args__ = (
        CheckConstraint("goods - discount + delivery + payment_code = total", name="total"),
        CheckConstraint(
            "(kind = 'nota' AND corrects_id IS NULL AND total >= 0)"
            " OR (kind = 'correction' AND corrects_id IS NOT NULL AND total < 0)",
            name="kind",
        ),
        UniqueConstraint("shop_id", "sequence"),
        UniqueConstraint("seller_order_id", "cause"),
        # An order has one nota at most; what goes back is told by corrections.
        Index(
            "uq_nota_of_order",
            "seller_order_id",
            unique=True,
            sqlite_where=text("kind = 'nota'"),
            postgresql_where=text("kind = 'nota'"),
        ),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"))
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    corrects_id: Mapped[Ref | None] = mapped_column(ForeignKey("nota.id"), index=True)
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"))
    cause: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[datetime]
    goods: Mapped[int]
    discount: Mapped[int]
    delivery: Mapped[int]
    payment_code: Mapped[int]
    total: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    corrects: Mapped["Nota | None"] = relationship(remote_side="Nota.id", lazy="select")
