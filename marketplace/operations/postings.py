"""Decides what the ledger should hold, told by payments, orders, refunds, payouts, and what it does hold.

Both are told in the same columns: `at`, `kind`, `reference`, `account`, `amount` (rupiah, debit positive).
"""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, not_, or_, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.operations import payout_postings
from marketplace.operations.comparing import Rows
from marketplace.orders.fees import VILLAGE
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import (
    DIRECT,
    PAID,
    PAID_LATE,
    SUCCEEDED,
    PaymentAttempt,
    PaymentSplit,
    Refund,
)

# A payment or sale that lost its moment still has a day to be missed on.
_PAID_AT = func.coalesce(PaymentAttempt.paid_at, PaymentAttempt.created_at)
SENT_AT = func.coalesce(Refund.settled_at, Refund.owed_at)
SOLD_AT = func.coalesce(SellerOrder.completed_at, SellerOrder.placed_at)


def is_paid() -> ColumnElement[bool]:
    """Attempts that brought money."""
    return PaymentAttempt.status.in_((PAID, PAID_LATE))


def through_us() -> ColumnElement[bool]:
    """Attempts whose money DesaMart holds; the others went to the shop itself."""
    return PaymentAttempt.provider.in_(HOLDING)


def by_word() -> ColumnElement[bool]:
    """Attempts that count as paid because somebody said so: a provider, or by hand who got the money."""
    return or_(through_us(), PaymentAttempt.provider.in_(DIRECT))


def is_completed() -> ColumnElement[bool]:
    """Seller orders that count as sales."""
    return SellerOrder.status == Status.COMPLETED.value


def due() -> CompoundSelect[*tuple[Any, ...]]:
    """Every line that should be booked, by its reason."""
    return union_all(*_payments(), *_sales(), *_refunds_owed(), *_refunds_sent(), *payout_postings.rows(_due))


def booked() -> Rows:
    """Every line that is booked."""
    lines = select(
        Posting.happened_at.label("at"), Posting.kind, Posting.reference, Entry.account, Entry.amount
    )
    return lines.join_from(Entry, Posting)


def cash() -> Rows:
    """Money that buyers gave to shops themselves: when, and rupiah. The ledger does not hold it."""
    rows = select(_PAID_AT.label("at"), PaymentAttempt.amount)
    return rows.where(is_paid(), not_(through_us()))


def _due(at: Any, kind: str, reference: Any, account: Any, amount: Any) -> Rows:
    named = literal(account) if isinstance(account, str) else account
    return select(
        at.label("at"),
        literal(kind).label("kind"),
        reference.label("reference"),
        named.label("account"),
        amount.label("amount"),
    )


def _payments() -> list[Rows]:
    at_provider = literal(accounts.clearing("")) + PaymentAttempt.provider
    taken = is_paid() & through_us()
    at, key = _PAID_AT, PaymentAttempt.key
    return [
        _due(at, "payment", key, at_provider, PaymentAttempt.amount).where(taken),
        _due(at, "payment", key, accounts.ESCROW, -PaymentSplit.asked)
        .join_from(PaymentSplit, PaymentAttempt)
        .where(taken),
    ]


def _sales() -> list[Rows]:
    def sale(account: Any, amount: Any) -> Rows:
        rows = _due(SOLD_AT, "sale", SellerOrder.number, account, amount)
        return rows.where(is_completed())

    shop = cast(SellerOrder.shop_id, String)
    owed_to_village = literal(accounts.village_payable("")) + SellerOrder.village_code
    carried = case((SellerOrder.delivery_receiver == VILLAGE, SellerOrder.delivery_fee), else_=0)
    village = SellerOrder.village_fee + carried
    owed_to_shop = literal(accounts.payable(0).removesuffix("0")) + shop
    owed_by_shop = literal(accounts.receivable(0).removesuffix("0")) + shop
    ours = SellerOrder.platform_collects
    return [
        sale(accounts.ESCROW, SellerOrder.total).where(ours),
        sale(owed_to_shop, SellerOrder.fee + village - SellerOrder.total).where(ours),
        sale(owed_by_shop, SellerOrder.fee + village).where(~ours),
        sale(accounts.FEES, -SellerOrder.fee),
        sale(owed_to_village, -village),
    ]


def _refunds_owed() -> list[Rows]:
    ours = SellerOrder.platform_collects
    return [
        _refund(Refund.owed_at, "refund-owed", accounts.ESCROW, Refund.amount).where(ours),
        _refund(Refund.owed_at, "refund-owed", accounts.BUYER_REFUNDS, -Refund.amount).where(ours),
    ]


def _refunds_sent() -> list[Rows]:
    at_provider = literal(accounts.clearing("")) + PaymentAttempt.provider
    sent = Refund.status == SUCCEEDED
    return [
        _refund(SENT_AT, "refund-sent", accounts.BUYER_REFUNDS, Refund.amount).where(sent),
        _refund(SENT_AT, "refund-sent", at_provider, -Refund.amount).where(sent),
    ]


def _refund(at: Any, kind: str, account: Any, amount: Any) -> Rows:
    reference = SellerOrder.number + ":" + cast(PaymentSplit.id, String) + ":" + Refund.reason
    rows = _due(at, kind, reference, account, amount).join_from(Refund, PaymentSplit)
    return rows.join_from(PaymentSplit, SellerOrder).join_from(PaymentSplit, PaymentAttempt)
