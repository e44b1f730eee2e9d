"""Decides each step of a region's period on its way to being final; every step and snapshot stays.

Call inside a transaction. Who may take a step is decided where the person is known (`desk`).
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from marketplace.extensions import db
from marketplace.indicators import queries
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing import readiness
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep, RevisionProposal
from marketplace.indicators.publishing.queries import last_step
from marketplace.indicators.publishing.snapshots import canonical, content_hash, packed, row
from marketplace.indicators.publishing.states import (
    APPROVED,
    LOCKED,
    PROVISIONAL,
    PUBLICATION_ALLOWED,
    RETURNED,
    SUBMITTED,
)
from marketplace.indicators.turns import cells_alone
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import alone_with, append
from marketplace.regions.models import LEVELS, PROVINCE, Region

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Act:
    """Who takes a step with which region's period, and when.

    `by` is empty for a command, which names itself in `note`.
    """

    region: Region
    period: Period
    by: int | None
    at: datetime
    note: str = ""


def submit(act: Act) -> None:
    """The regency says: looked at, complete as far as we know.

    Raises:
        Conflict: something is missing that has to be there, or somebody was faster.
    """
    ready(act)
    _step(act, SUBMITTED, "")


def approve(act: Act) -> None:
    """The province says: these may become final. Never who handed them in.

    Raises:
        Conflict: they were not handed in, it is the same person, or somebody was faster.
    """
    other_eyes(act, alone(act, SUBMITTED))
    _step(act, APPROVED, "")


def give_back(act: Act, note: str) -> None:
    """The province wants something mended first; `note` says what.

    Raises:
        Invalid: it does not say what.
        Conflict: there is nothing to give back, or somebody was faster.
    """
    _step(act, RETURNED, said(note))


def lock(act: Act) -> FigureSnapshot:
    """Make the figures of the region and of everything below it final, as they are now.

    Raises:
        Conflict: they were not approved, something is missing, or somebody was faster.
    """
    cells_alone()
    ready(act)
    alone(act, APPROVED)
    return snapshot(act, 1, "")


def live(region: Region, period: Period, *, at: datetime) -> list[Figure]:
    """All figures of a region and of everything below it, as the cells say them now.

    What a province holds of its regencies is what they have locked.
    """
    found: list[Figure] = []
    for level in LEVELS[LEVELS.index(region.level) :]:
        if region.level == PROVINCE and level != PROVINCE:
            found += queries.figures(region.code, level, period, at=at)
        else:
            found += queries.counted(region.code, level, [period], at=at)
    return found


def differing(region: Region, period: Period, *, at: datetime) -> list[Figure]:
    """The locked figures of a region and of what is locked with it that are counted otherwise today.

    What lies in a province is locked with its regencies.
    """
    own = (PROVINCE,) if region.level == PROVINCE else LEVELS[LEVELS.index(region.level) :]
    figures = [each for level in own for each in queries.figures(region.code, level, period, at=at)]
    return [figure for figure in figures if figure.recount]


def snapshot(act: Act, revision: int, reason: str) -> FigureSnapshot:
    """Write down all figures as they are now, and let them speak from now on."""
    text = canonical(row(figure) for figure in live(act.region, act.period, at=act.at))
    made = FigureSnapshot(
        region_code=act.region.code,
        period_key=act.period.key,
        revision=revision,
        reason=reason,
        body=packed(text),
        row_count=text.count(b"\n"),
        content_hash=content_hash(text),
        made_at=act.at,
    )
    db.session.add(made)
    db.session.flush()
    _step(act, LOCKED, reason, made.id)
    return made


def ready(act: Act) -> None:
    """Refuse while something is missing that has to be there.

    Raises:
        Conflict: it is.
    """
    blocking = readiness.blocking(act.region, act.period, at=act.at)
    if blocking:
        raise Conflict(" ".join(blocking))


def said(note: str) -> str:
    """What somebody has written, in one line.

    Raises:
        Invalid: nothing, or too much.
    """
    words = " ".join(note.split())
    if not words:
        raise Invalid(_("Tulis alasannya, supaya orang lain mengerti."), "alasan")
    if len(words) > LONGEST_NOTE:
        raise Invalid(_("Alasan paling panjang %(most)s huruf.", most=LONGEST_NOTE), "alasan")
    return words


def other_eyes(act: Act, before: PublicationStep | RevisionProposal) -> None:
    """Refuse who has taken the step before. The command is nobody, and its steps say so.

    Raises:
        Conflict: it is the same person, whatever else that person may do.
    """
    if act.by is not None and act.by == before.by:
        raise Conflict(_("Anda sendiri yang mengajukan. Yang menyetujui harus orang lain."))


def alone(act: Act, wanted: str) -> PublicationStep:
    """The last step, with nobody else beside us until the transaction ends.

    Raises:
        Conflict: it did not lead to the state that is wanted.
    """
    alone_with(f"publication:{act.region.code}:{act.period.key}")
    last = last_step(act.region.code, act.period)
    if last is None or last.state != wanted:
        raise Conflict(_("Langkah ini tidak bisa lagi: keadaannya sudah berubah. Muat ulang halaman."))
    return last


def _step(act: Act, state: str, note: str, snapshot_id: int | None = None) -> None:
    alone_with(f"publication:{act.region.code}:{act.period.key}")
    last = last_step(act.region.code, act.period)
    if state not in PUBLICATION_ALLOWED[last.state if last else PROVISIONAL]:
        raise Conflict(_("Langkah ini tidak bisa lagi: keadaannya sudah berubah. Muat ulang halaman."))
    append(
        PublicationStep,
        {
            "region_code": act.region.code,
            "period_key": act.period.key,
            "number": last.number + 1 if last else 1,
            "state": state,
            "note": note or act.note,
            "snapshot_id": snapshot_id,
            "by": act.by,
            "at": act.at,
        },
    )
