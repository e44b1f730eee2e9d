"""Decides what the page of money accounts shows and does, for a shop and for a village's counter alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.payments.account_forms import BankForm, QrisForm
from marketplace.sellers.models import MoneyAccount
from marketplace.sellers.money_accounts import BANK, QRIS, Kept


@dataclass(frozen=True)
class Owner:
    """Whose accounts they are: the template with what it needs, its address, how rows are read and kept."""

    template: str
    context: dict[str, Any]
    address: str
    history: Callable[[], Sequence[Kept]]
    use: Callable[[MoneyAccount, datetime], MoneyAccount]


def show(owner: Owner, *, bank: BankForm | None = None, qris: QrisForm | None = None) -> str:
    """The accounts used now, those before, and a form for each kind."""
    kept = owner.history()
    return render_template(
        owner.template,
        **owner.context,
        address=owner.address,
        now={BANK: None, QRIS: None}
        | {row.account.kind: row.account for row in kept if row.account.ended_at is None},
        history=kept,
        bank=bank or BankForm(formdata=None),
        qris=qris or QrisForm(formdata=None),
    )


def bank_account(form: BankForm, *, by: int) -> MoneyAccount:
    """A new row of what the form says, by the account id of who typed it."""
    return MoneyAccount(
        kind=BANK,
        bank=(form.bank.data or "").strip(),
        number=form.number,
        holder=_name(form.nama.data),
        added_by=by,
    )


def qris_account(form: QrisForm, *, by: int) -> MoneyAccount | None:
    """A new row of what was read; None while nobody has looked at the name, or nothing could be read."""
    try:
        merchant = form.look()
    except Invalid as refusal:
        place = form.gambar if form.gambar.data and form.gambar.data.filename else form.teks
        place.errors = [refusal.message]
        return None
    if not form.cocok.data:
        form.cocok.errors = [_("Periksa namanya, lalu centang.")]
        return None
    return MoneyAccount(kind=QRIS, qris=merchant.text, holder=_name(merchant.name), added_by=by)


def _name(text: str | None) -> str:
    return " ".join((text or "").split())[:80]
