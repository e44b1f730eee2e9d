"""Reads of the notas, each through its order: who may see the order may see its papers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.rows import ask, table_of
from marketplace.orders.models import Nota, SellerOrder

NOTA, CORRECTION = "nota", "correction"
_NOTA = table_of(Nota)
_WRITTEN = select(_NOTA.c.seller_order_id).where(
    _NOTA.c.kind == NOTA, _NOTA.c.seller_order_id.in_(bindparam("orders", expanding=True))
)


@dataclass(frozen=True)
class Papers:
    """The nota of a seller order, and its corrections by number."""

    nota: Nota
    corrections: Sequence[Nota]


def nota_of(order: SellerOrder) -> Nota | None:
    """The nota of a seller order; None before it is packed."""
    rows = select(Nota).where(Nota.seller_order_id == order.id, Nota.kind == NOTA)
    return db.session.scalar(rows)


def corrections_of(nota: Nota) -> list[Nota]:
    """What was written to correct a nota, the earliest first."""
    rows = select(Nota).where(Nota.corrects_id == nota.id).order_by(Nota.sequence)
    return list(db.session.scalars(rows))


def papers_of(order: SellerOrder) -> Papers:
    """All papers of a seller order.

    Raises:
        NotFound: it is not packed yet.
    """
    nota = nota_of(order)
    if nota is None:
        raise NotFound("Nota dibuat saat penjual selesai mengemas barangnya.")
    return Papers(nota, corrections_of(nota))


def paper_of(order: SellerOrder, number: str) -> Nota:
    """One paper of a seller order, by its number.

    Raises:
        NotFound: there is none, or it belongs to another order.
    """
    found = db.session.scalar(select(Nota).where(Nota.seller_order_id == order.id, Nota.number == number))
    if found is None:
        raise NotFound("Nota dengan nomor ini tidak ada pada pesanan ini.")
    return found


def with_nota(orders: Sequence[SellerOrder]) -> set[int]:
    """The ids of those seller orders that have a nota."""
    return set(ask(_WRITTEN, orders=[order.id for order in orders]).scalars())
