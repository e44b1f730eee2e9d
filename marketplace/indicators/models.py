"""Tables of the facts under every figure: sales, their circumstances, ends of orders, exclusions."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref


class SaleFact(Base):
    """Money and goods of one sold line, or below zero what was refunded after its sale, or does not count.

    `source` (`sale:<order line>`, `refund:<refund line>`, `exclusion:<order line>`) makes it unique; a
    rebuild gives it again. `day` and `month` (`2026-10`) are those of Asia/Jakarta at completion, refund or
    exclusion; `village_code` is that of the sale; `net` is rupiah after discounts without delivery fees;
    `grams` is empty where the unit has no weight; `buyer_key` is a pseudonym fixed at the sale; `section` is
    the letter of KBLI. `buyer_key` is empty for what was sold over a counter to somebody who left no number.
    `government`: the buyer said that the order is for a government office. From `grade` on: as the
    circumstances were frozen (`SaleCircumstance`). Append-only: a trigger refuses updates.
    """

    __tablename__ = "sale_fact"
    __table_args__ = (
        CheckConstraint("length(month) = 7", name="month"),
        # What most sums need stands in the index itself, so that recounting all reads no rows.
        Index("ix_sale_fact_place", "village_code", "month", "shop_id", "net", "payment_method"),
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
    seller_order_id: Mapped[Ref] = mapped_column(server_default=text("0"))
    section: Mapped[str] = mapped_column(String(1), server_default="")
    government: Mapped[bool] = mapped_column(server_default=false())
    grade: Mapped[str] = mapped_column(String(20), server_default="")
    shop_kind: Mapped[str] = mapped_column(String(12), server_default="")
    unggulan: Mapped[bool] = mapped_column(server_default=false())
    branded: Mapped[bool] = mapped_column(server_default=false())
    packaged: Mapped[bool] = mapped_column(server_default=false())
    licensed: Mapped[bool] = mapped_column(server_default=false())
    nib: Mapped[bool] = mapped_column(server_default=false())
    farmer: Mapped[bool | None]
    woman_led: Mapped[bool | None]


class SaleCircumstance(Base):
    """What was true of goods and seller when a line was sold, and the order does not hold. Append-only.

    `packaged`: food that needs a distribution permit; `licensed`: it had one that a person has looked at, and
    a halal certificate where the law asked for it. `farmer` and `woman_led` are None where nobody answered,
    `registration` is the text of KPB or poktan. `channel` is `counter` for what an outlet sold over its
    counter, `assisted` where an operator acted on the order.
    `late`: written by a rebuild from what was true at `frozen_at`, since nothing had been frozen at the sale.
    """

    __tablename__ = "sale_circumstance"

    order_line_id: Mapped[Ref] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    brand: Mapped[str] = mapped_column(String(60))
    unggulan: Mapped[bool]
    grade: Mapped[str] = mapped_column(String(20))
    packaged: Mapped[bool]
    licensed: Mapped[bool]
    nib: Mapped[bool]
    shop_kind: Mapped[str] = mapped_column(String(12))
    shop_section: Mapped[str] = mapped_column(String(1))
    registration: Mapped[str | None] = mapped_column(String(60))
    farmer: Mapped[bool | None]
    woman_led: Mapped[bool | None]
    channel: Mapped[str] = mapped_column(String(10))
    frozen_at: Mapped[datetime]
    late: Mapped[bool]


class OutcomeFact(Base):
    """How one seller order ended, and when each step happened. Append-only; a rebuild gives it again.

    `status` is the end (`completed`, `declined` …), `ended_by` who brought it about (`buyer`, `seller`,
    `operator`, `counter`, `officer`, `system`), `early`: the buyer took it back before the seller had
    answered. `month` is that of the end in Asia/Jakarta. `minutes` run from acceptance, or from the beginning
    of the day of harvest where that is later, to the delivery of a completed order; None where a step is
    missing, and for what was sold over a counter (`channel`), where nobody waited. `complaint_minutes` run
    from the buyer's complaint to the end, None where nobody complained.
    """

    __tablename__ = "outcome_fact"
    __table_args__ = (
        CheckConstraint("length(month) = 7", name="month"),
        Index("ix_outcome_fact_place", "village_code", "month", "status", "delivery_method", "minutes"),
    )

    seller_order_id: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    village_code: Mapped[str] = mapped_column(String(13))
    shop_id: Mapped[Ref]
    delivery_method: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(24))
    ended_by: Mapped[str] = mapped_column(String(10))
    early: Mapped[bool]
    ended_at: Mapped[datetime]
    day: Mapped[date] = mapped_column(Date)
    month: Mapped[str] = mapped_column(String(7))
    placed_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    harvest_on: Mapped[date | None] = mapped_column(Date)
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    minutes: Mapped[int | None]
    channel: Mapped[str] = mapped_column(String(8), default="online", server_default="online")
    complaint_minutes: Mapped[int | None]


class FactExclusion(Base):
    """A completed seller order that does not count from `at` on: a test, a self-purchase. Append-only.

    Its facts stay; facts below zero of the day of the exclusion take them back.
    """

    __tablename__ = "fact_exclusion"
    __table_args__ = (CheckConstraint("reason <> ''", name="reason"),)

    id: Mapped[Id]
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), unique=True)
    reason: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
