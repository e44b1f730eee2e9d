"""Decides how an input is kept: as a new row; what stood in its place is replaced, never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators import marking
from marketplace.indicators.inputs.models import DatedInput, InputFile
from marketplace.indicators.inputs.queries import in_force
from marketplace.indicators.inputs.reading import LEAST_SOURCE, MOST_SOURCE, Draft
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import alone_with, append

PORTION = 500
Place = tuple[str, str, date | None]


@dataclass
class Comparison:
    """What drafts would do: which are new, which replace a row (and which one), how many change nothing."""

    added: list[Draft] = field(default_factory=list)
    changed: list[tuple[Draft, DatedInput]] = field(default_factory=list)
    unchanged: int = 0


def compare(drafts: Sequence[Draft]) -> Comparison:
    """Compare drafts of one kind with what is in force. Writes nothing."""
    found = Comparison()
    standing = _standing(drafts)
    for draft in drafts:
        row = standing.get(draft.place)
        if row is None:
            found.added.append(draft)
        elif _same(draft, row):
            found.unchanged += 1
        else:
            found.changed.append((draft, row))
    return found


def record(
    drafts: Sequence[Draft], *, by: User | None, at: datetime, file: InputFile | None = None
) -> Comparison:
    """Keep drafts of one kind, all of them: called in a transaction. The same again changes nothing."""
    if not drafts:
        return Comparison()
    alone_with(f"dated_input:{drafts[0].kind}")
    found = compare(drafts)
    stamp = {"by_id": by.id if by else None, "file_id": file.id if file else None, "entered_at": at}
    rows = [_row(draft, None) | stamp for draft in found.added]
    rows += [_row(draft, old.id) | stamp for draft, old in found.changed]
    if rows:
        append(DatedInput, *rows)
        marking.mark_from(_since(found), at=at)
    return found


def withdraw(row: DatedInput, reason: str, *, by: User, at: datetime) -> None:
    """Take back what a row says: a new row without a value, with the reason as its source.

    Raises:
        Conflict: it is not in force any more.
        Invalid: no reason (field `sumber`).
    """
    words = " ".join(reason.split())
    if not LEAST_SOURCE <= len(words) <= MOST_SOURCE:
        raise Invalid("Tulis mengapa data ini ditarik.", "sumber")
    alone_with(f"dated_input:{row.kind}")
    if db.session.scalar(select(DatedInput.id).where(DatedInput.id == row.id, in_force())) is None:
        raise Conflict("Data ini sudah diganti atau ditarik orang lain.")
    empty = Draft(row.village_code, row.kind, row.as_of, words, series=row.series, year=row.year)
    append(DatedInput, _row(empty, row.id) | {"by_id": by.id, "file_id": None, "entered_at": at})
    marking.mark_from({row.village_code: row.as_of}, at=at)


def _standing(drafts: Sequence[Draft]) -> dict[Place, DatedInput]:
    """The rows in force of the villages and the kind of some drafts, by their place."""
    found: dict[Place, DatedInput] = {}
    for rows in _portions(sorted({draft.village_code for draft in drafts})):
        asked = select(DatedInput).where(
            DatedInput.kind == drafts[0].kind, DatedInput.village_code.in_(rows), in_force()
        )
        found |= {_place(row): row for row in db.session.scalars(asked.order_by(DatedInput.id))}
    return found


def _portions(codes: Sequence[str]) -> Iterable[Sequence[str]]:
    return (codes[start : start + PORTION] for start in range(0, len(codes), PORTION))


def _place(row: DatedInput) -> Place:
    return Draft(row.village_code, row.kind, row.as_of, row.source, series=row.series).place


def _same(draft: Draft, row: DatedInput) -> bool:
    said = (draft.as_of, draft.number, draft.word, draft.source)
    return said == (row.as_of, row.number, row.word, row.source)


def _row(draft: Draft, replaces: int | None) -> dict[str, Any]:
    return {
        "village_code": draft.village_code,
        "kind": draft.kind,
        "series": draft.series,
        "as_of": draft.as_of,
        "year": draft.year,
        "number": draft.number,
        "word": draft.word,
        "source": draft.source,
        "replaces_id": replaces,
    }


def _since(found: Comparison) -> dict[str, date]:
    """From which day on figures of a village may change: the earlier of what was said before and is now."""
    days: dict[str, date] = {}
    said = [(draft.village_code, draft.as_of) for draft in found.added]
    said += [(draft.village_code, min(draft.as_of, old.as_of)) for draft, old in found.changed]
    for code, day in said:
        days[code] = min(day, days.get(code, day))
    return days
