"""Decides how a batch is approved, by another person than collected it, and how a draft is taken back."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import update

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict
from marketplace.kit.texts import noted
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payouts import claiming, moving
from marketplace.payouts.models import Payout, PayoutBatch, PayoutItem
from marketplace.payouts.states import Status


class SamePerson(Conflict):
    """Who collected a batch cannot approve it."""


class AccountChanged(Conflict):
    """A payee uses another bank account than the one that was collected."""


def approve(number: str, *, by: User, at: datetime) -> PayoutBatch:
    """All drafts of a batch may be sent now, to the accounts they name.

    Raises:
        NotFound: there is no such batch.
        SamePerson: the same person collected it.
        AccountChanged: a draft names an account that its payee does not use any more.
        Conflict: it is approved already, or all of it was taken back.
    """
    batch = moving.locked_batch(number)
    if batch.created_by == by.id:
        raise SamePerson("Anda mengumpulkan kelompok ini, jadi orang lain yang harus menyetujuinya.")
    drafts = [moving.locked_payout(one.number) for one in batch.payouts if one.status == Status.DRAFT]
    if batch.approved_at or not drafts:
        raise Conflict(_("Kelompok %(number)s tidak menunggu persetujuan lagi.", number=batch.number))
    for payout in drafts:
        _same_account(payout)
        moving.move(payout, Status.APPROVED, by=by, at=at)
    batch.approved_by, batch.approved_at = by.id, at
    db.session.flush()
    return batch


def reject(number: str, *, by: User, at: datetime, reason: str) -> Payout:
    """Take a draft back: what it claimed can be collected again, the debt that it paid stands again.

    Raises:
        NotFound: there is no such payout.
        Conflict: it is no draft any more.
        Invalid: no reason given.
    """
    why = moving.given(reason, "alasan", noted("Tulis alasannya, supaya orang lain paham nanti."))
    payout = moving.locked_payout(number)
    moving.move(payout, Status.REJECTED, by=by, at=at, reason=why)
    db.session.execute(update(PayoutItem).where(PayoutItem.payout_id == payout.id).values(released_at=at))
    post(
        claiming.REJECTED,
        payout.number,
        [
            (payout.payee.payable, -payout.gross),
            (payout.payee.receivable, payout.set_off),
            (accounts.PAYOUTS, payout.net),
        ],
        happened_at=at,
        at=at,
    )
    return payout


def reject_all(number: str, *, by: User, at: datetime, reason: str) -> PayoutBatch:
    """Take back every draft of a batch.

    Raises:
        NotFound: there is no such batch.
        Conflict: it holds no draft any more.
        Invalid: no reason given.
    """
    batch = moving.locked_batch(number)
    drafts = [payout.number for payout in batch.payouts if payout.status == Status.DRAFT]
    if not drafts:
        raise Conflict(_("Kelompok %(number)s tidak menunggu persetujuan lagi.", number=batch.number))
    for draft in drafts:
        reject(draft, by=by, at=at, reason=reason)
    return batch


def _same_account(payout: Payout) -> None:
    now = claiming.account_in_use(payout)
    named = (payout.bank, payout.account_number, payout.holder)
    if now is None or (now.bank, now.number, now.holder) != named:
        raise AccountChanged(
            _(
                "Rekening %(name)s berubah sejak dikumpulkan. "
                "Batalkan pencairan %(number)s, lalu kumpulkan lagi.",
                name=payout.payee_name,
                number=payout.number,
            )
        )
