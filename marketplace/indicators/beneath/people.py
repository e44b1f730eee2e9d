"""Decides what lies under the counts of people: shops that sold, and buyers as pseudonyms."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Row, Select, Subquery, case, func, select

from marketplace.indicators import wording
from marketplace.indicators.beneath.sales import BUYER_LETTERS, shop_code
from marketplace.indicators.beneath.shape import NUMBER, RUPIAH, TEXT, Column, Count, Question, Stored, Value
from marketplace.indicators.models import SaleFact
from marketplace.indicators.sums import ENOUGH_BUYERS, RINGS
from marketplace.indicators.tallies import ring
from marketplace.orders.models import UNNAMED


def _shops(asked: Question) -> Subquery:
    nib = func.min(case((SaleFact.net > 0, case((SaleFact.nib.is_(True), 1), else_=0))))
    return (
        select(
            SaleFact.shop_id,
            func.count().label("lines"),
            func.sum(SaleFact.net).label("net"),
            func.coalesce(nib, 0).label("nib"),
        )
        .where(asked.inside(SaleFact.village_code, SaleFact.month))
        .group_by(SaleFact.shop_id)
        .subquery()
    )


def _by_net(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    return select(table).order_by(table.c.net.desc(), table.c.shop_id)


def _shop(row: Row[Any]) -> tuple[Value, ...]:
    return shop_code(row.shop_id), row.lines, int(row.net), "ya" if row.nib else "tidak"


SHOPS = Stored(
    word="usaha",
    name=_("Usaha dengan penjualan"),
    columns=(
        Column("usaha", _("Usaha")),
        Column("baris", _("Baris"), NUMBER),
        Column("nilai_bersih", _("Nilai bersih"), RUPIAH),
        Column("nib", _("NIB di setiap penjualan"), TEXT),
    ),
    sums={
        "shops": Count(lambda at: case((at.net > 0, 1), else_=0)),
        "nib_shops": Count(lambda at: case((at.net > 0, at.nib), else_=0)),
        "positive_shops": Count(lambda at: case((at.net > 0, at.net), else_=0)),
        "squares": Count(
            lambda at: case((at.net > 0, at.net)), lambda nets: sum(int(net) ** 2 for net in nets)
        ),
        "positive_shops_squared": Count(
            lambda at: case((at.net > 0, at.net)), lambda nets: int(sum(nets)) ** 2
        ),
    },
    base=_shops,
    listed=_by_net,
    cells=_shop,
)


def _buyers(asked: Question) -> Subquery:
    sold = (
        select(SaleFact.buyer_key, SaleFact.seller_order_id, ring().label("ring"), SaleFact.net)
        .where(
            asked.inside(SaleFact.village_code, SaleFact.month),
            SaleFact.net > 0,
            SaleFact.buyer_key != UNNAMED,
        )
        .subquery()
    )
    at = sold.c
    reached = (
        func.max(case((at.ring == place, 1), else_=0)).label(f"ring_{place}") for place in range(len(RINGS))
    )
    orders, net = func.count(at.seller_order_id.distinct()), func.sum(at.net)
    return (
        select(at.buyer_key, orders.label("orders"), net.label("net"), *reached)
        .group_by(at.buyer_key)
        .subquery()
    )


def _by_orders(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    return select(table).order_by(table.c.orders.desc(), table.c.net.desc(), table.c.buyer_key)


def _reached(at: Any) -> Any:
    """The rings that goods for a buyer went to, as one number: a bit for each."""
    return sum((at[f"ring_{place}"] * 2**place for place in range(1, len(RINGS))), at.ring_0)


def _widest(reached: Iterable[int]) -> int:
    """The widest ring with enough buyers, from 1; 0: none."""
    buyers = [0] * len(RINGS)
    for rings in reached:
        for place in range(len(RINGS)):
            buyers[place] += int(rings) >> place & 1
    return max((place for place, many in enumerate(buyers, 1) if many >= ENOUGH_BUYERS), default=0)


def _buyer(row: Row[Any]) -> tuple[Value, ...]:
    rings = [wording.ring(place) for place in range(len(RINGS)) if getattr(row, f"ring_{place}")]
    return row.buyer_key[:BUYER_LETTERS], row.orders, int(row.net), ", ".join(rings)


BUYERS = Stored(
    word="pembeli",
    name=_("Pembeli"),
    columns=(
        Column("pembeli", _("Pembeli")),
        Column("pesanan", _("Pesanan"), NUMBER),
        Column("nilai_positif", _("Nilai positif"), RUPIAH),
        Column("lingkar", _("Lingkar")),
    ),
    sums={
        "buyers": Count(lambda at: case((at.orders > 0, 1), else_=0)),
        "repeat_buyers": Count(lambda at: case((at.orders > 1, 1), else_=0)),
        "widest_ring": Count(_reached, _widest),
    },
    base=_buyers,
    listed=_by_orders,
    cells=_buyer,
)
