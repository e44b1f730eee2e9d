"""Decides how many pieces there are: movements, holds, and who gets the last one.

Rows of stock are locked in id order, live holds are counted at the moment of asking, and then the wish is
granted or refused. A hold needs nobody to end it: once its time is over it no longer counts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import lazyload

from marketplace.catalog.models import StockHold, StockMovement, Variant
from marketplace.extensions import db
from marketplace.kit.errors import DomainError, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked


class OutOfStock(DomainError):
    """Less is there than was asked for. `missing` maps variant ids to the pieces still available, maybe 0."""

    def __init__(self, missing: Mapping[int, int]) -> None:
        super().__init__("Stok tidak cukup. Pembeli lain mungkin baru saja mengambil barang ini.")
        self.missing = dict(missing)


def available(variant_ids: Sequence[int], *, at: datetime, own: str = "") -> dict[int, int | None]:
    """Pieces that can be bought now, by variant id; None for goods made to order.

    `own` is a reference whose holds count as available, since they are the asker's.
    """
    rows = db.session.execute(
        select(Variant.id, Variant.on_hand, Variant.on_demand).where(Variant.id.in_(variant_ids))
    )
    held = _held(variant_ids, at=at, own=own)
    return {row.id: None if row.on_demand else max(0, row.on_hand - held.get(row.id, 0)) for row in rows}


def held(variant_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Pieces that live holds have set aside, by variant id."""
    return _held(variant_ids, at=at, own="")


def line_up(variant_ids: Sequence[int]) -> None:
    """Lock the stock of many variants in id order, before several orders of one basket take from it.

    What belongs to them is read again too, since goods are judged and priced by it next.
    """
    db.session.scalars(_rows(sorted(set(variant_ids)))).all()


def hold(wanted: Mapping[int, int], *, reference: str, expires_at: datetime, at: datetime) -> None:
    """Set pieces (variant id to number) aside for `reference`; renews a hold of the same reference.

    Raises:
        OutOfStock: not enough is there; nothing is held.
    """
    stocked = _claim(wanted, at=at, own=reference)
    standing = {
        row.variant_id: row
        for row in db.session.scalars(select(StockHold).where(StockHold.reference == reference))
    }
    for variant in stocked:
        row = standing.get(variant.id)
        if row is None:
            row = StockHold(variant_id=variant.id, reference=reference, quantity=0, expires_at=expires_at)
            db.session.add(row)
        row.quantity, row.expires_at, row.ended_at = wanted[variant.id], expires_at, None
        _tell(variant, at)


def take(wanted: Mapping[int, int], *, reference: str, at: datetime) -> None:
    """Take pieces out of the stock for `reference` (`sold`); its own hold ends. Repeating it changes nothing.

    Raises:
        OutOfStock: not enough is there; nothing is taken.
    """
    done = db.session.scalar(
        select(func.count(StockMovement.id)).where(
            StockMovement.kind == "sold", StockMovement.reference == reference
        )
    )
    if done:
        return
    for variant in _claim(wanted, at=at, own=reference):
        _move(variant, "sold", -wanted[variant.id], reference=reference, at=at)
    _end_holds(reference, at)


def give_back(reference: str, *, at: datetime) -> None:
    """Undo what `reference` holds or has taken: holds end, sold pieces return. Once, however often called.

    What was put back under `<reference>:…` before has returned already.
    """
    _end_holds(reference, at)
    moved = select(StockMovement.variant_id, func.sum(StockMovement.quantity).label("left")).where(
        or_(
            StockMovement.reference == reference,
            StockMovement.reference.startswith(f"{reference}:", autoescape=True),
        ),
        StockMovement.kind.in_(("sold", "returned")),
    )
    out = {
        row.variant_id: -int(row.left)
        for row in db.session.execute(moved.group_by(StockMovement.variant_id))
        if row.left < 0
    }
    for variant in _lock(sorted(out)):
        _move(variant, "returned", out[variant.id], reference=reference, at=at)


def put_back(pieces: Mapping[int, int], *, reference: str, at: datetime) -> None:
    """Pieces (by variant id) of a sale come back to the shelf; `reference` is `<that of the sale>:…`."""
    for variant in _lock(sorted(pieces)):
        _move(variant, "returned", pieces[variant.id], reference=reference, at=at)


def write_off(reference: str, *, reason: str, at: datetime) -> None:
    """What came back under `reference` cannot be sold: it leaves the shelf again, `adjusted` with the reason.

    Call it in the transaction of `give_back`, before anybody can take the pieces. Once, however often called.
    """
    moved = db.session.execute(
        select(StockMovement.variant_id, StockMovement.kind, StockMovement.quantity).where(
            StockMovement.reference == reference, StockMovement.kind.in_(("returned", "adjusted"))
        )
    ).all()
    gone = {row.variant_id for row in moved if row.kind == "adjusted"}
    back = {
        row.variant_id: row.quantity for row in moved if row.kind == "returned" and row.variant_id not in gone
    }
    for variant in _lock(sorted(back)):
        _move(variant, "adjusted", -back[variant.id], reference=reference, at=at, reason=reason[:200])


