"""Reads locked figures: a snapshot stands wherever a figure is shown, until there is a revision."""

from collections.abc import Sequence

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.models import FigureSnapshot
from marketplace.indicators.publishing.queries import REGENCY_LENGTH
from marketplace.indicators.publishing.snapshots import Row, figure_of, kept, row

Owner = tuple[str, str]


def as_published(live: Sequence[Figure]) -> list[Figure]:
    """The same figures, with what is locked in the place of what the cells say now. One query."""
    bodies = _bodies({owner_of(figure.place.code, figure.period) for figure in live})
    return [_kept(figure, bodies) for figure in live] if bodies else list(live)


def changed_since(live: Sequence[Figure]) -> list[tuple[Row, Figure]]:
    """Which of these figures, as the cells say them now, differ from what is locked."""
    bodies = _bodies({owner_of(figure.place.code, figure.period) for figure in live})
    found = []
    for figure in live:
        locked = _row(figure, bodies)
        if locked and locked.parts != row(figure).parts:
            found.append((locked, figure))
    return found


def owner_of(region_code: str, period: Period) -> Owner:
    """With which region's snapshot a region's figures are locked: its regency's; the province's own."""
    return region_code[:REGENCY_LENGTH], period.key


def _kept(figure: Figure, bodies: dict[Owner, bytes]) -> Figure:
    locked = _row(figure, bodies)
    return figure_of(figure, locked) if locked else figure


def _row(figure: Figure, bodies: dict[Owner, bytes]) -> Row | None:
    body = bodies.get(owner_of(figure.place.code, figure.period))
    return kept(body).get((figure.place.code, figure.code)) if body else None


def _bodies(owners: set[Owner]) -> dict[Owner, bytes]:
    """The newest snapshot of each."""
    codes, keys = {code for code, _key in owners}, {key for _code, key in owners}
    if not owners:
        return {}
    newest = (
        select(
            FigureSnapshot.region_code,
            FigureSnapshot.period_key,
            func.max(FigureSnapshot.revision).label("revision"),
        )
        .where(FigureSnapshot.region_code.in_(codes), FigureSnapshot.period_key.in_(keys))
        .group_by(FigureSnapshot.region_code, FigureSnapshot.period_key)
        .subquery()
    )
    rows = db.session.execute(
        select(FigureSnapshot.region_code, FigureSnapshot.period_key, FigureSnapshot.body).join(
            newest,
            (newest.c.region_code == FigureSnapshot.region_code)
            & (newest.c.period_key == FigureSnapshot.period_key)
            & (newest.c.revision == FigureSnapshot.revision),
        )
    )
    return {(row.region_code, row.period_key): row.body for row in rows}
