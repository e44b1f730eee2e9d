"""Decides what the states of published figures are called on a page."""

from flask_babel import lazy_gettext as _

from marketplace.indicators.publishing.states import (
    APPROVED,
    DECLINED,
    LOCKED,
    PROPOSED,
    PROVISIONAL,
    RETURNED,
    SUBMITTED,
)

NAMES = {
    PROVISIONAL: _("Sementara"),
    SUBMITTED: _("Diajukan"),
    RETURNED: _("Dikembalikan"),
    APPROVED: _("Disetujui"),
    LOCKED: _("Terkunci"),
    PROPOSED: _("Revisi diusulkan"),
    DECLINED: _("Usulan revisi ditolak"),
}


def name(state: str) -> str:
    """What a state is called on a page."""
    return str(NAMES[state])
