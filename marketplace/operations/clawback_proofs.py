"""Decides whether what providers took back by themselves agrees with refunds, accounts, orders."""

from sqlalchemy import and_, case, exists, func, literal, or_, select, union_all

from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations.clawback_postings import counts
from marketplace.operations.comparing import compare, say
from marketplace.orders.models import SellerOrder
from marketplace.payments import clawing
from marketplace.payments.clawback_models import (
    DISPUTED,
    OPEN,
    REFUNDED,
    Clawback,
    ClawbackDecision,
    ClawbackMove,
    RefundReturn,
)
from marketplace.payments.models import PaymentAttempt, PaymentSplit, ProviderEvent, Refund


def clawbacks() -> list[str]:
    """Each is its movements, pays for its refunds, was told by an event, and its orders know of the doubt."""
    return [*_sums(), *_told(), *_placed(), *_accounts(), *_marked(), *_returned()]


def _sums() -> list[str]:
    found = []
    for what, column, rows in (
        ("took", Clawback.taken, select(ClawbackMove.clawback_id, ClawbackMove.amount)),
        ("charged", Clawback.fee, select(ClawbackMove.clawback_id, ClawbackMove.fee)),
        ("pays for", Clawback.covered, select(Refund.clawback_id, Refund.amount)),
        ("lost", Clawback.lost, select(ClawbackDecision.clawback_id, ClawbackDecision.lost)),
    ):
        kept = rows.where(Refund.clawback_id.is_not(None)) if what == "pays for" else rows
        found += compare(select(Clawback.id, column), kept, f"clawback {{0}}: {what} {{1}}, rows say {{2}}")
    return found


def _told() -> list[str]:
    """A provider has said it, of the payment that it is booked on."""
    spoke = exists().where(ProviderEvent.provider == Clawback.provider, ProviderEvent.money == Clawback.money)
    silent = select(Clawback.id, Clawback.name).where(~spoke)
    elsewhere = (
        select(Clawback.id, PaymentAttempt.key)
        .join_from(Clawback, PaymentAttempt)
        .where(or_(PaymentAttempt.provider != Clawback.provider, PaymentAttempt.money != Clawback.money))
    )
    missed = (
        select(Clawback.id, PaymentAttempt.key)
        .join(
            PaymentAttempt,
            and_(PaymentAttempt.provider == Clawback.provider, PaymentAttempt.money == Clawback.money),
        )
        .where(Clawback.attempt_id.is_(None), counts())
    )
    return [
        *say(silent, "clawback {0} ({1}): no provider has said it"),
        *say(elsewhere, "clawback {0}: is about another payment than {1}"),
        *say(missed, "clawback {0}: is about payment {1} and not booked"),
    ]


def _placed() -> list[str]:
    """Refunds that it pays for are of its payment; of one that is not booked nothing is placed."""
    strange = (
        select(Refund.id, Refund.clawback_id)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(Clawback, Clawback.id == Refund.clawback_id)
        .where(or_(Clawback.attempt_id.is_(None), Clawback.attempt_id != PaymentSplit.attempt_id))
    )
    return say(strange, "refund {0}: paid by clawback {1} of another payment")


def _accounts() -> list[str]:
    """What waits to be placed is what the two accounts hold, and nothing else."""
    found = []
    for kind, account in ((DISPUTED, accounts.DISPUTED), (REFUNDED, accounts.UNCLEAR)):
        rows = select(func.sum(clawing.UNCLEAR)).join_from(Clawback, PaymentAttempt)
        expected = int(db.session.scalar(rows.where(Clawback.kind == kind, counts())) or 0)
        held = balance(account)
        if held != expected:
            found.append(f"{account}: {expected} waits to be placed, the account says {held}")
    return found


def _marked() -> list[str]:
    """Exactly the seller orders know of a doubt whose payment has money that is disputed or not placed."""
    judged = and_(Clawback.kind == DISPUTED, Clawback.standing == OPEN, ~Clawback.dismissed)
    doubtful = (
        select(PaymentSplit.seller_order_id)
        .join(PaymentAttempt, PaymentAttempt.id == PaymentSplit.attempt_id)
        .join(Clawback, Clawback.attempt_id == PaymentAttempt.id)
        .where(or_(clawing.UNCLEAR != 0, clawing.UNREAD, judged), counts())
        .distinct()
        .subquery()
    )
    due = select(SellerOrder.number, literal(1)).join(doubtful, doubtful.c.seller_order_id == SellerOrder.id)
    real = select(SellerOrder.number, literal(1)).where(SellerOrder.contested_at.is_not(None))
    return compare(due, real, "seller order {0}: money in doubt {1}, it says {2}")


def _returned() -> list[str]:
    """A refund counts how often its money came back."""
    return compare(
        select(Refund.id, Refund.returned),
        union_all(select(RefundReturn.refund_id, case((RefundReturn.number > 0, 1), else_=0))),
        "refund {0}: came back {1} times, its rows say {2}",
    )
