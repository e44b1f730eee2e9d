"""Tables of the shops."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.columns import Base, Id, Ref
from marketplace.regions.models import Region

APPLIED, VERIFIED, SUSPENDED = "applied", "verified", "suspended"
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
    role: Mapped[str] = mapped_column(String(8), default="owner")
    since: Mapped[datetime]
    shop: Mapped[Shop] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="raise")
