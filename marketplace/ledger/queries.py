"""Reads of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.ledger.models import Entry, Posting


class AccountLine(NamedTuple):
    """A line of a statement: when, what, rupiah (debit positive)."""

    happened_at: datetime
    kind: str
    reference: str
    amount: int


def balance(account: str) -> int:
    """Balance in rupiah, debit positive, credit negative."""
    total = db.session.scalar(select(func.sum(Entry.amount)).where(Entry.account == account))
    return int(total or 0)


def statement(accounts: Sequence[str], *, limit: int, offset: int = 0) -> list[AccountLine]:
    """Newest lines of some accounts."""
    rows = db.session.execute(
        select(Posting.happened_at, Posting.kind, Posting.reference, Entry.amount)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(Entry.account.in_(accounts))
        .order_by(Posting.happened_at.desc(), Entry.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [AccountLine(*row) for row in rows]


def unbalanced() -> list[tuple[str, str, int]]:
    """Kind, reference and sum of every posting whose lines do not sum to zero."""
    rows = db.session.execute(
        select(Posting.kind, Posting.reference, func.coalesce(func.sum(Entry.amount), 0))
        .outerjoin(Entry, Entry.posting_id == Posting.id)
        .group_by(Posting.id, Posting.kind, Posting.reference)
        .having((func.coalesce(func.sum(Entry.amount), 0) != 0) | (func.count(Entry.id) == 0))
        .order_by(Posting.id)
    )
    return [(kind, reference, int(total)) for kind, reference, total in rows]
