"""Decides what a file of inputs would do before anything is kept: row by row, all of them or none."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.guards import within
from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.indicators.inputs import kinds, reading, recording
from marketplace.indicators.inputs.kinds import Kind
from marketplace.indicators.inputs.models import CHECKED, OVER, TAKEN, InputFile
from marketplace.indicators.inputs.reading import Draft
from marketplace.kit.clock import day_wib
from marketplace.kit.columns import MOST_ID
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.sheet_cells import Problem, Unreadable, head_word, plain
from marketplace.kit.sheets import read_sheet
from marketplace.kit.transaction import locked
from marketplace.regions.models import VILLAGE, Region

ROW = "baris"
PORTION, MOST_PROBLEMS, LETTERS = 500, 1_000, 200
Said = dict[str, str]


@dataclass
class Checked:
    """Rows as they were read, what they mean, and what is wrong."""

    lines: list[Said] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def check(kind: Kind, body: bytes, *, scopes: Sequence[str], today: date) -> Checked:
    """Read a CSV or XLSX file. Rows that say nothing but a place (as in our templates) are left out.

    Raises:
        Invalid: the file cannot be used at all (field `berkas`).
    """
    sheet = read_sheet(body)
    wanted = (kinds.CODE, *kind.columns, kinds.SOURCE)
    words = [head_word(cell) for cell in sheet.head]
    missing = [name for name in (kinds.CODE, kinds.SOURCE) if name not in words]
    if missing:
        raise Invalid(
            _("Kolom “%(name)s” tidak ada. Pakai judul kolom seperti di contoh.", name=missing[0]), "berkas"
        )
    lines = []
    for number, cells in sheet.rows:
        said = {word: cell for word, cell in zip(words, cells, strict=False) if word in wanted and cell}
        if set(said) - {kinds.CODE}:
            lines.append({ROW: str(number), **said})
    known = {*wanted, "desa"}
    ignored = [cell for word, cell in zip(words, sheet.head, strict=True) if cell and word not in known]
    return judge(kind, lines, scopes=scopes, today=today, ignored=ignored)


def judge(
    kind: Kind, lines: Sequence[Said], *, scopes: Sequence[str], today: date, ignored: Sequence[str] = ()
) -> Checked:
    """Judge rows: that the place is there and theirs, every column, and that nothing stands there twice."""
    found = Checked(lines=list(lines), ignored=list(ignored))
    places = _places(lines, scopes)
    seen: dict[tuple[str, str, date | None], str] = {}
    for line in lines:
        try:
            draft = _draft(kind, line, places, today)
            earlier = seen.setdefault(draft.place, line[ROW])
            if earlier != line[ROW]:
                raise Invalid(_("Desa ini sudah ada di baris %(number)s.", number=earlier), kinds.CODE)
            found.drafts.append(draft)
        except Invalid as refusal:
            column = refusal.field or kinds.CODE
            value = line.get(column, "")[:80]
            found.problems.append(Problem(int(line[ROW]), column, value, refusal.message))
    return found


def keep(kind: Kind, found: Checked, *, name: str, body: bytes, by: User | None, at: datetime) -> InputFile:
    """Write the dry run down, in a transaction. The person's earlier ones that were not let in are over."""
    if by is not None:
        stale = select(InputFile).where(InputFile.by_id == by.id, InputFile.state == CHECKED)
        for row in db.session.scalars(stale):
            row.state, row.ended_at, row.lines = OVER, at, []
    forecast = recording.compare(found.drafts)
    row = InputFile(
        kind=kind.key,
        name=name[:120],
        digest=hashlib.sha256(body).hexdigest(),
        by_id=by.id if by else None,
        made_at=at,
        added=len(forecast.added),
        changed=len(forecast.changed),
        unchanged=forecast.unchanged,
        lines=[] if found.problems else found.lines,
        problems=_rows(found.problems),
        ignored=found.ignored[:30],
    )
    db.session.add(row)
    db.session.flush()
    return row


def take(row: InputFile, *, scopes: Sequence[str], by: User | None, at: datetime) -> None:
    """Let every row of a checked file in, or none: judged again under the lock, by the rules of now.

    Raises:
        Conflict: it has problems, is in already, is over, or a row is no longer right.
    """
    if row.state != CHECKED or row.problems:
        raise Conflict("Berkas ini sudah disimpan, sudah diganti, atau masih perlu diperbaiki.")
    kind = kinds.KINDS[row.kind]
    found = judge(kind, row.lines, scopes=scopes, today=day_wib(at))
    if found.problems:
        raise Conflict("Ada baris yang tidak berlaku lagi. Kirim berkasnya sekali lagi.")
    done = recording.record(found.drafts, by=by, at=at, file=row)
    row.added, row.changed, row.unchanged = len(done.added), len(done.changed), done.unchanged
    row.state, row.ended_at, row.lines = TAKEN, at, []


def file_of(user: User, number: int, *, to_change: bool = False) -> InputFile:
    """A file that this person has sent; locked if it is `to_change`.

    Raises:
        NotFound: unknown, or somebody else's.
    """
    # Files of a kind that is entered elsewhere now have no page here any more.
    asked = select(InputFile).where(
        InputFile.id == min(number, MOST_ID), InputFile.by_id == user.id, InputFile.kind.in_(kinds.KINDS)
    )
    row = db.session.scalar(locked(asked, of=InputFile) if to_change else asked)
    if row is None:
        raise NotFound
    return row


def _draft(kind: Kind, line: Said, places: Mapping[str, bool], today: date) -> Draft:
    said = {}
    for column, cell in line.items():
        try:
            said[column] = plain(cell, most=LETTERS)
        except Unreadable as refusal:
            raise Invalid(str(refusal), column) from None
    if not places.get(said.get(kinds.CODE, "").strip()):
        raise Invalid("Tidak ada desa dengan kode ini di wilayah Anda.", kinds.CODE)
    return reading.read(kind, said, today=today)


def _places(lines: Sequence[Said], scopes: Sequence[str]) -> dict[str, bool]:
    """The codes that are villages inside the scopes."""
    codes = sorted({line.get(kinds.CODE, "").strip() for line in lines})
    found: dict[str, bool] = {}
    for start in range(0, len(codes), PORTION):
        some = codes[start : start + PORTION]
        rows = select(Region.code).where(Region.level == VILLAGE, Region.code.in_(some))
        found |= {code: any(within(code, scope) for scope in scopes) for code in db.session.scalars(rows)}
    return found


def _rows(problems: Sequence[Problem]) -> list[list[object]]:
    return [[each.row, each.column, each.value, each.words] for each in problems[:MOST_PROBLEMS]]
