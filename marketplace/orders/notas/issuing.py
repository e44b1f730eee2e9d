"""Decides when a nota is written and which number it gets: one per packed seller order, no gaps per shop.

The number is taken under a lock of the shop's row, in the transaction of its reason: a step that is rolled
back takes its number back with it. Nothing here commits.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import exists, func, select

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import locked
from marketplace.orders.models import Nota, SellerOrder, SellerOrderEvent
from marketplace.orders.notas.content import Line, Parts, parts_of, written
from marketplace.orders.notas.queries import CORRECTION, NOTA, corrections_of, nota_of
from marketplace.orders.states import LABELS, UNDELIVERED, Status
from marketplace.sellers.models import Shop

PACKED, ENDED = "packed", "ended"
REFUNDED = "seller_order.refunded"


def issue(order: SellerOrder, *, at: datetime) -> Nota:
    """The nota of a seller order whose row is locked: the one that stands, or a new one.

    What was given back before the goods were packed is corrected at once.
    """
    standing = nota_of(order)
    if standing is not None:
        return standing
    nota = _write(order, parts_of(order), cause=PACKED, at=at)
    told = select(OutboxEvent.payload).where(
        OutboxEvent.kind == REFUNDED, OutboxEvent.subject == f"seller_order:{order.id}"
    )
    for payload in db.session.scalars(told.order_by(OutboxEvent.id)):
        give_back(order, payload, at=at)
    return nota


def take_back(order: SellerOrder, *, at: datetime) -> Nota | None:
    """Correct all that is left of the nota, since the goods do not come; None when nothing is left.

    The seller order's row is locked by the caller.
    """
    nota = nota_of(order)
    if nota is None:
        return None
    reason = _("Pesanan berakhir tanpa pengiriman: %(state)s.", state=LABELS[order.status].lower())
    return _correct(order, nota, _left(order, nota), cause=ENDED, reason=str(reason), at=at)


def give_back(order: SellerOrder, told: Mapping[str, Any], *, at: datetime) -> Nota | None:
    """Correct what one refund gives back, once; None where no nota stands or it is corrected already.

    `told` is what its event says: `refund_id`, `amount`, `delivery`, and `lines` of order line id, pieces and
    rupiah; what the amount holds beside these belongs to the unique code of a transfer. The caller has locked
    the seller order's row.
    """
    nota = nota_of(order)
    if nota is None:
        return None
    left = _left(order, nota)
    standing = {line.source.id: line for line in left.lines}
    back = [
        _at_most(standing[line_id], pieces, rupiah)
        for line_id, pieces, rupiah in told["lines"]
        if line_id in standing
    ]
    code = told["amount"] - told["delivery"] - sum(rupiah for _line, _pieces, rupiah in told["lines"])
    parts = Parts(
        [line for line in back if line.total],
        min(told["delivery"], left.delivery),
        max(0, min(code, left.payment_code)),
    )
    reason = _("Dana dikembalikan kepada pembeli.")
    return _correct(order, nota, parts, cause=f"refund:{told['refund_id']}", reason=str(reason), at=at)


def without_nota(*, most: int = 200) -> list[int]:
    """Packed seller orders from before there were notas, the first packed first."""
    packed = (
        select(SellerOrderEvent.seller_order_id)
        .where(
            SellerOrderEvent.to_status == Status.PACKED.value,
            ~exists().where(Nota.seller_order_id == SellerOrderEvent.seller_order_id),
        )
        .order_by(SellerOrderEvent.id)
        .limit(most)
    )
    return list(db.session.scalars(packed))


def issue_late(seller_order_ids: Sequence[int], *, at: datetime) -> None:
    """Write the notas of these packed orders, in this order, unless they have one by now.

    They carry the date of today, since no number is ever dated back; of an order that has ended without
    delivery the correction is written too.
    """
    rows = select(SellerOrder).where(SellerOrder.id.in_(seller_order_ids)).order_by(SellerOrder.id)
    by_id = {order.id: order for order in db.session.scalars(locked(rows, of=SellerOrder)).unique()}
    for order in (by_id[order_id] for order_id in seller_order_ids):
        issue(order, at=at)
        if Status(order.status) in UNDELIVERED:
            take_back(order, at=at)


def number_of(kind: str, shop_id: int, sequence: int, at: datetime) -> str:
    """A number to read out: `N-12-2026-00017`, a correction `NK-12-2026-00018`.

    The shop stands as its number, since its name and address may be long and may change; the year is that of
    the WIB day. The count at the end goes on over the years.
    """
    letters = "N" if kind == NOTA else "NK"
    return f"{letters}-{shop_id}-{day_wib(at).year}-{sequence:05d}"


def _correct(
    order: SellerOrder, nota: Nota, back: Parts, *, cause: str, reason: str, at: datetime
) -> Nota | None:
    if back.total <= 0 or _written_for(order, cause):
        return None
    lines = [Line(line.source, -line.quantity, -line.total) for line in back.lines]
    parts = Parts(lines, -back.delivery, -back.payment_code)
    return _write(order, parts, cause=cause, at=at, corrects=nota, reason=reason)


def _written_for(order: SellerOrder, cause: str) -> bool:
    rows = select(Nota.id).where(Nota.seller_order_id == order.id, Nota.cause == cause)
    return db.session.scalar(rows) is not None


def _left(order: SellerOrder, nota: Nota) -> Parts:
    """What no correction has taken back yet."""
    papers = [nota, *corrections_of(nota)]
    pieces, rupiah = _sums(papers, "quantity"), _sums(papers, "total")
    lines = [Line(line, pieces.get(line.id, 0), rupiah.get(line.id, 0)) for line in order.lines]
    return Parts(
        [line for line in lines if line.total],
        sum(paper.delivery for paper in papers),
        sum(paper.payment_code for paper in papers),
    )


def _sums(papers: Sequence[Nota], field: str) -> Mapping[int, int]:
    found: dict[int, int] = {}
    for paper in papers:
        for line in paper.content["lines"]:
            found[line["line"]] = found.get(line["line"], 0) + line[field]
    return found


def _at_most(left: Line, pieces: int, rupiah: int) -> Line:
    return Line(left.source, min(pieces, left.quantity), min(rupiah, left.total))


def _write(
    order: SellerOrder,
    parts: Parts,
    *,
    cause: str,
    at: datetime,
    corrects: Nota | None = None,
    reason: str = "",
) -> Nota:
    kind = CORRECTION if corrects else NOTA
    content = written(order, parts, settings(), reason=reason)
    sequence = _next(order.shop_id)
    nota = Nota(
        shop_id=order.shop_id,
        sequence=sequence,
        number=number_of(kind, order.shop_id, sequence, at),
        kind=kind,
        corrects_id=corrects.id if corrects else None,
        seller_order_id=order.id,
        cause=cause,
        issued_at=at,
        goods=parts.goods,
        discount=0,
        delivery=parts.delivery,
        payment_code=parts.payment_code,
        total=parts.total,
        content=content,
    )
    db.session.add(nota)
    db.session.flush()
    return nota


def _next(shop_id: int) -> int:
    """The shop's next number; whoever else wants one waits until this transaction is over."""
    # Without KEY, so that orders placed at this shop meanwhile, which only refer to the row, need not wait.
    lock = select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True)
    db.session.execute(lock).one()
    last = db.session.scalar(select(func.max(Nota.sequence)).where(Nota.shop_id == shop_id))
    return (last or 0) + 1
