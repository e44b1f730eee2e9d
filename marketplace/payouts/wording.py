"""Decides how payouts are put into words: states, what a line is about, providers, moments."""

from datetime import datetime

from babel.dates import format_date, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.kit.clock import WIB, month_bounds
from marketplace.kit.languages import chosen
from marketplace.kit.money import rupiah
from marketplace.payouts.claiming import Standing
from marketplace.payouts.models import Payout
from marketplace.payouts.statement import VILLAGE, Line
from marketplace.payouts.states import LABELS, TONES

PROVIDERS = {"stripe": "Stripe", "midtrans": "Midtrans"}
LINES = {
    "sale": lazy_gettext("Penjualan"),
    "refund-owed": lazy_gettext("Pengembalian dana"),
}
TITLES = {
    "refund-owed": lazy_gettext("Pengembalian dana"),
    "payout": lazy_gettext("Pencairan"),
    "payout-rejected": lazy_gettext("Pencairan dibatalkan"),
}
CATEGORY_NAMES = {
    "sales": lazy_gettext("Penjualan lewat DesaMart"),
    "fees": lazy_gettext("Biaya DesaMart"),
    "cash_fees": lazy_gettext("Biaya penjualan yang uangnya Anda terima sendiri"),
    "village": lazy_gettext("Bagian desa dan pengantaran desa"),
    "refunds": lazy_gettext("Pengembalian dana"),
    "payouts": lazy_gettext("Pencairan"),
    "other": lazy_gettext("Lainnya"),
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


def line_title(line: Line) -> str:
    """What a line of a statement is."""
    if line.kind == "sale" and line.parts.keys() == {VILLAGE}:
        return str(_("Bagian desa dari penjualan"))
    if line.kind == "sale":
        return str(_("Biaya penjualan") if line.cash else _("Penjualan"))
    return str(TITLES.get(line.kind, _("Pembukuan %(kind)s", kind=line.kind)))


def line_why(line: Line) -> str:
    """How the amount of a line comes about."""
    if line.payout is not None:
        return _of_payout(line.payout)
    parts = {name: rupiah(abs(amount)) for name, amount in line.parts.items() if amount}
    if line.kind == "sale" and line.cash:
        return str(
            _("Dibayar langsung di gerai") if line.at_counter else _("Uangnya sudah Anda terima sendiri")
        )
    if line.kind == "sale" and "sales" in parts:
        return _less(parts)
    if "refunds" in parts:
        return str(_("%(amount)s kembali ke pembeli", amount=parts["refunds"]))
    return ""


def category(code: str) -> str:
    """What a sum of a statement is about."""
    return str(CATEGORY_NAMES.get(code, code))


def month(text: str) -> str:
    """A month such as `2026-11`: `November 2026`."""
    return format_date(month_bounds(text)[0], "MMMM y", locale=chosen())


def _less(parts: dict[str, str]) -> str:
    """What a sale came to, and what was taken of it."""
    if "fees" in parts and "village" in parts:
        return str(_("%(sales)s dikurangi biaya %(fees)s dan bagian desa %(village)s", **parts))
    if "fees" in parts:
        return str(_("%(sales)s dikurangi biaya %(fees)s", **parts))
    if "village" in parts:
        return str(_("%(sales)s dikurangi bagian desa %(village)s", **parts))
    return parts["sales"]


def _of_payout(payout: Payout) -> str:
    if not payout.set_off:
        return payout.number
    parts = {"gross": rupiah(payout.gross), "debt": rupiah(payout.set_off), "number": payout.number}
    return str(_("%(number)s: hak %(gross)s dikurangi utang %(debt)s", **parts))


def obstacle(standing: Standing) -> str:
    """Why somebody is not paid out now."""
    return str(OBSTACLES.get(standing.obstacle, ""))


def moment(at: datetime) -> str:
    """A moment in WIB: `2 Nov 2026 14.05`."""
    return format_datetime(at.astimezone(WIB), "d MMM y HH.mm", locale=chosen())


def masked(number: str) -> str:
    """An account number of which only the end is shown."""
    return f"••••{number[-4:]}" if len(number) > 4 else number
