"""Reads locked figures: a snapshot stands wherever a figure is shown, until there is a revision.

The one rule: what is locked of a region's period is what everybody reads of it, and what growth is
compared with. What is counted today stands beside it where it differs (`Figure.recount`), never in its place.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import case, false, func, select

from marketplace.extensions import db
from marketplace.indicators.declaring import GROWTH, SUM
from marketplace.indicators.figures import NO_DATA, NOT_AVAILABLE, Figure, base_of, quotient
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.models import FigureSnapshot
from marketplace.indicators.publishing.queries import REGENCY_LENGTH
from marketplace.indicators.publishing.snapshots import HEAD, Kept, Row, figure_of, kept
from marketplace.indicators.registry import INDICATORS

Owner = tuple[str, str]


class Newest(NamedTuple):
    """The newest snapshot of a region and period."""

    revision: int
    kept: Kept


@dataclass(frozen=True)
class Locked:
    """The snapshots around some figures, by region and period."""

    snapshots: dict[Owner, Newest]

    def published(self, figures: Sequence[Figure]) -> list[Figure]:
        """The same figures, with what is locked in the place of what is counted today."""
        return [self._published(figure) for figure in figures] if self.snapshots else list(figures)

    def on_bases(self, figures: Sequence[Figure]) -> list[Figure]:
        """The same figures, growth compared with what is locked of its base."""
        return [self._on_base(figure) for figure in figures] if self.snapshots else list(figures)

    def _published(self, figure: Figure) -> Figure:
        revision, locked = self._row(figure.place.code, figure.period, figure.code)
        return figure if locked is None else figure_of(figure, locked, revision)

    def _on_base(self, figure: Figure) -> Figure:
        if figure.indicator.kind != GROWTH or figure.why == NO_DATA:
            return figure
        earlier = base_of(figure.indicator, figure.period)
        revision, base = self._row(figure.place.code, earlier, _shown_by(figure.indicator.under))
        if base is None:
            return figure
        under = base.numerator or 0
        over = (figure.numerator or 0) + (figure.denominator or 0) - under
        value = quotient(figure.indicator, over, under)
        why = NOT_AVAILABLE if value is None else None
        return replace(
            figure, value=value, numerator=over, denominator=under, why=why, base_revision=revision
        )

    def _row(self, region_code: str, period: Period, code: str) -> tuple[int, Row | None]:
        newest = self.snapshots.get(owner_of(region_code, period))
        return (newest.revision, newest.kept.get((region_code, code))) if newest else (0, None)


def around(figures: Sequence[Figure]) -> Locked:
    """What is locked of these figures and of what their growth is compared with. One query."""
    asked = {(figure.place.code, figure.period) for figure in figures}
    growing = {figure.code for figure in figures if figure.indicator.kind == GROWTH}
    periods = {period: [base_of(INDICATORS[code], period) for code in growing] for _code, period in asked}
    owners = {owner_of(code, each) for code, period in asked for each in (period, *periods[period])}
    return Locked(_newest(owners, whole=any(len(code) > REGENCY_LENGTH for code, _period in asked)))


def owner_of(region_code: str, period: Period) -> Owner:
    """With which region's snapshot a region's figures are locked: its regency's; the province's own."""
    return region_code[:REGENCY_LENGTH], period.key


def _shown_by(name: str | None) -> str:
    """The indicator that shows a sum as it is."""
    return next(each.code for each in INDICATORS.values() if each.kind == SUM and each.over == name)


def _newest(owners: Iterable[Owner], *, whole: bool) -> dict[Owner, Newest]:
    """The newest snapshot of each; but for what lies in a regency (`whole`), its first rows are enough."""
    codes, keys = {code for code, _key in owners}, {key for _code, key in owners}
    if not codes:
        return {}
    snapshot = FigureSnapshot
    newest = (
        select(snapshot.region_code, snapshot.period_key, func.max(snapshot.revision).label("revision"))
        .where(snapshot.region_code.in_(codes), snapshot.period_key.in_(keys))
        .group_by(snapshot.region_code, snapshot.period_key)
        .subquery()
    )
    inside = func.length(snapshot.region_code) == REGENCY_LENGTH if whole else false()
    body = case((inside, snapshot.body), else_=func.substr(snapshot.body, 1, HEAD))
    rows = db.session.execute(
        select(snapshot.region_code, snapshot.period_key, snapshot.revision, body.label("body")).join(
            newest,
            (newest.c.region_code == snapshot.region_code)
            & (newest.c.period_key == snapshot.period_key)
            & (newest.c.revision == snapshot.revision),
        )
    )
    return {(row.region_code, row.period_key): Newest(row.revision, kept(bytes(row.body))) for row in rows}
