"""Decides what reading does: a notice is read once, and the moment stays."""

from datetime import datetime

from sqlalchemy import update

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.notices.models import Notice


def mark_read(notice: Notice, *, at: datetime) -> None:
    """Note that a person has opened it."""
    notice.read_at = notice.read_at or at


def mark_all_read(user: User, *, up_to: int, at: datetime) -> None:
    """Note that a person has seen all notices up to the one with this id; later ones stay unread."""
    mine = (Notice.user_id == user.id, Notice.read_at.is_(None), Notice.id <= up_to)
    db.session.execute(update(Notice).where(*mine).values(read_at=at))
