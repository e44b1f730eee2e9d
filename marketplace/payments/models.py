"""Tables of payments. Provider events are stored as they came, append-only; amounts are whole rupiah."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.sellers.models import MoneyAccount

CREATED, PENDING, PAID, FAILED = "created", "pending", "paid", "failed"
EXPIRED, CANCELLED, PAID_LATE = "expired", "cancelled", "paid_late"
DUE, REQUESTED, SUCCEEDED = "due", "requested", "succeeded"
BY_PROVIDER, BY_BANK, BY_SELLER = "provider", "bank", "seller"
UNDELIVERED, LATE, BY_SELLERS_WORD, BY_PROVIDERS_WORD = "undelivered", "late", "seller:", "provider:"
"""Why money goes back: the order ended, the money came too late, the seller said so (`seller:2`), or the
provider took it back by itself (`provider:1`)."""
PARTS_OF_A_SALE = (BY_SELLERS_WORD, BY_PROVIDERS_WORD)
"""Refunds of an order that goes on: before its completion they make the sale less."""

WAITING, ACCEPTED, REFUSED = "waiting", "accepted", "refused"
APPLIED, PARKED = "applied", "parked"
RETURNED, COUNTED, NOT_OURS = "returned", "counted", "not_ours"
TRANSFER, QRIS = "transfer", "qris"
DIRECT = (TRANSFER, QRIS)
"""Ways whose money goes to the seller's own account: one attempt per seller order, confirmed by hand."""

_OPEN_TRANSFER = text("provider = 'transfer' AND status IN ('created','pending')")


