"""Tables of what looks wrong about the figures, what was said of it, and when somebody looked."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref

FINE, MENDED, EXCLUDED, GONE = "fine", "mended", "excluded", "gone"
OUTCOMES = (FINE, MENDED, EXCLUDED, GONE)


class Finding(Base):
    """Something that looks wrong, found once. `subject`: what it is about (`order:12`, `shop:3:2026-11`).

    Append-only: triggers refuse changes. `detail` holds the numbers for its words, and nothing of a buyer.
    """

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(60))
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    shop_id: Mapped[Ref | None] = mapped_column(ForeignKey("shop.id"))
    seller_order_id: Mapped[Ref | None] = mapped_column(ForeignKey("seller_order.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    found_at: Mapped[datetime]


class Settlement(Base):
    """What was said of a finding, once. Append-only: triggers refuse changes.

    `gone` is said by nobody (`by_id` None): the daily look did not find it any more.
    """

    __tablename__ = "finding_settlement"
    __table_args__ = (
        CheckConstraint("outcome IN ('fine','mended','excluded','gone')", name="outcome"),
        CheckConstraint("(outcome = 'gone') = (by_id IS NULL)", name="by"),
        CheckConstraint("outcome = 'gone' OR note <> ''", name="note"),
    )

    id: Mapped[Id]
    finding_id: Mapped[Ref] = mapped_column(ForeignKey("finding.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(String(300))
    by_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class QualityDay(Base):
    """A WIB day on which the worker looked, and how much new it found."""

    __tablename__ = "quality_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    found: Mapped[int]
    looked_at: Mapped[datetime]
