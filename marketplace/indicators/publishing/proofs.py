"""Proves that what was locked is what is stored: each snapshot's hash, recomputed from its rows."""

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep
from marketplace.indicators.publishing.snapshots import content_hash, unpacked

BATCH = 20


def differences() -> list[str]:
    """A sentence for every snapshot whose rows are not those it was made of, or that no step locks."""
    found = []
    snapshots = select(FigureSnapshot).order_by(FigureSnapshot.id)
    locked = set(db.session.scalars(select(PublicationStep.snapshot_id)))
    for each in db.session.scalars(snapshots.execution_options(yield_per=BATCH)):
        name = f"snapshot {each.id} ({each.region_code}, {each.period_key}, revision {each.revision})"
        text = unpacked(each.body)
        if content_hash(text) != each.content_hash:
            found.append(f"{name}: its rows have another hash than {each.content_hash[:12]}…")
        rows = text.count(b"\n")
        if rows != each.row_count:
            found.append(f"{name}: {rows} rows, but {each.row_count} were locked")
        if each.id not in locked:
            found.append(f"{name}: no step locks it")
    return found
