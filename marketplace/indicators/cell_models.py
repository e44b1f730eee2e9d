"""Tables of the sums under every figure: cells per region and period, and the tallies they are counted from.

All of it can be made again from the facts; nothing here is anybody's source.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Dialect, Index, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from marketplace.indicators.sums import Totals
from marketplace.kit.columns import Base, Id, Ref, Whole

LONGEST = 40


class Huge(TypeDecorator[int]):
    """A whole number of more than 64 bits, kept as its digits: squares of rupiah."""

    impl = String(LONGEST)
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> str | None:
        """Write the digits."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> int | None:
        """Read them."""
        return None if value is None else int(value)


def _column(name: str) -> "Column[Any]":
    return Column(name, Huge() if name == "squares" else Whole(), nullable=False, server_default=text("'0'"))


class Cell(Base):
    """The sums of one region and one period (month, quarter or year): a column for each field of `Totals`."""

    __table__ = Table(
        "cell",
        Base.metadata,
        Column("period_key", String(7), primary_key=True),
        Column("region_code", String(13), primary_key=True),
        Column("level", String(8), nullable=False),
        *(_column(field.name) for field in fields(Totals)),
        sqlite_with_rowid=False,
    )


class FirstSale(Base):
    """The month of the first sale in a region; no row: it never sold."""

    __tablename__ = "first_sale"

    region_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))


class CellSpread(Base):
    """Over what sums of a cell are spread (`spreads.py`): by what, and then by name, how much.

    Net rupiah by category and section, completed orders by way and by minutes; what is zero is left out. The
    minutes of a large place are cut into parts, the rest is part 0.
    """

    __tablename__ = "cell_spread"

    period_key: Mapped[str] = mapped_column(String(7), primary_key=True)
    region_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    amounts: Mapped[dict[str, dict[str, int]]] = mapped_column(JSON)


class DirtyCell(Base):
    """A mark: the cells that contain this month of this village are to be counted again.

    `since` is when what it is about happened. Several marks may say the same; whoever counts removes those
    that were seen.
    """

    __tablename__ = "dirty_cell"
    # A number is never used twice, so that removing a mark that was seen cannot hit a later one.
    __table_args__ = (
        Index("ix_dirty_cell_since", "since"),
        Index("ix_dirty_cell_place", "village_code", "month"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    village_code: Mapped[str] = mapped_column(String(13))
    month: Mapped[str] = mapped_column(String(7))
    since: Mapped[datetime]


_CLUSTERED = {"sqlite_with_rowid": False}


def _by(member: str) -> tuple[Any, ...]:
    """The rows of one member in all its villages are found at once: what an order moves depends on them."""
    return Index(None, member, "month"), _CLUSTERED


class ShopMonth(Base):
    """A shop's net rupiah of a month in a village. `nib`: 1 if it had one at every sale, None: no sale."""

    __tablename__ = "shop_month"
    __table_args__ = _by("shop_id")

    village_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    shop_id: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    net: Mapped[int]
    nib: Mapped[int | None]


class BuyerMonth(Base):
    """A buyer's orders of a month in a village, by how far they went (a place in `sums.RINGS`, from 0)."""

    __tablename__ = "buyer_month"
    __table_args__ = _by("buyer_key")

    village_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    buyer_key: Mapped[str] = mapped_column(String(32), primary_key=True)
    ring: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    orders: Mapped[int]


class ProductMonth(Base):
    """A product sold in a month in a village, 1 or 0 each; `licensed` at every sale, None: not packaged food.

    `branded` counts superior products only.
    """

    __tablename__ = "product_month"
    __table_args__ = _by("product_id")

    village_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    product_id: Mapped[Ref] = mapped_column(primary_key=True, autoincrement=False)
    unggulan: Mapped[int]
    branded: Mapped[int]
    packaged: Mapped[int]
    licensed: Mapped[int | None]


class GoodsMonth(Base):
    """What was sold of a category, grade and section in a month in a village: net rupiah of all lines.

    `weighed` is the net of the lines that have a weight, `grams` that weight.
    """

    __tablename__ = "goods_month"
    __table_args__ = _CLUSTERED

    village_code: Mapped[str] = mapped_column(String(13), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    category_slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    grade: Mapped[str] = mapped_column(String(20), primary_key=True)
    section: Mapped[str] = mapped_column(String(1), primary_key=True)
    net: Mapped[int]
    grams: Mapped[int]
    weighed: Mapped[int]
