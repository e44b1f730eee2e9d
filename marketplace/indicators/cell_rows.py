"""Reads and writes cells as plain rows."""

from collections.abc import Collection, Sequence
from dataclasses import fields

from sqlalchemy import Table, delete, insert, select, tuple_

from marketplace.extensions import db
from marketplace.indicators.belonging import Counts, Key
from marketplace.indicators.cell_models import Cell
from marketplace.indicators.sums import Totals
from marketplace.regions.models import CODE_LENGTHS

SUMS = [field.name for field in fields(Totals)]
PORTION = 400
_TABLE: Table = Cell.__table__


def read(codes: Sequence[str], keys: Sequence[str]) -> Counts:
    """The cells of these regions in the periods with these keys."""
    found: Counts = {}
    at = _TABLE.c
    sums = [at[name] for name in SUMS]
    for start in range(0, len(codes), PORTION):
        some = codes[start : start + PORTION]
        rows = select(at.region_code, at.period_key, *sums)
        rows = rows.where(at.period_key.in_(keys), at.region_code.in_(some))
        for code, key, *values in db.session.execute(rows):
            found[code, key] = dict(zip(SUMS, values, strict=True))
    return found


def write(counts: Counts, wanted: Collection[Key]) -> None:
    """Let these be the cells of the wanted pairs of region and period; what was not counted has none."""
    pairs = [(key, code) for code, key in wanted]
    for start in range(0, len(pairs), PORTION):
        some = pairs[start : start + PORTION]
        db.session.execute(delete(_TABLE).where(tuple_(_TABLE.c.period_key, _TABLE.c.region_code).in_(some)))
    add(counts)


def add(counts: Counts) -> None:
    """Write cells that were not there."""
    rows = [
        {"region_code": code, "period_key": key, "level": CODE_LENGTHS[len(code)]}
        | {name: some.get(name, 0) for name in SUMS}
        for (code, key), some in counts.items()
    ]
    if rows:
        db.session.execute(insert(_TABLE), rows)
