"""Decides when e-mails are sent, tried again, given up. No transaction is open while a mail server is asked.

An e-mail is claimed, sent, and marked. Whoever dies between sending and marking leaves it claimed; it is sent
again after its pause, with the same Message-ID, by which mail programs know it as the same.
"""

from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import locked, transaction
from marketplace.notices import carrier
from marketplace.notices.carrier import Away, Refused, Send
from marketplace.notices.letters import letter
from marketplace.notices.models import FAILED, SENT, WAITING, Notice, NoticeMail

MOST_TRIES = 8
LONGEST_PAUSE = timedelta(hours=6)
# News that has waited for so long, because nobody took it, reaches people no more; the list has it anyway.
STALE = timedelta(days=3)
log = structlog.get_logger()


def send_due(*, at: datetime, most: int = 20) -> int:
    """Send the e-mails whose time has come; answers how many left. Opens transactions of its own.

    While the mail server is away all of them wait, and it costs none of them a try.
    """
    due = _due(at, most)
    if not due or not settings().sends_mail:
        return 0
    _give_up_stale(at)
    sent = 0
    try:
        with carrier.opened(settings()) as send:
            for mail_id in due:
                sent += _send_one(mail_id, send, at)
    except Away as away:
        log.warning("the mail server is away, e-mails wait", why=str(away))
    return sent


def _due(at: datetime, most: int) -> list[int]:
    rows = select(NoticeMail.id).where(NoticeMail.state == WAITING, NoticeMail.next_try_at <= at)
    return list(db.session.scalars(rows.order_by(NoticeMail.next_try_at, NoticeMail.id).limit(most)))


def _give_up_stale(at: datetime) -> None:
    stale = (NoticeMail.state == WAITING, NoticeMail.queued_at < at - STALE)
    with transaction():
        db.session.execute(update(NoticeMail).where(*stale).values(state=FAILED, error="waited too long"))


def _send_one(mail_id: int, send: Send, at: datetime) -> bool:
    message = _claim(mail_id, at)
    if message is None:
        return False
    try:
        send(message)
    except Refused as refusal:
        _settle(mail_id, at, refusal)
        return False
    _settle(mail_id, at)
    return True


def _claim(mail_id: int, at: datetime) -> EmailMessage | None:
    """Count a try and write the letter; None if somebody else has it, or it cannot be written."""
    with transaction():
        rows = select(NoticeMail).where(NoticeMail.id == mail_id).options(_WITH_PERSON)
        mail = db.session.scalars(locked(rows, of=NoticeMail)).one_or_none()
        if mail is None or mail.state != WAITING or mail.next_try_at > at:
            return None
        mail.tries += 1
        mail.next_try_at = at + min(LONGEST_PAUSE, timedelta(minutes=2**mail.tries))
        try:
            if mail.notice.user.disabled_at:
                raise ValueError("the account is closed")
            return letter(mail, settings())
        except ValueError as error:
            mail.state, mail.error = FAILED, str(error)[:300]
            return None


def _settle(mail_id: int, at: datetime, refusal: Refused | None = None) -> None:
    with transaction():
        mail = db.session.get_one(NoticeMail, mail_id)
        if refusal is None:
            mail.state, mail.sent_at, mail.error = SENT, at, ""
            return
        mail.error = str(refusal)[:300]
        if refusal.for_good or mail.tries >= MOST_TRIES:
            mail.state = FAILED
            log.warning("an e-mail could not be sent", mail_id=mail_id, why=mail.error)


_WITH_PERSON = joinedload(NoticeMail.notice).joinedload(Notice.user)
