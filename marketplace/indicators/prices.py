"""Reads what goods brought per kilogram: by commodity and grade, beside the kabupaten or kota around them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from marketplace.catalog.models import Category
from marketplace.extensions import db
from marketplace.indicators.belonging import LENGTHS, inside
from marketplace.indicators.cell_models import GoodsMonth
from marketplace.indicators.figures import rounded
from marketplace.indicators.periods import Period
from marketplace.regions.models import REGENCY

KILOGRAM = 1000
Amounts = dict[tuple[str, str, str], tuple[int, int]]


@dataclass(frozen=True)
class Price:
    """One commodity and grade in one region: net rupiah and grams of the lines with a weight.

    `around_net` and `around_grams` are those of the kabupaten or kota that the region lies in; 0 above it.
    """

    code: str
    category_slug: str
    category: str
    grade: str
    net: int
    grams: int
    around_net: int
    around_grams: int

    @property
    def per_kg(self) -> Decimal | None:
        """Rupiah per kilogram, rounded half up; None where more went back than was sold."""
        return _per_kg(self.net, self.grams)

    @property
    def around_per_kg(self) -> Decimal | None:
        """The same of the kabupaten or kota."""
        return _per_kg(self.around_net, self.around_grams)


def prices(scope: str, level: str, period: Period) -> list[Price]:
    """What was sold by weight in every region of `level` inside `scope`, by region, category and grade.

    Three queries. Rows whose weight came back entirely are left out.
    """
    here = _amounts(scope, LENGTHS[level], period)
    length = min(LENGTHS[level], LENGTHS[REGENCY])
    around = _amounts(scope[:length], LENGTHS[REGENCY], period) if LENGTHS[level] >= LENGTHS[REGENCY] else {}
    names = {row.slug: row.name_id for row in db.session.execute(select(Category.slug, Category.name_id))}
    return [
        Price(
            code, category, names.get(category, category), grade, net, grams,
            *around.get((code[: LENGTHS[REGENCY]], category, grade), (0, 0)),
        )
        for (code, category, grade), (net, grams) in sorted(here.items())
    ]  # fmt: skip


def _amounts(scope: str, length: int, period: Period) -> Amounts:
    code: Any = func.substr(GoodsMonth.village_code, 1, length).label("code")
    rows = (
        select(
            code,
            GoodsMonth.category_slug,
            GoodsMonth.grade,
            func.sum(GoodsMonth.weighed).label("net"),
            func.sum(GoodsMonth.grams).label("grams"),
        )
        .where(inside(GoodsMonth.village_code, scope), GoodsMonth.month.between(period.first, period.last))
        .group_by("code", GoodsMonth.category_slug, GoodsMonth.grade)
        .having(func.sum(GoodsMonth.grams) > 0)
    )
    return {
        (row.code, row.category_slug, row.grade): (int(row.net), int(row.grams))
        for row in db.session.execute(rows)
    }


def _per_kg(net: int, grams: int) -> Decimal | None:
    return rounded(Decimal(net) * KILOGRAM / grams, 0) if grams > 0 else None
