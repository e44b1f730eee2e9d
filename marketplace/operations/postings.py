"""Decides what the ledger should hold, told by payments, orders and refunds, and reads what it does hold.

Both are told in the same columns: `at`, `kind`, `reference`, `account`, `amount` (rupiah, debit positive).
"""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, not_, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect

from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.operations.comparing import Rows
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.models import PAID, PAID_LATE, PaymentAttempt, PaymentSplit, Refund
from marketplace.payments.starting import PROVIDER

# A payment or sale that lost its moment still has a day to be missed on.
_PAID_AT = func.coalesce(PaymentAttempt.paid_at, PaymentAttempt.created_at)
SOLD_AT = func.coalesce(SellerOrder.completed_at, SellerOrder.placed_at)


def is_paid() -> ColumnElement[bool]:
    """Attempts that brought money."""
    return PaymentAttempt.status.in_((PAID, PAID_LATE))


def through_us() -> ColumnElement[bool]:
    """Attempts whose money DesaMart holds; the others went to the shop itself."""
    return PaymentAttempt.provider == PROVIDER


def is_completed() -> ColumnElement[bool]:
    """Seller orders that count as sales."""
    return SellerOrder.status == Status.COMPLETED.value


def due() -> CompoundSelect[*tuple[Any, ...]]:
    """Every line that should be booked, by its reason."""
    return union_all(*_payments(), *_sales(), *_refunds())


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
    owed_to_shop = literal(accounts.payable(0).removesuffix("0")) + shop
    owed_by_shop = literal(accounts.receivable(0).removesuffix("0")) + shop
    ours = SellerOrder.platform_collects
    return [
        sale(accounts.ESCROW, SellerOrder.total).where(ours),
        sale(owed_to_shop, SellerOrder.fee - SellerOrder.total).where(ours),
        sale(owed_by_shop, SellerOrder.fee).where(~ours),
        sale(accounts.FEES, -SellerOrder.fee),
    ]


def _refunds() -> list[Rows]:
    reference = SellerOrder.number + ":" + cast(PaymentSplit.id, String) + ":" + Refund.reason

    def refund(account: str, amount: Any) -> Rows:
        rows = _due(Refund.owed_at, "refund-owed", reference, account, amount)
        return rows.join_from(Refund, PaymentSplit).join_from(PaymentSplit, SellerOrder)

    return [refund(accounts.ESCROW, Refund.amount), refund(accounts.BUYER_REFUNDS, -Refund.amount)]
