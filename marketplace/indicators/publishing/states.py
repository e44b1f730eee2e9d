"""Decides how figures become final, and who takes which step. Pure; `locking` writes the steps."""

from flask_babel import lazy_gettext as _

PROVISIONAL, SUBMITTED, APPROVED, LOCKED = "provisional", "submitted", "approved", "locked"
RETURNED = "returned"
PUBLICATION_STATES = (SUBMITTED, RETURNED, APPROVED, LOCKED)
# A locked period is locked again by a revision: the steps go on, none is taken back.
PUBLICATION_ALLOWED: dict[str, tuple[str, ...]] = {
    PROVISIONAL: (SUBMITTED,),
    SUBMITTED: (APPROVED, RETURNED),
    RETURNED: (SUBMITTED,),
    APPROVED: (LOCKED, RETURNED),
    LOCKED: (LOCKED,),
}
NAMES = {
    PROVISIONAL: _("Sementara"),
    SUBMITTED: _("Diajukan"),
    RETURNED: _("Dikembalikan"),
    APPROVED: _("Disetujui"),
    LOCKED: _("Terkunci"),
}


def name(state: str) -> str:
    """What a state is called on a page."""
    return str(NAMES[state])
