"""Tables of what the programme did in villages, and of what was measured there before."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref

GRANT, OUTLET, TRAINING = "grant", "outlet", "training"
KINDS = (GRANT, OUTLET, TRAINING)


class ProgrammeAct(Base):
    """Something that the programme did in a village on a WIB day, and who says so.

    Append-only: triggers refuse changes. `rupiah` is what a grant brought, None for other kinds. A correction
    is a new row that names the old one in `replaces_id`; one that is `void` only takes the old one back, with
    the reason as its source.
    """

    __tablename__ = "programme_act"
    __table_args__ = (
        CheckConstraint("kind IN ('grant','outlet','training')", name="kind"),
        CheckConstraint("(kind = 'grant') = (rupiah IS NOT NULL)", name="rupiah"),
        CheckConstraint("rupiah IS NULL OR rupiah > 0", name="positive"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("NOT void OR replaces_id IS NOT NULL", name="void"),
        Index("ix_programme_act_village", "village_code", "day"),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date] = mapped_column(Date)
    rupiah: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(200))
    replaces_id: Mapped[Ref | None] = mapped_column(ForeignKey("programme_act.id"), unique=True)
    void: Mapped[bool]
    by_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]


class Baseline(Base):
    """What a survey found that a village sold in a month, before the programme: whole rupiah, day, source.

    Append-only like `ProgrammeAct`, corrected in the same way.
    """

    __tablename__ = "baseline"
    __table_args__ = (
        CheckConstraint("rupiah >= 0", name="rupiah"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("NOT void OR replaces_id IS NOT NULL", name="void"),
        Index("ix_baseline_village", "village_code", "day"),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    day: Mapped[date] = mapped_column(Date)
    rupiah: Mapped[int]
    source: Mapped[str] = mapped_column(String(200))
    replaces_id: Mapped[Ref | None] = mapped_column(ForeignKey("baseline.id"), unique=True)
    void: Mapped[bool]
    by_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]
