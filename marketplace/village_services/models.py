"""The table of services that a village counter gave for other systems."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref

KINDS = {"samdes": "e-Samdes", "lakupandai": "Laku Pandai", "ppob": "PPOB"}


class ServiceEntry(Base):
    """So many services of one kind that a village's counter gave on a WIB day.

    Append-only: triggers refuse changes. `amount` is what went through in rupiah, `fee` what the counter
    earned of it. Nothing personal: no number plates, no identity or account numbers. A correction is a
    new row that names the old one in `replaces_id`; one with a count of zero takes it back.
    """

    __tablename__ = "service_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('samdes','lakupandai','ppob')", name="kind"),
        CheckConstraint("amount >= 0 AND fee >= 0 AND count >= 0", name="numbers"),
        CheckConstraint("count > 0 OR replaces_id IS NOT NULL", name="count"),
        Index("ix_service_entry_day", "village_code", "day"),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    day: Mapped[date] = mapped_column(Date)
    kind: Mapped[str] = mapped_column(String(12))
    count: Mapped[int]
    amount: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(120), default="")
    replaces_id: Mapped[Ref | None] = mapped_column(ForeignKey("service_entry.id"), unique=True)
    by_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]
