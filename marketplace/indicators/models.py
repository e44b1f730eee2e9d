"""Tables of the facts under every figure."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Ref


class SaleFact(Base):
    """Money and goods of one sold line, or of one that was refunded after its sale (below zero).

    `source` (`sale:<order line>`, `refund:<refund line>`) makes it unique; a rebuild gives it again. `day`
    and `month` (`2026-10`) are those of Asia/Jakarta at completion, or of the refund; `village_code` is that
    of the sale; `net` is rupiah after discounts without delivery fees; `grams` is empty where the unit has no
    weight; `buyer_key` is a pseudonym fixed at the sale. Append-only: a trigger refuses updates.
    """

    __tablename__ = "sale_fact"
    __table_args__ = (
        CheckConstraint("length(month) = 7", name="month"),
        Index("ix_sale_fact_place", "village_code", "month"),
        Index("ix_sale_fact_month", "month", "village_code"),
    )

    source: Mapped[str] = mapped_column(String(40), primary_key=True)
    happened_at: Mapped[datetime]
    day: Mapped[date] = mapped_column(Date)
    month: Mapped[str] = mapped_column(String(7))
    village_code: Mapped[str] = mapped_column(String(13))
    shop_id: Mapped[Ref]
    product_id: Mapped[Ref]
    product_name: Mapped[str] = mapped_column(String(120))
    category_slug: Mapped[str] = mapped_column(String(40))
    sector: Mapped[str] = mapped_column(String(5))
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    grams: Mapped[int | None]
    net: Mapped[int]
    payment_method: Mapped[str] = mapped_column(String(12))
    delivery_method: Mapped[str] = mapped_column(String(12))
    destination_code: Mapped[str] = mapped_column(String(13))
    buyer_key: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(10))
    order_line_id: Mapped[Ref]
