"""Tables of the permits: records of their own, decided by people, and what goods still lack."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kit.columns import Base, Id, Ref
from marketplace.sellers.models import Shop

WAITING, VERIFIED, REJECTED = "waiting", "verified", "rejected"
# Why a shop ends a permit itself.
MISTAKE = "salah"
ENDINGS = {
    MISTAKE: _l("Salah catat"),
    "berhenti": _l("Usaha atau produknya berhenti"),
    "dicabut": _l("Izinnya dicabut atau dikembalikan"),
}


class Permit(Base):
    """A permit as its shop wrote it down; what was written never changes, a renewal is a row that follows it.

    It covers all goods of the shop (`covers_all`) or those in `PermitProduct`. `verdict` is the latest
    decision. `expires_on` is the last day (WIB) on which it holds; None: it has no end. `reminded` holds the
    days before the end of the last reminder that was sent, 0 once the end itself was told. `picture_key`
    names a private picture; empty: there is none. `added_by` is who wrote it down (`seller:<id>`). Once
    `ended_at` its shop takes it for its own no more, for the reason `end_reason` (`ENDINGS`) and its words.
    """

    __tablename__ = "permit"
    __table_args__ = (
        CheckConstraint("kind IN ('nib','pirt','md','halal','sni','psat','merek')", name="kind"),
        CheckConstraint("verdict IN ('waiting','verified','rejected')", name="verdict"),
        CheckConstraint("number <> ''", name="number"),
        Index("ix_permit_end", "expires_on", "reminded"),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    kind: Mapped[str] = mapped_column(String(5))
    number: Mapped[str] = mapped_column(String(40))
    holder: Mapped[str] = mapped_column(String(120))
    issued_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    picture_key: Mapped[str] = mapped_column(String(32), default="")
    covers_all: Mapped[bool]
    follows_id: Mapped[Ref | None] = mapped_column(ForeignKey("permit.id"), index=True)
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(8), default=WAITING, index=True)
    reminded: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(40), default="", server_default="")
    end_reason: Mapped[str] = mapped_column(String(10), default="", server_default="")
    end_words: Mapped[str] = mapped_column(String(300), default="", server_default="")
    shop: Mapped[Shop] = relationship(lazy="joined")
    decisions: Mapped[list["PermitDecision"]] = relationship(order_by="PermitDecision.id", lazy="selectin")


class PermitProduct(Base):
    """A product that a permit covers; never taken back, because a wrong record is followed by another."""

    __tablename__ = "permit_product"

    permit_id: Mapped[Ref] = mapped_column(ForeignKey("permit.id"), primary_key=True)
    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class PermitDecision(Base):
    """What a person of the village or the platform said about a permit after looking at it."""

    __tablename__ = "permit_decision"
    __table_args__ = (CheckConstraint("verdict IN ('verified','rejected')", name="verdict"),)

    id: Mapped[Id]
    permit_id: Mapped[Ref] = mapped_column(ForeignKey("permit.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]


class PermitGap(Base):
    """A product that lacked a permit it needs: since when, and the last day (WIB) it is sold without.

    One row per product, opened again when a permit ends or is rejected. `paused_at` is set while the rule,
    and not the seller, keeps it off the shelf.
    """

    __tablename__ = "permit_gap"
    __table_args__ = (Index("ix_permit_gap_due", "closed_at", "due_on"),)

    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"), primary_key=True)
    met_at: Mapped[datetime]
    due_on: Mapped[date]
    paused_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class PermitExemption(Base):
    """The seller's own word that a product needs no distribution permit, with the reason the rules name."""

    __tablename__ = "permit_exemption"

    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(12))
    stated_by: Mapped[str] = mapped_column(String(40))
    stated_at: Mapped[datetime]
