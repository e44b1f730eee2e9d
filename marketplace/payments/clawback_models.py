"""Tables of what a provider took back by itself: a refund made in its own pages, a payment that is disputed.

Amounts are whole rupiah. What the provider said stays in `provider_event`; movements, decisions and returns
here are append-only, and `Clawback` is what they come to.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.payments.models import PaymentAttempt

REFUNDED, DISPUTED = "refund", "dispute"
OPEN, FINAL, OVER = "open", "final", "over"
RANK = {OPEN: 0, FINAL: 1, OVER: 2}
"""How far something is: judged, gone for good, given up again. A later word never leads back."""

PLATFORM, SELLER = "platform", "seller"


class Clawback(Base):
    """One refund or dispute that a provider calls `name`, about the payment that it calls `money`.

    `taken` is what left us of its movements and has not come back, `fee` what the provider charged for it;
    both count once the payment does. `covered` pays refunds of ours, `lost` is borne by DesaMart. `amount`
    is the provider's word for the whole of it, empty where it is no rupiah. `dismissed`: a person said that
    nothing is to be done about it.
    """

    __tablename__ = "clawback"
    __table_args__ = (
        UniqueConstraint("provider", "name"),
        CheckConstraint("kind IN ('refund','dispute')", name="kind"),
        CheckConstraint("standing IN ('open','final','over')", name="standing"),
        CheckConstraint("covered >= 0", name="amounts"),
        Index("ix_clawback_provider_money", "provider", "money"),
    )

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(8))
    money: Mapped[str] = mapped_column(String(120))
    attempt_id: Mapped[Ref | None] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    standing: Mapped[str] = mapped_column(String(8), default=OPEN)
    amount: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3), default="IDR")
    why: Mapped[str] = mapped_column(String(80), default="")
    taken: Mapped[int] = mapped_column(default=0)
    covered: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    fee: Mapped[int] = mapped_column(default=0)
    dismissed: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    attempt: Mapped[PaymentAttempt | None] = relationship(lazy="select")
    moves: Mapped[list["ClawbackMove"]] = relationship(order_by="ClawbackMove.id", lazy="selectin")

    @property
    def unclear(self) -> int:
        """Rupiah of which nobody has said yet what they paid for."""
        return self.taken - self.covered - self.lost

    @property
    def in_doubt(self) -> bool:
        """Whether money of its payment may be away of which nobody knows yet what it paid for."""
        undecided = self.amount is None or (self.kind == DISPUTED and self.standing == OPEN)
        return self.unclear != 0 or (undecided and not self.dismissed)

    @property
    def judged(self) -> bool:
        """Whether the provider has still to decide about money that it holds back."""
        return self.kind == DISPUTED and self.standing == OPEN and self.taken > 0


class ClawbackMove(Base):
    """Money that left our balance there (`amount` above zero) or came back, and its fee. Append-only."""

    __tablename__ = "clawback_move"
    __table_args__ = (
        UniqueConstraint("clawback_id", "name"),
        CheckConstraint("amount <> 0 OR fee <> 0", name="amounts"),
    )

    id: Mapped[Id]
    clawback_id: Mapped[Ref] = mapped_column(ForeignKey("clawback.id"))
    name: Mapped[str] = mapped_column(String(120))
    amount: Mapped[int]
    fee: Mapped[int]
    happened_at: Mapped[datetime]


class ClawbackDecision(Base):
    """What a person said of a clawback: `lost` rupiah DesaMart bears (below zero: keeps). Append-only."""

    __tablename__ = "clawback_decision"

    id: Mapped[Id]
    clawback_id: Mapped[Ref] = mapped_column(ForeignKey("clawback.id"), index=True)
    covered: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    dismissed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(300))
    decided_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    person: Mapped[User] = relationship(lazy="joined")


class RefundReturn(Base):
    """A refund that had arrived and was given back to us, the `number`th time: the buyer does not have it.

    `way`, `clawback_id`, `reference` and `settled_at` are those of the sending that failed. Append-only.
    """

    __tablename__ = "refund_return"
    __table_args__ = (UniqueConstraint("refund_id", "number"),)

    id: Mapped[Id]
    refund_id: Mapped[Ref] = mapped_column(ForeignKey("refund.id"))
    number: Mapped[int]
    way: Mapped[str] = mapped_column(String(8))
    clawback_id: Mapped[Ref | None] = mapped_column(ForeignKey("clawback.id"))
    reference: Mapped[str] = mapped_column(String(120))
    settled_at: Mapped[datetime]
    returned_at: Mapped[datetime]


class DisputeFeeRule(Base):
    """Who bears a provider's fee for a dispute that is lost, from `valid_from` on. Append-only."""

    __tablename__ = "dispute_fee_rule"
    __table_args__ = (CheckConstraint("bearer IN ('platform','seller')", name="bearer"),)

    id: Mapped[Id]
    bearer: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[datetime] = mapped_column(unique=True)
    created_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
