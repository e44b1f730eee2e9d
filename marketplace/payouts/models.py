"""Tables of the payouts. What a payout is never changes; its steps and events are guarded by triggers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.payouts.payees import Payee
from marketplace.payouts.states import Status
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop


class PayoutBatch(Base):
    """Payouts that were collected together; by a person (`created_by`), or by the command (empty)."""

    __tablename__ = "payout_batch"
    __table_args__ = (
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint("created_by IS NULL OR approved_by <> created_by", name="two_people"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(20), unique=True)
    created_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    approved_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    creator: Mapped[User | None] = relationship(foreign_keys=created_by, lazy="joined")
    approver: Mapped[User | None] = relationship(foreign_keys=approved_by, lazy="joined")
    payouts: Mapped[list["Payout"]] = relationship(
        back_populates="batch", order_by="Payout.id", lazy="selectin"
    )


class Payout(Base):
    """Money for one shop or village in rupiah: `gross` is claimed, `set_off` pays its debt, `net` is sent.

    `bank`, `account_number` and `holder` are copied from its account: when it is collected, and again when a
    transfer that failed is sent anew.
    """

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft','approved','sent','failed','confirmed','rejected')", name="status"
        ),
        CheckConstraint("(shop_id IS NULL) <> (village_code IS NULL)", name="payee"),
        CheckConstraint("net > 0 AND set_off >= 0 AND gross - set_off = net", name="amounts"),
        Index("ix_payout_standing", "status", "changed_at"),
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(String(24), unique=True)
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("payout_batch.id"), index=True)
    shop_id: Mapped[Ref | None] = mapped_column(ForeignKey("shop.id"), index=True)
    village_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    gross: Mapped[int]
    set_off: Mapped[int]
    net: Mapped[int]
    status: Mapped[str] = mapped_column(String(10), default=Status.DRAFT.value)
    changed_at: Mapped[datetime]
    bank: Mapped[str] = mapped_column(String(40))
    account_number: Mapped[str] = mapped_column(String(34))
    holder: Mapped[str] = mapped_column(String(80))
    batch: Mapped[PayoutBatch] = relationship(back_populates="payouts", lazy="joined")
    shop: Mapped[Shop | None] = relationship(lazy="joined")
    village: Mapped[Region | None] = relationship(lazy="joined")
    events: Mapped[list["PayoutEvent"]] = relationship(order_by="PayoutEvent.id", lazy="select")

    @property
    def payee(self) -> Payee:
        """Whom it is for."""
        return Payee(shop_id=self.shop_id or 0, village_code=self.village_code or "")

    @property
    def payee_name(self) -> str:
        """What the payee is called on pages and in the bank's file."""
        return self.shop.name if self.shop else self.village.name if self.village else ""


class PayoutItem(Base):
    """A line of the ledger that a payout claims. It stays claimed until the payout is rejected."""

    __tablename__ = "payout_item"
    __table_args__ = (
        Index(
            "uq_payout_item_claimed",
            "entry_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    payout_id: Mapped[Ref] = mapped_column(ForeignKey("payout.id"), index=True)
    entry_id: Mapped[Ref] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    released_at: Mapped[datetime | None]


class PayoutEvent(Base):
    """A step of a payout: from, to, when, by whom, and the account it was meant for. Append-only.

    `reference` is the bank's own, when it confirmed; `reason` why it failed or was rejected.
    """

    __tablename__ = "payout_event"

    id: Mapped[Id]
    payout_id: Mapped[Ref] = mapped_column(ForeignKey("payout.id"), index=True)
    from_status: Mapped[str] = mapped_column(String(10))
    to_status: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    done_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    reference: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    bank: Mapped[str] = mapped_column(String(40))
    account_number: Mapped[str] = mapped_column(String(34))
    holder: Mapped[str] = mapped_column(String(80))
    person: Mapped[User] = relationship(lazy="joined")


class Settlement(Base):
    """Money of a provider that came to the bank: `amount` left the provider, of which it kept `fee` (rupiah).

    `reference` is that of the bank's statement. Append-only.
    """

    __tablename__ = "settlement"
    __table_args__ = (CheckConstraint("amount > 0 AND fee >= 0 AND fee < amount", name="amounts"),)

    id: Mapped[Id]
    provider: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    fee: Mapped[int]
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    arrived_at: Mapped[datetime]
    booked_at: Mapped[datetime]
    booked_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    person: Mapped[User] = relationship(lazy="joined")
