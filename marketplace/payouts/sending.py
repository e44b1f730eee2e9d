"""Decides how an approved payout goes out: sent, then confirmed or failed by a person who looked at the bank.

Nothing turns failed by itself: a bank that has not answered may have paid. What failed is sent again as the
same payout under the same number, so that nobody is paid twice for one claim.
"""

from datetime import datetime, timedelta

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.texts import noted
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.payouts import claiming, moving
from marketplace.payouts.models import Payout, PayoutBatch
from marketplace.payouts.states import Status

LOOK_AT_THE_BANK = timedelta(days=3)
"""Bank transfers arrive within a working day; after a weekend somebody should have seen it."""


def send(number: str, *, by: User, at: datetime) -> Payout:
    """The bank has been told to pay an approved payout, to the account that was approved.

    Raises:
        NotFound: there is no such payout.
        Conflict: it is not approved, or already sent.
    """
    payout = moving.locked_payout(number)
    if payout.status != Status.APPROVED:
        raise moving.not_now(payout)
    moving.move(payout, Status.SENT, by=by, at=at)
    return payout


def send_all(number: str, *, by: User, at: datetime) -> PayoutBatch:
    """The bank has been told to pay all approved payouts of a batch.

    Raises:
        NotFound: there is no such batch.
        Conflict: none of it waits for being sent.
    """
    batch = moving.locked_batch(number)
    waiting = [payout.number for payout in batch.payouts if payout.status == Status.APPROVED]
    if not waiting:
        raise Conflict(_("Kelompok %(number)s tidak punya pencairan yang siap dikirim.", number=batch.number))
    for payout in waiting:
        send(payout, by=by, at=at)
    return batch


def confirm(number: str, *, by: User, at: datetime, reference: str) -> Payout:
    """The bank has paid; `reference` is what its statement calls the transfer.

    Raises:
        NotFound: there is no such payout.
        Conflict: it is not on its way.
        Invalid: no reference given.
    """
    named = moving.given(reference, "referensi", noted("Isi nomor referensi dari bank."))[:80]
    payout = moving.locked_payout(number)
    moving.move(payout, Status.CONFIRMED, by=by, at=at, reference=named)
    entries = [(accounts.PAYOUTS, payout.net), (accounts.BANK, -payout.net)]
    post(claiming.CONFIRMED, payout.number, entries, happened_at=at, at=at)
    return payout


def fail(number: str, *, by: User, at: datetime, reason: str) -> Payout:
    """The bank has not paid, and says why. The money stays claimed until it is sent again.

    Raises:
        NotFound: there is no such payout.
        Conflict: it is not on its way.
        Invalid: no reason given.
    """
    why = moving.given(reason, "alasan", noted("Tulis alasan dari bank, supaya bisa diperbaiki."))
    payout = moving.locked_payout(number)
    moving.move(payout, Status.FAILED, by=by, at=at, reason=why)
    return payout


def send_again(number: str, *, to: int, by: User, at: datetime) -> Payout:
    """A payout that failed goes out once more, to the account (`to` is its id) that the payee uses now.

    Raises:
        NotFound: there is no such payout.
        Conflict: it has not failed.
        Invalid: the payee uses another account by now than the person who sends it has seen.
    """
    payout = moving.locked_payout(number)
    if payout.status != Status.FAILED:
        raise moving.not_now(payout)
    account = claiming.account_in_use(payout)
    if account is None or account.id != to:
        raise Invalid("Rekening penerima baru saja berubah. Periksa lagi, lalu kirim.", "rekening")
    moving.move(payout, Status.SENT, by=by, at=at, account=account)
    return payout


def overdue_since(at: datetime) -> datetime:
    """What was sent before this moment and is not settled has to be looked for at the bank."""
    return at - LOOK_AT_THE_BANK
