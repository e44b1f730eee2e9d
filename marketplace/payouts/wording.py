"""Decides how payouts are put into words: states, what a line is about, providers, moments."""

from datetime import datetime

from babel.dates import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.kit.clock import WIB
from marketplace.payouts.claiming import Standing
from marketplace.payouts.states import LABELS, TONES

PROVIDERS = {"stripe": "Stripe", "midtrans": "Midtrans"}
LINES = {
    "sale": lazy_gettext("Penjualan"),
    "refund-owed": lazy_gettext("Pengembalian dana"),
}
OBSTACLES = {
    "account": lazy_gettext("Belum ada rekening bank."),
    "minimum": lazy_gettext("Belum mencapai jumlah paling kecil untuk ditransfer."),
}


def state(status: str) -> str:
    """How a payout stands."""
    return str(_(LABELS[status])) if status in LABELS else status


def tone(status: str) -> str:
    """The tone of the badge for a state."""
    return TONES.get(status, "")


def provider(code: str) -> str:
    """Where the money lies."""
    return PROVIDERS.get(code, code)


def line_kind(kind: str) -> str:
    """What a line of the ledger is about, for who is paid out."""
    return str(LINES.get(kind, kind))


def obstacle(standing: Standing) -> str:
    """Why somebody is not paid out now."""
    return str(OBSTACLES.get(standing.obstacle, ""))


def moment(at: datetime) -> str:
    """A moment in WIB: `2 Nov 2026 14.05`."""
    return format_datetime(at.astimezone(WIB), "d MMM y HH.mm", locale="id")


def masked(number: str) -> str:
    """An account number of which only the end is shown."""
    return f"••••{number[-4:]}" if len(number) > 4 else number
