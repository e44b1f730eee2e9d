"""Decides how an act or a baseline is kept: as a new row. What it corrects is named, and never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators.inputs.queries import inside
from marketplace.indicators.uplift import said
from marketplace.indicators.uplift.models import Baseline, ProgrammeAct
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.columns import MOST_ID
from marketplace.kit.errors import Conflict, NotFound
from marketplace.kit.transaction import alone_with, append

Row = ProgrammeAct | Baseline
Table = type[ProgrammeAct] | type[Baseline]


def record(drafts: Sequence[Draft], *, by: User, at: datetime, replaces: Row | None = None) -> int:
    """Keep drafts of one table, but not what stands already. Answers how many are new.

    Raises:
        Conflict: the row that is to be corrected does not stand any more.
    """
    if not drafts:
        return 0
    table = drafts[0].table
    alone_with(table.__tablename__)
    if replaces is not None:
        _still_stands(replaces)
    known = {_content(row) for row in standing(table) if row is not replaces}
    rows = [_values(draft, by, at, replaces) for draft in dict.fromkeys(drafts) if draft.content not in known]
    if rows:
        append(table, *rows)
    return len(rows)


def withdraw(row: Row, reason: str, *, by: User, at: datetime) -> None:
    """Take back what a row says, with the reason.

    Raises:
        Conflict: it does not stand any more.
        Invalid: no reason (field `sumber`).
    """
    words = said.source(reason)
    alone_with(row.__tablename__)
    _still_stands(row)
    kind = row.kind if isinstance(row, ProgrammeAct) else ""
    draft = Draft(row.village_code, row.day, row.rupiah, words, kind)
    append(draft.table, _values(draft, by, at, row) | {"void": True})


def standing(table: Table, region: str = "") -> list[Any]:
    """The rows of a region (all: empty) that nothing has replaced, oldest first."""
    where = inside(table.village_code, region) if region else None
    return list(db.session.scalars(_stands(table, where).order_by(table.day, table.id)))


def one_standing(table: Table, number: int) -> Any:
    """A row that stands.

    Raises:
        NotFound: there is none, or it was replaced.
    """
    row = db.session.scalar(_stands(table, table.id == min(number, MOST_ID)))
    if row is None:
        raise NotFound
    return row


def history(table: Table, region: str) -> list[Any]:
    """Everything that was ever said of a region, newest first: corrections and withdrawals too."""
    asked = select(table).where(inside(table.village_code, region))
    return list(db.session.scalars(asked.order_by(table.entered_at.desc(), table.id.desc())))


def _stands(table: Table, where: ColumnElement[bool] | None) -> Any:
    later = aliased(table)
    asked = select(table).where(
        table.void.is_(False), ~select(later.id).where(later.replaces_id == table.id).exists()
    )
    return asked if where is None else asked.where(where)


def _still_stands(row: Row) -> None:
    if db.session.scalar(_stands(type(row), type(row).id == row.id)) is None:
        raise Conflict("Catatan ini sudah diganti atau ditarik orang lain.")


def _content(row: Any) -> tuple[str, str, Any, int | None]:
    return row.village_code, getattr(row, "kind", ""), row.day, row.rupiah


def _values(draft: Draft, by: User, at: datetime, replaces: Row | None) -> dict[str, Any]:
    own = {"kind": draft.kind} if draft.kind else {}
    return own | {
        "village_code": draft.village_code,
        "day": draft.day,
        "rupiah": draft.rupiah,
        "source": draft.source,
        "replaces_id": replaces.id if replaces else None,
        "void": False,
        "by_id": by.id,
        "entered_at": at,
    }
