"""Decides what a day in the books shows: money by its sources beside what the ledger booked on that day.

Days are those of Asia/Jakarta. Every column of a list of days is one query, however many days there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, func, literal, or_, select, union_all
from sqlalchemy.sql.selectable import CompoundSelect, Subquery

from marketplace.extensions import db
from marketplace.kit.clock import day_wib, start_of_day
from marketplace.kit.columns import Moment
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.operations import postings
from marketplace.operations.comparing import Rows, Telling, differing
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import PaymentAttempt, Refund
from marketplace.payments.starting import PROVIDER

ONE_DAY = timedelta(days=1)
EARLIEST = date(2020, 1, 1)  # No money moved before there was a market.
PROVIDERS = (PROVIDER,)
CLEARING = accounts.clearing("")


class Amounts(NamedTuple):
    """What a day moved in rupiah: came in by provider, fees earned, owed back to buyers."""

    came_in: dict[str, int]
    fees: int
    owed_back: int


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
    dates = [newest - ONE_DAY * back for back in range(count)]
    calendar = _calendar(dates)
    told, booked = (_amounts(_dated(rows, calendar)) for rows in (postings.due(), postings.booked()))
    sales, cash = _sales(calendar), _cash(calendar)
    written, broken, unequal = _postings(calendar), _unbalanced(calendar), _unequal(calendar)
    found = []
    for day in dates:
        key = day.isoformat()
        count_sold, sold = sales.get(key, (0, 0))
        wrong = broken.get(key, 0) + unequal.get(key, 0)
        amounts = _of(told, key), _of(booked, key)
        found.append(Day(day, *amounts, count_sold, sold, cash.get(key, 0), written.get(key, 0), wrong))
    return found


def differences(day: date) -> list[Difference]:
    """What does not agree on a day, account by account."""
    calendar = _calendar([day])
    sides = (_keys(_dated(rows, calendar)) for rows in (postings.due(), postings.booked()))
    return [Difference(*row[1:]) for row in db.session.execute(differing(*sides))]


def unbalanced(day: date) -> list[tuple[str, str, int]]:
    """Kind, reference and sum of the day's postings whose lines do not sum to zero, or that have none."""
    rows = _broken(_calendar([day])).subquery().c
    found = db.session.execute(select(rows.kind, rows.reference, rows.total).order_by(rows.id))
    return [(kind, reference, int(total)) for kind, reference, total in found]


def _calendar(dates: Sequence[date]) -> Subquery:
    """Days as rows, so that the database sorts moments into them alike on every engine."""
    return union_all(
        *(
            select(
                literal(day.isoformat(), String).label("day"),
                literal(start_of_day(day), Moment()).label("since"),
                literal(start_of_day(day + ONE_DAY), Moment()).label("until"),
            )
            for day in dates
        )
    ).subquery()


def _within(at: Any, calendar: Subquery) -> Any:
    return (at >= calendar.c.since) & (at < calendar.c.until)


def _dated(rows: Telling, calendar: Subquery) -> Subquery:
    """The rows of these days, each with its `day`."""
    lines = rows.subquery()
    return select(calendar.c.day, *lines.c).join(calendar, _within(lines.c.at, calendar)).subquery()


def _keys(lines: Subquery) -> Rows:
    return select(lines.c.day, lines.c.kind, lines.c.reference, lines.c.account, lines.c.amount)


def _amounts(lines: Subquery) -> dict[tuple[str, str], int]:
    """Sums by day and account, where the account tells what kind of posting this is about."""
    telling = or_(
        (lines.c.kind == "payment") & lines.c.account.startswith(CLEARING, autoescape=True),
        (lines.c.kind == "sale") & (lines.c.account == accounts.FEES),
        (lines.c.kind == "refund-owed") & (lines.c.account == accounts.BUYER_REFUNDS),
    )
    rows = select(lines.c.day, lines.c.account, func.sum(lines.c.amount)).where(telling)
    grouped = db.session.execute(rows.group_by(lines.c.day, lines.c.account))
    return {(day, account): int(total) for day, account, total in grouped}


def _of(sums: dict[tuple[str, str], int], day: str) -> Amounts:
    came_in = {provider: sums.get((day, accounts.clearing(provider)), 0) for provider in PROVIDERS}
    return Amounts(came_in, -sums.get((day, accounts.FEES), 0), -sums.get((day, accounts.BUYER_REFUNDS), 0))


def _sales(calendar: Subquery) -> dict[str, tuple[int, int]]:
    rows = (
        select(calendar.c.day, func.count(), func.sum(SellerOrder.total))
        .select_from(SellerOrder)
        .join(calendar, _within(postings.SOLD_AT, calendar))
        .where(postings.is_completed())
        .group_by(calendar.c.day)
    )
    return {day: (count, int(total)) for day, count, total in db.session.execute(rows)}


def _cash(calendar: Subquery) -> dict[str, int]:
    lines = _dated(postings.cash(), calendar)
    return _numbers(select(lines.c.day, func.sum(lines.c.amount)).group_by(lines.c.day))


def _postings(calendar: Subquery) -> dict[str, int]:
    rows = select(calendar.c.day, func.count(Posting.id)).select_from(Posting)
    return _numbers(rows.join(calendar, _within(Posting.happened_at, calendar)).group_by(calendar.c.day))


def _unbalanced(calendar: Subquery) -> dict[str, int]:
    broken = _broken(calendar).subquery()
    return _numbers(select(broken.c.day, func.count()).group_by(broken.c.day))


def _broken(calendar: Subquery) -> Rows:
    total = func.coalesce(func.sum(Entry.amount), 0)
    return (
        select(calendar.c.day, Posting.id, Posting.kind, Posting.reference, total.label("total"))
        .select_from(Posting)
        .join(calendar, _within(Posting.happened_at, calendar))
        .outerjoin(Entry, Entry.posting_id == Posting.id)
        .group_by(calendar.c.day, Posting.id, Posting.kind, Posting.reference)
        .having((total != 0) | (func.count(Entry.id) == 0))
    )


def _unequal(calendar: Subquery) -> dict[str, int]:
    sides: list[Rows | CompoundSelect[*tuple[Any, ...]]] = [
        _keys(_dated(rows, calendar)) for rows in (postings.due(), postings.booked())
    ]
    found = differing(*sides).order_by(None).subquery()
    return _numbers(select(found.c.day, func.count()).group_by(found.c.day))


def _numbers(rows: Rows) -> dict[str, int]:
    return {key: int(number) for key, number in db.session.execute(rows)}