def receive(
    variant: Variant, quantity: int, *, reference: str, at: datetime, reason: str = "", actor: str = ""
) -> None:
    """Pieces came in. `reference` names the delivery: one of a kind per variant. `actor` wrote it down.

    Raises:
        Invalid: `quantity` is not above 0.
    """
    if quantity <= 0:
        raise Invalid("Jumlah harus lebih dari 0.", "jumlah")
    (row,) = _lock([variant.id])
    _move(row, "received", quantity, reference=reference, at=at, reason=reason, actor=actor)


def count(
    variant: Variant, on_hand: int, *, reference: str, at: datetime, reason: str = "", actor: str = ""
) -> int:
    """The shelf was counted: `on_hand` pieces lie there. Writes the difference as a movement and answers it.

    Raises:
        Invalid: fewer than live holds have set aside, or below 0.
    """
    (row,) = _lock([variant.id])
    _leave_what_is_held(row, on_hand, "stok", at)
    change = on_hand - row.on_hand
    if change:
        _move(row, "counted", change, reference=reference, at=at, reason=reason, actor=actor)
    return change


def adjust(
    variant: Variant, change: int, *, reference: str, at: datetime, reason: str, actor: str = ""
) -> None:
    """Pieces went (negative) or turned up otherwise than by orders and deliveries, for a reason.

    Raises:
        Invalid: fewer would be left than live holds have set aside, or fewer than none.
    """
    (row,) = _lock([variant.id])
    _leave_what_is_held(row, row.on_hand + change, "jumlah", at)
    _move(row, "adjusted", change, reference=reference, at=at, reason=reason, actor=actor)


def _leave_what_is_held(variant: Variant, on_hand: int, field: str, at: datetime) -> None:
    if on_hand < 0:
        raise Invalid(f"Di rak hanya ada {variant.on_hand}.", field)
    set_aside = _held([variant.id], at=at, own="").get(variant.id, 0)
    if on_hand < set_aside:
        words = f"{set_aside} buah sedang dipesan pembeli, jadi stok tidak bisa kurang dari itu."
        raise Invalid(words, field)


def _claim(wanted: Mapping[int, int], *, at: datetime, own: str) -> list[Variant]:
    """Lock the stock of what is wanted, in id order; its rows, if all is there.

    What is wanted was counted when it was ordered. Goods made to order since then still owe these pieces.
    """
    rows = _lock(sorted(wanted))
    held = _held([row.id for row in rows], at=at, own=own)
    left = {row.id: max(0, row.on_hand - held.get(row.id, 0)) for row in rows}
    missing = {row.id: left[row.id] for row in rows if left[row.id] < wanted[row.id]}
    missing |= {variant_id: 0 for variant_id in wanted if variant_id not in {row.id for row in rows}}
    if missing:
        raise OutOfStock(missing)
    return rows


def _lock(variant_ids: Sequence[int]) -> list[Variant]:
    """Lock and read the rows of the stock alone: counting needs neither product nor shop nor pictures."""
    return list(db.session.scalars(_rows(variant_ids).options(lazyload(Variant.product))))


def _rows(variant_ids: Sequence[int]) -> Select[Variant]:
    rows = select(Variant).where(Variant.id.in_(variant_ids)).order_by(Variant.id)
    return locked(rows, of=Variant)


def _held(variant_ids: Sequence[int], *, at: datetime, own: str) -> dict[int, int]:
    rows = db.session.execute(
        select(StockHold.variant_id, func.sum(StockHold.quantity))
        .where(
            StockHold.variant_id.in_(variant_ids),
            StockHold.ended_at.is_(None),
            StockHold.expires_at > at,
            StockHold.reference != own,
        )
        .group_by(StockHold.variant_id)
    )
    return {variant_id: int(total) for variant_id, total in rows}


def _move(
    variant: Variant,
    kind: str,
    quantity: int,
    *,
    reference: str,
    at: datetime,
    reason: str = "",
    actor: str = "",
) -> None:
    variant.on_hand += quantity
    db.session.add(
        StockMovement(
            variant_id=variant.id,
            kind=kind,
            quantity=quantity,
            reference=reference,
            reason=reason,
            actor=actor,
            at=at,
        )
    )
    _tell(variant, at)
    db.session.flush()


def _end_holds(reference: str, at: datetime) -> None:
    db.session.execute(
        update(StockHold)
        .where(StockHold.reference == reference, StockHold.ended_at.is_(None))
        .values(ended_at=at)
    )


def _tell(variant: Variant, at: datetime) -> None:
    announce("product.changed", f"product:{variant.product_id}", {"product_id": variant.product_id}, at=at)
