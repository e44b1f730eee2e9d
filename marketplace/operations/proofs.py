"""Decides whether the books agree: each proof recomputes one thing from another and names each difference."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, func, or_, select

from marketplace.catalog.models import StockMovement, Variant
from marketplace.extensions import db
from marketplace.indicators import proofs as indicators
from marketplace.kit import outbox
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.ledger.queries import unbalanced
from marketplace.operations import worker
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.orders.states import UNDELIVERED, Status
from marketplace.payments.models import PAID, PAID_LATE, PaymentAttempt, PaymentSplit, Refund
from marketplace.search import queries as search

Rows = Select[*tuple[Any, ...]]
ENDED_EMPTY = [status.value for status in UNDELIVERED]
WITHOUT_GOODS = [*ENDED_EMPTY, Status.AWAITING_PAYMENT.value]
HANDED_OVER = [Status.DELIVERED.value, Status.DISPUTED.value, Status.COMPLETED.value]


@dataclass(frozen=True)
class Proof:
    """One proof: `differences` names each row that does not agree, in words."""

    name: str
    claim: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """All proofs of one run, and how many outbox events were still in flight."""

    at: datetime
    in_flight: int
    proofs: tuple[Proof, ...]

    @property
    def holds(self) -> bool:
        """Whether everything agrees."""
        return not any(proof.differences for proof in self.proofs)

    def as_json(self) -> dict[str, Any]:
        """The result for programs."""
        return {
            "at": self.at.isoformat(),
            "holds": self.holds,
            "in_flight": self.in_flight,
            "proofs": [
                {"name": proof.name, "claim": proof.claim, "differences": list(proof.differences)}
                for proof in self.proofs
            ],
        }

    def as_text(self) -> str:
        """The result for people."""
        lines = []
        for proof in self.proofs:
            lines.append(f"{'FAIL' if proof.differences else 'ok  '}  {proof.name:8} {proof.claim}")
            lines += [f"        {difference}" for difference in proof.differences]
        lines.append(
            f"{self.in_flight} events in flight; " + ("all proofs hold" if self.holds else "NOT all hold")
        )
        return "\n".join(lines)


def prove(*, at: datetime) -> Result:
    """Hand on what waits in the outbox (up to 30 seconds), then run all proofs."""
    in_flight = worker.drain(at=at)
    db.session.remove()
    return Result(at, in_flight, tuple(Proof(name, claim, tuple(check())) for name, claim, check in PROOFS))


def stock() -> list[str]:
    """What lies on the shelf is the sum of what came and went; what went is what was ordered."""
    moved = func.coalesce(func.sum(StockMovement.quantity), 0)
    shelf = (
        select(Variant.id, Variant.on_hand, moved)
        .outerjoin(StockMovement, StockMovement.variant_id == Variant.id)
        .group_by(Variant.id, Variant.on_hand)
        .having(Variant.on_hand != moved)
        .order_by(Variant.id)
    )
    found = _say(shelf, "variant {0}: on_hand {1}, movements {2}")
    gone = (
        select(
            StockMovement.reference,
            StockMovement.variant_id,
            (-func.sum(StockMovement.quantity)).label("pieces"),
        )
        .where(StockMovement.kind.in_(("sold", "returned")))
        .group_by(StockMovement.reference, StockMovement.variant_id)
        .subquery()
    )
    due = case((SellerOrder.status.in_(WITHOUT_GOODS), 0), else_=OrderLine.quantity)
    ordered = (
        select(SellerOrder.number, OrderLine.variant_id, due, func.coalesce(gone.c.pieces, 0))
        .select_from(OrderLine)
        .join(SellerOrder)
        .outerjoin(
            gone, and_(gone.c.reference == SellerOrder.number, gone.c.variant_id == OrderLine.variant_id)
        )
        .where(OrderLine.stocked, due != func.coalesce(gone.c.pieces, 0))
        .order_by(SellerOrder.id)
    )
    return found + _say(ordered, "seller order {0}, variant {1}: ordered {2}, taken from stock {3}")


def totals() -> list[str]:
    """Lines add up to seller orders, seller orders to orders."""
    children = (
        select(Order.number, Order.total, func.coalesce(func.sum(SellerOrder.total), 0))
        .outerjoin(SellerOrder)
        .group_by(Order.id, Order.number, Order.total)
        .having(Order.total != func.coalesce(func.sum(SellerOrder.total), 0))
    )
    goods, fees = func.coalesce(func.sum(OrderLine.total), 0), func.coalesce(func.sum(OrderLine.fee), 0)
    lines = (
        select(SellerOrder.number, SellerOrder.goods_total, goods, SellerOrder.fee, fees)
        .outerjoin(OrderLine)
        .group_by(SellerOrder.id, SellerOrder.number, SellerOrder.goods_total, SellerOrder.fee)
        .having(or_(SellerOrder.goods_total != goods, SellerOrder.fee != fees))
    )
    return _say(children, "order {0}: total {1}, seller orders {2}") + _say(
        lines, "seller order {0}: goods {1}, lines {2}; fee {3}, lines {4}"
    )


def splits() -> list[str]:
    """Shares add up to payments, and each delivered or paid seller order was paid exactly its total."""
    asked, paid = (
        func.coalesce(func.sum(PaymentSplit.asked), 0),
        func.coalesce(func.sum(PaymentSplit.paid), 0),
    )
    due = case((PaymentAttempt.status.in_((PAID, PAID_LATE)), PaymentAttempt.amount), else_=0)
    payments = (
        select(PaymentAttempt.key, PaymentAttempt.amount, asked, due, paid)
        .outerjoin(PaymentSplit)
        .group_by(PaymentAttempt.id, PaymentAttempt.key, PaymentAttempt.amount, PaymentAttempt.status)
        .having(or_(PaymentAttempt.amount != asked, due != paid))
    )
    owed = (
        select(Refund.split_id, func.sum(Refund.amount).label("amount")).group_by(Refund.split_id).subquery()
    )
    kept = func.coalesce(func.sum(PaymentSplit.paid - func.coalesce(owed.c.amount, 0)), 0)
    must_be_paid = or_(
        SellerOrder.status.in_(HANDED_OVER),
        and_(SellerOrder.platform_collects, SellerOrder.status.not_in(WITHOUT_GOODS)),
    )
    due_child = case((must_be_paid, SellerOrder.total), else_=0)
    children = (
        select(SellerOrder.number, due_child, kept)
        .outerjoin(PaymentSplit, PaymentSplit.seller_order_id == SellerOrder.id)
        .outerjoin(owed, owed.c.split_id == PaymentSplit.id)
        .group_by(
            SellerOrder.id,
            SellerOrder.number,
            SellerOrder.total,
            SellerOrder.status,
            SellerOrder.platform_collects,
        )
        .having(due_child != kept)
    )
    return _say(
        payments, "payment {0}: amount {1}, shares ask {2}; must be paid {3}, shares paid {4}"
    ) + _say(children, "seller order {0}: must be paid {1}, shares keep {2}")


def ledger() -> list[str]:
    """Postings balance; payments, sales and refunds stand once, with their amounts; escrow is what is open."""
    found = [f"posting {kind} {reference}: lines sum to {total}" for kind, reference, total in unbalanced()]
    found += _booked("payment", _payments_due(), lambda: Entry.account.like("platform:clearing:%"), sign=1)
    found += _booked("sale", _fees_due(), lambda: Entry.account == accounts.FEES, sign=-1)
    found += _booked("refund-owed", _refunds_due(), lambda: Entry.account == accounts.BUYER_REFUNDS, sign=-1)
    return found + _escrow()


def _payments_due() -> Rows:
    return (
        select(PaymentAttempt.key, PaymentAttempt.amount)
        .join(Order)
        .where(PaymentAttempt.status.in_((PAID, PAID_LATE)), PaymentAttempt.provider == "stripe")
    )


def _fees_due() -> Rows:
    return select(SellerOrder.number, SellerOrder.fee).where(
        SellerOrder.status == Status.COMPLETED.value, SellerOrder.fee != 0
    )


def _refunds_due() -> Rows:
    reference = SellerOrder.number + ":" + cast(PaymentSplit.id, String) + ":" + Refund.reason
    return (
        select(reference, Refund.amount)
        .select_from(Refund)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(SellerOrder, SellerOrder.id == PaymentSplit.seller_order_id)
    )


def _booked(kind: str, due: Rows, side: Callable[[], Any], *, sign: int) -> list[str]:
    """Compare what should be booked under `kind` with what is, both ways."""
    wanted = {reference: int(amount) for reference, amount in db.session.execute(due)}
    rows = db.session.execute(
        select(Posting.reference, func.sum(Entry.amount))
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Posting.kind == kind, side())
        .group_by(Posting.reference)
    )
    booked = {reference: sign * int(amount) for reference, amount in rows}
    return [
        f"{kind} {reference}: should be booked with {wanted.get(reference, 0)}, is {booked.get(reference, 0)}"
        for reference in sorted(wanted.keys() | booked.keys())
        if wanted.get(reference, 0) != booked.get(reference, 0)
    ]


def _escrow() -> list[str]:
    at_stake = (SellerOrder.id == PaymentSplit.seller_order_id) & SellerOrder.platform_collects
    paid = db.session.scalar(select(func.sum(PaymentSplit.paid)).join(SellerOrder, at_stake))
    sold = db.session.scalar(
        select(func.sum(SellerOrder.total)).where(
            SellerOrder.platform_collects, SellerOrder.status == Status.COMPLETED.value
        )
    )
    owed = db.session.scalar(
        select(func.sum(Refund.amount))
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .join(SellerOrder, at_stake)
    )
    balance = db.session.scalar(select(func.sum(Entry.amount)).where(Entry.account == accounts.ESCROW))
    expected = int(paid or 0) - int(sold or 0) - int(owed or 0)
    if -int(balance or 0) == expected:
        return []
    return [f"escrow: open orders hold {expected}, the account says {-int(balance or 0)}"]


def in_flight() -> list[str]:
    """Nothing in the outbox has failed for good."""
    return [f"event {event_id}, {handler}: {error}" for event_id, handler, error in outbox.failing()]


def _say(rows: Rows, words: str) -> list[str]:
    return [words.format(*row) for row in db.session.execute(rows)]


PROOFS: tuple[tuple[str, str, Callable[[], list[str]]], ...] = (
    ("stok", "on_hand = sum of movements; taken = ordered", stock),
    ("jumlah", "lines = seller orders = orders", totals),
    ("bagian", "shares = payments; paid = total per seller order", splits),
    ("bukubesar", "postings balance; payments, sales, refunds booked once; escrow = open orders", ledger),
    ("fakta", "sale facts = completed lines", indicators.differences),
    ("antrean", "every event reached its listeners", in_flight),
    ("indeks", "text index = products on sale", search.divergence),
)
