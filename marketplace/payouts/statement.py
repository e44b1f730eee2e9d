"""Decides what a payee reads about its money: every posting that touches it, with the balance after it.

Amounts are rupiah to the payee's good, payable and receivable taken together. A posting sums to zero, so what
it changes for a shop is the sum of its other lines: those say how much was sold, kept as a fee, given back,
paid out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, month_bounds, month_of, start_of_day
from marketplace.kit.paging import Page
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.orders.models import COUNTER, Order, SellerOrder
from marketplace.payouts.claiming import OWN_KINDS
from marketplace.payouts.models import Payout
from marketplace.payouts.payees import Payee

PER_PAGE = 25
BATCH = 500
SALES, FEES, CASH_FEES, VILLAGE, REFUNDS, PAYOUTS, OTHER = CATEGORIES = (
    *("sales", "fees", "cash_fees", "village", "refunds", "payouts", "other"),
)


@dataclass
class Line:
    """A posting as the payee reads it: `amount` to its good, `balance` after it, `parts` by category.

    `cash` tells that the payee had the money itself, so that only fees were booked; `at_counter`, that its
    outlet sold the goods and has it.
    """

    posting_id: int
    happened_at: datetime
    kind: str
    reference: str
    amount: int
    balance: int
    cash: bool
    parts: dict[str, int] = field(default_factory=dict)
    payout: Payout | None = None
    at_counter: bool = False

    @property
    def order_number(self) -> str:
        """The seller order that it comes from; empty for payouts."""
        of_an_order = self.kind == "sale" or self.kind.startswith("refund")
        return self.reference.partition(":")[0] if of_an_order else ""


@dataclass(frozen=True)
class Totals:
    """A span of time in rupiah: the balance before, what each category changed, the balance after."""

    before: int
    parts: dict[str, int]

    @property
    def after(self) -> int:
        """The balance at the end."""
        return self.before + sum(self.parts.values())


@dataclass(frozen=True)
class Span:
    """A WIB month, or all of time (`month` empty)."""

    month: str = ""

    def bounds(self) -> tuple[datetime, datetime] | None:
        """First moment of the month and of the next one; None for all of time.

        Raises:
            ValueError: not a month.
        """
        if not self.month:
            return None
        first, after = month_bounds(self.month)
        return start_of_day(first), start_of_day(after)

    def holds(self, at: Any) -> list[Any]:
        """The conditions under which a moment lies in it."""
        bounds = self.bounds()
        return [at >= bounds[0], at < bounds[1]] if bounds else []


def page_of(payee: Payee, span: Span, page: int) -> Page[Line]:
    """The lines of a span, the newest first, cut into pages. Four queries, however many lines."""
    steps = _steps(payee).subquery()
    total = db.session.scalar(select(func.count()).select_from(steps).where(*span.holds(steps.c.happened_at)))
    lines = _lines(_running(payee, span, newest_first=True).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Page(_explained(payee, lines), page, PER_PAGE, total or 0)


def all_lines(payee: Payee, span: Span) -> Iterator[Line]:
    """The lines of a span, the oldest first, read in portions."""
    lines = _lines(_running(payee, span, newest_first=False))
    for start in range(0, len(lines), BATCH):
        yield from _explained(payee, lines[start : start + BATCH])


def totals(payee: Payee, span: Span) -> Totals:
    """What a span changed, by category; it adds up to the balance at its end."""
    own = (payee.payable, payee.receivable)
    steps = _steps(payee).subquery()
    bounds = span.bounds()
    before = 0
    if bounds:
        earlier = select(func.sum(steps.c.amount)).where(steps.c.happened_at < bounds[0])
        before = int(db.session.scalar(earlier) or 0)
    if payee.village_code:
        rows = select(steps.c.kind, func.sum(steps.c.amount)).where(*span.holds(steps.c.happened_at))
        grouped = db.session.execute(rows.group_by(steps.c.kind)).all()
        return Totals(before, _added((_of_village(kind), int(amount)) for kind, amount in grouped))
    others = (
        select(steps.c.first, Entry.account, func.sum(Entry.amount))
        .join(Entry, Entry.posting_id == steps.c.posting_id)
        .where(Entry.account.not_in(own), *span.holds(steps.c.happened_at))
        .group_by(steps.c.first, Entry.account)
    )
    found = db.session.execute(others).all()
    return Totals(
        before,
        _added(
            (_category(account, first == payee.receivable), int(amount)) for first, account, amount in found
        ),
    )


def months(payee: Payee, today: date) -> list[str]:
    """The WIB months from the first line to today, the newest first."""
    first = db.session.scalar(select(func.min(_steps(payee).subquery().c.happened_at)))
    if first is None:
        return [month_of(today)]
    found, month = [], month_of(today)
    while month >= month_of(day_wib(first)):
        found.append(month)
        month = month_of(date.fromordinal(month_bounds(month)[0].toordinal() - 1))
    return found


def _steps(payee: Payee) -> Select[*tuple[Any, ...]]:
    """One row per posting that touches the payee. `first` is its payable account where that is among them."""
    return (
        select(
            Posting.id.label("posting_id"),
            Posting.happened_at,
            Posting.kind,
            Posting.reference,
            (-func.sum(Entry.amount)).label("amount"),
            func.min(Entry.account).label("first"),
        )
        .join(Entry, Entry.posting_id == Posting.id)
        .where(Entry.account.in_((payee.payable, payee.receivable)))
        .group_by(Posting.id, Posting.happened_at, Posting.kind, Posting.reference)
    )


def _running(payee: Payee, span: Span, *, newest_first: bool) -> Select[*tuple[Any, ...]]:
    """The lines of a span with the balance after each, which counts everything before the span too."""
    steps = _steps(payee).subquery()
    after = func.sum(steps.c.amount).over(order_by=(steps.c.happened_at, steps.c.posting_id))
    rows = select(*steps.c, after.label("balance")).subquery()
    order = (rows.c.happened_at, rows.c.posting_id)
    return (
        select(rows, (rows.c.first == payee.receivable).label("cash"))
        .where(*span.holds(rows.c.happened_at))
        .order_by(*(column.desc() if newest_first else column for column in order))
    )


def _lines(rows: Select[*tuple[Any, ...]]) -> list[Line]:
    return [
        Line(
            row.posting_id,
            row.happened_at,
            row.kind,
            row.reference,
            int(row.amount),
            int(row.balance),
            bool(row.cash),
        )
        for row in db.session.execute(rows)
    ]


def _explained(payee: Payee, lines: Sequence[Line]) -> list[Line]:
    """The same lines with their parts, their payouts, and whether an outlet sold it. Three queries."""
    by_id = {line.posting_id: line for line in lines}
    others = select(Entry.posting_id, Entry.account, Entry.amount).where(
        Entry.posting_id.in_(list(by_id)), Entry.account.not_in((payee.payable, payee.receivable))
    )
    for posting_id, account, amount in db.session.execute(others):
        line = by_id[posting_id]
        category = _category(account, line.cash)
        line.parts[category] = line.parts.get(category, 0) + int(amount)
    for line in lines if payee.village_code else ():
        line.parts = {_of_village(line.kind): line.amount}
    at_counter = _at_counter([line.order_number for line in lines if line.order_number])
    for line in lines:
        line.at_counter = line.order_number in at_counter
    numbers = [line.reference for line in lines if line.kind in OWN_KINDS]
    if numbers:
        rows = db.session.scalars(select(Payout).where(Payout.number.in_(numbers))).unique()
        payouts = {payout.number: payout for payout in rows}
        for line in lines:
            line.payout = payouts.get(line.reference) if line.kind in OWN_KINDS else None
    return list(lines)


def _at_counter(numbers: Sequence[str]) -> set[str]:
    """Which of these seller orders were sold over a counter."""
    rows = select(SellerOrder.number).join(Order, Order.id == SellerOrder.order_id)
    return set(db.session.scalars(rows.where(SellerOrder.number.in_(numbers), Order.channel == COUNTER)))


def _category(account: str, cash: bool) -> str:
    """What the other side of a shop's posting is about."""
    if account.startswith("village:"):
        return CASH_FEES if cash else VILLAGE
    return {
        accounts.ESCROW: SALES,
        accounts.FEES: CASH_FEES if cash else FEES,
        accounts.BUYER_REFUNDS: REFUNDS,
        accounts.PAYOUTS: PAYOUTS,
    }.get(account, OTHER)


def _of_village(kind: str) -> str:
    """What a posting means to a village: it sees its part only."""
    if kind in OWN_KINDS:
        return PAYOUTS
    return VILLAGE if kind == "sale" else REFUNDS if kind.startswith("refund") else OTHER


def _added(amounts: Any) -> dict[str, int]:
    found = dict.fromkeys(CATEGORIES, 0)
    for category, amount in amounts:
        found[category] += amount
    return found
