"""Decides how a buyer reads what goes back: what it was for, who sends it, where it stands, what is to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.kit.languages import retold
from marketplace.kit.money import rupiah
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    REQUESTED,
    Refund,
)
from marketplace.storefront.progress import moment


@dataclass(frozen=True)
class AccountForm:
    """The bank account for a refund as it was typed, and why it was refused."""

    bank: str = ""
    number: str = ""
    holder: str = ""
    wrong: str = ""
    field: str | None = None


@dataclass(frozen=True)
class RefundNote:
    """One refund for its buyer. `rows` are what goes back and its rupiah, `reason` what the seller says.

    `left` says what is left of the order's sum after it. `asks` tells that an account is wanted; `account` is
    the one that was given.
    """

    key: str
    tone: str
    words: str
    rows: Sequence[tuple[str, str]]
    reason: str
    left: str
    asks: bool
    account: AccountForm


def refund_notes(refunds: Mapping[int, Sequence[Refund]]) -> dict[int, list[RefundNote]]:
    """What becomes of money that goes back to the buyer, by seller order, oldest first."""
    return {child_id: _notes(some) for child_id, some in refunds.items()}


def _notes(refunds: Sequence[Refund]) -> list[RefundNote]:
    found, gone = [], 0
    for refund in refunds:
        of_the_sale = bool(refund.lines) or bool(refund.delivery)
        gone += refund.amount if of_the_sale else 0
        left = refund.split.seller_order.total - gone
        found.append(_note(refund, _("Tinggal %(left)s.", left=rupiah(left)) if of_the_sale and left else ""))
    return found


def _note(refund: Refund, left: str) -> RefundNote:
    tone, words = _words(refund)
    rows = [
        (
            _("%(name)s (%(pieces)s)", name=line.order_line.product_name, pieces=line.quantity)
            if line.quantity
            else line.order_line.product_name,
            rupiah(line.amount),
        )
        for line in refund.lines
    ]
    if refund.delivery:
        rows.append((_("Ongkos kirim"), rupiah(refund.delivery)))
    account = AccountForm(refund.bank, refund.account_number, refund.holder)
    asks = refund.open and refund.way != BY_PROVIDER
    return RefundNote(
        refund.key, tone, words, rows, refund.words, left, asks, account if asks else AccountForm()
    )


def _words(refund: Refund) -> tuple[str, str]:
    by_card = refund.split.seller_order.order.payment_method == "stripe"
    told = {
        "amount": rupiah(refund.amount),
        "where": _("kartu Anda") if by_card else _("asal pembayaran Anda"),
    }
    if refund.settled_at:
        return "ok", _arrived(refund, told | {"time": moment(refund.settled_at)})
    if refund.way == BY_SELLER:
        words = _("%(amount)s dikembalikan langsung oleh penjual, yang menerima uangnya.", **told)
        return "info", words + " " + _("Tulis rekening Anda di bawah bila ingin lewat transfer.")
    if refund.way == BY_BANK:
        words = _("%(amount)s kami kembalikan lewat transfer bank, paling lama 3 hari kerja.", **told)
        return "info", words if refund.account_number else words + " " + _("Tulis rekening Anda di bawah.")
    if refund.status == REQUESTED:
        return "info", _("%(amount)s sedang dalam perjalanan kembali ke %(where)s.", **told)
    return "info", _("%(amount)s akan dikembalikan ke %(where)s. Anda tidak perlu berbuat apa-apa.", **told)


def _arrived(refund: Refund, told: Mapping[str, str]) -> str:
    if refund.way == BY_SELLER:
        words = str(_("%(amount)s sudah diberikan penjual kepada Anda pada %(time)s.", **told))
        return words + (
            " " + str(_("Catatan penjual: %(note)s", note=retold(refund.note))) if refund.note else ""
        )
    if refund.way == BY_BANK:
        return str(_("%(amount)s sudah ditransfer ke rekening Anda pada %(time)s.", **told))
    # Ten working days is what Stripe tells merchants to expect of banks.
    words = str(_("%(amount)s sudah dikirim kembali ke %(where)s pada %(time)s.", **told))
    return words + " " + str(_("Bank Anda menampilkannya dalam 5 sampai 10 hari kerja."))
