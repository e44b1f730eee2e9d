"""Decides what runs beside the pages: the outbox, the index, deadlines, questions to the payment provider.

One worker leads; a second one waits until the first is gone. Every round is safe to be cut at any point.
"""

import fcntl
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

import structlog
from flask import Flask, current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from marketplace.catalog import freshness
from marketplace.catalog.imports import carrying
from marketplace.catalog.permits import watching as permits
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.inputs import snapshots
from marketplace.indicators.publishing import open_files, releasing
from marketplace.indicators.quality import turning as quality
from marketplace.kit import outbox
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.notices import reminders, sending
from marketplace.operations import sweeping
from marketplace.orders import answering, steps
from marketplace.payments import asking_back, polling, refunding, reminding
from marketplace.search import indexing
from marketplace.subscriptions import SUBSCRIPTIONS

LEADER_LOCK = 26_11_22
PAUSE = 0.3
WAIT_TO_LEAD = 0.5
LOOK_EVERY = 1.0
Jobs = list[tuple[Callable[[datetime], int], float]]
MAIL_EVERY = 5.0
REFUNDS_EVERY, ASK_EVERY = 5.0, 30.0
FIGURES_EVERY, FIGURES_WITHIN = 5.0, 2.0
log = structlog.get_logger()


def hand_on(at: datetime) -> int:
    """Hand the waiting events on and let the index catch up; answers how much was done."""
    return outbox.hand_on(SUBSCRIPTIONS, at=at) + indexing.catch_up()


def end_overdue(at: datetime) -> int:
    """End the states whose deadline is over, each in its own transaction; none holds up another."""
    done = 0
    for seller_order_id in steps.overdue(at=at):
        try:
            with transaction():
                done += steps.run_out(seller_order_id, at=at)
        except Exception:
            log.exception("deadline could not be kept", seller_order_id=seller_order_id)
    return done


def ask_provider(at: datetime) -> int:
    """Ask the providers about payments that have been open for long, and what went back of others."""
    return polling.ask_due(at=at) + asking_back.ask_due(at=at)


def send_refunds(at: datetime) -> int:
    """Send money that buyers must get back to the cards it came from."""
    return refunding.send_due(at=at)


def remind(at: datetime) -> int:
    """Remind buyers whose time to pay a seller directly is nearly over, and shops whose time to act is."""
    return reminding.remind_due(at=at) + reminders.remind_due(at=at)


def watch_permits(at: datetime) -> int:
    """Remind of permits that end, and pause goods that lack one."""
    return permits.watch(at)


def look_after_stock(at: datetime) -> int:
    """Let goods unconfirmed for long step back, ask their shops, tell them what is nearly gone."""
    done = 0
    for step in (freshness.step_back, freshness.ask, freshness.tell_low):
        some = freshness.MOST
        # A portion at a time, so that whoever buys meanwhile waits for a moment only.
        while some >= freshness.MOST:
            with transaction():
                some = step(at=at)
            done += some
    return done


def refresh_answers(at: datetime) -> int:
    """Let orders of more than 90 days ago leave the answer rates of their shops, a shop a transaction."""
    stale = answering.stale(at=at)
    for shop_id in stale:
        with transaction():
            answering.recount(shop_id, at=at)
    return len(stale)


def sweep(at: datetime) -> int:
    """Take away what nobody needs any more."""
    return sum(sweeping.sweep(at=at).values())


def import_goods(at: datetime) -> int:
    """Take over the next portion of a seller's file of goods."""
    return carrying.carry_on(at)


def count_figures(at: datetime) -> int:  # noqa: ARG001 - every job is called alike
    """Bring the cells up to date that are behind what was sold.

    After a rebuild that takes minutes: for a while in each round, so that the other jobs get their turn.
    """
    begun, done = time.monotonic(), 0
    while time.monotonic() - begun < FIGURES_WITHIN and (some := cells.turn()):
        done += some
    return done


def release_figures(at: datetime) -> int:
    """Decide what the public sees of each month, quarter and year that is over; then make the open files."""
    released = releasing.release_due(at)
    if released:
        open_files.make(at=at)
    return released


def check_by_night(at: datetime) -> int:
    """Once per WIB night, let all proofs look at the books and keep what they say."""
    from marketplace.operations import nightly  # noqa: PLC0415 - the proofs hand the outbox on through this file

    if not nightly.is_due(at=at):
        return 0
    found = nightly.result(at=at)
    with transaction() as session:
        session.add(found)
    return 1


def take_snapshot(at: datetime) -> int:
    """Once per WIB day, keep what stood in the villages at the end of the day before."""
    if not snapshots.is_due(at=at):
        return 0
    with transaction():
        return snapshots.take(at=at)


def look_at_quality(at: datetime) -> int:
    """Once per WIB day, look for what may make figures wrong."""
    if not quality.is_due(at=at):
        return 0
    with transaction():
        return quality.turn(at=at)


def send_mail(at: datetime) -> int:
    """Send the e-mails whose time has come."""
    return sending.send_due(at=at)


