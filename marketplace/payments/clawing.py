"""Decides what is known of money that a provider took back by itself, in whatever sequence it says so.

What it moved is booked once the payment itself is: against `platform:disputed` or `platform:unclear`, from
where it pays for refunds (`covering.py`). Every movement is one row, so any sequence of words ends alike.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from marketplace.extensions import db
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders.models import SellerOrder
from marketplace.payments import covering, giving_back
from marketplace.payments.clawback_models import DISPUTED, FINAL, OPEN, OVER, RANK, Clawback, ClawbackMove
from marketplace.payments.models import (
    PAID,
    PAID_LATE,
    REQUESTED,
    SUCCEEDED,
    PaymentAttempt,
    PaymentSplit,
    Refund,
)
from marketplace.payments.provider import TakenBack

POSTING = "clawback"
UNCLEAR = Clawback.taken - Clawback.covered - Clawback.lost
UNREAD = and_(Clawback.amount.is_(None), ~Clawback.dismissed)
"""Its sum is no rupiah, so nothing of it is booked, and no person has said yet that nothing is to be."""


def posting_name(move: ClawbackMove) -> str:
    """What the posting of one movement refers to."""
    return f"tarik:{move.clawback_id}:{move.id}"


def holds_up(attempt_id: object) -> ColumnElement[bool]:
    """Whether of a payment (its id, or a column of ids) money is away of which nobody knows what it paid for.

    Until that is known no refund of it is sent: else more could leave than was paid.
    """
    return select(Clawback.id).where(Clawback.attempt_id == attempt_id, or_(UNCLEAR != 0, UNREAD)).exists()


def waits() -> ColumnElement[bool]:
    """Clawbacks about which a person has to decide, in a query that joins their attempt (or none)."""
    unpaid = or_(Clawback.attempt_id.is_(None), PaymentAttempt.status.not_in((PAID, PAID_LATE)))
    judged = and_(Clawback.kind == DISPUTED, Clawback.standing == OPEN)
    away = and_(
        UNCLEAR != 0, ~judged, ~and_(Clawback.kind == DISPUTED, Clawback.standing == OVER, UNCLEAR > 0)
    )
    unknown = and_(unpaid, Clawback.taken != 0, ~Clawback.dismissed)
    # What was dismissed and then moved money of a payment that counts has to be placed all the same.
    return or_(unknown, UNREAD, and_(~unpaid, away))


def is_paid(attempt: PaymentAttempt | None) -> bool:
    """Whether a payment counts, so that what is taken of it does."""
    return attempt is not None and attempt.status in (PAID, PAID_LATE)


def hear(told: TakenBack, *, provider: str, money: str, attempt: PaymentAttempt | None, at: datetime) -> None:
    """Take in what a provider says of one refund or dispute; the attempt is locked, if it is known.

    Refunds that we asked for are known by their key and change nothing here, but for one that had arrived and
    came back. Saying it again changes nothing.
    """
    if told.ours and _is_known(told, provider, attempt, at):
        return
    clawback = _row(told, provider, money, at)
    before = clawback.standing if clawback.id else ""
    _learn(clawback, told, at)
    if attempt is not None:
        clawback.attempt_id = attempt.id
        if is_paid(attempt):
            settle(clawback, attempt, new=not before, at=at)
    db.session.flush()
    if is_paid(attempt) and clawback.standing != before:
        _speak_of(clawback, at)


def adopt(attempt: PaymentAttempt, *, at: datetime) -> None:
    """A payment has just counted: what was said before of money that was taken of it counts, too."""
    rows = select(Clawback).where(
        Clawback.provider == attempt.provider,
        or_(
            Clawback.attempt_id == attempt.id,
            and_(Clawback.money == attempt.money, Clawback.attempt_id.is_(None)),
        ),
    )
    for clawback in db.session.scalars(locked(rows.order_by(Clawback.id), of=Clawback)):
        clawback.attempt_id, clawback.dismissed = attempt.id, False
        settle(clawback, attempt, new=True, at=at)
        _speak_of(clawback, at)


def settle(clawback: Clawback, attempt: PaymentAttempt, *, new: bool, at: datetime) -> None:
    """Book what is not booked yet, place it where that is no guess, and say whose money is in doubt.

    `new`: it counts from now on.
    """
    for move in clawback.moves:
        # Writing a posting again answers the one that stands.
        lines = [
            (accounts.clearing(clawback.provider), -move.amount - move.fee),
            (giving_back.account_of(clawback), move.amount),
            (accounts.PROVIDER_FEES, move.fee),
        ]
        post(POSTING, posting_name(move), lines, happened_at=move.happened_at, at=at)
    if clawback.standing == OVER and clawback.kind != DISPUTED:
        if new:
            covering.intend(clawback, attempt, at=at)
        covering.come_back(clawback, at=at)
    db.session.flush()
    look_again(attempt.id, at=at)
    mark(attempt, at=at)


def look_again(attempt_id: int, *, at: datetime) -> None:
    """After a refund of a locked payment has moved: maybe it is clear now what was taken."""
    rows = select(Clawback).where(Clawback.attempt_id == attempt_id, UNCLEAR > 0, Clawback.standing == FINAL)
    found = db.session.scalars(locked(rows.order_by(Clawback.id), of=Clawback)).all()
    if not found:
        return
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    for clawback in found:
        covering.place(clawback, attempt, at=at)
    mark(attempt, at=at)


def give_first(share: PaymentSplit, *, at: datetime) -> None:
    """All that is left of a share is about to be owed: what was taken of its payment is the first part of it.

    That is no guess where no other share of the payment has anything left.
    """
    known = select(Clawback.id).where(Clawback.attempt_id == share.attempt_id, UNCLEAR > 0)
    if db.session.scalar(known.limit(1)) is None:
        return
    attempts = select(PaymentAttempt).where(PaymentAttempt.id == share.attempt_id)
    attempt = db.session.scalars(locked(attempts, of=PaymentAttempt)).unique().one()
    rows = select(Clawback).where(Clawback.attempt_id == attempt.id, UNCLEAR > 0, Clawback.standing == FINAL)
    for clawback in db.session.scalars(locked(rows.order_by(Clawback.id), of=Clawback)):
        covering.place_on(clawback, share, attempt, at=at)
    mark(attempt, at=at)


def mark(attempt: PaymentAttempt, *, at: datetime) -> None:
    """The seller orders of a payment know since when its money is in doubt, if it is."""
    db.session.flush()
    rows = select(Clawback).where(Clawback.attempt_id == attempt.id)
    doubt = any(one.in_doubt for one in db.session.scalars(rows))
    shares = select(PaymentSplit.seller_order_id).where(PaymentSplit.attempt_id == attempt.id)
    orders = select(SellerOrder).where(SellerOrder.id.in_(shares)).order_by(SellerOrder.id)
    for order in db.session.scalars(locked(orders, of=SellerOrder)).unique():
        if doubt != (order.contested_at is not None):
            order.contested_at = at if doubt else None
    db.session.flush()


def mark_of(clawback_id: int, *, at: datetime) -> None:
    """The same for the payment of one clawback, after a person has decided about it."""
    attempt = db.session.get_one(Clawback, clawback_id).attempt
    if attempt is not None and is_paid(attempt):
        mark(attempt, at=at)


def _is_known(told: TakenBack, provider: str, attempt: PaymentAttempt | None, at: datetime) -> bool:
    """Whether this is our refund and we know, or are about to ask, how it goes."""
    rows = select(Refund).where(Refund.key == told.ours)
    refund = db.session.scalars(locked(rows, of=Refund)).unique().one_or_none()
    if refund is None:
        return False
    if refund.status == REQUESTED:
        refund.due_at = at
        return True
    if refund.reference == told.name and refund.clawback_id is None:
        if told.standing == OVER and refund.status == SUCCEEDED:
            giving_back.come_back(refund, at=at)
        return True
    if not told.asked:
        # It may have been overtaken: what is true is asked for.
        if attempt is not None:
            attempt.ask_back_at = at
        return True
    # What was given up moved nothing in the end, unless it was booked before.
    return told.standing == OVER and db.session.scalar(_named(told, provider)) is None


def _named(told: TakenBack, provider: str) -> Select[Clawback]:
    return select(Clawback).where(Clawback.provider == provider, Clawback.name == told.name[:160])


def _row(told: TakenBack, provider: str, money: str, at: datetime) -> Clawback:
    found = db.session.scalars(locked(_named(told, provider), of=Clawback)).one_or_none()
    if found is not None:
        return found
    made = Clawback(
        provider=provider,
        name=told.name[:160],
        kind=told.kind,
        money=money,
        standing=told.standing,
        amount=told.amount,
        currency=told.currency[:3],
        why=told.why[:80],
        taken=0,
        covered=0,
        lost=0,
        fee=0,
        dismissed=False,
        opened_at=told.opened_at,
        heard_at=at,
        moves=[],
    )
    db.session.add(made)
    return made


def _learn(clawback: Clawback, told: TakenBack, at: datetime) -> None:
    known = {move.name for move in clawback.moves}
    news = [
        ClawbackMove(name=move.name[:120], amount=move.amount, fee=move.fee, happened_at=move.happened_at)
        for move in told.moves
        if move.name[:120] not in known
    ]
    if told.level is not None and told.level > clawback.taken:
        more = told.level - clawback.taken
        news.append(ClawbackMove(name=f"level:{told.level}", amount=more, fee=0, happened_at=told.opened_at))
    clawback.moves.extend(news)
    clawback.taken = sum(move.amount for move in clawback.moves)
    clawback.fee = sum(move.fee for move in clawback.moves)
    if told.amount is None or told.level is not None:
        clawback.amount = told.amount
    if RANK[told.standing] > RANK[clawback.standing]:
        clawback.standing = told.standing
    clawback.heard_at = at
    db.session.flush()


def _speak_of(clawback: Clawback, at: datetime) -> None:
    if clawback.kind == DISPUTED:
        _tell(clawback, at)
    elif clawback.in_doubt:
        _ask_finance(clawback, at)


def _ask_finance(clawback: Clawback, at: datetime) -> None:
    """What was taken could not be placed: who keeps the books has to look."""
    shares = select(PaymentSplit.seller_order_id).where(PaymentSplit.attempt_id == clawback.attempt_id)
    first = db.session.scalars(shares.order_by(PaymentSplit.seller_order_id)).first()
    told = {"seller_order_id": first, "clawback_id": clawback.id, "amount": clawback.unclear}
    announce("clawback.waiting", f"seller_order:{first}", told, at=at)


def _tell(clawback: Clawback, at: datetime) -> None:
    """Who has to do with a disputed payment hears how it stands, seller order by seller order."""
    shares = select(PaymentSplit.seller_order_id).where(PaymentSplit.attempt_id == clawback.attempt_id)
    kind = {OPEN: "dispute.opened", FINAL: "dispute.lost", OVER: "dispute.won"}[clawback.standing]
    for seller_order_id in db.session.scalars(shares.order_by(PaymentSplit.seller_order_id)):
        told = {"seller_order_id": seller_order_id, "clawback_id": clawback.id}
        announce(kind, f"seller_order:{seller_order_id}", told, at=at)
