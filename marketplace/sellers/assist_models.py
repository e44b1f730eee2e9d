"""Tables of assisted selling: a seller's consent to be helped, and every act that was done on its ground."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.sellers.models import Shop

SPOKEN, LETTER, IN_APP = "lisan", "surat", "aplikasi"


class AssistConsent(Base):
    """A seller lets one operator of the village act for the shop, from `given_at` until `ends_at` at most.

    `way` says how it was given: spoken at the counter before a `witness`, by a signed letter (its photo may
    be kept under `picture_key`), or by the owner in the application. `text_version` names the words that were
    read out or signed. Only the end of a row may change; a trigger guards the rest.
    """

    __tablename__ = "assist_consent"
    __table_args__ = (
        CheckConstraint("way IN ('lisan','surat','aplikasi')", name="way"),
        CheckConstraint("(way = 'lisan') = (witness <> '')", name="witness"),
        CheckConstraint("ends_at > given_at", name="length"),
        Index(
            "uq_assist_consent_standing",
            "shop_id",
            "operator_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"))
    operator_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), index=True)
    way: Mapped[str] = mapped_column(String(8))
    witness: Mapped[str] = mapped_column(String(80), default="")
    picture_key: Mapped[str] = mapped_column(String(32), default="")
    text_version: Mapped[str] = mapped_column(String(10))
    recorded_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    given_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    shop: Mapped[Shop] = relationship(lazy="joined")
    operator: Mapped[User] = relationship(lazy="joined", foreign_keys=[operator_id])

    def stands(self, at: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.ended_at is None and self.given_at <= at < self.ends_at


class AssistAct(Base):
    """Something an operator did at a seller's desk: who did it, for whom, what, with which order or product.

    `principal` is the name of the owner, or of the shop where nobody has an account. Append-only: triggers
    refuse changes.
    """

    __tablename__ = "assist_act"

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    consent_id: Mapped[Ref] = mapped_column(ForeignKey("assist_consent.id"))
    actor_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    principal_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    principal: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(120))
    object: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime]
    actor: Mapped[User] = relationship(lazy="joined", foreign_keys=[actor_id])
