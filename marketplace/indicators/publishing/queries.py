"""Reads where a region's period stands on its way to being final, and its revisions."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.extensions import db
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep, RevisionProposal
from marketplace.indicators.publishing.states import PROPOSED, PROVISIONAL, RETURNED

REGENCY_LENGTH = 5


def state_of(region_code: str, period: Period) -> str:
    """`provisional`, `submitted`, `approved` or `locked`: the state of what the region is published with.

    A village or district is published with its regency; what was handed back is provisional again.
    """
    last = last_step(region_code[:REGENCY_LENGTH], period)
    return PROVISIONAL if last is None or last.state == RETURNED else last.state


def last_step(region_code: str, period: Period) -> PublicationStep | None:
    """The newest step of a regency or province in a period."""
    steps = select(PublicationStep).where(
        PublicationStep.region_code == region_code, PublicationStep.period_key == period.key
    )
    return db.session.scalar(steps.order_by(PublicationStep.number.desc()).limit(1))


def steps(region_code: str, period: Period) -> list[PublicationStep]:
    """All its steps, in their order."""
    found = select(PublicationStep).where(
        PublicationStep.region_code == region_code, PublicationStep.period_key == period.key
    )
    return list(db.session.scalars(found.order_by(PublicationStep.number)))


def states_in(period: Period, codes: Iterable[str]) -> dict[str, str]:
    """The state by code, of all that have taken a step; `returned` is told apart here."""
    newest = (
        select(PublicationStep.region_code, func.max(PublicationStep.number).label("number"))
        .where(PublicationStep.period_key == period.key, PublicationStep.region_code.in_(list(codes)))
        .group_by(PublicationStep.region_code)
        .subquery()
    )
    rows = db.session.execute(
        select(PublicationStep.region_code, PublicationStep.state)
        .join(
            newest,
            (newest.c.region_code == PublicationStep.region_code)
            & (newest.c.number == PublicationStep.number),
        )
        .where(PublicationStep.period_key == period.key)
    )
    return {row.region_code: row.state for row in rows}


def revisions(region_code: str, period: Period) -> list[FigureSnapshot]:
    """The snapshots of a regency or province in a period, the newest first."""
    found = select(FigureSnapshot).where(
        FigureSnapshot.region_code == region_code, FigureSnapshot.period_key == period.key
    )
    return list(db.session.scalars(found.order_by(FigureSnapshot.revision.desc())))


def newest_revision(region_code: str, period: Period) -> int:
    """The number of the newest snapshot; 0 where nothing is locked."""
    found = select(func.max(FigureSnapshot.revision)).where(
        FigureSnapshot.region_code == region_code, FigureSnapshot.period_key == period.key
    )
    return db.session.scalar(found) or 0


def proposals(region_code: str, period: Period) -> list[RevisionProposal]:
    """All that was proposed and declined, in its order."""
    found = select(RevisionProposal).where(
        RevisionProposal.region_code == region_code, RevisionProposal.period_key == period.key
    )
    return list(db.session.scalars(found.order_by(RevisionProposal.number)))


def last_said(region_code: str, period: Period) -> RevisionProposal | None:
    """What was proposed or declined last."""
    found = proposals(region_code, period)
    return found[-1] if found else None


def open_proposal(region_code: str, period: Period) -> RevisionProposal | None:
    """The proposal that waits for a decision: not declined, and its figures are not revised yet."""
    last = last_said(region_code, period)
    if last is None or last.state != PROPOSED or last.revision != newest_revision(region_code, period):
        return None
    return last


def last_steps(scopes: Iterable[str]) -> dict[tuple[str, str], PublicationStep]:
    """The newest step of every region and period inside these regions."""
    number = func.max(PublicationStep.number).label("number")
    newest = (
        select(PublicationStep.region_code, PublicationStep.period_key, number)
        .where(_inside(PublicationStep.region_code, scopes))
        .group_by(PublicationStep.region_code, PublicationStep.period_key)
        .subquery()
    )
    rows = db.session.scalars(
        select(PublicationStep).join(
            newest,
            (newest.c.region_code == PublicationStep.region_code)
            & (newest.c.period_key == PublicationStep.period_key)
            & (newest.c.number == PublicationStep.number),
        )
    )
    return {(row.region_code, row.period_key): row for row in rows}


def open_proposals(scopes: Iterable[str]) -> dict[tuple[str, str], RevisionProposal]:
    """The proposals inside these regions that wait for a decision, by region and period."""
    later = aliased(RevisionProposal)
    replaced = exists().where(
        later.region_code == RevisionProposal.region_code,
        later.period_key == RevisionProposal.period_key,
        later.number > RevisionProposal.number,
    )
    revised = exists().where(
        FigureSnapshot.region_code == RevisionProposal.region_code,
        FigureSnapshot.period_key == RevisionProposal.period_key,
        FigureSnapshot.revision > RevisionProposal.revision,
    )
    rows = db.session.scalars(
        select(RevisionProposal).where(
            RevisionProposal.state == PROPOSED,
            _inside(RevisionProposal.region_code, scopes),
            ~replaced,
            ~revised,
        )
    )
    return {(row.region_code, row.period_key): row for row in rows}


def _inside(column: Any, scopes: Iterable[str]) -> ColumnElement[bool]:
    """Whether a code is one of these regions or lies in one; of none, nothing does."""
    return or_(false(), *(or_(column == scope, column.startswith(f"{scope}.")) for scope in scopes))
