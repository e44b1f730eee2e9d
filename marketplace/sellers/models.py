"""Tables of the shops."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.regions.models import Region

APPLIED, VERIFIED, SUSPENDED = "applied", "verified", "suspended"
OWNER, STAFF = "owner", "staff"
KINDS = {
    "umkm": "UMKM",
    "petani": "Petani",
    "poktan": "Kelompok tani",
    "bumdes": "BUMDes",
    "bumdesma": "BUMDesma",
    "bumk": "BUMK",
    "koperasi": "Koperasi",
}


class Shop(Base):
    """A seller. Its village decides where its sales count. Only a verified shop sells."""

    __tablename__ = "shop"
    __table_args__ = (CheckConstraint("status IN ('applied','verified','suspended')", name="status"),)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(70), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    about: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str] = mapped_column(String(20))
    village_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    status: Mapped[str] = mapped_column(String(12), default=APPLIED)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    village: Mapped[Region] = relationship(lazy="joined")


class ShopMember(Base):
    """A person who works in a shop."""

    __tablename__ = "shop_member"

    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(8), default=OWNER)
    since: Mapped[datetime]
    shop: Mapped[Shop] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="raise")


class MoneyAccount(Base):
    """Where a shop, or a village's counter, gets money: a bank account or a static QRIS.

    Exactly one of `shop_id` and `village_code` is set. A row never changes: another account is a new row, and
    the old one gets `ended_at`, so that what was asked or paid long ago still says where. `qris` is the text
    of the picture (EMVCo tags), `number` and `holder` are as the bank writes them.
    """

    __tablename__ = "money_account"
    __table_args__ = (
        CheckConstraint("kind IN ('bank','qris')", name="kind"),
        CheckConstraint("(shop_id IS NULL) <> (village_code IS NULL)", name="owner"),
        CheckConstraint(
            "(kind = 'bank') = (number <> '') AND (kind = 'qris') = (qris <> '')", name="content"
        ),
        Index(
            "uq_money_account_of_shop",
            "shop_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND shop_id IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND shop_id IS NOT NULL"),
        ),
        Index(
            "uq_money_account_of_village",
            "village_code",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL AND village_code IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND village_code IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref | None] = mapped_column(ForeignKey("shop.id"))
    village_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    kind: Mapped[str] = mapped_column(String(4))
    bank: Mapped[str] = mapped_column(String(40), default="")
    number: Mapped[str] = mapped_column(String(34), default="")
    holder: Mapped[str] = mapped_column(String(80))
    qris: Mapped[str] = mapped_column(Text, default="")
    added_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
