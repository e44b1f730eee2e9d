"""Decides how a payout takes a step: along the table of states, once, with an event row and the outbox."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import announce
from marketplace.kit.transaction import locked
from marketplace.payouts.models import Payout, PayoutBatch, PayoutEvent
from marketplace.payouts.states import ALLOWED, LABELS, Status
from marketplace.sellers.models import MoneyAccount

LONGEST_REASON = 300


def locked_batch(number: str) -> PayoutBatch:
    """A batch by its number, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    rows = select(PayoutBatch).where(PayoutBatch.number == number)
    batch = db.session.scalars(locked(rows, of=PayoutBatch)).unique().one_or_none()
    if batch is None:
        raise NotFound
    return batch


def locked_payout(number: str) -> Payout:
    """A payout by its number, locked until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    rows = select(Payout).where(Payout.number == number)
    payout = db.session.scalars(locked(rows, of=Payout)).unique().one_or_none()
    if payout is None:
        raise NotFound
    return payout


def move(
    payout: Payout,
    to: Status,
    *,
    by: User,
    at: datetime,
    account: MoneyAccount | None = None,
    reference: str = "",
    reason: str = "",
) -> None:
    """Take one step and write it down. `payout` is locked; `account` replaces the one it goes to.

    Raises:
        Conflict: the table does not allow it now, or somebody was faster.
    """
    origin = Status(payout.status)
    if to not in ALLOWED[origin]:
        raise not_now(payout)
    values: dict[str, object] = {"status": to.value, "changed_at": at}
    if account is not None:
        values |= {"bank": account.bank, "account_number": account.number, "holder": account.holder}
    moved = db.session.execute(
        update(Payout)
        .where(Payout.id == payout.id, Payout.status == origin.value)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            _(
                "Pencairan %(number)s baru saja diubah orang lain. Muat ulang halaman ini.",
                number=payout.number,
            )
        )
    db.session.add(
        PayoutEvent(
            payout_id=payout.id,
            from_status=origin.value,
            to_status=to.value,
            at=at,
            done_by=by.id,
            reference=reference,
            reason=reason,
            bank=payout.bank,
            account_number=payout.account_number,
            holder=payout.holder,
        )
    )
    announce(f"payout.{to.value}", f"payout:{payout.id}", {"payout_id": payout.id}, at=at)
    db.session.flush()


def not_now(payout: Payout) -> Conflict:
    """The refusal of a step that is over or not possible yet."""
    standing = _(LABELS[payout.status])
    return Conflict(
        _(
            "Pencairan %(number)s sekarang “%(standing)s”, jadi langkah ini tidak bisa lagi.",
            number=payout.number,
            standing=standing,
        )
    )


def given(text: str, field: str, question: str) -> str:
    """What somebody wrote into a field that must not stay empty, without spaces around it.

    Raises:
        Invalid: nothing; `question` is what they read.
    """
    words = " ".join(text.split())[:LONGEST_REASON]
    if not words:
        raise Invalid(question, field)
    return words
