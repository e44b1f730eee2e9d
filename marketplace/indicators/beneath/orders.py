"""Decides what lies under the sums of orders: how each one ended, by which way, in how many minutes."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Row, Select, Subquery, case, select

from marketplace.indicators import wording
from marketplace.indicators.beneath.sales import shop_code
from marketplace.indicators.beneath.shape import DAY, NUMBER, Column, Count, Question, Stored, Value
from marketplace.indicators.counting import COLLECTED, ON_THE_SPOT
from marketplace.indicators.models import OutcomeFact
from marketplace.orders.models import COUNTER
from marketplace.orders.states import LABELS, Status

ENDED_BY = {
    "buyer": _("pembeli"),
    "seller": _("penjual"),
    "operator": _("operator gerai"),
    "counter": _("operator gerai"),
    "officer": _("petugas"),
    "system": _("sistem"),
}


def _base(asked: Question) -> Subquery:
    inside = asked.inside(OutcomeFact.village_code, OutcomeFact.month)
    return select(OutcomeFact.__table__).where(inside).subquery()


def _newest(_asked: Question, table: Subquery) -> Select[*tuple[Any, ...]]:
    return select(table).order_by(table.c.ended_at.desc(), table.c.seller_order_id.desc())


def _kept(at: Any) -> ColumnElement[bool]:
    kept: ColumnElement[bool] = at.status == Status.COMPLETED.value
    return kept


def _one(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _middle(minutes: Iterable[int]) -> int:
    """The median; of two middle ones their mean, half up."""
    known = sorted(minutes)
    many = len(known)
    return (known[(many - 1) // 2] + known[many // 2] + 1) // 2 if many else 0


def _ninetieth(minutes: Iterable[int]) -> int:
    """The nearest rank of 90 %."""
    known = sorted(minutes)
    return known[(len(known) * 9 + 9) // 10 - 1] if known else 0


def _cells(row: Row[Any]) -> tuple[Value, ...]:
    return (
        *(f"O-{row.seller_order_id}", row.day, shop_code(row.shop_id)),
        *(LABELS.get(row.status, row.status), str(ENDED_BY.get(row.ended_by, row.ended_by))),
        *("ya" if row.early else "tidak", _way(row), row.minutes),
        row.complaint_minutes,
    )


def _way(row: Row[Any]) -> str:
    return str(_("Dijual di gerai")) if row.channel == COUNTER else wording.delivery(row.delivery_method)


ORDERS = Stored(
    word="pesanan",
    name=_("Pesanan yang berakhir"),
    columns=(
        Column("pesanan", _("Pesanan, tanggal (WIB)")),
        Column("tanggal", _("Tanggal"), DAY, note=True),
        Column("usaha", _("Usaha")),
        Column("akhir", _("Akhirnya, oleh")),
        Column("oleh", _("Oleh"), note=True),
        Column("batal_awal_pembeli", _("Dibatalkan lebih awal oleh pembeli")),
        Column("pengiriman", _("Pengiriman")),
        Column("menit", _("Menit"), NUMBER),
        Column("menit_komplain", _("Menit komplain"), NUMBER),
    ),
    sums={
        "ended": Count(lambda at: _one(at.early.is_(False) & (at.channel != COUNTER))),
        "kept": Count(lambda at: _one(_kept(at) & (at.channel != COUNTER))),
        "delivered": Count(lambda at: _one(_kept(at) & at.delivery_method.not_in((COLLECTED, ON_THE_SPOT)))),
        "handed_over": Count(lambda at: _one(_kept(at) & (at.delivery_method != ON_THE_SPOT))),
        "ways": Count(lambda at: case((_kept(at), at.delivery_method)), lambda ways: len(set(ways))),
        "timed": Count(lambda at: _one(at.minutes.is_not(None))),
        "median_minutes": Count(lambda at: at.minutes, _middle),
        "p90_minutes": Count(lambda at: at.minutes, _ninetieth),
        "complaints": Count(lambda at: _one(at.complaint_minutes.is_not(None))),
        "complaint_minutes": Count(lambda at: at.complaint_minutes, _middle),
        "complaint_p90_minutes": Count(lambda at: at.complaint_minutes, _ninetieth),
    },
    base=_base,
    listed=_newest,
    cells=_cells,
    narrow=True,
)
