"""Decides when the books are checked by themselves, and keeps what came out: once per WIB night, all proofs.

The result is a row and not only a line of the log: the pages of several processes show it, also after a
restart, and a night without a row tells that nobody looked.
"""

import json
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.clock import WIB, day_wib
from marketplace.operations import proofs
from marketplace.operations.models import NightlyCheck

BEGINS, PATIENCE_ENDS = 1, 4
# A machine that is switched off at night is checked by day.
AT_LATEST = timedelta(hours=30)
log = structlog.get_logger()


def is_due(*, at: datetime) -> bool:
    """Whether this night has not been checked and its time has come.

    From one o'clock, as soon as nothing waits in the outbox (what waits would look like differences); from
    four o'clock whatever waits. By day only if the last check is older than thirty hours, and nothing waits.
    """
    last = latest()
    if last is not None and last.day == day_wib(at):
        return False
    hour = at.astimezone(WIB).hour
    if BEGINS <= hour < PATIENCE_ENDS:
        return outbox.waiting() == 0
    if hour == PATIENCE_ENDS:
        return True
    return (last is None or at - last.at >= AT_LATEST) and outbox.waiting() == 0


def result(*, at: datetime) -> NightlyCheck:
    """Run all proofs on one state of the data and put what they say into a row, which is not stored yet."""
    found = proofs.look(at=at)
    differences = sum(len(proof.differences) for proof in found.proofs)
    tell = log.info if found.holds else log.error
    tell("nightly check", differences=differences, in_flight=found.in_flight)
    told = json.dumps(found.as_json())
    return NightlyCheck(
        day=day_wib(at), at=at, differences=differences, in_flight=found.in_flight, result=told
    )


def latest() -> NightlyCheck | None:
    """The last check there was."""
    return db.session.scalar(select(NightlyCheck).order_by(NightlyCheck.day.desc()).limit(1))
