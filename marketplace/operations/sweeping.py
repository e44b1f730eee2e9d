"""Decides what is thrown away, and when: what has served its purpose, and photos that nothing ever named.

Once a day, in small batches, each in a transaction of its own: nobody waits long for any of it, and being
cut in the middle does no harm. Sales, money, orders and their histories are never swept.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Column, ColumnElement, String, delete, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.accounts.models import SignIn, SignInTry
from marketplace.accounts.signing_in import IDLE
from marketplace.accounts.slowing import LONGEST_WINDOW
from marketplace.catalog.imports import beginning
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit import storage
from marketplace.kit.columns import Base
from marketplace.kit.idempotency import AnsweredRequest
from marketplace.kit.outbox import OutboxDelivery, OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.notices.models import WAITING, DeadlineReminder, Notice, NoticeMail

BATCH, MOST_BATCHES = 500, 100
GRACE = timedelta(days=1)
READ_NOTICES = timedelta(days=180)
MAILS = timedelta(days=30)
FORM_KEYS = timedelta(days=30)
REMINDERS = timedelta(days=30)
EVENTS = timedelta(days=90)
PHOTOS = timedelta(days=7)
IMPORTS = timedelta(days=7)
# A nota that is written late reads what was given back before it (`orders/notas/issuing.py`).
KEPT_EVENTS = ("seller_order.refunded",)
log = structlog.get_logger()


def sweep(*, at: datetime) -> dict[str, int]:
    """Throw away what is due; answers how much of each kind. Opens transactions of its own."""
    done = {name: _in_batches(one, at) for name, one in _SWEEPS.items()}
    done["photos"] = _photos(at)
    done["imports"] = _imports(at)
    if any(done.values()):
        log.info("swept", **done)
    return done


def _in_batches(one: Callable[[datetime], int], at: datetime) -> int:
    total = 0
    for _batch in range(MOST_BATCHES):
        done = one(at)
        db.session.remove()
        total += done
        if done < BATCH:
            break
    return total


def _mails(at: datetime) -> int:
    return _delete(NoticeMail.id, NoticeMail.state != WAITING, NoticeMail.queued_at < at - MAILS)


def _notices(at: datetime) -> int:
    with transaction():
        old = _some(Notice.id, Notice.read_at < at - READ_NOTICES)
        db.session.execute(delete(NoticeMail).where(NoticeMail.notice_id.in_(old)))
        db.session.execute(delete(Notice).where(Notice.id.in_(old)))
    return len(old)


def _sign_ins(at: datetime) -> int:
    over = or_(SignIn.seen_at < at - IDLE - GRACE, SignIn.ended_at < at - GRACE)
    return _delete(SignIn.id, over)


def _tries(at: datetime) -> int:
    return _delete(SignInTry.id, SignInTry.at < at - LONGEST_WINDOW - GRACE)


def _reminders(at: datetime) -> int:
    due = DeadlineReminder.deadline_at < at - REMINDERS
    return _delete_pairs(DeadlineReminder.seller_order_id, DeadlineReminder.deadline_at, due)


def _form_keys(at: datetime) -> int:
    return _delete_pairs(
        AnsweredRequest.actor, AnsweredRequest.key, AnsweredRequest.answered_at < at - FORM_KEYS
    )


def _events(at: datetime) -> int:
    """Events go together with their receipts, so that none is left that seems to have reached nobody."""
    handled = OutboxEvent.handled_at < at - EVENTS
    with transaction():
        old = _some(OutboxEvent.id, handled, OutboxEvent.kind.not_in(KEPT_EVENTS))
        db.session.execute(delete(OutboxDelivery).where(OutboxDelivery.event_id.in_(old)))
        db.session.execute(delete(OutboxEvent).where(OutboxEvent.id.in_(old)))
    return len(old)


_SWEEPS: dict[str, Callable[[datetime], int]] = {
    "mails": _mails,
    "notices": _notices,
    "reminders": _reminders,
    "sign_ins": _sign_ins,
    "tries": _tries,
    "form_keys": _form_keys,
    "events": _events,
}


def _photos(at: datetime) -> int:
    """Remove photos that were kept a week ago and that no row names: forms that were given up, crashes."""
    folder, done = settings().media_dir, 0
    for keys in storage.kept_before(folder, at - PHOTOS):
        for key in _unclaimed(keys):
            storage.remove(folder, key)
            done += 1
    return done


def _imports(at: datetime) -> int:
    """Remove what files of goods said that nobody let begin within a week, and what a crash left."""
    folder, done = settings().import_dir, 0
    for keys in storage.kept_before(folder, at - IMPORTS):
        with transaction():
            over = beginning.give_up_old(keys, at=at)
        for key in over:
            storage.remove(folder, key)
        done += len(over)
    return done


def _unclaimed(keys: list[str]) -> set[str]:
    """Those keys that no row names."""
    left = set(keys)
    for column in key_columns():
        for some in _batched(sorted(left)):
            left -= set(db.session.scalars(select(column).where(column.in_(some))))
    db.session.remove()
    return left


def key_columns() -> list[Column[str]]:
    """Every column that may name a photo: texts called `key` or `…_key`, of any table there is or will be.

    Those that are unique come first: they know most keys, and find them at once.
    """
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    keys = [one for one in columns if isinstance(one.type, String) and one.name.rpartition("_")[2] == "key"]
    return sorted(keys, key=lambda one: not one.unique)


def _batched(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def _delete(key: InstrumentedAttribute[int], *due: ColumnElement[bool]) -> int:
    with transaction():
        old = _some(key, *due)
        db.session.execute(delete(key.class_).where(key.in_(old)))
    return len(old)


def _some(key: InstrumentedAttribute[int], *due: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(key).where(*due).order_by(key).limit(BATCH)))


def _delete_pairs(
    one: InstrumentedAttribute[Any], other: InstrumentedAttribute[Any], due: ColumnElement[bool]
) -> int:
    with transaction():
        rows = db.session.execute(select(one, other).where(due).limit(BATCH)).all()
        db.session.execute(delete(one.class_).where(tuple_(one, other).in_([tuple(row) for row in rows])))
    return len(rows)
