"""Tables of payments. Provider events are stored as they came, append-only; amounts are whole rupiah."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kit.columns import Base, Id, Ref
from marketplace.orders.models import Order, SellerOrder
from marketplace.sellers.models import MoneyAccount

CREATED, PENDING, PAID, FAILED = "created", "pending", "paid", "failed"
EXPIRED, CANCELLED, PAID_LATE = "expired", "cancelled", "paid_late"
DUE, REQUESTED, SUCCEEDED = "due", "requested", "succeeded"
WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"
TRANSFER, QRIS = "transfer", "qris"
DIRECT = (TRANSFER, QRIS)
"""Ways whose money goes to the seller's own account: one attempt per seller order, confirmed by hand."""

_OPEN_TRANSFER = text("provider = 'transfer' AND status IN ('created','pending')")


class PaymentAttempt(Base):
    """One try to pay `amount` rupiah. Our name for it is `key`, the provider's `reference`.

    `address` is the page to pay at, `asked_at` when the provider was last asked how it stands. `account_id`
    is the seller's own account, where the money goes there; `reminded_at`, when the buyer was reminded.
    """

    __tablename__ = "payment_attempt"
    __table_args__ = (
        CheckConstraint(
            "status IN ('created','pending','paid','failed','expired','cancelled','paid_late')", name="status"
        ),
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("provider", "reference"),
        Index("ix_payment_attempt_open", "status", "created_at"),
        # Two open transfers to one account are told apart by their amounts.
        Index(
            "uq_payment_attempt_open_transfer",
            "account_id",
            "amount",
            unique=True,
            sqlite_where=_OPEN_TRANSFER,
            postgresql_where=_OPEN_TRANSFER,
        ),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    order_id: Mapped[Ref] = mapped_column(ForeignKey("customer_order.id"), index=True)
    provider: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12), default=CREATED)
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3), default="IDR")
    reference: Mapped[str | None] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    account_id: Mapped[Ref | None] = mapped_column(ForeignKey("money_account.id"))
    reminded_at: Mapped[datetime | None]
    account: Mapped[MoneyAccount | None] = relationship(lazy="select")
    order: Mapped[Order] = relationship(lazy="joined")
    splits: Mapped[list["PaymentSplit"]] = relationship(order_by="PaymentSplit.id", lazy="selectin")


class PaymentSplit(Base):
    """One seller order's share of an attempt in rupiah: asked, paid, refunded. Σ asked is the amount."""

    __tablename__ = "payment_split"
    __table_args__ = (
        UniqueConstraint("attempt_id", "seller_order_id"),
        CheckConstraint("paid IN (0, asked) AND refunded >= 0 AND refunded <= paid", name="amounts"),
    )

    id: Mapped[Id]
    attempt_id: Mapped[Ref] = mapped_column(ForeignKey("payment_attempt.id"))
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), index=True)
    asked: Mapped[int]
    paid: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    seller_order: Mapped[SellerOrder] = relationship(lazy="joined")


class PaymentProof(Base):
    """A picture by which a buyer shows that a direct payment was sent. The newest one counts.

    `verdict` is waiting, accepted or refused (with a `reason` for the buyer), decided once, by a person.
    """

    __tablename__ = "payment_proof"
    __table_args__ = (
        CheckConstraint("verdict IN ('waiting','accepted','refused')", name="verdict"),
        CheckConstraint("(verdict = 'waiting') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[Id]
    attempt_id: Mapped[Ref] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    picture_key: Mapped[str] = mapped_column(String(32), unique=True)
    sent_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(8), default=WAITING)
    decided_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    attempt: Mapped[PaymentAttempt] = relationship(lazy="joined")


class ProviderEvent(Base):
    """What a provider said, as it came. `verdict` is applied, ignored or parked (for a person to look at)."""

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(120), index=True)
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(String(200), default="")
    raw: Mapped[str] = mapped_column(Text)


class Refund(Base):
    """Money that a buyer must get back, and the sending of it.

    Our name for it is `key`, the provider's `reference`. `attempts` counts the tries, of which each but the
    last failed. `due_at` is when the provider is to be asked next (never again once it has arrived),
    `sent_at` when the last try began, `error` why the last one failed.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("status IN ('due','requested','succeeded','failed')", name="status"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(status = 'succeeded') = (settled_at IS NOT NULL)", name="settled"),
        UniqueConstraint("split_id", "reason"),
    )

    id: Mapped[Id]
    split_id: Mapped[Ref] = mapped_column(ForeignKey("payment_split.id"))
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default=DUE)
    reason: Mapped[str] = mapped_column(String(40))
    owed_at: Mapped[datetime]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    reference: Mapped[str | None] = mapped_column(String(120))
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")
    split: Mapped[PaymentSplit] = relationship(lazy="joined")
