"""The table of files from which goods are put up or changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref

CHECKED, WAITING, RUNNING = "checked", "waiting", "running"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
ALL, GOOD = "semua", "benar"


class GoodsImport(Base):
    """One file of goods. What was read from it lies under `key` in a private folder until it is over.

    `mode`: `semua` (every row or none) or `benar` (the rows that can be used). The four counts are a forecast
    until it runs, then what was done; `line_count` rows have `photo_count` photos, of which so many are done.
    `problems` are rows of (row number, column, value, words), `changes` (row number, name, words), both
    bounded; `kept` maps photos already drawn ("row/name") to (key, width, height).
    """

    __tablename__ = "goods_import"
    __table_args__ = (
        CheckConstraint("state IN ('checked','waiting','running','done','failed','cancelled')", name="state"),
        CheckConstraint("mode IN ('','semua','benar')", name="mode"),
        Index("ix_goods_import_open", "state", "id"),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    actor: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(32), unique=True)
    mode: Mapped[str] = mapped_column(String(8), default="")
    state: Mapped[str] = mapped_column(String(10), default=CHECKED)
    line_count: Mapped[int]
    photo_count: Mapped[int]
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    lines_done: Mapped[int] = mapped_column(default=0)
    photos_done: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    changes: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    ignored: Mapped[list[str]] = mapped_column(JSON, default=list)
    kept: Mapped[dict[str, list[Any]]] = mapped_column(JSON, default=dict)
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Whether the worker still has to do with it."""
        return self.state in (WAITING, RUNNING)
