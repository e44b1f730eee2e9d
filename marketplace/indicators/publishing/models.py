"""Tables of what was released to the public, and of how figures became final. All are append-only."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.indicators.publishing.contributions import TURNOVER
from marketplace.indicators.publishing.states import PUBLICATION_STATES
from marketplace.kit.columns import Base, Id, Ref


class FigureRelease(Base):
    """Which places the public sees of one period: decided once, when it was over, and never again.

    `shown` are the codes of the places, in their order, with a space between; all others are suppressed.
    `parts` has the same for each table of parts of the turnover (`contributions.PARTS`).
    """

    __tablename__ = "figure_release"

    period_key: Mapped[str] = mapped_column(String(7), primary_key=True)
    shown: Mapped[str] = mapped_column(Text)
    parts: Mapped[dict[str, str]] = mapped_column(JSON, server_default=text("'{}'"))
    decided_at: Mapped[datetime]

    def places(self, table: str) -> frozenset[str]:
        """The codes of the places of which a table is shown, by its name."""
        codes = self.shown if table == TURNOVER.name else self.parts.get(table, "")
        return frozenset(codes.split())


class ReleasedFigures(Base):
    """What everybody reads of a released period until it is locked: the shown rows, as they were that day.

    One for each regency with something shown, and one for the province itself (`region_code`); `body` as in a
    snapshot. What is entered or counted later changes it no more.
    """

    __tablename__ = "released_figures"

    period_key: Mapped[str] = mapped_column(String(7), primary_key=True)
    region_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class FigureSnapshot(Base):
    """All figures of a region and of everything below it in one period, as they were at one moment.

    `body` are the canonical rows (`snapshots.canonical`), compressed; `content_hash` is the SHA-256 of the
    rows before that. The first of a region and period is revision 1; another one has its reason.
    """

    __tablename__ = "figure_snapshot"
    __table_args__ = (
        UniqueConstraint("region_code", "period_key", "revision"),
        CheckConstraint("length(content_hash) = 64", name="content_hash"),
        CheckConstraint("revision = 1 OR reason <> ''", name="reason"),
    )

    id: Mapped[Id]
    region_code: Mapped[str] = mapped_column(String(13))
    period_key: Mapped[str] = mapped_column(String(7))
    revision: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    row_count: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class PublicationStep(Base):
    """One step of a region's period on its way to being final; the last one says where it stands.

    `by` is empty for the command. Two people who take the same step at once meet at the number.
    """

    __tablename__ = "publication_step"
    __table_args__ = (
        UniqueConstraint("region_code", "period_key", "number"),
        CheckConstraint(
            "state IN ({})".format(", ".join(f"'{state}'" for state in PUBLICATION_STATES)), name="state"
        ),
        CheckConstraint("state <> 'returned' OR note <> ''", name="note"),
        CheckConstraint("(state = 'locked') = (snapshot_id IS NOT NULL)", name="snapshot"),
    )

    id: Mapped[Id]
    region_code: Mapped[str] = mapped_column(String(13))
    period_key: Mapped[str] = mapped_column(String(7), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(300))
    snapshot_id: Mapped[Ref | None] = mapped_column(ForeignKey("figure_snapshot.id"))
    by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class RevisionProposal(Base):
    """Somebody says why locked figures have to change; `state` tells whether this row proposes or declines.

    `revision` is the one that would be replaced: with the next one the proposal is settled. `fingerprint`
    names the figures that had changed when it was made, so that nobody agrees to anything else.
    """

    __tablename__ = "revision_proposal"
    __table_args__ = (
        UniqueConstraint("region_code", "period_key", "number"),
        CheckConstraint("state IN ('proposed', 'declined')", name="state"),
        CheckConstraint("note <> ''", name="note"),
    )

    id: Mapped[Id]
    region_code: Mapped[str] = mapped_column(String(13))
    period_key: Mapped[str] = mapped_column(String(7))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    note: Mapped[str] = mapped_column(String(300))
    fingerprint: Mapped[str] = mapped_column(String(64))
    by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
