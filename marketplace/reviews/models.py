"""Tables of the reviews."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.catalog.models import Product
from marketplace.kit.columns import Base, Id, Ref
from marketplace.sellers.models import Shop

HIDDEN, SHOWN = "hidden", "shown"


class Review(Base):
    """What a buyer says about one completed line, with the shop's one answer.

    `author` is the shortened name that everybody reads. Only what `counts` (the shop did not buy from itself)
    and is not `hidden` is part of the averages. `answered_by` is who acted at the shop's desk.
    """

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answer"),
        Index("ix_review_product", "product_id", "written_at"),
        Index("ix_review_shop", "shop_id", "written_at"),
    )

    id: Mapped[Id]
    order_line_id: Mapped[Ref] = mapped_column(ForeignKey("order_line.id"), unique=True)
    seller_order_id: Mapped[Ref] = mapped_column(ForeignKey("seller_order.id"))
    product_id: Mapped[Ref] = mapped_column(ForeignKey("product.id"))
    shop_id: Mapped[Ref] = mapped_column(ForeignKey("shop.id"))
    author: Mapped[str] = mapped_column(String(40))
    stars: Mapped[int]
    body: Mapped[str] = mapped_column(Text, default="")
    counts: Mapped[bool]
    hidden: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(String(40), default="")
    product: Mapped[Product] = relationship(lazy="joined")
    shop: Mapped[Shop] = relationship(lazy="joined")
    photos: Mapped[list["ReviewPhoto"]] = relationship(order_by="ReviewPhoto.id", lazy="selectin")
    decisions: Mapped[list["ReviewDecision"]] = relationship(order_by="ReviewDecision.id", lazy="selectin")


class ReviewVersion(Base):
    """What a review said before it was changed at `replaced_at`. Append-only."""

    __tablename__ = "review_version"

    id: Mapped[Id]
    review_id: Mapped[Ref] = mapped_column(ForeignKey("review.id"), index=True)
    stars: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime]


class ReviewPhoto(Base):
    """A photo of a review, by its key in the media store."""

    __tablename__ = "review_photo"

    id: Mapped[Id]
    review_id: Mapped[Ref] = mapped_column(ForeignKey("review.id"), index=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)


class ReviewDecision(Base):
    """The counter hid a review or shows it again, with its reason. Append-only."""

    __tablename__ = "review_decision"
    __table_args__ = (CheckConstraint("verdict IN ('hidden','shown')", name="verdict"),)

    id: Mapped[Id]
    review_id: Mapped[Ref] = mapped_column(ForeignKey("review.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(6))
    reason: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
