"""Decides what lies under the counts of goods: products that were sold, sections, categories, commodities."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from math import log
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Row, Select, Subquery, case, func, select

from marketplace.catalog.models import Category
from marketplace.indicators import wording
from marketplace.indicators.beneath.shape import NUMBER, RUPIAH, Column, Count, Question, Stored, Value
from marketplace.indicators.figures import rounded
from marketplace.indicators.models import SaleFact
from marketplace.kit.languages import said

MILLION = 1_000_000
REGENCY_LETTERS = 5


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.max(case((condition, 1), else_=0))


def _products(asked: Question) -> Subquery:
    licensed = func.min(case((SaleFact.packaged.is_(True), case((SaleFact.licensed.is_(True), 1), else_=0))))
    superior = SaleFact.unggulan.is_(True)
    return (
        select(
            SaleFact.product_id,
            func.max(SaleFact.product_name).label("name"),
            func.sum(SaleFact.net).label("net"),
            _flag(superior).label("unggulan"),
            _flag(superior & SaleFact.branded.is_(True)).label("branded"),
            _flag(SaleFact.packaged.is_(True)).label("packaged"),
            func.coalesce(licensed, 0).label("licensed"),
        )
        .where(asked.inside(SaleFact.village_code, SaleFact.month), SaleFact.net > 0)
        .group_by(SaleFact.product_id)
        .subquery()
    )


def _by_net(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    return select(table).order_by(table.c.net.desc(), table.c.product_id)


def _product(row: Row[Any]) -> tuple[Value, ...]:
    flags = (row.unggulan, row.branded, row.packaged, row.licensed)
    return f"P-{row.product_id}", row.name, int(row.net), *("ya" if flag else "tidak" for flag in flags)


def _own(name: str) -> Count:
    return Count(lambda at: at[name])


PRODUCTS = Stored(
    word="produk",
    name=_("Produk yang terjual"),
    columns=(
        Column("kode_produk", _("Produk")),
        Column("produk", _("Nama"), note=True),
        Column("nilai_positif", _("Nilai positif"), RUPIAH),
        Column("unggulan", _("Unggulan")),
        Column("bermerek", _("Bermerek")),
        Column("pangan_kemasan", _("Pangan kemasan")),
        Column("berizin", _("Berizin")),
    ),
    sums={name: _own(name) for name in ("unggulan", "branded", "packaged", "licensed")},
    base=_products,
    listed=_by_net,
    cells=_product,
    narrow=True,
)


def _sections(asked: Question) -> Subquery:
    return (
        select(SaleFact.section, func.count().label("lines"), func.sum(SaleFact.net).label("net"))
        .where(asked.inside(SaleFact.village_code, SaleFact.month), SaleFact.section != "")
        .group_by(SaleFact.section)
        .subquery()
    )


SECTIONS = Stored(
    word="sektor",
    name=_("Sektor"),
    columns=(
        Column("sektor", _("Sektor KBLI")),
        Column("nama_sektor", _("Nama sektor"), note=True),
        Column("baris", _("Baris"), NUMBER),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
    ),
    sums={"sectors": Count(lambda at: case((at.net > 0, 1), else_=0))},
    base=_sections,
    listed=lambda _asked, table: select(table).order_by(table.c.net.desc(), table.c.section),
    cells=lambda row: (row.section, wording.section(row.section), row.lines, int(row.net)),
)


def _entropy(nets: Iterable[Any]) -> int:
    """Shannon's H of the shares, natural logarithm, in millionths, half up."""
    known = sorted(int(net) for net in nets)
    total = sum(known)
    return int(-sum(net / total * log(net / total) for net in known) * MILLION + 0.5) if total else 0


def _categories(asked: Question) -> Subquery:
    return (
        select(SaleFact.category_slug, func.count().label("lines"), func.sum(SaleFact.net).label("net"))
        .where(asked.inside(SaleFact.village_code, SaleFact.month))
        .group_by(SaleFact.category_slug)
        .subquery()
    )


def _named(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    named = select(table, Category.name_id.label("category"))
    named = named.outerjoin(Category, Category.slug == table.c.category_slug)
    return named.order_by(table.c.net.desc(), table.c.category_slug)


CATEGORIES = Stored(
    word="kategori",
    name=_("Kategori"),
    columns=(
        Column("kategori", _("Kategori")),
        Column("baris", _("Baris"), NUMBER),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
    ),
    sums={"entropy_micro": Count(lambda at: case((at.net > 0, at.net)), _entropy)},
    base=_categories,
    listed=_named,
    cells=lambda row: (said(row.category or row.category_slug), row.lines, int(row.net)),
)


def _commodities(asked: Question, letters: int | None = None) -> Subquery:
    """By category and grade, lines with a weight; of the region, or of what its first `letters` name."""
    wider = replace(asked, scope=asked.scope[:letters])
    return (
        select(
            SaleFact.category_slug,
            SaleFact.grade,
            func.sum(SaleFact.net).label("net"),
            func.sum(SaleFact.grams).label("grams"),
        )
        .where(wider.inside(SaleFact.village_code, SaleFact.month), SaleFact.grams.is_not(None))
        .group_by(SaleFact.category_slug, SaleFact.grade)
        .subquery()
    )


def _beside_the_regency(asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    whole = _commodities(asked, REGENCY_LETTERS)
    same = (whole.c.category_slug == table.c.category_slug) & (whole.c.grade == table.c.grade)
    return (
        select(
            table,
            Category.name_id.label("category"),
            whole.c.net.label("whole_net"),
            whole.c.grams.label("whole_grams"),
        )
        .join(whole, same)
        .outerjoin(Category, Category.slug == table.c.category_slug)
        .order_by(table.c.net.desc(), table.c.category_slug, table.c.grade)
    )


def _commodity(row: Row[Any]) -> tuple[Value, ...]:
    return (
        *(said(row.category or row.category_slug), row.grade, int(row.net), int(row.grams)),
        *(_price(row.net, row.grams), _price(row.whole_net, row.whole_grams)),
        int(row.whole_grams),
    )


def _price(net: Any, grams: Any) -> int | None:
    """Rupiah by the kilogram, half up; None without a weight."""
    return int(rounded(Decimal(int(net)) * 1000 / int(grams), 0)) if int(grams) > 0 else None


COMMODITIES = Stored(
    word="komoditas",
    name=_("Komoditas dan mutu"),
    columns=(
        Column("komoditas", _("Komoditas, mutu")),
        Column("mutu", _("Mutu"), note=True),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
        Column("gram", _("Gram"), NUMBER),
        Column("harga_per_kg", _("Harga per kg"), RUPIAH),
        Column("harga_per_kg_kabupaten", _("Harga per kg di kabupaten"), RUPIAH),
        Column("gram_kabupaten", _("Gram di kabupaten"), NUMBER),
    ),
    sums={"weighed": Count(lambda at: at.net), "grams": Count(lambda at: at.grams)},
    base=_commodities,
    listed=_beside_the_regency,
    cells=_commodity,
)
