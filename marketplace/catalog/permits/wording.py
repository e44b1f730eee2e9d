"""Decides how a permit reads on a page: its state in a word, its days in a sentence, its doubts."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import format_date
from flask_babel import gettext as _

from marketplace.catalog.permits.kinds import KINDS, Kind, doubts
from marketplace.catalog.permits.models import ENDINGS, REJECTED, VERIFIED, Permit
from marketplace.kit.clock import day_wib

SOON = 60


@dataclass(frozen=True)
class Shown:
    """A permit as its shop and its village read it. `urgency` sorts: the smaller, the sooner to look at."""

    permit: Permit
    kind: Kind
    label: str
    tone: str
    until: str
    doubts: list[str]
    reason: str
    replaced: bool
    urgency: int


def shown(permit: Permit, *, replaced: bool, at: datetime) -> Shown:
    """Put a permit into words. `replaced`: another record follows it."""
    left = _days_left(permit.expires_on, day_wib(at))
    label, tone, urgency = _state(permit, left, replaced)
    return Shown(
        permit,
        KINDS[permit.kind],
        label,
        tone,
        _ended_words(permit) if permit.ended_at else until_words(permit.expires_on, left),
        doubts(permit.kind, permit.number, permit.expires_on),
        _reason(permit),
        replaced,
        urgency,
    )


def until_words(expires_on: date | None, left: int | None) -> str:
    """How long it holds, in words."""
    if expires_on is None or left is None:
        return str(_("Tanpa tanggal akhir"))
    day = format_date(expires_on, "d MMMM y")
    if left < 0:
        return str(_("Berakhir %(day)s", day=day))
    if left <= SOON:
        return str(_("Sampai %(day)s, tinggal %(left)s hari", day=day, left=left))
    return str(_("Sampai %(day)s", day=day))


def _ended_words(permit: Permit) -> str:
    day = format_date(day_wib(permit.ended_at), "d MMMM y") if permit.ended_at else ""
    return str(_("Diakhiri toko %(day)s", day=day))


def _reason(permit: Permit) -> str:
    """Why it does not count, as whoever decided that wrote it."""
    if permit.ended_at:
        return ". ".join(
            words for words in (str(ENDINGS.get(permit.end_reason, "")), permit.end_words) if words
        )
    return permit.decisions[-1].reason if permit.verdict == REJECTED and permit.decisions else ""


def _state(permit: Permit, left: int | None, replaced: bool) -> tuple[str, str, int]:
    if permit.ended_at or replaced:
        return (str(_("Diakhiri")), "", 10) if permit.ended_at else (str(_("Sudah diganti")), "", 9)
    if left is not None and left < 0:
        return str(_("Berakhir")), "bad", 0
    if permit.verdict == REJECTED:
        return str(_("Tidak cocok")), "bad", 1
    if left is not None and left <= SOON:
        return str(_("Segera berakhir")), "wait", 2
    if permit.verdict == VERIFIED:
        return str(_("Diperiksa desa")), "ok", 4
    return str(_("Menunggu diperiksa")), "info", 3


def _days_left(expires_on: date | None, today: date) -> int | None:
    return (expires_on - today).days if expires_on else None
