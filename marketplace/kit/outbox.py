"""Decides how an event reaches who listens: written with the change, handed on, each effect exactly once.

`announce` adds a row to the transaction of the change. The worker runs handlers in a transaction that also
writes their receipts, so a crash at any point undoes both or keeps both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import JSON, ForeignKey, String, Text, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.extensions import db
from marketplace.kit.columns import Base, Id, Ref
from marketplace.kit.transaction import alone_with, append, transaction

Handler = Callable[["OutboxEvent", datetime], None]
Subscriptions = Mapping[str, Iterable[tuple[str, Handler]]]
log = structlog.get_logger()


class ForMany:
    """A handler that takes several events at once, since their questions can go to the database together."""

    def __init__(self, many: Callable[[Sequence["OutboxEvent"], datetime], None]) -> None:
        self.many = many

    def __call__(self, event: "OutboxEvent", at: datetime) -> None:
        """Take one event."""
        self.many([event], at)


# So many events share a transaction: few enough to keep it short, many enough to spare the disk.
TOGETHER = 50


class OutboxEvent(Base):
    """Something that happened to `subject` (`seller_order:12`); `payload` holds what listeners need."""

    __tablename__ = "outbox_event"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    happened_at: Mapped[datetime]
    handled_at: Mapped[datetime | None] = mapped_column(index=True)


class OutboxDelivery(Base):
    """One handler's receipt for one event; without `done_at` it failed and waits for `retry_at`."""

    __tablename__ = "outbox_delivery"

    event_id: Mapped[Ref] = mapped_column(ForeignKey("outbox_event.id"), primary_key=True)
    handler: Mapped[str] = mapped_column(String(60), primary_key=True)
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


def announce(kind: str, subject: str, payload: dict[str, Any], *, at: datetime) -> None:
    """Write an event into the running transaction. `payload` is plain JSON, without personal data."""
    append(OutboxEvent, {"kind": kind, "subject": subject, "payload": payload, "happened_at": at})


def waiting() -> int:
    """How many events are not fully handed on."""
    return db.session.scalar(select(func.count()).where(OutboxEvent.handled_at.is_(None))) or 0


def failing() -> list[tuple[int, str, str]]:
    """Event id, handler and error of every delivery that has failed and not succeeded since."""
    rows = db.session.execute(
        select(OutboxDelivery.event_id, OutboxDelivery.handler, OutboxDelivery.error)
        .where(OutboxDelivery.done_at.is_(None))
        .order_by(OutboxDelivery.event_id)
    )
    return [(row.event_id, row.handler, row.error) for row in rows]


def hand_on(subscriptions: Subscriptions, *, at: datetime, most: int = 200) -> int:
    """Hand waiting events to their handlers, oldest first, in order per subject and handler.

    A handler that raises keeps its subject waiting and is tried again later; other subjects go on.
    Only one worker may run this at a time. Returns how many events were completed: at most `most`, and 0 only
    when nothing that waits can be done now.
    """
    blocked: set[tuple[str, str]] = set()
    completed, last = 0, 0
    while not completed:
        rows = select(OutboxEvent.id).where(OutboxEvent.handled_at.is_(None), OutboxEvent.id > last)
        ids = list(db.session.scalars(rows.order_by(OutboxEvent.id).limit(most)))
        if not ids:
            break
        # Where all of these wait for something, later ones may still go on.
        last = ids[-1]
        completed = _hand_on_some(ids, subscriptions, blocked, at)
    return completed


def hold_back() -> None:
    """Until the transaction ends, nobody else hands anything on; the first act of who does, and waits so."""
    alone_with("outbox")


def _hand_on_some(
    ids: Sequence[int], subscriptions: Subscriptions, blocked: set[tuple[str, str]], at: datetime
) -> int:
    completed = 0
    for start in range(0, len(ids), TOGETHER):
        some = ids[start : start + TOGETHER]
        if not blocked and _hand_on_together(some, subscriptions, at):
            completed += len(some)
        else:
            completed += sum(_hand_on_one(event_id, subscriptions, blocked, at) for event_id in some)
    return completed


def _hand_on_together(ids: Sequence[int], subscriptions: Subscriptions, at: datetime) -> bool:
    """Hand a few events on in one transaction; False, and nothing done, when there is any difficulty."""
    if db.session.scalar(select(func.count()).where(OutboxDelivery.event_id.in_(ids))):
        return False
    try:
        with transaction(gathers=True):
            hold_back()
            events = select(OutboxEvent).where(OutboxEvent.id.in_(ids)).order_by(OutboxEvent.id)
            receipts, for_many = [], defaultdict[ForMany, list[OutboxEvent]](list)
            for event in db.session.scalars(events).all():
                for name, handler in subscriptions.get(event.kind, ()):
                    if isinstance(handler, ForMany):
                        for_many[handler].append(event)
                    else:
                        handler(event, at)
                    receipts.append({"event_id": event.id, "handler": name, "attempts": 1, "done_at": at})
            for handler_of_many, some in for_many.items():
                handler_of_many.many(some, at)
            if receipts:
                append(OutboxDelivery, *receipts)
            db.session.execute(
                update(OutboxEvent)
                .where(OutboxEvent.id.in_(ids))
                .values(handled_at=at)
                .execution_options(synchronize_session=False)
            )
    except Exception:  # noqa: BLE001 - whatever it is, one by one shows whose fault it is
        log.warning("events are handed on one by one", first=ids[0])
        return False
    return True


def _hand_on_one(
    event_id: int, subscriptions: Subscriptions, blocked: set[tuple[str, str]], at: datetime
) -> bool:
    event = db.session.get_one(OutboxEvent, event_id)
    kind, subject = event.kind, event.subject
    complete = True
    for name, handler in subscriptions.get(kind, ()):
        if (subject, name) in blocked or not _deliver(event_id, name, handler, at):
            blocked.add((subject, name))
            complete = False
    if complete:
        with transaction():
            db.session.get_one(OutboxEvent, event_id).handled_at = at
    return complete


def _deliver(event_id: int, name: str, handler: Handler, at: datetime) -> bool:
    """Run one handler once. Answers whether its effect stands."""
    earlier = db.session.get(OutboxDelivery, (event_id, name))
    if earlier and earlier.done_at:
        return True
    if earlier and earlier.retry_at and earlier.retry_at > at:
        return False
    try:
        with transaction():
            hold_back()
            handler(db.session.get_one(OutboxEvent, event_id), at)
            receipt = db.session.get(OutboxDelivery, (event_id, name)) or _receipt(event_id, name)
            receipt.attempts += 1
            receipt.done_at, receipt.error = at, ""
    except Exception as error:
        log.exception("outbox handler failed", event_id=event_id, handler=name)
        with transaction():
            receipt = db.session.get(OutboxDelivery, (event_id, name)) or _receipt(event_id, name)
            receipt.attempts += 1
            receipt.retry_at = at + timedelta(seconds=min(600, 2**receipt.attempts))
            receipt.error = f"{type(error).__name__}: {error}"[:2000]
        return False
    return True


def _receipt(event_id: int, name: str) -> OutboxDelivery:
    receipt = OutboxDelivery(event_id=event_id, handler=name, attempts=0)
    db.session.add(receipt)
    return receipt
