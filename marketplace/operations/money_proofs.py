"""Decides whether the money agrees: shares with payments and orders, postings with their reasons."""

from sqlalchemy import and_, case, func, or_, select, union_all

from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance, unbalanced
from marketplace.operations import clawback_postings, parked_proofs, postings, refund_proofs
from marketplace.operations.comparing import Rows, Telling, compare, handed_on, say
from marketplace.operations.goods_proofs import WITHOUT_GOODS
from marketplace.operations.payout_postings import settled_from
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import (
    ACCEPTED,
    APPLIED,
    BY_PROVIDER,
    DIRECT,
    SUCCEEDED,
    PaymentAttempt,
    PaymentProof,
    PaymentSplit,
    ProviderEvent,
    Refund,
)

HANDED_OVER = [Status.DELIVERED.value, Status.COMPLETED.value]
# Whether cash has changed hands here depends on how far the goods had come.
CASH_EITHER_WAY = [Status.DISPUTED.value, Status.RETURNED.value]


def splits() -> list[str]:
    """Shares add up to payments; each delivered or paid seller order was paid exactly its total."""
    asked = compare(
        select(PaymentAttempt.key, PaymentAttempt.amount),
        select(PaymentAttempt.key, PaymentSplit.asked).join_from(PaymentSplit, PaymentAttempt),
        "payment {0}: amount {1}, shares ask {2}",
    )
    paid = compare(
        select(PaymentAttempt.key, PaymentAttempt.amount).where(postings.is_paid()),
        select(PaymentAttempt.key, PaymentSplit.paid).join_from(PaymentSplit, PaymentAttempt),
        "payment {0}: must be paid {1}, shares paid {2}",
    )
    told = compare(
        select(PaymentAttempt.reference, PaymentAttempt.amount).where(postings.is_paid(), postings.by_word()),
        union_all(
            select(ProviderEvent.reference, ProviderEvent.amount).where(
                ProviderEvent.kind == "paid", ProviderEvent.verdict == APPLIED
            ),
            parked_proofs.counted(),
        ),
        "payment {0}: counts as paid with {1}, who got it said {2}",
    )
    refunded = compare(
        select(PaymentSplit.id, PaymentSplit.refunded),
        select(Refund.split_id, Refund.amount).where(Refund.status == SUCCEEDED),
        "share {0}: refunded {1}, refunds that arrived {2}",
    )
    strangers = (
        select(PaymentAttempt.key, SellerOrder.number)
        .join_from(PaymentSplit, PaymentAttempt)
        .join_from(PaymentSplit, SellerOrder)
        .where(SellerOrder.order_id != PaymentAttempt.order_id)
    )
    other = say(strangers, "payment {0}: has a share for seller order {1} of another order")
    return [*asked, *paid, *told, *refunded, *other, *_direct(), *_kept(), *parked_proofs.decisions()]


def _direct() -> list[str]:
    """Each part paid straight to its seller is asked for once; a proof is accepted with its money only."""
    way = PaymentAttempt.provider.in_(DIRECT)
    asked = compare(
        select(SellerOrder.number, SellerOrder.total).where(
            SellerOrder.prepaid, ~SellerOrder.platform_collects
        ),
        select(SellerOrder.number, PaymentSplit.asked)
        .join_from(PaymentSplit, SellerOrder)
        .join_from(PaymentSplit, PaymentAttempt)
        .where(way, PaymentAttempt.account_id.is_not(None)),
        "seller order {0}: to be paid directly {1}, asked for {2}",
    )
    unpaid = (
        select(PaymentAttempt.key, PaymentProof.id)
        .join_from(PaymentProof, PaymentAttempt)
        .where(PaymentProof.verdict == ACCEPTED, ~postings.is_paid())
    )
    return [*asked, *say(unpaid, "payment {0}: is not paid, but its proof {1} was accepted")]


