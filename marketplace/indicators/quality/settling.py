"""Decides how a finding is settled: once, with a note, by an officer of its region."""

from datetime import datetime

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators import excluding
from marketplace.indicators.quality.looking import SALES
from marketplace.indicators.quality.models import EXCLUDED, FINE, MENDED, Finding, Settlement
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import alone_with, append

LEAST_NOTE, MOST_NOTE = 5, 300


def settle(finding: Finding, outcome: str, note: str, *, by: User, at: datetime) -> None:
    """Say what a finding was; `excluded` takes its sale out of the figures on the day of `at`.

    Raises:
        Invalid: no note (`catatan`), or an outcome that this finding cannot have (`hasil`).
        Conflict: it is settled already, or its sale does not count any more.
    """
    words = " ".join(note.split())
    if outcome not in (FINE, MENDED, EXCLUDED) or (outcome == EXCLUDED and finding.kind not in SALES):
        raise Invalid("Pilih salah satu hasil.", "hasil")
    if not LEAST_NOTE <= len(words) <= MOST_NOTE:
        raise Invalid("Tulis apa yang Anda temukan, 5 sampai 300 huruf.", "catatan")
    alone_with("finding")
    if settlement(finding) is not None:
        raise Conflict("Temuan ini sudah diselesaikan orang lain.")
    if outcome == EXCLUDED and finding.seller_order_id is not None:
        excluding.exclude(finding.seller_order_id, reason=words, by=by, at=at)
    row = {"finding_id": finding.id, "outcome": outcome, "note": words, "by_id": by.id, "at": at}
    append(Settlement, row)


def settlement(finding: Finding) -> Settlement | None:
    """What was said of it, if anything was."""
    return db.session.scalar(select(Settlement).where(Settlement.finding_id == finding.id))
