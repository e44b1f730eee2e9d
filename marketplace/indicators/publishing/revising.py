"""Decides how locked figures change: one person proposes a revision and says why, another publishes it.

Call inside a transaction. Who may take a step is decided where the person is known (`desk`).
"""

from collections.abc import Sequence
from hashlib import sha256

from flask_babel import gettext as _

from marketplace.indicators.figures import Figure
from marketplace.indicators.publishing.locking import (
    Act,
    alone,
    differing,
    other_eyes,
    ready,
    said,
    snapshot,
)
from marketplace.indicators.publishing.models import FigureSnapshot, RevisionProposal
from marketplace.indicators.publishing.queries import last_said, newest_revision, open_proposal
from marketplace.indicators.publishing.snapshots import parts_of
from marketplace.indicators.publishing.states import DECLINED, LOCKED, PROPOSED
from marketplace.indicators.turns import cells_alone
from marketplace.kit.errors import Conflict
from marketplace.kit.transaction import append


def propose(act: Act, note: str, *, seen: int) -> None:
    """Say why the figures have to change; `seen` is the revision that was looked at.

    A proposal whose figures have changed again is replaced by a new one.

    Raises:
        Invalid: it does not say why.
        Conflict: nothing is locked or has changed, it is proposed already, or there is a newer revision.
    """
    reason = said(note)
    alone(act, LOCKED)
    newest = newest_revision(act.region.code, act.period)
    if newest != seen:
        raise Conflict(_("Sudah ada revisi yang lebih baru. Lihat dulu, lalu putuskan lagi."))
    changed = differing(act.region, act.period, at=act.at)
    if not changed:
        raise Conflict(_("Tidak ada angka yang berubah sejak dikunci, jadi tidak ada yang perlu direvisi."))
    waiting = open_proposal(act.region.code, act.period)
    if waiting and waiting.fingerprint == fingerprint(changed):
        raise Conflict(_("Revisi ini sudah diusulkan dan menunggu keputusan."))
    _say(act, PROPOSED, reason, newest, fingerprint(changed))


def revise(act: Act, *, proposal: int) -> FigureSnapshot:
    """Let the proposed figures speak from now on; `proposal` is the number of what was looked at.

    Raises:
        Conflict: it is not open any more, the figures have changed again, or the same person proposed it.
    """
    cells_alone()
    alone(act, LOCKED)
    waiting = _waiting(act, proposal)
    other_eyes(act, waiting)
    ready(act)
    if fingerprint(differing(act.region, act.period, at=act.at)) != waiting.fingerprint:
        raise Conflict(_("Angkanya berubah lagi sejak diusulkan. Revisi ini perlu diusulkan lagi."))
    return snapshot(act, waiting.revision + 1, waiting.note)


def decline(act: Act, note: str, *, proposal: int) -> None:
    """Leave the locked figures as they are; `note` says why. Who proposed may take it back so.

    Raises:
        Invalid: it does not say why.
        Conflict: it is not open any more.
    """
    reason = said(note)
    alone(act, LOCKED)
    waiting = _waiting(act, proposal)
    _say(act, DECLINED, reason, waiting.revision, waiting.fingerprint)


def fingerprint(changed: Sequence[Figure]) -> str:
    """Names what has changed, and to what: the same figures with the same values have the same name."""
    told = sorted(
        (figure.place.code, figure.code, *map(str, parts_of(figure.recount)))
        for figure in changed
        if figure.recount
    )
    return sha256("\n".join("|".join(each) for each in told).encode()).hexdigest()


def _waiting(act: Act, number: int) -> RevisionProposal:
    waiting = open_proposal(act.region.code, act.period)
    if waiting is None or waiting.number != number:
        raise Conflict(_("Usulan ini sudah diputuskan atau diganti. Muat ulang halaman."))
    return waiting


def _say(act: Act, state: str, note: str, revision: int, figures: str) -> None:
    last = last_said(act.region.code, act.period)
    append(
        RevisionProposal,
        {
            "region_code": act.region.code,
            "period_key": act.period.key,
            "number": last.number + 1 if last else 1,
            "state": state,
            "revision": revision,
            "note": note,
            "fingerprint": figures,
            "by": act.by,
            "at": act.at,
        },
    )