def _kept() -> list[str]:
    """What was paid less what is owed back is the price, less what the seller gave back of it.

    Orders that wait for the worker are left out.
    """
    due = or_(
        SellerOrder.status.in_(HANDED_OVER),
        and_(SellerOrder.prepaid, SellerOrder.status.not_in(WITHOUT_GOODS)),
    )
    settled = and_(
        handed_on("seller_order", SellerOrder.id),
        or_(SellerOrder.prepaid, SellerOrder.status.not_in(CASH_EITHER_WAY)),
    )
    share = select(SellerOrder.number, PaymentSplit.paid).join_from(PaymentSplit, SellerOrder)
    owed = (
        select(SellerOrder.number, -Refund.amount)
        .join_from(PaymentSplit, SellerOrder)
        .join_from(PaymentSplit, Refund)
    )
    price = select(SellerOrder.number, SellerOrder.total).where(due, settled)
    return compare(
        union_all(price, owed.where(due, settled, refund_proofs.SELLERS_WORD)),
        union_all(share.where(settled), owed.where(settled)),
        "seller order {0}: must be paid {1}, shares keep {2}",
    )


def ledger() -> list[str]:
    """Each posting balances and books on each account what its reason says; the escrow is what is open."""
    return [
        *(f"posting {kind} {reference}: lines sum to {total}" for kind, reference, total in unbalanced()),
        *compare(
            _told(postings.due()),
            _told(postings.booked()),
            "{0} {1}, account {2}: should be booked with {3}, is {4}",
        ),
        *_escrow(),
        *(problem for code in HOLDING for problem in _at_provider(code)),
    ]


def _told(lines: Telling) -> Rows:
    """When it happened is no part of the comparison: the pages of the books compare that, day by day."""
    told = lines.subquery().c
    return select(told.kind, told.reference, told.account, told.amount)


def _escrow() -> list[str]:
    """What lies with us for sales that are still open is what the account says.

    Refunds of a sale that was booked before are not paid by it.
    """
    at_stake = (SellerOrder.id == PaymentSplit.seller_order_id) & SellerOrder.platform_collects
    paid = db.session.scalar(select(func.sum(PaymentSplit.paid)).join(SellerOrder, at_stake))
    sold = db.session.scalar(
        select(func.sum(SellerOrder.total)).where(
            SellerOrder.platform_collects, SellerOrder.status == Status.COMPLETED.value
        )
    )
    completed = SellerOrder.status == Status.COMPLETED.value
    # What went back before the booking made the sale less and is owed at the same time.
    owed = db.session.scalar(
        select(func.sum(Refund.amount - case((completed, Refund.goods + Refund.delivery), else_=0)))
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(SellerOrder, at_stake)
        .where(~Refund.after_sale)
    )
    expected, held = int(paid or 0) - int(sold or 0) - int(owed or 0), -balance(accounts.ESCROW)
    return [] if held == expected else [f"escrow: open orders hold {expected}, the account says {held}"]


def _at_provider(code: str) -> list[str]:
    """What lies at a provider is what was paid less what went back, or to the bank, or what it took back."""
    taken = int(db.session.scalar(clawback_postings.moved_at(code)) or 0)
    there = PaymentAttempt.provider == code
    paid = db.session.scalar(select(func.sum(PaymentAttempt.amount)).where(postings.is_paid(), there))
    sent = (Refund.status == SUCCEEDED) & (Refund.way == BY_PROVIDER) & Refund.clawback_id.is_(None)
    shares = select(func.sum(Refund.amount)).join(PaymentSplit, PaymentSplit.id == Refund.split_id)
    back = db.session.scalar(shares.join(PaymentAttempt).where(there, sent))
    settled = sum(db.session.scalars(settled_from(code)))
    in_place = sum(db.session.scalars(parked_proofs.returned_for(code)))
    expected = int(paid or 0) + in_place - int(back or 0) - settled - taken
    held = balance(accounts.clearing(code))
    differs = [f"clearing {code}: paid less what left is {expected}, the account says {held}"]
    # A provider takes back also what it has paid out before: only beyond that nothing can be missing.
    below = [f"clearing {code}: {held} is below zero"]
    return (differs if held != expected else []) + (below if held < 0 and held + taken < 0 else [])
