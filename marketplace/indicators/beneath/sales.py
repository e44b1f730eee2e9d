"""Decides what lies under the sums of money: sold lines, without a word about who bought them."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Row, Select, Subquery, case, func, select

from marketplace.catalog.models import Category
from marketplace.indicators import wording
from marketplace.indicators.beneath.shape import (
    DAY,
    NUMBER,
    RUPIAH,
    YES,
    Column,
    Count,
    Question,
    Stored,
    Value,
)
from marketplace.indicators.circumstances import AT_THE_OUTLET
from marketplace.indicators.counting import AT_OUTLET, CASHLESS, OUTLETS
from marketplace.indicators.facts import EXCLUSION, REFUND
from marketplace.indicators.models import SaleFact
from marketplace.indicators.sums import RINGS
from marketplace.indicators.tallies import ring
from marketplace.kit.languages import said
from marketplace.regions.models import Region

BUYER_LETTERS = 6


def shop_code(shop_id: int) -> str:
    """What stands for a shop in the rows under a figure."""
    return f"U-{shop_id}"


def _base(asked: Question) -> Subquery:
    slot = case(
        *((SaleFact.month.between(each.first, each.last), each.key) for each in asked.periods), else_=""
    )
    inside = asked.inside(SaleFact.village_code, SaleFact.month)
    return select(SaleFact.__table__, slot.label("slot"), ring().label("ring")).where(inside).subquery()


def _positive(condition: Any = None) -> Count:
    """Rupiah of lines above zero, all or those of a condition."""

    def of(at: Any) -> ColumnElement[Any]:
        sold = at.net > 0 if condition is None else (at.net > 0) & condition(at)
        return case((sold, at.net), else_=0)

    return Count(of)


def _ring(place: int) -> Count:
    return _positive(lambda at: at.ring == place)


def _listed(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    at = table.c
    return (
        select(table, Category.name_id.label("category"), Region.name.label("destination"))
        .outerjoin(Category, Category.slug == at.category_slug)
        .outerjoin(Region, Region.code == func.substr(at.destination_code, 1, 5))
        .order_by(at.happened_at.desc(), at.order_line_id.desc(), at.source)
    )


def _cells(row: Row[Any]) -> tuple[Value, ...]:
    sold = f"B-{row.order_line_id}"
    back = row.source.startswith(REFUND)
    code = f"K-{row.source.removeprefix(REFUND)}" if back else sold
    out = row.source.startswith(EXCLUSION)
    return (
        *(f"X-{row.order_line_id}" if out else code, row.day, row.slot, row.product_name),
        *(said(row.category or row.category_slug), row.quantity, row.unit, row.grams, row.net),
        *(wording.payment(row.payment_method), "ya" if row.payment_method in CASHLESS else "tidak"),
        *(wording.delivery(row.delivery_method), row.destination or "", wording.ring(row.ring)),
        *(shop_code(row.shop_id), row.buyer_key[:BUYER_LETTERS], "ya" if row.government else "tidak"),
        sold if back or out else "",
    )


LINES = Stored(
    word="baris",
    name=_("Baris penjualan"),
    columns=(
        Column("baris", _("Baris, tanggal (WIB)")),
        Column("tanggal", _("Tanggal"), DAY, note=True),
        Column("periode", _("Periode"), note=True),
        Column("produk", _("Barang, kategori")),
        Column("kategori", _("Kategori"), note=True),
        Column("jumlah", _("Jumlah"), NUMBER),
        Column("satuan", _("Satuan"), note=True),
        Column("gram", _("Gram"), NUMBER),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
        Column("pembayaran", _("Pembayaran, nontunai")),
        Column("nontunai", _("Nontunai"), YES, note=True),
        Column("pengiriman", _("Pengiriman, tujuan")),
        Column("tujuan_kabupaten", _("Tujuan"), note=True),
        Column("lingkar", _("Lingkar"), note=True),
        Column("usaha", _("Usaha, pembeli, untuk instansi")),
        Column("pembeli", _("Pembeli"), note=True),
        Column("untuk_instansi", _("Untuk instansi"), YES, note=True),
        Column("pengembalian_dari", _("Dana kembali dari")),
    ),
    sums={
        "net": Count(lambda at: at.net),
        "private_net": Count(lambda at: case((at.government.is_(False), at.net), else_=0)),
        "positive": _positive(),
        "cashless": _positive(lambda at: at.payment_method.in_(CASHLESS)),
        "outlet": _positive(
            lambda at: (
                at.shop_kind.in_(OUTLETS) | (at.delivery_method == AT_OUTLET) | at.channel.in_(AT_THE_OUTLET)
            )
        ),
        "farmers": _positive(lambda at: at.farmer.is_(True)),
        "farmers_known": _positive(lambda at: at.farmer.is_not(None)),
        "women": _positive(lambda at: at.woman_led.is_(True)),
        "women_known": _positive(lambda at: at.woman_led.is_not(None)),
        **{f"ring_{name}": _ring(place) for place, name in enumerate(RINGS)},
    },
    base=_base,
    listed=_listed,
    cells=_cells,
    narrow=True,
)
