"""Decides how a seller reads until when something must be done, and how much it presses. Pure rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.kit.clock import day_wib
from marketplace.orders.states import Status

# What the seller must do; the other deadlines only tell what happens by itself.
_TO_DO = {
    Status.AWAITING_CONFIRMATION: _l("Jawab sebelum %(time)s"),
    Status.ACCEPTED: _l("Serahkan sebelum %(time)s"),
    Status.PACKED: _l("Serahkan sebelum %(time)s"),
    Status.DELIVERY_FAILED: _l("Kirim lagi sebelum %(time)s"),
}
_BY_ITSELF = {
    Status.AWAITING_PAYMENT: _l("Dibayar pembeli sebelum %(time)s"),
    Status.READY_FOR_PICKUP: _l("Diambil pembeli sebelum %(time)s"),
    Status.SHIPPED: _l("Dianggap sampai %(time)s"),
    Status.DELIVERED: _l("Selesai sendiri %(time)s"),
}
PRESSING, SOON = timedelta(hours=3), timedelta(hours=12)


@dataclass(frozen=True)
class Due:
    """A deadline in words: what until when, how long that is, and how much it presses.

    `tone` is that of a badge, `urgency` its words; both are empty where nothing presses.
    """

    words: str
    left: str
    urgency: str = ""
    tone: str = ""


def due(status: Status, deadline: datetime | None, *, at: datetime) -> Due | None:
    """What a seller reads of the deadline of a state, at a moment; None where the order has none."""
    if status == Status.DISPUTED:
        return Due(str(_("Pembeli menunggu jawaban Anda")), "", str(_("Mendesak")), "bad")
    words = _TO_DO.get(status) or _BY_ITSELF.get(status)
    if deadline is None or words is None:
        return None
    text = str(words) % {"time": moment_words(deadline, at=at)}
    left = deadline - at
    urgency, tone = _presses(left) if status in _TO_DO else ("", "")
    return Due(text, left_words(left), urgency, tone)


def moment_words(moment: datetime, *, at: datetime) -> str:
    """A moment (WIB) as it is said at another one: pukul 15.40, besok pukul 15.40, 24 Nov pukul 15.40."""
    days = (day_wib(moment) - day_wib(at)).days
    hour = _("pukul %(time)s", time=format_datetime(moment, "HH.mm"))
    if days == 0:
        return str(hour)
    if days == 1:
        return str(_("besok %(hour)s", hour=hour))
    return f"{format_datetime(moment, 'd MMM')} {hour}"


def left_words(left: timedelta) -> str:
    """A time that is left, rounded down: 40 menit lagi, 5 jam lagi, 3 hari lagi."""
    minutes = int(left.total_seconds() // 60)
    if minutes < 0:
        return str(_("sudah lewat"))
    if minutes < 60:
        return str(_("%(count)s menit lagi", count=minutes))
    if minutes < 48 * 60:
        return str(_("%(count)s jam lagi", count=minutes // 60))
    return str(_("%(count)s hari lagi", count=minutes // (24 * 60)))


def _presses(left: timedelta) -> tuple[str, str]:
    if left < PRESSING:
        return str(_("Mendesak")), "bad"
    return (str(_("Segera")), "wait") if left < SOON else ("", "")
