"""Decides what the ledger should hold, told by payments, orders, refunds, payouts, and what it does hold.

Both are told in the same columns: `at`, `kind`, `reference`, `account`, `amount` (rupiah, debit positive).
"""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, not_, or_, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.operations import clawback_postings, parked_proofs, payout_postings
from marketplace.operations.comparing import Rows
from marketplace.orders.fees import VILLAGE
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import (
    BY_BANK,
    BY_SELLER,
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


_REFUND_NAME = SellerOrder.number + ":" + cast(PaymentSplit.id, String) + ":" + Refund.reason
_SHOP = cast(SellerOrder.shop_id, String)
_OWED_TO_SHOP = literal(accounts.payable(0).removesuffix("0")) + _SHOP
_OWED_BY_SHOP = literal(accounts.receivable(0).removesuffix("0")) + _SHOP
_OWED_TO_VILLAGE = literal(accounts.village_payable("")) + SellerOrder.village_code
_OWED_BY_VILLAGE = literal(accounts.village_receivable("")) + SellerOrder.village_code


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
    refunds = (*_refunds_owed(), *_refunds_sent(), *parked_proofs.rows(_due))
    taken = clawback_postings.rows(_due)
    return union_all(*_payments(), *_sales(), *refunds, *taken, *payout_postings.rows(_due))


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

    ours = SellerOrder.platform_collects
    village = SellerOrder.village_fee + _carried(SellerOrder.delivery_fee)
    return [
        sale(accounts.ESCROW, SellerOrder.total).where(ours),
        sale(_OWED_TO_SHOP, SellerOrder.fee + village - SellerOrder.total).where(ours),
        sale(_OWED_BY_SHOP, SellerOrder.fee + village).where(~ours),
        sale(accounts.FEES, -SellerOrder.fee),
        sale(_OWED_TO_VILLAGE, -village),
        *_sold_less(),
    ]


def _sold_less() -> list[Rows]:
    """What went back before a sale was booked is taken off it."""
    ours = SellerOrder.platform_collects
    back = Refund.goods + Refund.delivery
    village = Refund.village_fee + _carried(Refund.delivery)

    def less(account: Any, amount: Any) -> Rows:
        rows = _due(SOLD_AT, "sale", SellerOrder.number, account, amount)
        return _of_refunds(rows).where(is_completed(), ~Refund.after_sale)

    return [
        less(accounts.ESCROW, -back).where(ours),
        less(_OWED_TO_SHOP, back - Refund.fee - village).where(ours),
        less(_OWED_BY_SHOP, -Refund.fee - village).where(~ours),
        less(accounts.FEES, Refund.fee),
        less(_OWED_TO_VILLAGE, village),
    ]


def _refunds_owed() -> list[Rows]:
    """Before the sale is booked the escrow owes what lies with us, afterwards who had a part of the sale."""

    def owed(account: Any, amount: Any) -> Rows:
        return _refund(Refund.owed_at, "refund-owed", account, amount)

    held, late = Refund.way != BY_SELLER, Refund.after_sale
    village = Refund.village_fee + _carried(Refund.delivery)
    shop = Refund.amount - Refund.fee - village
    given_by_hand = Refund.fee + village
    return [
        owed(accounts.ESCROW, Refund.amount).where(held, ~late),
        owed(accounts.BUYER_REFUNDS, -Refund.amount).where(held),
        owed(accounts.FEES, Refund.fee).where(late),
        owed(_OWED_TO_VILLAGE, Refund.on_village_payable).where(late),
        owed(_OWED_BY_VILLAGE, village - Refund.on_village_payable).where(late),
        owed(_OWED_TO_SHOP, Refund.on_payable).where(late, held),
        owed(_OWED_BY_SHOP, shop - Refund.on_payable).where(late, held),
        owed(_OWED_TO_SHOP, -Refund.on_payable).where(late, ~held),
        owed(_OWED_BY_SHOP, Refund.on_payable - given_by_hand).where(late, ~held),
    ]


def _refunds_sent() -> list[Rows]:
    at_provider = literal(accounts.clearing("")) + PaymentAttempt.provider
    from_us = case(
        (Refund.clawback_id.is_not(None), clawback_postings.waiting_place(Refund.clawback_id)),
        (Refund.way == BY_BANK, literal(accounts.BANK)),
        else_=at_provider,
    )
    sent = (Refund.status == SUCCEEDED) & (Refund.way != BY_SELLER)
    reference = clawback_postings.again(_REFUND_NAME, Refund.returned + 1)
    return [
        _of_refunds(_due(SENT_AT, "refund-sent", reference, accounts.BUYER_REFUNDS, Refund.amount)).where(
            sent
        ),
        _of_refunds(_due(SENT_AT, "refund-sent", reference, from_us, -Refund.amount)).where(sent),
    ]


def _refund(at: Any, kind: str, account: Any, amount: Any) -> Rows:
    return _of_refunds(_due(at, kind, _REFUND_NAME, account, amount))


def _of_refunds(rows: Rows) -> Rows:
    joined = rows.join_from(Refund, PaymentSplit).join_from(PaymentSplit, SellerOrder)
    return joined.join_from(PaymentSplit, PaymentAttempt)


def _carried(fee: Any) -> ColumnElement[int]:
    """A delivery fee as far as it is the village's."""
    return case((SellerOrder.delivery_receiver == VILLAGE, fee), else_=0)