class PaymentAttempt(Base):
    """One try to pay `amount` rupiah. Our name for it is `key`, the provider's `reference`.

    `address` is the page to pay at, `asked_at` when the provider was last asked how it stands. `account_id`
    is the seller's own account, where the money goes there; `reminded_at`, when the buyer was reminded.
    `money` is the provider's name for what was paid on that page, by which it speaks of refunds and disputes;
    `ask_back_at`, when to ask next whether any of it was taken back.
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
    money: Mapped[str | None] = mapped_column(String(120), index=True)
    ask_back_at: Mapped[datetime | None] = mapped_column(index=True)
    account: Mapped[MoneyAccount | None] = relationship(lazy="select")
    order: Mapped[Order] = relationship(lazy="joined")
    splits: Mapped[list["PaymentSplit"]] = relationship(order_by="PaymentSplit.id", lazy="selectin")


class PaymentSplit(Base):
    """One seller order's share of an attempt in rupiah. Σ asked is the amount.

    `owed` is what the buyer must get back of what was paid, `refunded` what of that has arrived.
    """

    __tablename__ = "payment_split"
    __table_args__ = (
        UniqueConstraint("attempt_id", "seller_order_id"),
        CheckConstraint("paid IN (0, asked) AND refunded >= 0 AND refunded <= paid", name="amounts"),
        CheckConstraint("owed >= 0 AND owed <= paid", name="owed"),
    )

    id: Mapped[Id]
    attempt_id: Mapped[Ref] = mapped_column(ForeignKey("payment_attempt.id"))
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"), index=True)
    asked: Mapped[int]
    paid: Mapped[int] = mapped_column(default=0)
    owed: Mapped[int] = mapped_column(default=0)
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
    """What a provider said, as it came. `verdict` is applied, ignored or parked (for a person to look at).

    `money` is the provider's name for the payment, where it told one.
    """

    __tablename__ = "provider_event"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(12))
    event_id: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(String(120), index=True)
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    money: Mapped[str] = mapped_column(String(120), default="", server_default="")
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(8))
    why: Mapped[str] = mapped_column(String(200), default="")
    raw: Mapped[str] = mapped_column(Text)


class ParkedDecision(Base):
    """What a person decided about a parked event, once and for all.

    `returned`: the payer has the money back, by the provider, our bank or the seller (`way`). `counted`: it
    pays for an attempt, `counted` rupiah of it. `not_ours`: there is no such money. `returned` are the rupiah
    that our bank sent back, also of what was too much; `reference` is what the bank calls that.
    """

    __tablename__ = "parked_decision"
    __table_args__ = (
        CheckConstraint("outcome IN ('returned','counted','not_ours')", name="outcome"),
        CheckConstraint("way IN ('','provider','bank','seller')", name="way"),
        CheckConstraint(
            "(outcome = 'counted') = (attempt_id IS NOT NULL) AND (outcome = 'counted') = (counted > 0)",
            name="counted",
        ),
        CheckConstraint("returned >= 0 AND (way = 'bank') = (returned > 0)", name="returned"),
    )

    id: Mapped[Id]
    event_id: Mapped[Ref] = mapped_column(ForeignKey("provider_event.id"), unique=True)
    outcome: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(8), default="")
    attempt_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_attempt.id"))
    counted: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    reference: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    event: Mapped[ProviderEvent] = relationship(lazy="joined")
    attempt: Mapped[PaymentAttempt | None] = relationship(lazy="select")
    person: Mapped[User] = relationship(lazy="joined")


class Refund(Base):
    """Money that a buyer must get back, and the sending of it.

    `goods` and `delivery` are parts of `amount` (a late payment has neither); `fee` and `village_fee` what
    those who took fees give back of it. `after_sale`: the sale was booked before; then `on_payable` of the
    shop's part and `on_village_payable` of the village's were taken of (or given to) what they are owed, the
    rest of (to) what they owe.

    `way`: the provider sends it, a person by `bank`, or the seller by hand. `bank`, `account_number` and
    `holder` are where the buyer wants it; `note` and `done_by` are of the person who gave it.

    Our name for it is `key`, the provider's or bank's `reference`. `attempts` counts the provider's tries, of
    which each but the last failed. `due_at` is when it is to be asked next (empty where nobody asks it),
    `sent_at` when the last try began, `error` why the last one failed.

    `clawback_id`: the provider had taken the money back by itself, and this is what it paid for;
    `dispute_fee` is what the shop bears of the provider's fee for that. `returned` counts how often the
    money had arrived and came back.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint("status IN ('due','requested','succeeded','failed')", name="status"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(status = 'succeeded') = (settled_at IS NOT NULL)", name="settled"),
        CheckConstraint("way IN ('provider','bank','seller')", name="way"),
        CheckConstraint("goods >= 0 AND delivery >= 0 AND goods + delivery <= amount", name="parts"),
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
    way: Mapped[str] = mapped_column(String(8), default=BY_PROVIDER)
    goods: Mapped[int] = mapped_column(default=0)
    delivery: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    village_fee: Mapped[int] = mapped_column(default=0)
    after_sale: Mapped[bool] = mapped_column(default=False)
    on_payable: Mapped[int] = mapped_column(default=0)
    on_village_payable: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(String(500), default="")
    actor: Mapped[str] = mapped_column(String(40), default="system")
    bank: Mapped[str] = mapped_column(String(40), default="")
    account_number: Mapped[str] = mapped_column(String(34), default="")
    holder: Mapped[str] = mapped_column(String(80), default="")
    note: Mapped[str] = mapped_column(String(300), default="")
    done_by: Mapped[str] = mapped_column(String(40), default="")
    # No foreign key: SQLite cannot add one to a table that stands.
    clawback_id: Mapped[Ref | None] = mapped_column(index=True)
    dispute_fee: Mapped[int] = mapped_column(default=0, server_default="0")
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    split: Mapped[PaymentSplit] = relationship(lazy="joined")
    lines: Mapped[list["RefundLine"]] = relationship(order_by="RefundLine.id", lazy="selectin")

    @property
    def open(self) -> bool:
        """Whether the money still has to go."""
        return self.status != SUCCEEDED


class RefundLine(Base):
    """What goes back of one sold line: pieces, rupiah, fees; `restocked` pieces of it can be sold again."""

    __tablename__ = "refund_line"
    __table_args__ = (
        UniqueConstraint("refund_id", "order_line_id"),
        CheckConstraint("amount > 0 AND quantity >= 0 AND restocked >= 0", name="amounts"),
        CheckConstraint("restocked <= quantity", name="restocked"),
    )

    id: Mapped[Id]
    refund_id: Mapped[Ref] = mapped_column(ForeignKey("refund.id"))
    order_line_id: Mapped[Ref] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[int]
    amount: Mapped[int]
    fee: Mapped[int]
    village_fee: Mapped[int]
    restocked: Mapped[int] = mapped_column(default=0)
    order_line: Mapped[OrderLine] = relationship(lazy="joined")
