"""Tables of the goods and their stock."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kit.columns import Base, Id, Ref
from marketplace.kit.texts import noted
from marketplace.sellers.models import Shop

DRAFT, ACTIVE, PAUSED = "draft", "active", "paused"
FULFILMENTS = {
    "nasional": noted("Dikirim ke seluruh Indonesia"),
    "lokal": noted("Diantar di sekitar desa atau diambil"),
    "jemput": noted("Hanya diambil di tempat"),
    "jasa": noted("Layanan di tempat"),
}


class Category(Base):
    """A kind of goods; two floors. Sorted by `sort`."""

    __tablename__ = "category"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    parent_slug: Mapped[str | None] = mapped_column(ForeignKey("category.slug"), index=True)
    name_id: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    sort: Mapped[int]


class Product(Base):
    """Something a shop sells. Grams of a unit: `net_weight_g` its content, `shipping_weight_g` what travels.

    `sector` is a KBLI 2020 code, `sold` the pieces of completed orders that were kept; `rating_sum` and
    `rating_count` add up the stars of its reviews. Bought are `min_quantity` units or
    more, in steps of `step`. What is sold before the harvest names the day from which it is handed over
    (`expected_on`, WIB) and perhaps the last day to order (`order_until`); what is made to order, the days it
    takes. `origin_code` is a region, empty where it is that of the shop. `confirmed_at`: when somebody of the
    shop last said how much there is; not `fresh`: so long ago that it steps back in lists. `low_at`: so few
    pieces of a variant that the shop is told. `own_code` is what the shop calls it in its files.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("status IN ('draft','active','paused')", name="status"),
        CheckConstraint("fulfilment IN ('nasional','lokal','jemput','jasa')", name="fulfilment"),
        Index("ix_product_list", "status", "fresh", "published_at", "id"),
        # What is on sale is counted by shop and category from the index alone.
        Index("ix_product_counted", "status", "shop_id", "category_slug"),
        Index(
            "uq_product_own_code",
            "shop_id",
            "own_code",
            unique=True,
            sqlite_where=text("own_code <> ''"),
            postgresql_where=text("own_code <> ''"),
        ),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(70), unique=True)
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    category_slug: Mapped[str] = mapped_column(ForeignKey("category.slug"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(5), default="")
    fulfilment: Mapped[str] = mapped_column(String(10))
    net_weight_g: Mapped[int | None]
    shipping_weight_g: Mapped[int]
    status: Mapped[str] = mapped_column(String(8), default=DRAFT)
    sold: Mapped[int] = mapped_column(default=0)
    rating_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    min_quantity: Mapped[int] = mapped_column(default=1, server_default="1")
    step: Mapped[int] = mapped_column(default=1, server_default="1")
    made_in_days: Mapped[int | None]
    harvest_from: Mapped[date | None]
    harvest_until: Mapped[date | None]
    order_until: Mapped[date | None]
    expected_on: Mapped[date | None]
    grade: Mapped[str] = mapped_column(String(20), default="", server_default="")
    brand: Mapped[str] = mapped_column(String(60), default="", server_default="")
    is_unggulan: Mapped[bool] = mapped_column(default=False, server_default=false())
    origin_code: Mapped[str] = mapped_column(String(13), default="", server_default="")
    confirmed_at: Mapped[datetime | None]
    fresh: Mapped[bool] = mapped_column(default=True, server_default=true())
    low_at: Mapped[int] = mapped_column(default=3, server_default="3")
    shelf_life_days: Mapped[int | None]
    expires_on: Mapped[date | None]
    length_cm: Mapped[int | None]
    width_cm: Mapped[int | None]
    height_cm: Mapped[int | None]
    own_code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    shop: Mapped[Shop] = relationship(lazy="joined")
    category: Mapped[Category] = relationship(lazy="joined")
    variants: Mapped[list["Variant"]] = relationship(
        back_populates="product",
        order_by="Variant.position",
        primaryjoin="and_(Variant.product_id == Product.id, Variant.withdrawn_at.is_(None))",
        lazy="selectin",
    )
    photos: Mapped[list["Photo"]] = relationship(order_by="Photo.position", lazy="selectin")


class Variant(Base):
    """What is bought: a product in one size or kind, at a price in whole rupiah per unit.

    `tiers` are pairs (from quantity, price) for whoever buys more, `compare_price` an earlier price. The
    first variant in order is what a product is in lists; it is never withdrawn. Weights of its own go before
    those of the product. `low_told`: the shop was told that few are left, and there were never more since.
    """

    __tablename__ = "variant"
    __table_args__ = (
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("on_hand >= 0", name="on_hand"),
        Index("ix_variant_price", "product_id", "position", "price"),
    )

    id: Mapped[Id]
    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(60), default="")
    price: Mapped[int]
    on_demand: Mapped[bool] = mapped_column(default=False)
    on_hand: Mapped[int] = mapped_column(default=0)
    compare_price: Mapped[int | None]
    net_weight_g: Mapped[int | None]
    shipping_weight_g: Mapped[int | None]
    tiers: Mapped[list[list[int]]] = mapped_column(JSON, default=list, server_default="[]")
    withdrawn_at: Mapped[datetime | None]
    low_told: Mapped[bool] = mapped_column(default=False, server_default=false())
    product: Mapped[Product] = relationship(back_populates="variants", lazy="joined")


class Photo(Base):
    """A picture of a product: `key` names its files in the media store, pixels are those of the largest.

    `alt` says what it shows, where the seller has said it.
    """

    __tablename__ = "photo"

    id: Mapped[Id]
    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(String(160), default="", server_default="")
    added_at: Mapped[datetime]


class StockMovement(Base):
    """Pieces that came (positive) or went; never changed afterwards. Their sum is the variant's `on_hand`.

    `actor` is who wrote it down (`seller:<id>`, `operator:<id>`); empty where an order or the market itself
    moved them.
    """

    __tablename__ = "stock_movement"
    __table_args__ = (
        CheckConstraint("kind IN ('received','sold','returned','adjusted','counted')", name="kind"),
        Index("uq_stock_movement_order", "variant_id", "kind", "reference", unique=True),
    )

    id: Mapped[Id]
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("variant.id"))
    kind: Mapped[str] = mapped_column(String(10))
    quantity: Mapped[int]
    reference: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(40), default="", server_default="")
    at: Mapped[datetime]


class StockHold(Base):
    """Pieces set aside for a seller order. Counts while `expires_at` is ahead and it has not been ended."""

    __tablename__ = "stock_hold"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        Index("uq_stock_hold_reference", "reference", "variant_id", unique=True),
        # When a page that was made before must be made again: the next hold that runs out.
        Index(
            "ix_stock_hold_live",
            "expires_at",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("variant.id"), index=True)
    reference: Mapped[str] = mapped_column(String(60))
    quantity: Mapped[int]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
