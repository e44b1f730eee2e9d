"""Decides what a refund writes down when it is owed and when the money has arrived: ledger, shares, shelf."""

from datetime import datetime

from sqlalchemy import select, update

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.ledger.queries import balance
from marketplace.orders.fees import VILLAGE
from marketplace.orders.models import SellerOrder
from marketplace.payments.clawback_models import DISPUTED, Clawback, RefundReturn
from marketplace.payments.models import (
    BY_BANK,
    BY_SELLER,
    FAILED,
    PARTS_OF_A_SALE,
    PaymentAttempt,
    PaymentSplit,
    Refund,
)
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop

Lines = list[tuple[str, int]]


def posting_name(split: PaymentSplit, reason: str) -> str:
    """What the postings of a refund refer to: when it is owed, and when it has been sent."""
    return f"{split.seller_order.number}:{split.id}:{reason}"


def book(refund: Refund, share: PaymentSplit, *, at: datetime) -> None:
    """Write down that a refund is owed.

    Before the sale is booked, DesaMart's escrow owes it and the sale will be less. Afterwards everybody who
    had a part of the sale gives back the integers of it that the refund names.
    """
    order = share.seller_order
    held = refund.way != BY_SELLER
    if refund.after_sale:
        lines = _after_sale(refund, order, held=held)
    else:
        lines = [(accounts.ESCROW, refund.amount), (accounts.BUYER_REFUNDS, -refund.amount)] if held else []
        if refund.reason.startswith(PARTS_OF_A_SALE):
            order.goods_back += refund.goods
            order.delivery_back += refund.delivery
            order.fee_back += refund.fee
            order.village_fee_back += refund.village_fee
    if any(amount for _, amount in lines):
        post("refund-owed", posting_name(share, refund.reason), lines, happened_at=at, at=at)
    db.session.flush()


def restock(refund: Refund, order: SellerOrder, *, at: datetime) -> None:
    """Put the pieces of a refund back on the shelf, under a reference of their own."""
    sold = {line.id: line for line in order.lines}
    pieces: dict[int, int] = {}
    for line in refund.lines:
        origin = sold[line.order_line_id]
        if line.quantity and origin.stocked:
            line.restocked = line.quantity
            pieces[origin.variant_id] = pieces.get(origin.variant_id, 0) + line.quantity
    stocking.put_back(pieces, reference=f"{order.number}:{refund.reason}", at=at)


def arrive(refund: Refund, *, at: datetime) -> None:
    """Write down that the money of a refund has gone to the buyer; its row says so already.

    What a seller gives back by hand never was DesaMart's, so nothing of it is in the ledger.
    """
    split = refund.split
    db.session.execute(
        update(PaymentSplit)
        .where(PaymentSplit.id == split.id)
        .values(refunded=PaymentSplit.refunded + refund.amount)
    )
    if refund.way != BY_SELLER:
        lines = [(accounts.BUYER_REFUNDS, refund.amount), (_source(refund), -refund.amount)]
        name = posting_name(split, refund.reason)
        again = f"{name}:{refund.returned + 1}" if refund.returned else name
        post("refund-sent", again, lines, happened_at=at, at=at)
    told = {"refund_id": refund.id, "seller_order_id": split.seller_order_id, "amount": refund.amount}
    announce("refund.succeeded", f"seller_order:{split.seller_order_id}", told, at=at)


def come_back(refund: Refund, *, at: datetime) -> None:
    """The money of a refund that had arrived is with us again, so the buyer does not have it: a person's now.

    The refund is locked by the caller.
    """
    split, source = refund.split, _source(refund)
    number = refund.returned + 1
    db.session.add(
        RefundReturn(
            refund_id=refund.id,
            number=number,
            way=refund.way,
            clawback_id=refund.clawback_id,
            reference=refund.reference or "",
            settled_at=refund.settled_at or at,
            returned_at=at,
        )
    )
    refund.status, refund.way, refund.returned = FAILED, BY_BANK, number
    refund.settled_at = refund.due_at = refund.clawback_id = None
    refund.error = noted("Uangnya datang kembali ke penyedia.")
    db.session.flush()
    fewer = PaymentSplit.refunded - refund.amount
    db.session.execute(update(PaymentSplit).where(PaymentSplit.id == split.id).values(refunded=fewer))
    lines = [(source, refund.amount), (accounts.BUYER_REFUNDS, -refund.amount)]
    name = f"{posting_name(split, refund.reason)}:{number}"
    post("refund-returned", name, lines, happened_at=at, at=at)
    told = {"refund_id": refund.id, "seller_order_id": split.seller_order_id, "amount": refund.amount}
    announce("refund.returned", f"seller_order:{split.seller_order_id}", told, at=at)


def account_of(clawback: Clawback) -> str:
    """Where money waits that a provider took back, until it is placed."""
    return accounts.DISPUTED if clawback.kind == DISPUTED else accounts.UNCLEAR


def _source(refund: Refund) -> str:
    """Where the money came from that went to the buyer."""
    if refund.clawback_id is not None:
        return account_of(db.session.get_one(Clawback, refund.clawback_id))
    if refund.way == BY_BANK:
        return accounts.BANK
    paid = db.session.get_one(PaymentAttempt, refund.split.attempt_id)
    return accounts.clearing(paid.provider)


def _after_sale(refund: Refund, order: SellerOrder, *, held: bool) -> Lines:
    """The booked parts go back. Balances are read under the locks that payouts take, too."""
    _line_up(order)
    carried = refund.delivery if order.delivery_receiver == VILLAGE else 0
    village = refund.village_fee + carried
    owed_to_village = accounts.village_payable(order.village_code)
    refund.on_village_payable = min(village, max(0, -balance(owed_to_village)))
    lines = [
        (accounts.FEES, refund.fee),
        (owed_to_village, refund.on_village_payable),
        (accounts.village_receivable(order.village_code), village - refund.on_village_payable),
    ]
    payable, receivable = accounts.payable(order.shop_id), accounts.receivable(order.shop_id)
    if held:
        earning = refund.amount - refund.fee - village
        refund.on_payable = min(earning, max(0, -balance(payable)))
        shop = [(payable, refund.on_payable), (receivable, earning - refund.on_payable)]
        return [(accounts.BUYER_REFUNDS, -refund.amount), *lines, *shop]
    # The shop gives all of it back by hand and gets these parts from who took them: its debt is less first.
    parts = refund.fee + village
    less = min(parts, max(0, balance(receivable)))
    refund.on_payable = parts - less
    return [*lines, (receivable, -less), (payable, -refund.on_payable)]


def _line_up(order: SellerOrder) -> None:
    """Lock the shop, then the village: in the order in which payouts lock them."""
    db.session.execute(locked(select(Shop.id).where(Shop.id == order.shop_id), of=Shop))
    db.session.execute(locked(select(Region.code).where(Region.code == order.village_code), of=Region))
