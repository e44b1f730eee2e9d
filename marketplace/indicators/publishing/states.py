"""Decides how figures become final, and who takes which step. Pure; `locking` writes the steps."""

PROVISIONAL, SUBMITTED, APPROVED, LOCKED = "provisional", "submitted", "approved", "locked"
RETURNED = "returned"
# What is said of a revision of something locked, which stays locked meanwhile.
PROPOSED, DECLINED = "proposed", "declined"
PUBLICATION_STATES = (SUBMITTED, RETURNED, APPROVED, LOCKED)
# A locked period is locked again by a revision: the steps go on, none is taken back.
PUBLICATION_ALLOWED: dict[str, tuple[str, ...]] = {
    PROVISIONAL: (SUBMITTED,),
    SUBMITTED: (APPROVED, RETURNED),
    RETURNED: (SUBMITTED,),
    APPROVED: (LOCKED, RETURNED),
    LOCKED: (LOCKED,),
}
