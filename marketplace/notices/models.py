"""Tables of the notices: what people were told, and when they read it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kit.columns import Base, Id, Ref


class Notice(Base):
    """What one person is told of one event, in the words of then; `address` is the page it leads to.

    `event_id` and `kind` are those of the outbox, which forgets its events earlier than this table.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("user_id", "event_id"),
        Index("ix_notice_person", "user_id", "id"),
        Index(
            "ix_notice_unread",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    event_id: Mapped[Ref]
    kind: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(160))
    body: Mapped[str] = mapped_column(String(500))
    address: Mapped[str] = mapped_column(String(200))
    happened_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
