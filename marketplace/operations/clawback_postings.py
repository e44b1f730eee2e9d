"""Decides what the ledger should hold about money that providers took back by themselves."""

from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, select

from marketplace.ledger import accounts
from marketplace.operations.comparing import Rows
from marketplace.operations.payout_postings import Line
from marketplace.orders.models import SellerOrder
from marketplace.payments import clawing, covering
from marketplace.payments.clawback_models import (
    DISPUTED,
    Clawback,
    ClawbackDecision,
    ClawbackMove,
    RefundReturn,
)
from marketplace.payments.models import BY_BANK, PAID, PAID_LATE, PaymentAttempt, PaymentSplit, Refund

_PLACE = case((Clawback.kind == DISPUTED, literal(accounts.DISPUTED)), else_=literal(accounts.UNCLEAR))
_MOVE = literal("tarik:") + cast(Clawback.id, String) + ":" + cast(ClawbackMove.id, String)
_REFUND = SellerOrder.number + ":" + cast(PaymentSplit.id, String) + ":" + Refund.reason


def rows(line: Line) -> list[Rows]:
    """Every line that should be booked; `line` puts moment, kind, reference, account, amount into columns."""
    return [*_moved(line), *_lost(line), *_returned(line), *_fees(line)]


def counts() -> ColumnElement[bool]:
    """Whether the payment of a clawback counts, in a query that joins its attempt."""
    return PaymentAttempt.status.in_((PAID, PAID_LATE))


def waiting_place(clawback_id: Any) -> ColumnElement[str]:
    """The account where the money of a clawback waits."""
    return select(_PLACE).where(Clawback.id == clawback_id).scalar_subquery()


def again(name: Any, number: Any) -> ColumnElement[str]:
    """What the `number`th sending of a refund is called."""
    return case((number > 1, name + ":" + cast(number, String)), else_=name)


def moved_at(provider: str) -> Rows:
    """What a provider took from its balance by itself and has not given back, with its fees, in rupiah."""
    moved = select(func.coalesce(func.sum(ClawbackMove.amount + ClawbackMove.fee), 0))
    joined = moved.join_from(ClawbackMove, Clawback).join(PaymentAttempt)
    return joined.where(Clawback.provider == provider, counts())


def _moved(line: Line) -> list[Rows]:
    def moved(account: Any, amount: Any) -> Rows:
        told = line(ClawbackMove.happened_at, clawing.POSTING, _MOVE, account, amount)
        return told.join_from(ClawbackMove, Clawback).join(PaymentAttempt).where(counts())

    at_provider = literal(accounts.clearing("")) + Clawback.provider
    return [
        moved(at_provider, -ClawbackMove.amount - ClawbackMove.fee),
        moved(_PLACE, ClawbackMove.amount),
        moved(accounts.PROVIDER_FEES, ClawbackMove.fee),
    ]


def _lost(line: Line) -> list[Rows]:
    name = literal("rugi:") + cast(ClawbackDecision.id, String)

    def lost(account: Any, amount: Any) -> Rows:
        told = line(ClawbackDecision.decided_at, covering.LOST_POSTING, name, account, amount)
        return told.join_from(ClawbackDecision, Clawback).where(ClawbackDecision.lost != 0)

    return [lost(accounts.LOSSES, ClawbackDecision.lost), lost(_PLACE, -ClawbackDecision.lost)]


def _returned(line: Line) -> list[Rows]:
    """Each sending that failed, and its coming back."""
    at_provider = literal(accounts.clearing("")) + PaymentAttempt.provider
    source = case(
        (RefundReturn.clawback_id.is_not(None), waiting_place(RefundReturn.clawback_id)),
        (RefundReturn.way == BY_BANK, literal(accounts.BANK)),
        else_=at_provider,
    )
    sent = again(_REFUND, RefundReturn.number)
    back = _REFUND + ":" + cast(RefundReturn.number, String)

    def told(at: Any, kind: str, name: Any, account: Any, amount: Any) -> Rows:
        row = line(at, kind, name, account, amount).join_from(RefundReturn, Refund)
        joined = row.join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        return joined.join(SellerOrder).join(PaymentAttempt, PaymentAttempt.id == PaymentSplit.attempt_id)

    owed = accounts.BUYER_REFUNDS
    return [
        told(RefundReturn.settled_at, "refund-sent", sent, owed, Refund.amount),
        told(RefundReturn.settled_at, "refund-sent", sent, source, -Refund.amount),
        told(RefundReturn.returned_at, "refund-returned", back, source, Refund.amount),
        told(RefundReturn.returned_at, "refund-returned", back, owed, -Refund.amount),
    ]


def _fees(line: Line) -> list[Rows]:
    """What shops bear of the fees for disputes that were lost."""
    shop = literal(accounts.receivable(0).removesuffix("0")) + cast(SellerOrder.shop_id, String)

    def fee(account: Any, amount: Any) -> Rows:
        told = line(Refund.settled_at, covering.FEE_POSTING, _REFUND, account, amount)
        joined = told.join_from(Refund, PaymentSplit, and_(PaymentSplit.id == Refund.split_id))
        return joined.join(SellerOrder).where(Refund.dispute_fee != 0)

    return [fee(shop, Refund.dispute_fee), fee(accounts.PROVIDER_FEES, -Refund.dispute_fee)]
