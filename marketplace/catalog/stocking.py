"""Decides how many pieces there are: movements, holds, and who gets the last one.

Rows of stock are locked in id order, live holds are counted at the moment of asking, and then the wish is
granted or refused. A hold needs nobody to end it: once its time is over it no longer counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, or_, select, update
from sqlalchemy.orm import lazyload

from marketplace.catalog import goods
from marketplace.catalog.goods import SoldVariant
from marketplace.catalog.models import StockHold, StockMovement, Variant
from marketplace.extensions import db
from marketplace.kit.errors import DomainError, Invalid
from marketplace.kit.lanes import Rows
from marketplace.kit.rows import ask, rewrite, table_of
from marketplace.kit.texts import noted
from marketplace.kit.transaction import append, locked


class OutOfStock(DomainError):
    """Less is there than was asked for. `missing` maps variant ids to the pieces still available, maybe 0."""

    def __init__(self, missing: Mapping[int, int]) -> None:
        super().__init__(noted("Stok tidak cukup. Pembeli lain mungkin baru saja mengambil barang ini."))
        self.missing = dict(missing)


_HOLDS, _VARIANTS = table_of(StockHold), table_of(Variant)
# Built once, since every look at a stock asks it.
_LIVE_HOLDS = (
    select(_HOLDS.c.variant_id, func.sum(_HOLDS.c.quantity))
    .where(
        _HOLDS.c.variant_id.in_(bindparam("variant_ids", expanding=True)),
        _HOLDS.c.ended_at.is_(None),
        _HOLDS.c.expires_at > bindparam("at"),
        _HOLDS.c.reference != bindparam("own"),
    )
    .group_by(_HOLDS.c.variant_id)
)
_PIECES = select(_VARIANTS.c.id, _VARIANTS.c.on_hand, _VARIANTS.c.on_demand).where(
    _VARIANTS.c.id.in_(bindparam("variant_ids", expanding=True))
)
_MOVE_PIECES = (
    update(_VARIANTS)
    .where(_VARIANTS.c.id == bindparam("variant_id"))
    .values(on_hand=_VARIANTS.c.on_hand + bindparam("quantity"))
)


@dataclass(frozen=True)
class Shelf:
    """What a basket is about: its goods, and the pieces that others have set aside, by variant id."""

    goods: Mapping[int, SoldVariant]
    held: Mapping[int, int]

    @property
    def left(self) -> dict[int, int | None]:
        """Pieces that can still be bought, by variant id; None for goods made to order."""
        counted = self.counted
        return {number: None if row.on_demand else counted[number] for number, row in self.goods.items()}

    @property
    def counted(self) -> dict[int, int]:
        """Pieces on hand that nobody has set aside, by variant id."""
        return {number: max(0, row.on_hand - self.held.get(number, 0)) for number, row in self.goods.items()}


def available(variant_ids: Sequence[int], *, at: datetime, own: str = "") -> dict[int, int | None]:
    """Pieces that can be bought now, by variant id; None for goods made to order.

    `own` is a reference whose holds count as available, since they are the asker's.
    """
    rows = ask(_PIECES, variant_ids=list(variant_ids))
    held = _held(variant_ids, at=at, own=own)
    return {row.id: None if row.on_demand else max(0, row.on_hand - held.get(row.id, 0)) for row in rows}


def held(variant_ids: Sequence[int], *, at: datetime) -> dict[int, int]:
    """Pieces that live holds have set aside, by variant id."""
    return _held(variant_ids, at=at, own="")


def line_up(variant_ids: Sequence[int]) -> None:
    """Lock the stock of many variants in id order, before several orders of one basket take from it."""
    _lock(sorted(set(variant_ids)))


def open_shelf(variant_ids: Sequence[int], *, at: datetime) -> Shelf:
    """Lock the stock of a basket in id order and count what is left of it.

    Product and shop are read too, since goods are judged and priced by them next.
    """
    goods.line_up(variant_ids)
    return look_at(variant_ids, at=at)


def look_at(variant_ids: Sequence[int], *, at: datetime) -> Shelf:
    """The same for a page: nothing is locked, so it may be otherwise a moment later."""
    # Asked first and looked at last, so that both questions go together.
    set_aside = _ask_held(variant_ids, at=at, own="")
    found = goods.goods(variant_ids)
    return Shelf(found, _pieces(set_aside))


def secure(
    shelf: Shelf, wanted: Mapping[int, int], *, reference: str, expires_at: datetime | None, at: datetime
) -> None:
    """For an order that is being placed: set pieces aside until `expires_at`, or take them if that is None.

    `reference` is new, so nothing stands under it yet. The session learns nothing of it.

    Raises:
        OutOfStock: not enough is there; nothing is held or taken.
    """
    _granted(shelf.counted, wanted)
    if not wanted:
        return
    if expires_at is None:
        sold = [{"variant_id": each, "quantity": -wanted[each]} for each in sorted(wanted)]
        rewrite(_MOVE_PIECES, *sold)
        append(StockMovement, *(row | {"kind": "sold", "reference": reference, "at": at} for row in sold))
    else:
        until = {"reference": reference, "expires_at": expires_at}
        append(
            StockHold,
            *(until | {"variant_id": each, "quantity": wanted[each]} for each in sorted(wanted)),
        )


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
        raise Invalid(_("Di rak hanya ada %(left)s.", left=variant.on_hand), field)
    set_aside = _held([variant.id], at=at, own="").get(variant.id, 0)
    if on_hand < set_aside:
        words = _("%(count)s sedang dipesan pembeli, jadi stok tidak bisa kurang dari itu.", count=set_aside)
        raise Invalid(words, field)


def _claim(wanted: Mapping[int, int], *, at: datetime, own: str) -> list[Variant]:
    """Lock the stock of what is wanted, in id order; its rows, if all is there beside the holds of others."""
    rows = {row.id: row for row in _lock(sorted(wanted))}
    held_by_others = _held(list(rows), at=at, own=own)
    _granted({each: max(0, row.on_hand - held_by_others.get(each, 0)) for each, row in rows.items()}, wanted)
    return [rows[each] for each in sorted(wanted)]


def _granted(counted: Mapping[int, int], wanted: Mapping[int, int]) -> None:
    """Whether all that is wanted is there.

    It was counted when it was ordered: goods made to order since then still owe these pieces.
    """
    missing = {each: counted.get(each, 0) for each in wanted if counted.get(each, 0) < wanted[each]}
    if missing:
        raise OutOfStock(missing)


def _lock(variant_ids: Sequence[int]) -> list[Variant]:
    """Lock and read the rows of the stock alone: counting needs neither product nor shop nor pictures."""
    return list(db.session.scalars(_rows(variant_ids).options(lazyload(Variant.product))))


def _rows(variant_ids: Sequence[int]) -> Select[Variant]:
    rows = select(Variant).where(Variant.id.in_(variant_ids)).order_by(Variant.id)
    return locked(rows, of=Variant)


def _held(variant_ids: Sequence[int], *, at: datetime, own: str) -> dict[int, int]:
    return _pieces(_ask_held(variant_ids, at=at, own=own))


def _ask_held(variant_ids: Sequence[int], *, at: datetime, own: str) -> Rows:
    return ask(_LIVE_HOLDS, variant_ids=sorted(set(variant_ids)), at=at, own=own)


def _pieces(rows: Rows) -> dict[int, int]:
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
    _write(variant, kind, quantity, reference=reference, at=at, reason=reason, actor=actor)
    db.session.flush()


def _write(
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
    movement = {"variant_id": variant.id, "kind": kind, "quantity": quantity, "reference": reference}
    append(StockMovement, movement | {"reason": reason, "actor": actor, "at": at})


def _end_holds(reference: str, at: datetime) -> None:
    db.session.execute(
        update(StockHold)
        .where(StockHold.reference == reference, StockHold.ended_at.is_(None))
        .values(ended_at=at)
    )
