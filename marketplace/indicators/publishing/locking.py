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
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep
from marketplace.indicators.publishing.queries import last_step, revisions
from marketplace.indicators.publishing.snapshots import canonical, content_hash, packed, row
from marketplace.indicators.publishing.states import (
    APPROVED,
    LOCKED,
    PROVISIONAL,
    PUBLICATION_ALLOWED,
    RETURNED,
    SUBMITTED,
)
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import alone_with, append
from marketplace.regions.models import LEVELS, PROVINCE, Region

LONGEST_NOTE = 300


@dataclass(frozen=True)
class Act:
    """Who takes a step with which region's period, and when. `by` is empty for the command."""

    region: Region
    period: Period
    by: int | None
    at: datetime


def submit(act: Act) -> None:
    """The regency says: looked at, complete as far as we know.

    Raises:
        Conflict: something is missing that has to be there, or somebody was faster.
    """
    _ready(act)
    _step(act, SUBMITTED, "")


def approve(act: Act) -> None:
    """The province says: these may become final.

    Raises:
        Conflict: they were not handed in, or somebody was faster.
    """
    _step(act, APPROVED, "")


def give_back(act: Act, note: str) -> None:
    """The province wants something mended first; `note` says what.

    Raises:
        Invalid: it does not say what.
        Conflict: there is nothing to give back, or somebody was faster.
    """
    _step(act, RETURNED, _said(note))


def lock(act: Act) -> FigureSnapshot:
    """Make the figures of the region and of everything below it final, as they are now.

    Raises:
        Conflict: they were not approved, something is missing, or somebody was faster.
    """
    _ready(act)
    _alone(act, APPROVED)
    return _snapshot(act, 1, "")


def revise(act: Act, note: str, *, seen: int) -> FigureSnapshot:
    """Let a new snapshot speak from now on; `note` says why, `seen` is the revision that was looked at.

    Raises:
        Invalid: it does not say why.
        Conflict: nothing has changed since, nothing is locked, or there is a newer revision.
    """
    reason = _said(note)
    _alone(act, LOCKED)
    _ready(act)
    newest = revisions(act.region.code, act.period)[0]
    if newest.revision != seen:
        raise Conflict(_("Sudah ada revisi yang lebih baru. Lihat dulu, lalu putuskan lagi."))
    if not differing(act.region, act.period, at=act.at):
        raise Conflict(_("Tidak ada angka yang berubah sejak dikunci, jadi tidak ada yang perlu direvisi."))
    return _snapshot(act, newest.revision + 1, reason)


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


def _snapshot(act: Act, revision: int, reason: str) -> FigureSnapshot:
    text = canonical(row(figure) for figure in live(act.region, act.period, at=act.at))
    snapshot = FigureSnapshot(
        region_code=act.region.code,
        period_key=act.period.key,
        revision=revision,
        reason=reason,
        body=packed(text),
        row_count=text.count(b"\n"),
        content_hash=content_hash(text),
        made_at=act.at,
    )
    db.session.add(snapshot)
    db.session.flush()
    _step(act, LOCKED, reason, snapshot.id)
    return snapshot


def _ready(act: Act) -> None:
    blocking = readiness.blocking(act.region, act.period, at=act.at)
    if blocking:
        raise Conflict(" ".join(blocking))


def _said(note: str) -> str:
    said = " ".join(note.split())
    if not said:
        raise Invalid(_("Tulis alasannya, supaya orang lain mengerti."), "alasan")
    if len(said) > LONGEST_NOTE:
        raise Invalid(_("Alasan paling panjang %(most)s huruf.", most=LONGEST_NOTE), "alasan")
    return said


def _alone(act: Act, wanted: str) -> PublicationStep | None:
    alone_with(f"publication:{act.region.code}:{act.period.key}")
    last = last_step(act.region.code, act.period)
    if (last.state if last else PROVISIONAL) != wanted:
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
            "note": note,
            "snapshot_id": snapshot_id,
            "by": act.by,
            "at": act.at,
        },
    )
