"""Decides what a day in the books shows: money by its sources beside what the ledger booked on that day.

Days are those of Asia/Jakarta. Every column of a list of days is one query, however many days there are.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.sql.selectable import Subquery

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.days import wib_day
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.operations import postings
from marketplace.operations.comparing import Rows, Telling, differing
from marketplace.orders.models import SellerOrder
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import PaymentAttempt, Refund
from marketplace.payouts import claiming, settling

ONE_DAY = timedelta(days=1)
EARLIEST = date(2020, 1, 1)  # No money moved before there was a market.
CLEARING = accounts.clearing("")


class Span(NamedTuple):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def holds(self, at: Any) -> ColumnElement[bool]:
        """Whether a moment lies in these days."""
        return and_(at >= start_of_day(self.first), at < start_of_day(self.last + ONE_DAY))


class Amounts(NamedTuple):
    """What a day moved in rupiah: came in by provider, fees, owed back to buyers, to the bank, paid out."""

    came_in: dict[str, int]
    fees: int
    owed_back: int
    to_bank: int
    paid_out: int


@dataclass(frozen=True)
class Day:
    """One day: `told` by payments, orders and refunds, `booked` in the ledger; sales, cash at shops.

    `differences` counts what does not agree: amounts on an account, and postings that do not balance.
    """

    day: date
    told: Amounts
    booked: Amounts
    sales: int
    sold: int
    cash: int
    postings: int
    differences: int

    @property
    def agrees(self) -> bool:
        """Whether the day's postings balance and are those that their sources ask for."""
        return not self.differences


class Difference(NamedTuple):
    """An account on which a posting of the day is not what its source says, in rupiah."""

    kind: str
    reference: str
    account: str
    should_be: int
    stands: int


def first_day(today: date) -> date:
    """The first day on which money moved, or `today`."""
    moments = (
        db.session.scalar(select(func.min(column)))
        for column in (
            Posting.happened_at,
            PaymentAttempt.paid_at,
            SellerOrder.completed_at,
            Refund.owed_at,
        )
    )
    return min([today, *(day_wib(moment) for moment in moments if moment)])


def days(newest: date, count: int) -> list[Day]:
    """`count` days up to `newest`, the newest first."""
    span = Span(newest - ONE_DAY * (count - 1), newest)
    told, booked = (_amounts(_dated(rows, span)) for rows in (postings.due(), postings.booked()))
    sales, cash = _sales(span), _cash(span)
    written, broken, unequal = _postings(span), _unbalanced(span), _unequal(span)
    found = []
    for day in (newest - ONE_DAY * back for back in range(count)):
        key = day.isoformat()
        amounts = _of(told, key), _of(booked, key)
        wrong = broken.get(key, 0) + unequal.get(key, 0)
        found.append(
            Day(day, *amounts, *sales.get(key, (0, 0)), cash.get(key, 0), written.get(key, 0), wrong)
        )
    return found


def differences(day: date) -> list[Difference]:
    """What does not agree on a day, account by account."""
    return [Difference(*row[1:]) for row in db.session.execute(_differing(Span(day, day)))]


def unbalanced(day: date) -> list[tuple[str, str, int]]:
    """Kind, reference and sum of the day's postings whose lines do not sum to zero, or that have none."""
    rows = _broken(Span(day, day)).subquery().c
    found = db.session.execute(select(rows.kind, rows.reference, rows.total).order_by(rows.id))
    return [(kind, reference, int(total)) for kind, reference, total in found]


def _dated(rows: Telling, span: Span) -> Subquery:
    """The rows of these days, each with its `day`."""
    lines = rows.subquery()
    return select(wib_day(lines.c.at).label("day"), *lines.c).where(span.holds(lines.c.at)).subquery()


def _keys(lines: Subquery) -> Rows:
    return select(lines.c.day, lines.c.kind, lines.c.reference, lines.c.account, lines.c.amount)


def _amounts(lines: Subquery) -> dict[tuple[str, str], int]:
    """Sums by day and account, where the account tells what kind of posting this is about."""
    telling = or_(
        (lines.c.kind == "payment") & lines.c.account.startswith(CLEARING, autoescape=True),
        lines.c.kind.in_(("sale", "refund-owed")) & (lines.c.account == accounts.FEES),
        (lines.c.kind == "refund-owed") & (lines.c.account == accounts.BUYER_REFUNDS),
        (lines.c.kind == settling.SETTLED) & (lines.c.account == accounts.BANK),
        (lines.c.kind == claiming.CONFIRMED) & (lines.c.account == accounts.PAYOUTS),
    )
    rows = select(lines.c.day, lines.c.account, func.sum(lines.c.amount)).where(telling)
    grouped = db.session.execute(rows.group_by(lines.c.day, lines.c.account))
    return {(day, account): int(total) for day, account, total in grouped}


def _of(sums: dict[tuple[str, str], int], day: str) -> Amounts:
    came_in = {provider: sums.get((day, accounts.clearing(provider)), 0) for provider in HOLDING}
    return Amounts(
        came_in,
        -sums.get((day, accounts.FEES), 0),
        -sums.get((day, accounts.BUYER_REFUNDS), 0),
        sums.get((day, accounts.BANK), 0),
        sums.get((day, accounts.PAYOUTS), 0),
    )


def _sales(span: Span) -> dict[str, tuple[int, int]]:
    day = wib_day(postings.SOLD_AT)
    rows = select(day, func.count(), func.sum(SellerOrder.total)).where(
        postings.is_completed(), span.holds(postings.SOLD_AT)
    )
    return {key: (count, int(total)) for key, count, total in db.session.execute(rows.group_by(day))}


def _cash(span: Span) -> dict[str, int]:
    lines = _dated(postings.cash(), span)
    return _numbers(select(lines.c.day, func.sum(lines.c.amount)).group_by(lines.c.day))


def _postings(span: Span) -> dict[str, int]:
    day = wib_day(Posting.happened_at)
    rows = select(day, func.count(Posting.id)).where(span.holds(Posting.happened_at))
    return _numbers(rows.group_by(day))


def _unbalanced(span: Span) -> dict[str, int]:
    broken = _broken(span).subquery()
    day = wib_day(broken.c.happened_at)
    return _numbers(select(day, func.count()).group_by(day))


def _broken(span: Span) -> Rows:
    total = func.coalesce(func.sum(Entry.amount), 0)
    return (
        select(Posting.id, Posting.kind, Posting.reference, Posting.happened_at, total.label("total"))
        .outerjoin(Entry, Entry.posting_id == Posting.id)
        .where(span.holds(Posting.happened_at))
        .group_by(Posting.id, Posting.kind, Posting.reference, Posting.happened_at)
        .having((total != 0) | (func.count(Entry.id) == 0))
    )


def _unequal(span: Span) -> dict[str, int]:
    found = _differing(span).order_by(None).subquery()
    return _numbers(select(found.c.day, func.count()).group_by(found.c.day))


def _differing(span: Span) -> Rows:
    return differing(_keys(_dated(postings.due(), span)), _keys(_dated(postings.booked(), span)))


def _numbers(rows: Rows) -> dict[str, int]:
    return {key: int(number) for key, number in db.session.execute(rows)}
