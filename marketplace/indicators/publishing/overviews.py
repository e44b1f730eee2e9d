"""Decides what stands on the pages of publications: the list of a period, one publication, two revisions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators import wording
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing import desk, locking, queries, readiness, revising
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep, RevisionProposal
from marketplace.indicators.publishing.snapshots import Row, rows_in
from marketplace.indicators.publishing.states import DECLINED, LOCKED, PROVISIONAL, RETURNED
from marketplace.indicators.publishing.wording import name
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.errors import NotFound
from marketplace.regions.models import PROVINCE, Region
from marketplace.regions.queries import children

MOST_CHANGES = 200


@dataclass(frozen=True)
class Line:
    """A region in the list of a period; `href` is empty for who only reads its state."""

    code: str
    name: str
    state: str
    blocking: list[str]
    href: str


@dataclass(frozen=True)
class Change:
    """A figure that is not what it was, in words."""

    place: str
    code: str
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Changes:
    """Figures that are not what they were: `rows` are shown, `more` are not.

    Of `parts` only the numerator or denominator has changed, and the value reads as before.
    """

    rows: list[Change]
    more: int
    parts: int


@dataclass(frozen=True)
class Publication:
    """One region and period on its way to being final.

    `proposal` waits for a decision; `stale` if its figures have changed again. `own` tells whether the next
    step would be to decide of what the reader has handed in or proposed: that is for somebody else.
    """

    state: str
    blocking: list[str]
    missing: list[str]
    events: list[dict[str, str]]
    revisions: list[FigureSnapshot]
    changed: Changes
    steps: list[str]
    proposal: RevisionProposal | None
    stale: bool
    own: bool


@dataclass(frozen=True)
class Compared:
    """Two revisions side by side."""

    older: FigureSnapshot
    newer: FigureSnapshot
    changes: Changes


def listed(user: User, period: Period, *, at: datetime) -> list[Line]:
    """The regencies and provinces of a person's regions, with the state of each and what forbids it."""
    mine = desk.listed_regions(user)
    own = {place.code for place in mine}
    inside = [child for place in mine if place.level == PROVINCE for child in children(place.code)]
    places = [*mine, *sorted((child for child in inside if child.code not in own), key=lambda row: row.code)]
    states = queries.states_in(period, [place.code for place in places])
    found = []
    for place in places:
        state = states.get(place.code, PROVISIONAL)
        blocking = [] if state == LOCKED else readiness.blocking(place, period, at=at)
        href = f"/program/terbitan/{place.code}/{period.key}" if _reads(user, place.code) else ""
        found.append(Line(place.code, place.name, state, blocking, href))
    return found


def publication(user: User, place: Region, period: Period, *, at: datetime) -> Publication:
    """One publication with its history, and what has changed since it was locked."""
    last = queries.last_step(place.code, period)
    state = last.state if last else PROVISIONAL
    changed = locking.differing(place, period, at=at) if state == LOCKED else []
    proposal = queries.open_proposal(place.code, period)
    stale = proposal is not None and proposal.fingerprint != revising.fingerprint(changed)
    steps = desk.offered(user, place.code, last, proposal)
    # There is one proposal at a time, and nothing is proposed where nothing has changed.
    barred = {desk.REVISE} if stale else {desk.PROPOSE} if proposal or not changed else set()
    return Publication(
        state=state,
        blocking=[] if state == LOCKED else readiness.blocking(place, period, at=at),
        missing=readiness.missing(place, period),
        events=_events(place, period),
        revisions=queries.revisions(place.code, period),
        changed=_told([_since(figure) for figure in changed]),
        steps=[step for step in steps if step not in barred],
        proposal=proposal,
        stale=stale,
        own=any(desk.own(user, step, last, proposal) for step in desk.allowed(user, state, place.code)),
    )


def compared(older: FigureSnapshot, newer: FigureSnapshot) -> Compared:
    """What a later revision says otherwise than an earlier one."""
    before, after = rows_in(older.body), rows_in(newer.body)
    keys = [key for key in sorted(before.keys() | after.keys()) if _parts(before, key) != _parts(after, key)]
    changes = [
        _change(_place(before, after, key), key[1], _written(before.get(key)), _written(after.get(key)))
        for key in keys
    ]
    return Compared(older, newer, _told(changes))


def snapshot(place: Region, period: Period, revision: int) -> FigureSnapshot:
    """One revision.

    Raises:
        NotFound: there is none with this number.
    """
    found = [each for each in queries.revisions(place.code, period) if each.revision == revision]
    if not found:
        raise NotFound
    return found[0]


def _reads(user: User, code: str) -> bool:
    try:
        desk.publication_place(user, code)
    except NotFound:
        return False
    return True


def _events(place: Region, period: Period) -> list[dict[str, str]]:
    """Steps and what was said of revisions, in the order of time."""
    said: list[PublicationStep | RevisionProposal] = [
        *queries.steps(place.code, period),
        *queries.proposals(place.code, period),
    ]
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_({each.by for each in said})))
    names = {row.id: row.name for row in rows}
    return [_event(each, names) for each in sorted(said, key=lambda each: each.at)]


def _event(step: PublicationStep | RevisionProposal, names: dict[int, str]) -> dict[str, str]:
    by = names.get(step.by, "") if step.by else _("perintah di server")
    return {
        "label": name(step.state),
        "time": f"{wording.moment(step.at)} · {by}",
        "note": step.note,
        "state": "failed" if step.state in (RETURNED, DECLINED) else "done",
    }


def _since(figure: Figure) -> Change:
    now = wording.value(figure.recount) if figure.recount else ""
    return _change(f"{figure.place.code} {figure.place.name}", figure.code, wording.value(figure), now)


def _change(place: str, code: str, before: str, after: str) -> Change:
    indicator = INDICATORS.get(code)
    return Change(place, code, str(indicator.short) if indicator else "", before, after)


def _told(changes: list[Change]) -> Changes:
    seen = [change for change in changes if change.before != change.after]
    return Changes(seen[:MOST_CHANGES], len(seen[MOST_CHANGES:]), len(changes) - len(seen))


def _parts(rows: dict[tuple[str, str], Row], key: tuple[str, str]) -> object:
    return rows[key].parts if key in rows else None


def _place(
    before: dict[tuple[str, str], Row], after: dict[tuple[str, str], Row], key: tuple[str, str]
) -> str:
    row = after.get(key) or before[key]
    return f"{row.region} {row.name}"


def _written(row: Row | None) -> str:
    if row is None or row.value is None:
        return "-"
    indicator = INDICATORS.get(row.code)
    return wording.written(indicator, Decimal(row.value)) if indicator else f"{row.value} {row.unit}"
