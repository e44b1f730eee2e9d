"""Decides how the counter's sales are put into words: ways to pay, accounts."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.counter_sales.ringing import CASH
from marketplace.payments.models import QRIS, TRANSFER
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount

WAYS = {CASH: _l("Tunai"), QRIS: _l("QRIS"), TRANSFER: _l("Transfer bank")}


def way(code: str) -> str:
    """The name of a way to pay at the counter."""
    return str(WAYS.get(code, code))


def account_words(account: MoneyAccount) -> str:
    """An account as the operator knows it."""
    if account.kind == money_accounts.QRIS:
        return str(_("QRIS %(holder)s", holder=account.holder))
    return f"{account.bank} {account.number} ({account.holder})"
