"""Reads of the notices, each through the person they are for: a stranger finds nothing."""

from sqlalchemy import func, select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.notices.models import Notice

PER_PAGE = 20
MOST_COUNTED = 100


def notices_of(user: User, page: int) -> Page[Notice]:
    """What a person was told, newest first."""
    mine = Notice.user_id == user.id
    rows = select(Notice).where(mine).order_by(Notice.id.desc())
    found = db.session.scalars(rows.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Page(found, page, PER_PAGE, db.session.scalar(select(func.count(Notice.id)).where(mine)) or 0)


def unread(user: User) -> int:
    """How many notices a person has not read; counted up to 100, so that it stays cheap."""
    some = select(Notice.id).where(Notice.user_id == user.id, Notice.read_at.is_(None)).limit(MOST_COUNTED)
    return db.session.scalar(select(func.count()).select_from(some.subquery())) or 0


def notice_of(user: User, notice_id: int) -> Notice:
    """One of a person's notices.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    found = db.session.scalar(select(Notice).where(Notice.id == notice_id, Notice.user_id == user.id))
    if found is None:
        raise NotFound("Pemberitahuan ini sudah tidak ada.")
    return found
