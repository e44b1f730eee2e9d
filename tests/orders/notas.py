"""Orders that are packed, and the words of a PDF, for the tests of the notas."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.orders import deadlines, steps
from marketplace.orders.models import Nota, SellerOrder
from marketplace.orders.notas.queries import corrections_of, nota_of
from tests import cast, factories
from tests.factories import AT

TOO_LATE = AT + deadlines.HAND_OVER + timedelta(minutes=1)
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SHOWN = re.compile(rb"\(((?:[^()\\]|\\.)*)\) Tj", re.DOTALL)


@dataclass(frozen=True)
class Sold:
    """A seller order in plain values, which stay when the session is over. `lines` are ids."""

    id: int
    number: str
    order_number: str
    shop_id: int
    total: int
    delivery_fee: int
    lines: Sequence[int]


def accepted(goods: Mapping[str, int] | None = None, *, at: datetime = AT, **more: Any) -> Sold:
    """An order that the seller has taken on."""
    child = factories.order(goods or {cast.CHIPS: 2, cast.CRACKERS: 1}, at=at, **more).order.children[0]
    with transaction():
        steps.accept(child.id, actor="seller:1", at=at)
    return Sold(
        child.id,
        child.number,
        child.order.number,
        child.shop_id,
        child.total,
        child.delivery_fee,
        [line.id for line in child.lines],
    )


def packed(goods: Mapping[str, int] | None = None, *, at: datetime = AT, **more: Any) -> Sold:
    """An order that is packed, so that it has its nota."""
    child = accepted(goods, at=at, **more)
    with transaction():
        steps.pack(child.id, actor="seller:1", at=at)
    return child


def lapse(child: Sold) -> None:
    """Nobody hands the order over in time, and the worker hands that on."""
    with transaction():
        assert steps.run_out(child.id, at=TOO_LATE)
    assert worker.drain(at=TOO_LATE) == 0


def refunded(
    child: Sold, lines: list[list[int]], *, refund_id: int, delivery: int = 0, at: datetime = AT
) -> None:
    """Tell of a refund, and let the worker hand it on."""
    told = {
        "seller_order_id": child.id,
        "refund_id": refund_id,
        "amount": sum(line[2] for line in lines) + delivery,
        "delivery": delivery,
        "lines": lines,
    }
    with transaction():
        announce("seller_order.refunded", f"seller_order:{child.id}", told, at=at)
    assert worker.drain(at=at) == 0


def nota(child: Sold) -> Nota:
    """The nota of an order that has one."""
    found = nota_of(db.session.get_one(SellerOrder, child.id))
    assert found is not None
    return found


def corrections(child: Sold) -> list[Nota]:
    """The corrections of an order's nota."""
    return corrections_of(nota(child))


def pdf_words(pdf: bytes) -> list[str]:
    """What a PDF with the letters of Western Europe shows, piece by piece in its order."""
    shown = []
    for stream in _STREAM.findall(pdf):
        try:
            page = zlib.decompress(stream)
        except zlib.error:
            continue
        shown += [re.sub(rb"\\(.)", rb"\1", text).decode("cp1252") for text in _SHOWN.findall(page)]
    return shown
