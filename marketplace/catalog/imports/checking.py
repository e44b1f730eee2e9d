"""Decides what a file would do to a shop before anything is done: the dry run."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.catalog.imports import matching, varying
from marketplace.catalog.imports.columns import recognise
from marketplace.catalog.imports.lines import Categories, Line, read_lines
from marketplace.catalog.imports.models import CANCELLED, CHECKED, GoodsImport
from marketplace.catalog.imports.photo_zip import PhotoZip
from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.sheet_cells import Problem
from marketplace.kit.sheets import read_sheet
from marketplace.sellers.models import Shop

# What is kept of problems and changes to be shown.
MOST_PROBLEMS = 5_000
MOST_CHANGES = 50


@dataclass
class Forecast:
    """What a file would do: the rows that can be used, how many would do what, and what is wrong."""

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    changes: list[tuple[int, str, str]] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def refused(self) -> int:
        """Rows that cannot be used."""
        return len({problem.row for problem in self.problems})

    @property
    def photo_count(self) -> int:
        """Photos that would be put up."""
        return sum(len(line.photos) for line in self.lines)


def forecast(shop: Shop, body: bytes, photos: bytes, categories: Categories, *, at: datetime) -> Forecast:
    """Read a file (and perhaps a ZIP of photos) and compare it with the goods of the shop. Writes nothing.

    Raises:
        Invalid: the file or the ZIP cannot be used at all (fields `berkas`, `foto`).
    """
    sheet = read_sheet(body)
    heads = recognise(sheet.head)
    album = PhotoZip(photos) if photos else None
    reading = read_lines(heads, sheet.rows, categories)
    found = Forecast(problems=reading.problems, ignored=heads.ignored)
    index = matching.index_of(shop)
    ids: dict[int, int | None] = {}
    taken: dict[int, int] = {}
    lines = [line for line in reading.lines if _judged(found, line, partial(_name, ids, index, line, taken))]
    goods = matching.load(ids, at=at)
    for line in lines:
        _judged(found, line, partial(_foresee, found, line, goods, album, categories))
    found.problems.sort(key=lambda problem: problem.row)
    return found


def record(
    shop: Shop, found: Forecast, *, key: str, file_name: str, actor: str, at: datetime
) -> tuple[GoodsImport, list[str]]:
    """Write the dry run down. Earlier ones of the shop that nobody let begin are over; their keys to drop.

    Called in a transaction, after what was read is kept under `key`.
    """
    stale = list(
        db.session.scalars(
            select(GoodsImport).where(GoodsImport.shop_id == shop.id, GoodsImport.state == CHECKED)
        )
    )
    for each in stale:
        each.state, each.ended_at = CANCELLED, at
    row = GoodsImport(
        shop_id=shop.id,
        actor=actor,
        file_name=file_name[:120],
        key=key,
        line_count=len(found.lines),
        photo_count=found.photo_count,
        added=found.added,
        changed=found.changed,
        unchanged=found.unchanged,
        refused=found.refused,
        problems=[as_row(problem) for problem in found.problems[:MOST_PROBLEMS]],
        changes=[list(change) for change in found.changes],
        ignored=found.ignored[:30],
        made_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row, [each.key for each in stale]


def as_row(problem: Problem) -> list[object]:
    """A problem as it is kept with the import."""
    return [problem.row, problem.column, problem.value, problem.words]


def _judged(found: Forecast, line: Line, act: Callable[[], None]) -> bool:
    """Let a rule look at a row; what it refuses becomes a problem of that row."""
    try:
        act()
    except Invalid as refusal:
        found.problems.append(
            Problem(line.number, refusal.field or "", _value(line, refusal), refusal.message)
        )
        return False
    return True


def _value(line: Line, refusal: Invalid) -> str:
    values = {
        "kode": line.code,
        "nama": line.name,
        "stok": line.stock,
        "harga": line.price,
        "varian": line.variant,
    }
    value = values.get(refusal.field or "")
    return "" if value is None else str(value)[:80]


def _name(ids: dict[int, int | None], index: matching.Index, line: Line, taken: dict[int, int]) -> None:
    known = index.find(line)
    if known in taken:
        raise Invalid(_("Barang ini sudah disebut di baris %(taken)s.", taken=taken[known]), "nama")
    if known is not None:
        taken[known] = line.number
    ids[line.number] = known


def _foresee(
    found: Forecast, line: Line, goods: matching.Goods, album: PhotoZip | None, categories: Categories
) -> None:
    product = goods.of(line)
    draft = matching.draft_of(line, product, categories)
    # Photos are put up where there are none: the same file twice must not show them twice.
    wanted = () if album is None or (product and product.photos) else line.photos
    for name in wanted:
        refusal = album.refusal(name) if album else ""
        if refusal:
            raise Invalid(refusal, "foto")
    line = replace(line, photos=tuple(wanted))
    if product is None:
        found.added += 1
        said = [_("baru") if wanted else _("baru, menunggu foto")]
    else:
        choices = varying.choices(line, product)
        varying.leave_what_is_held(choices, goods.held)
        line = varying.as_seen(line, choices)
        said = matching.changes(line, product, draft)
        found.changed += bool(said)
        found.unchanged += not said
    found.lines.append(line)
    if said and len(found.changes) < MOST_CHANGES:
        found.changes.append((line.number, draft.name, ", ".join(said)))
