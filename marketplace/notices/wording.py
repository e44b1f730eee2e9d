"""Decides how a notice, which is written down in Indonesian, reads in the language of its reader."""

from marketplace.kit.languages import refilled
from marketplace.notices.facts import NAMED, PARCEL, WHY
from marketplace.notices.models import Notice
from marketplace.notices.rules import RULES


def told(notice: Notice) -> tuple[str, str]:
    """Title and body of a notice; as they were written where no rule writes them like this any more."""
    for rule in RULES:
        if rule.kind == notice.kind:
            title = refilled(notice.title, rule.title)
            body = refilled(notice.body, rule.body, parts=(PARCEL, WHY, NAMED))
            if title is not None and body is not None:
                return title, body
    return notice.title, notice.body
