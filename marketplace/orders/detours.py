"""Decides how a seller order leaves the straight road: called off, not delivered, taken back, in dispute.

Each is one step along the table of states, as in `steps.py`; nothing here commits. Both the seller and the
buyer read the reasons.
"""

from datetime import datetime

from marketplace.catalog import stocking
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.texts import noted
from marketplace.orders import steps
from marketplace.orders.causes import WORDS, Cause
from marketplace.orders.models import SellerOrder
from marketplace.orders.moving import lock, move
from marketplace.orders.states import Status

S = Status
LONGEST_WORDS = 500
FOR_SELLER, FOR_BUYER = noted("Putusan untuk penjual:"), noted("Putusan untuk pembeli:")


def call_off(seller_order_id: int, *, actor: str, at: datetime, reason: str) -> SellerOrder:
    """The seller cannot fulfil an order that was accepted; what was paid goes back to the buyer.

    Raises:
        Invalid: no reason given.
    """
    words = _words(reason, noted("Tulis alasan pembatalan, pembeli akan membacanya."))
    return move(seller_order_id, S.CANCELLED_BY_SELLER, actor=actor, at=at, reason=words)


def fail(seller_order_id: int, *, actor: str, at: datetime, cause: Cause, note: str = "") -> SellerOrder:
    """The goods did not reach the buyer and come back to the seller, who may send them again.

    Raises:
        Invalid: neither a cause nor words.
    """
    known, typed = WORDS.get(cause, ""), note.strip()
    if not known and not typed:
        raise Invalid("Tulis apa yang terjadi, pembeli akan membacanya.", "alasan")
    words = ". ".join(part for part in (known, typed) if part)[:LONGEST_WORDS]
    return move(seller_order_id, S.DELIVERY_FAILED, actor=actor, at=at, reason=words, cause=cause)


def take_back(
    seller_order_id: int, *, actor: str, at: datetime, sellable: bool, reason: str = ""
) -> SellerOrder:
    """The goods are with the seller again; what was paid goes back to the buyer.

    Sellable goods return to the shelf. Others leave it in the same breath, with the reason, so that the count
    stays what it is. An order nobody came for is remembered as not collected.

    Raises:
        Invalid: goods that cannot be sold again, without a reason.
    """
    words = reason.strip()[:LONGEST_WORDS]
    if not sellable:
        words = _words(reason, noted("Tulis mengapa barangnya tidak bisa dijual lagi."))
    waited = lock(seller_order_id).status == S.READY_FOR_PICKUP
    cause = Cause.NOT_COLLECTED if waited else Cause.NONE
    said = ". ".join(part for part in (WORDS.get(cause, ""), words) if part)
    order = move(seller_order_id, S.RETURNED, actor=actor, at=at, reason=said, cause=cause)
    if not sellable:
        stocking.write_off(order.number, reason=words, at=at)
    return order


def complain(seller_order_id: int, *, actor: str, at: datetime, reason: str) -> SellerOrder:
    """The buyer is not content; nothing ends by itself until somebody has answered.

    Raises:
        Invalid: no reason given.
    """
    words = _words(reason, noted("Tulis apa yang tidak beres, supaya penjual dan petugas bisa menolong."))
    return move(seller_order_id, S.DISPUTED, actor=actor, at=at, reason=words)


def settle(seller_order_id: int, *, actor: str, at: datetime, reason: str, given_back: int) -> SellerOrder:
    """The seller closes a complaint after giving the buyer `given_back` rupiah; the rest of the sale stands.

    Raises:
        Conflict: nothing was given back, so the buyer or the village has the word.
        Invalid: no reason given.
    """
    words = _words(reason, noted("Tulis bagaimana komplain ini diselesaikan, pembeli akan membacanya."))
    if given_back <= 0:
        raise Conflict(
            "Kembalikan dulu sebagian uangnya. Tanpa itu, komplain ditutup oleh pembeli atau petugas desa."
        )
    return steps.complete(seller_order_id, actor=actor, at=at, reason=words, only_from=(S.DISPUTED,))


def decide(seller_order_id: int, *, actor: str, at: datetime, for_buyer: bool, reason: str) -> SellerOrder:
    """The village or the platform answers a complaint; both sides read the reason.

    For the buyer the order counts as returned. The goods do not go on the shelf by this word: the seller
    counts them when they are there. For the seller the sale stands.

    Raises:
        Invalid: no reason given.
        Conflict: it is no open complaint any more.
    """
    words = _words(reason, noted("Tulis alasan putusan, pembeli dan penjual akan membacanya."))
    if not for_buyer:
        said = f"{FOR_SELLER} {words}"
        return steps.complete(seller_order_id, actor=actor, at=at, reason=said, only_from=(S.DISPUTED,))
    said = f"{FOR_BUYER} {words}"
    order = move(seller_order_id, S.RETURNED, actor=actor, at=at, reason=said, only_from=(S.DISPUTED,))
    stocking.write_off(order.number, reason=noted("Putusan komplain"), at=at)
    return order


def buyer_may_complain(order: SellerOrder) -> bool:
    """Whether the buyer can still say that something is wrong."""
    return Status(order.status) in (S.SHIPPED, S.DELIVERED)


def _words(reason: str, missing: str) -> str:
    words = reason.strip()[:LONGEST_WORDS]
    if not words:
        raise Invalid(missing, "alasan")
    return words
