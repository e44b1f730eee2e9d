"""Decides whether payouts agree: with the lines they claim, with their steps, and with the bank."""

from sqlalchemy import and_, func, or_, select

from marketplace.extensions import db
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry, Posting
from marketplace.ledger.queries import balance
from marketplace.operations import postings
from marketplace.operations.comparing import compare, say
from marketplace.operations.payout_postings import payable
from marketplace.payouts import claiming
from marketplace.payouts.models import Payout, PayoutBatch, PayoutEvent, PayoutItem
from marketplace.payouts.payees import SHOPS, VILLAGES
from marketplace.payouts.states import ON_THE_WAY, Status


def payouts() -> list[str]:
    """Each payout is the sum of its lines and stands where its last step led; no line is paid out twice."""
    return [*_sums(), *_claims(), *_steps(), *_people(), *_owed(), *_on_the_way(), *_bank()]


def _sums() -> list[str]:
    claimed = select(Payout.number, -Entry.amount).join_from(PayoutItem, Payout).join_from(PayoutItem, Entry)
    return compare(
        select(Payout.number, Payout.gross), claimed, "payout {0}: pays out {1}, its lines come to {2}"
    )


def _claims() -> list[str]:
    """A line is claimed as long as its payout stands, belongs to its payee, and is in one payout at most."""
    lines = (
        select(Payout.number, PayoutItem.entry_id, Entry.account)
        .join_from(PayoutItem, Payout)
        .join_from(PayoutItem, Entry)
        .order_by(PayoutItem.id)
    )
    rejected = Payout.status == Status.REJECTED.value
    given_up = lines.where(~rejected, PayoutItem.released_at.is_not(None))
    kept = lines.where(rejected, PayoutItem.released_at.is_(None))
    strange = lines.where(Entry.account != payable())
    own = lines.join(Posting, Posting.id == Entry.posting_id).where(Posting.kind.in_(claiming.OWN_KINDS))
    twice = (
        select(PayoutItem.entry_id, func.count())
        .where(PayoutItem.released_at.is_(None))
        .group_by(PayoutItem.entry_id)
        .having(func.count() > 1)
        .order_by(PayoutItem.entry_id)
    )
    return [
        *say(given_up, "payout {0}: stands, but has given up line {1}"),
        *say(kept, "payout {0}: is rejected, but still claims line {1}"),
        *say(strange, "payout {0}: claims line {1} of account {2}"),
        *say(own, "payout {0}: claims line {1}, which a payout wrote"),
        *say(twice, "line {0}: claimed by {1} payouts"),
    ]


def _steps() -> list[str]:
    """A payout stands where its last step led, and every step began where the one before it ended."""
    before = func.lag(PayoutEvent.to_status, 1, Status.DRAFT.value).over(
        partition_by=PayoutEvent.payout_id, order_by=PayoutEvent.id
    )
    steps = select(
        PayoutEvent.id,
        PayoutEvent.payout_id,
        PayoutEvent.from_status,
        PayoutEvent.to_status,
        before.label("came_from"),
    ).subquery()
    torn = (
        select(Payout.number, steps.c.from_status, steps.c.came_from)
        .join(Payout, Payout.id == steps.c.payout_id)
        .where(steps.c.from_status != steps.c.came_from)
        .order_by(steps.c.id)
    )
    newest = select(PayoutEvent.payout_id, func.max(PayoutEvent.id).label("id")).group_by(
        PayoutEvent.payout_id
    )
    last = newest.subquery()
    led_to = func.coalesce(PayoutEvent.to_status, Status.DRAFT.value)
    elsewhere = (
        select(Payout.number, Payout.status, led_to)
        .outerjoin(last, last.c.payout_id == Payout.id)
        .outerjoin(PayoutEvent, PayoutEvent.id == last.c.id)
        .where(Payout.status != led_to)
        .order_by(Payout.id)
    )
    return [
        *say(torn, "payout {0}: a step begins at {1} after one that ended at {2}"),
        *say(elsewhere, "payout {0}: is {1}, its last step led to {2}"),
    ]


def _people() -> list[str]:
    """What left the draft was approved by somebody who had not collected it."""
    left = Payout.status.not_in([Status.DRAFT.value, Status.REJECTED.value])
    nobody = PayoutBatch.approved_by.is_(None)
    same = PayoutBatch.approved_by == PayoutBatch.created_by
    rows = select(Payout.number).join(PayoutBatch).where(left, or_(nobody, same)).order_by(Payout.id)
    return say(rows, "payout {0}: was not approved by a second person")


def _owed() -> list[str]:
    """What is still owed to each payee is what no payout has claimed."""
    whose = or_(Entry.account.startswith(SHOPS), Entry.account.startswith(VILLAGES))
    claims = and_(PayoutItem.entry_id == Entry.id, PayoutItem.released_at.is_(None))
    waiting = (
        select(Entry.account, Entry.amount)
        .join(Posting, Posting.id == Entry.posting_id)
        .where(whose, Posting.kind.not_in(claiming.OWN_KINDS), ~select(PayoutItem.id).where(claims).exists())
    )
    return compare(
        waiting,
        select(Entry.account, Entry.amount).where(whose),
        "account {0}: lines without a payout come to {1}, the account says {2}",
    )


def _on_the_way() -> list[str]:
    """What left the payees and has not arrived is what the account of payouts holds."""
    rows = select(func.sum(Payout.net)).where(Payout.status.in_([status.value for status in ON_THE_WAY]))
    expected, held = int(db.session.scalar(rows) or 0), -balance(accounts.PAYOUTS)
    return [] if held == expected else [f"payouts: {expected} is on its way, the account says {held}"]


def _bank() -> list[str]:
    """What the bank holds is what came from providers less what went out, by their own rows."""
    told = postings.due().subquery().c
    rows = select(func.sum(told.amount)).where(told.account == accounts.BANK)
    expected, held = int(db.session.scalar(rows) or 0), balance(accounts.BANK)
    return [] if held == expected else [f"bank: came in less paid out is {expected}, the account says {held}"]