def deliver_simulated(at: datetime) -> int:
    """Let the simulated provider repeat what was not taken from it."""
    arrived: int = current_app.extensions["deliver_simulated"](at)
    return arrived


def drain(*, at: datetime, within: timedelta = timedelta(seconds=30)) -> int:
    """Let all that waits now be handed on (for commands and tests); answers how many events are left.

    Where a worker leads already, it is waited for; otherwise the work is done here. The figures are counted
    either way.
    """
    until = time.monotonic() + within.total_seconds()
    with _lead() as leads:
        while (hand_on(at) if leads() else outbox.waiting()) and time.monotonic() < until:
            db.session.remove()
            if not leads():
                time.sleep(PAUSE)
    cells.refresh(at=at)
    return outbox.waiting()


def run(app: Flask) -> None:
    """Work until told to stop (SIGTERM or SIGINT)."""
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with app.app_context():
        jobs = _jobs(app)
        while not stopping:
            try:
                with _lead() as leads:
                    _work(app, jobs, goes_on=lambda: not stopping and leads())
            except DBAPIError:
                log.warning("worker waits for the database")
            time.sleep(WAIT_TO_LEAD)


def _work(app: Flask, jobs: Jobs, *, goes_on: Callable[[], bool]) -> None:
    """Do all jobs in turn for as long as it leads."""
    if not goes_on():
        return
    due = [0.0] * len(jobs)
    with _talking(app):
        while goes_on():
            busy = 0
            for place, (job, every) in enumerate(jobs):
                if time.monotonic() >= due[place]:
                    busy += _round(job)
                    due[place] = time.monotonic() + every
            # Few events at a time cost as much as many: what comes next waits for others.
            if busy < outbox.TOGETHER:
                time.sleep(PAUSE)


def _jobs(app: Flask) -> Jobs:
    """What is done, and how many seconds lie between two times; nothing that waits for others outside."""
    jobs: Jobs = [
        (hand_on, 0),
        (import_goods, 0),
        (count_figures, FIGURES_EVERY),
        (release_figures, 60),
        (end_overdue, 5),
        (remind, 60),
        (watch_permits, 600),
        (look_after_stock, 300),
        (refresh_answers, 60),
        (take_snapshot, 60),
        (look_at_quality, 60),
        (check_by_night, 60),
        (sweep, 86_400),
    ]
    if "deliver_simulated" in app.extensions:
        jobs.append((deliver_simulated, 1))
    return jobs


def _round(job: Callable[[datetime], int]) -> int:
    try:
        return job(now())
    except Exception:
        log.exception("worker round failed", job=job.__name__)
        time.sleep(1)
        return 0
    finally:
        db.session.remove()


@contextmanager
def _talking(app: Flask) -> Iterator[None]:
    """Let others outside be spoken to beside the rounds: a mail server or a payment provider that does not
    answer holds up neither these nor each other.
    """
    over = threading.Event()
    talks: list[Jobs] = [
        [(send_mail, MAIL_EVERY)],
        [(send_refunds, REFUNDS_EVERY), (ask_provider, ASK_EVERY)],
    ]
    threads = [threading.Thread(target=_talk, args=(app, jobs, over), daemon=True) for jobs in talks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=5)


def _talk(app: Flask, jobs: Jobs, over: threading.Event) -> None:
    """Do some jobs in turn. E-mails go on as long as there are any; who asks a provider pauses each time."""
    due = [0.0] * len(jobs)
    with app.app_context():
        while not over.wait(min(every for _job, every in jobs)):
            for place, (job, every) in enumerate(jobs):
                if time.monotonic() >= due[place]:
                    while _round(job) and job is send_mail and not over.is_set():
                        continue
                    due[place] = time.monotonic() + every


@contextmanager
def _lead() -> Iterator[Callable[[], bool]]:
    """Be the only worker for the block, if nobody else is: by an advisory lock, on SQLite by a file lock.

    Yields what tells whether it leads, still: PostgreSQL gives the lock up with the connection that holds it.
    """
    config = settings()
    if not config.sqlite:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not connection.scalar(text(f"SELECT pg_try_advisory_lock({LEADER_LOCK})")):
                yield lambda: False
                return
            try:
                yield _holding(connection)
            finally:
                # A lost connection has given the lock up already.
                if not connection.invalidated:
                    connection.execute(text(f"SELECT pg_advisory_unlock({LEADER_LOCK})"))
        return
    with (config.data_dir / "pekerja.kunci").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield lambda: False
        else:
            yield lambda: True


def _holding(connection: Connection) -> Callable[[], bool]:
    """Whether the connection that holds the lock is still there; it is looked at once per second."""
    looked_at = time.monotonic()

    def holds() -> bool:
        nonlocal looked_at
        if not connection.invalidated and time.monotonic() - looked_at >= LOOK_EVERY:
            looked_at = time.monotonic()
            try:
                connection.execute(text("SELECT 1"))
            except DBAPIError:
                connection.invalidate()
                log.warning("worker leads no more: its connection was lost")
        return not connection.invalidated

    return holds
