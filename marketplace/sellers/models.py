"""Tables of the shops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.kit.clock import day_wib
from marketplace.kit.columns import Base, Id, Ref
from marketplace.kit.texts import noted
from marketplace.regions.models import Region

APPLIED, VERIFIED, SUSPENDED = "applied", "verified", "suspended"
OWNER, STAFF = "owner", "staff"
KINDS = {
    "umkm": noted("UMKM"),
    "petani": noted("Petani"),
    "poktan": noted("Kelompok tani"),
    "bumdes": noted("BUMDes"),
    "bumdesma": noted("BUMDesma"),
    "bumk": noted("BUMK"),
    "koperasi": noted("Koperasi"),
}
# Sections of KBLI 2020, in words that people use of themselves.
SECTORS = {
    "A": noted("Pertanian, perkebunan, peternakan, perikanan"),
    "C": noted("Pengolahan makanan, minuman, kerajinan"),
    "G": noted("Perdagangan, warung"),
    "I": noted("Penginapan, makan dan minum"),
    "R": noted("Wisata, kesenian"),
    "S": noted("Jasa lainnya"),
}
REVIEWS = ("applied", "returned", "resubmitted", "verified", "suspended", "reopened")


class Resting:
    """What a shop's holiday means, wherever its two moments are read."""

    __slots__ = ()
    holiday_begins: Any
    holiday_ends: Any

    def on_holiday(self, at: datetime) -> bool:
        """Whether the shop takes no orders at a moment."""
        begins, ends = self.holiday_begins, self.holiday_ends
        return begins is not None and ends is not None and begins <= at < ends

    @property
    def holiday_last_day(self) -> date | None:
        """The last WIB day of the holiday."""
        return day_wib(self.holiday_ends - timedelta(seconds=1)) if self.holiday_ends else None


class Shop(Resting, Base):
    """A seller. Its village decides where its sales count. Only a verified shop sells.

    `sector` is a section of KBLI 2020 (one letter, empty: not asked). `registration` (of KPB or poktan, as
    typed), `workers` and `woman_led` are None where nobody answered. From `holiday_begins` until
    `holiday_ends` the shop takes no orders; both are midnights in WIB. `stock_asked_at`: when it was last
    asked whether its counts still hold.
    `rating_sum` and `rating_count` add up the stars of its reviews. Of the orders of the last 90 days,
    `answers_asked` waited for its answer and `answers_given` got one in time, half of them within
    `answer_minutes`, as counted at `answers_at`. `pickup_hours` are seven texts, Monday's first, that say
    when goods can be picked up (empty: not on that day); nothing at all where nobody has said.
    """

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
    sector: Mapped[str] = mapped_column(String(1), default="", server_default="")
    registration: Mapped[str | None] = mapped_column(String(60))
    workers: Mapped[int | None]
    woman_led: Mapped[bool | None]
    holiday_begins: Mapped[datetime | None]
    holiday_ends: Mapped[datetime | None]
    holiday_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    stock_asked_at: Mapped[datetime | None]
    rating_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    rating_count: Mapped[int] = mapped_column(default=0, server_default="0")
    answers_asked: Mapped[int] = mapped_column(default=0, server_default="0")
    answers_given: Mapped[int] = mapped_column(default=0, server_default="0")
    answer_minutes: Mapped[int] = mapped_column(default=0, server_default="0")
    answers_at: Mapped[datetime | None]
    pickup_hours: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    village: Mapped[Region] = relationship(lazy="joined")


@dataclass(frozen=True, slots=True)
class SoldBy(Resting):
    """A shop as baskets and sales read it: where it is, whether it sells."""

    id: int
    slug: str
    name: str
    phone: str
    village_code: str
    status: str
    holiday_begins: datetime | None
    holiday_ends: datetime | None
    pickup_hours: Sequence[str]


class ShopReview(Base):
    """Something that was decided about a shop: by whom, why. Append-only: triggers refuse changes.

    `action` is one of REVIEWS; nobody (`by_id` None) stands for a command that put the shop in.
    """

    __tablename__ = "shop_review"
    __table_args__ = (
        CheckConstraint(
            "action IN ('applied','returned','resubmitted','verified','suspended','reopened')", name="action"
        ),
        CheckConstraint("action NOT IN ('returned','suspended') OR reason <> ''", name="reason"),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    action: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    by: Mapped[User | None] = relationship(lazy="raise")


class ShopMember(Base):
    """A person who works in a shop."""

    __tablename__ = "shop_member"

    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), primary_key=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(8), default=OWNER)
    since: Mapped[datetime]
    shop: Mapped[Shop] = relationship(lazy="joined")
    user: Mapped[User] = relationship(lazy="raise")


class ShopMemberEvent(Base):
    """Somebody came into a shop, changed the role, or went. Append-only: triggers refuse changes.

    `role` is the one they have afterwards; empty when they have gone.
    """

    __tablename__ = "shop_member_event"
    __table_args__ = (
        CheckConstraint("what IN ('joined','role','removed','left','handed_over')", name="what"),
    )

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    what: Mapped[str] = mapped_column(String(12))
    role: Mapped[str] = mapped_column(String(8), default="")
    by_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    by: Mapped[User] = relationship(lazy="raise", foreign_keys=[by_id])


class ShopInvitation(Base):
    """A link that lets one person into a shop, once. Its token is kept hashed.

    It is open until `expires_at`, unless it was used (`used_by`) or withdrawn (`ended_at` alone) before.
    """

    __tablename__ = "shop_invitation"
    __table_args__ = (CheckConstraint("role IN ('owner','staff')", name="role"),)

    id: Mapped[Id]
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(8))
    made_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    used_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    shop: Mapped[Shop] = relationship(lazy="joined")
    maker: Mapped[User] = relationship(lazy="joined", foreign_keys=[made_by])


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
