"""Tables of the ledger. Triggers refuse every UPDATE and DELETE; a correction is a new posting."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kit.columns import Base, Id, Ref


class Posting(Base):
    """One event in money: when it happened, when it was written. (`kind`, `reference`) is unique."""

    __tablename__ = "ledger_posting"
    __table_args__ = (UniqueConstraint("kind", "reference"),)

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(30))
    reference: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[datetime]
    created_at: Mapped[datetime]
    entries: Mapped[list["Entry"]] = relationship(back_populates="posting", lazy="raise")


class Entry(Base):
    """One line of a posting: rupiah on an account, debit positive, credit negative. The lines sum to zero."""

    __tablename__ = "ledger_entry"
    __table_args__ = (CheckConstraint("amount <> 0", name="amount"),)

    id: Mapped[Id]
    posting_id: Mapped[Ref] = mapped_column(ForeignKey("ledger_posting.id"), index=True)
    account: Mapped[str] = mapped_column(String(60), index=True)
    amount: Mapped[int]
    posting: Mapped[Posting] = relationship(back_populates="entries", lazy="raise")
