"""Decides how a sale rung up wrong is taken back: on the same day, goods to the shelf, money returned.

It is a refund of all that is left, as a seller could give it, and given at once: sale, nota and facts stay
and get their counterparts.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.counter_sales.mandates import mandates
from marketplace.counter_sales.ringing import note
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments import handing_back, owing
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop

TAKEN_BACK = noted("Menarik penjualan di gerai")
GIVEN = noted("Dikembalikan di gerai, saat penjualan ditarik.")


def take_back(order: Order, *, reason: str, operator: User, at: datetime) -> int:
    """Return all that is left of a counter sale; the rupiah that went back. The caller commits.

    Raises:
        NotFound: its village is not in the operator's care.
        Invalid: no reason.
        Conflict: another day, nothing left, or a shop for which the operator may not act any more.
    """
    may = mandates(operator, order.region_code, at=at)
    if not reason.strip():
        raise Invalid("Tulis mengapa penjualan ini ditarik.", "alasan")
    if day_wib(order.placed_at) != day_wib(at):
        raise Conflict(
            "Penjualan hanya bisa ditarik pada hari yang sama. Sesudah itu penjualnya mengembalikan dana"
            " dari halaman pesanannya."
        )
    children = _line_up(order)
    for child in children:
        if child.shop_id not in may:
            words = _(
                "Anda tidak lagi boleh menjual untuk %(shop)s. Minta penjualnya mengembalikan dana.",
                shop=child.shop.name,
            )
            raise Conflict(words)
    back = 0
    for child in children:
        back += _return(child, reason, operator, at)
        note(may[child.shop_id], operator, TAKEN_BACK, child.number, at=at)
    if not back:
        raise Conflict("Penjualan ini sudah ditarik.")
    return back


def _return(child: SellerOrder, reason: str, operator: User, at: datetime) -> int:
    """All that is left of one seller's part; 0 where nothing is."""
    left = owing.left_of(child)
    if not left.total:
        return 0
    pieces = {line.line_id: line.quantity for line in left.lines if line.amount}
    wish = owing.Wish(pieces, sellable=True)
    actor = f"counter:{operator.id}"
    refund = owing.refund(child.id, wish, words=reason, actor=actor, at=at)
    handing_back.given_by_seller(refund, GIVEN, actor=actor, at=at)
    return refund.amount


def _line_up(order: Order) -> list[SellerOrder]:
    """Lock the sellers' parts, then their shops, then the village, as refunds do, each kind in its order."""
    rows = select(SellerOrder).where(SellerOrder.order_id == order.id).order_by(SellerOrder.id)
    children = list(db.session.scalars(locked(rows, of=SellerOrder)).unique())
    shops = select(Shop.id).where(Shop.id.in_([child.shop_id for child in children])).order_by(Shop.id)
    db.session.execute(locked(shops, of=Shop)).all()
    village = select(Region.code).where(Region.code == order.region_code)
    db.session.execute(locked(village, of=Region)).all()
    return sorted(children, key=lambda child: child.shop_id)
