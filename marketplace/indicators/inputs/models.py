"""Tables of what is known of a village beside its sales, and of its daily snapshots."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref

CHECKED, TAKEN, OVER = "checked", "taken", "over"


class InputFile(Base):
    """A file of dated inputs: what was read from it, until somebody lets it in or sends another.

    `digest` is the SHA-256 of its bytes, `by_id` None where a command read it. `lines` are the rows as read
    (column -> text, with the row number under `baris`), emptied when they are in; `problems` are rows of (row
    number, column, value, words). The counts are a forecast until it is taken, then what was done.
    """

    __tablename__ = "input_file"
    __table_args__ = (CheckConstraint("state IN ('checked','taken','over')", name="state"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default=CHECKED)
    by_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    lines: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    problems: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    ignored: Mapped[list[str]] = mapped_column(JSON, default=list)


class DatedInput(Base):
    """One thing that is known of a village from a day on, and who says so.

    Append-only: triggers refuse changes. `kind` is one of `kinds.KINDS`. `series` tells apart what must not
    be one line: the index of a status, the month (`2026-10`) of outlet days. `number` is households, rupiah,
    days, or a score in ten-thousandths; `word` a class or category; a row with neither withdraws the one it
    replaces. `as_of` is the WIB day from which it holds, `year` that of an index. A correction is a new row
    that names the old one in `replaces_id`. `by_id` is None where a command read a file.
    """

    __tablename__ = "dated_input"
    __table_args__ = (
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("number IS NOT NULL OR word <> '' OR replaces_id IS NOT NULL", name="value"),
        Index("ix_dated_input_kind", "kind", "village_code", "as_of"),
        Index("ix_dated_input_village", "village_code", "kind"),
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(16))
    series: Mapped[str] = mapped_column(String(20), default="")
    as_of: Mapped[date] = mapped_column(Date)
    year: Mapped[int | None]
    number: Mapped[int | None]
    word: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(String(200))
    replaces_id: Mapped[Ref | None] = mapped_column(ForeignKey("dated_input.id"), unique=True)
    file_id: Mapped[Ref | None] = mapped_column(ForeignKey("input_file.id"))
    by_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    entered_at: Mapped[datetime]


class VillageSnapshot(Base):
    """What stood in a village at the end of a WIB day. Append-only: triggers refuse changes.

    `verified` shops, of them `micro` processing businesses (section C of KBLI, at most four workers),
    `active_products` of verified shops, of them `fresh_products` whose stock was confirmed in the fourteen
    days before or that are made to order; `outlet_active`: whether the village's outlet was at work.
    """

    __tablename__ = "village_snapshot"

    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True, index=True)
    verified: Mapped[int]
    micro: Mapped[int]
    active_products: Mapped[int]
    fresh_products: Mapped[int]
    outlet_active: Mapped[bool]
    taken_at: Mapped[datetime]
