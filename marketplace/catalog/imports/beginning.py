"""Decides when a checked file may begin, or is given up: once, by the people of its shop."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from marketplace.catalog.imports.models import ALL, CANCELLED, CHECKED, GOOD, WAITING, GoodsImport
from marketplace.extensions import db
from marketplace.kit.columns import MOST_ID
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.transaction import locked
from marketplace.sellers.models import Shop

# All or nothing is one transaction, and other writers wait for it: see `carrying.py`.
MOST_AT_ONCE = 1_000


def may_take_all(row: GoodsImport) -> bool:
    """Whether all or nothing is offered: no row is refused, and there are not too many."""
    return row.refused == 0 and 0 < row.line_count <= MOST_AT_ONCE


def begin(row: GoodsImport, mode: str, *, actor: str) -> None:
    """Let the worker take the file over: `semua` (every row or none) or `benar` (the rows that can be used).

    Raises:
        Conflict: it has begun, is over, or holds nothing that can be taken over that way.
        Invalid: an unknown mode.
    """
    if mode not in (ALL, GOOD):
        raise Invalid("Pilih cara mengimpornya.", "cara")
    if row.state != CHECKED:
        raise Conflict("Impor ini sudah dimulai atau sudah selesai.")
    if not row.line_count or (mode == ALL and not may_take_all(row)):
        raise Conflict("Berkas ini tidak bisa diimpor dengan cara itu.")
    row.state, row.mode, row.actor = WAITING, mode, actor


def give_up(row: GoodsImport, *, at: datetime) -> None:
    """Let a checked file be forgotten.

    Raises:
        Conflict: it has begun or is over.
    """
    if row.state != CHECKED:
        raise Conflict("Impor ini sudah dimulai, jadi tidak bisa dibatalkan.")
    row.state, row.ended_at = CANCELLED, at


def give_up_old(keys: Sequence[str], *, at: datetime) -> set[str]:
    """Of these keys those that no import needs; checked files among them are given up.

    Called with what has been lying there for long, and without a row after a crash.
    """
    rows = list(db.session.scalars(select(GoodsImport).where(GoodsImport.key.in_(keys))))
    for row in rows:
        if row.state == CHECKED:
            give_up(row, at=at)
    return set(keys) - {row.key for row in rows if row.is_open}


def import_of(shop: Shop, number: int, *, to_change: bool = False) -> GoodsImport:
    """One import of a shop; locked if it is `to_change`.

    Raises:
        NotFound: unknown, or another shop's.
    """
    if number > MOST_ID:
        raise NotFound
    rows = select(GoodsImport).where(GoodsImport.id == number, GoodsImport.shop_id == shop.id)
    row = db.session.scalar(locked(rows, of=GoodsImport) if to_change else rows)
    if row is None:
        raise NotFound
    return row


def imports_of(shop: Shop, most: int = 10) -> list[GoodsImport]:
    """The latest imports of a shop that were not given up."""
    rows = (
        select(GoodsImport)
        .where(GoodsImport.shop_id == shop.id, GoodsImport.state != CANCELLED)
        .order_by(GoodsImport.id.desc())
        .limit(most)
    )
    return list(db.session.scalars(rows))
