"""Tables of the notices: what people were told, what goes by e-mail, what they chose."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref

WAITING, SENT, FAILED = "waiting", "sent", "failed"


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
    user: Mapped[User] = relationship(lazy="raise")


class NoticeMail(Base):
    """A notice that goes by e-mail. `tries` counts how often it was begun, `next_try_at` is when it is again.

    `error` is what the mail server said last. The words are those of the notice.
    """

    __tablename__ = "notice_mail"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','sent','failed')", name="state"),
        Index(
            "ix_notice_mail_due",
            "next_try_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    notice_id: Mapped[Ref] = mapped_column(ForeignKey("notice.id"), unique=True)
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    notice: Mapped[Notice] = relationship(lazy="joined")


class NoticeChoice(Base):
    """What a person chose for a topic: whether the bell rings, whether an e-mail comes. No row: both."""

    __tablename__ = "notice_choice"

    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(10), primary_key=True)
    bell: Mapped[bool]
    email: Mapped[bool]


class DeadlineReminder(Base):
    """A seller order's deadline that its shop has been reminded of."""

    __tablename__ = "deadline_reminder"

    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), primary_key=True)
    deadline_at: Mapped[datetime] = mapped_column(primary_key=True)
    reminded_at: Mapped[datetime]
