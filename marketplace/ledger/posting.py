"""Decides how money is written down: balanced postings, each once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.ledger.models import Entry, Posting


def post(
    kind: str, reference: str, entries: Sequence[tuple[str, int]], *, happened_at: datetime, at: datetime
) -> Posting:
    """Write one posting of (account, rupiah) lines, debit positive; lines of zero are left out.

    The same (kind, reference) again answers the posting that stands.

    Raises:
        ValueError: the lines do not sum to zero, or nothing is left of them.
    """
    lines = [(account, amount) for account, amount in entries if amount]
    if sum(amount for _, amount in lines) or not lines:
        raise ValueError(f"posting {kind} {reference} does not balance: {lines}")
    standing = db.session.scalar(select(Posting).where(Posting.kind == kind, Posting.reference == reference))
    if standing:
        return standing
    posting = Posting(kind=kind, reference=reference, happened_at=happened_at, created_at=at)
    db.session.add(posting)
    db.session.flush()
    db.session.add_all(
        Entry(posting_id=posting.id, account=account, amount=amount) for account, amount in lines
    )
    db.session.flush()
    return posting
