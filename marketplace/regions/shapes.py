"""Decides where the drawings of regions are read: one query, however many are asked for."""

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.regions.boundaries import Shape
from marketplace.regions.models import CODE_LENGTHS, RegionShape

_LENGTHS = {level: length for length, level in CODE_LENGTHS.items()}


def inside(scope: str, level: str) -> dict[str, Shape]:
    """The drawings by code of the regions of a level in a region, itself included.

    A region whose boundary was never loaded is left out.
    """
    code = RegionShape.code
    rows = db.session.execute(
        select(RegionShape.__table__).where(
            func.length(code) == _LENGTHS[level], func.substr(code, 1, len(scope)) == scope
        )
    )
    return {row.code: Shape(**row._mapping) for row in rows}
