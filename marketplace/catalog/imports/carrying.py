"""Decides how a file is taken over in the background: portion by portion, so that a kill loses nothing.

The rows that can be used go in portions, each with its progress in one transaction: what is done is never
done again. All or nothing is one transaction, because nothing else takes back what buyers have seen already;
it is offered for so few rows that other writers need not wait long. Photos are drawn before, outside of any.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from io import BytesIO

import structlog
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from marketplace.catalog.imports import keeping, matching
from marketplace.catalog.imports.checking import MOST_PROBLEMS, as_row
from marketplace.catalog.imports.lines import Line
from marketplace.catalog.imports.models import ALL, DONE, FAILED, GOOD, RUNNING, WAITING, GoodsImport
from marketplace.catalog.imports.photo_zip import PhotoZip
from marketplace.catalog.models import Category, Product
from marketplace.catalog.photos import KeptPhoto, keep_photo
from marketplace.catalog.queries import category_choices
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.errors import DomainError, Invalid
from marketplace.kit.outbox import announce
from marketplace.kit.patience import Busy
from marketplace.kit.sheet_cells import Problem
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked, transaction
from marketplace.sellers.models import SUSPENDED, Shop

PORTION = 50
PHOTOS = 3  # A photo takes a third of a second to draw; other work of the worker waits meanwhile.
log = structlog.get_logger()


class _Refused(Exception):
    """One row of an import that takes all or none; nothing of the others may stay."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.words)
        self.problem = problem


def carry_on(at: datetime) -> int:
    """Do the next portion of the oldest import that waits; 0 if none does. One worker at a time."""
    row = db.session.scalar(
        select(GoodsImport).where(GoodsImport.state.in_((WAITING, RUNNING))).order_by(GoodsImport.id).limit(1)
    )
    if row is None:
        return 0
    number, key = row.id, row.key
    try:
        ended = _portion(row, at)
    except _Refused as refused:
        ended = _fail(number, refused.problem, at)
    except (IntegrityError, OperationalError, Busy):
        # Somebody took the same address at that moment, or the database is away or held: the next turn tries.
        raise
    except Exception:
        log.exception("import failed", import_id=number)
        ended = _fail(
            number, Problem(0, "", "", noted("Ada yang tidak berjalan di tempat kami. Coba impor lagi.")), at
        )
    if ended:
        keeping.drop(settings().import_dir, key)
    return 1


def _portion(row: GoodsImport, at: datetime) -> bool:
    """One portion; whether the import is over."""
    lines = keeping.lines(settings().import_dir, row.key)
    wanted = [(line, name) for line in lines for name in line.photos]
    if row.photos_done < len(wanted):
        return _draw(row, wanted[row.photos_done : row.photos_done + PHOTOS])
    mine = lines if row.mode == ALL else lines[row.lines_done : row.lines_done + PORTION]
    return _write(row.id, mine, at)


def _draw(row: GoodsImport, wanted: Sequence[tuple[Line, str]]) -> bool:
    """Draw a few photos and keep them; the files first, then the rows, as everywhere."""
    album = PhotoZip(keeping.photos(settings().import_dir, row.key))
    kept: dict[str, list[str | int]] = {}
    for line, name in wanted:
        try:
            photo = keep_photo(BytesIO(album.read(name)), folder=settings().media_dir)
        except (Invalid, ValueError) as refusal:
            words = refusal.message if isinstance(refusal, Invalid) else _("Foto %(name)s rusak.", name=name)
            kept[f"{line.number}/{name}"] = [words]
        else:
            kept[f"{line.number}/{name}"] = [photo.key, photo.width, photo.height]
    number = row.id
    with transaction():
        row = _locked(number)
        row.state = RUNNING
        row.kept = row.kept | kept
        row.photos_done += len(wanted)
    return False


def _write(number: int, lines: Sequence[Line], at: datetime) -> bool:
    with transaction():
        row = _locked(number)
        shop = db.session.get_one(Shop, row.shop_id)
        if shop.status == SUSPENDED:
            words = noted("Toko ini sedang dihentikan sementara, jadi barangnya tidak diubah.")
            _end(row, FAILED, at, [Problem(0, "", "", words)])
            return True
        if not row.lines_done:
            # Until now the counts were a forecast.
            row.added = row.changed = row.unchanged = 0
        problems = _take_over(row, shop, lines, at)
        row.lines_done += len(lines)
        row.refused += len(problems)
        row.state = RUNNING
        over = row.lines_done >= row.line_count
        if over:
            _end(row, DONE, at, problems)
        else:
            row.problems = _with(row, problems)
        return over


def _take_over(row: GoodsImport, shop: Shop, lines: Sequence[Line], at: datetime) -> list[Problem]:
    # Held in hand, so that publishing need not ask for the category of every row.
    categories, in_hand = category_choices(), db.session.scalars(select(Category)).all()
    index = matching.index_of(shop)
    goods = matching.load({line.number: _found(index, line) for line in lines}, at=at)
    problems: list[Problem] = []
    done: Counter[str] = Counter()
    coded: list[tuple[Product, str]] = []
    for line in lines:
        try:
            # A refused row must leave nothing of itself; all or nothing undoes the whole transaction anyway.
            with db.session.begin_nested() if row.mode == GOOD else nullcontext():
                word, product = matching.take_over(
                    line,
                    goods.of(line),
                    shop=shop,
                    categories=categories,
                    photos=_photos(row, line),
                    actor=row.actor,
                    at=at,
                )
        except DomainError as refusal:
            problems.append(_blamed(row, line, refusal))
        else:
            done[word] += 1
            coded += [(product, line.code)] if line.code else []
    for product, code in coded:
        product.own_code = code
    row.added, row.changed = row.added + done["added"], row.changed + done["changed"]
    row.unchanged += done["unchanged"]
    del in_hand
    return problems


def _blamed(row: GoodsImport, line: Line, refusal: DomainError) -> Problem:
    """What a refused row is told; an import that takes all or none ends with it."""
    column = (refusal.field or "") if isinstance(refusal, Invalid) else "stok"
    problem = Problem(line.number, column, line.name or line.code, refusal.message)
    if row.mode == ALL:
        raise _Refused(problem) from refusal
    return problem


def _found(index: matching.Index, line: Line) -> int | None:
    """As the dry run found it; goods renamed since to the name of others count as new."""
    try:
        return index.find(line)
    except Invalid:
        return None


def _photos(row: GoodsImport, line: Line) -> list[KeptPhoto]:
    found = [row.kept[f"{line.number}/{name}"] for name in line.photos]
    for each in found:
        if len(each) == 1:
            raise Invalid(each[0], "foto")
    return [KeptPhoto(*each) for each in found]


def _fail(number: int, problem: Problem, at: datetime) -> bool:
    db.session.rollback()
    with transaction():
        row = _locked(number)
        row.added = row.changed = row.unchanged = row.lines_done = 0
        _end(row, FAILED, at, [problem])
    return True


def _end(row: GoodsImport, state: str, at: datetime, problems: Sequence[Problem]) -> None:
    row.state, row.ended_at = state, at
    row.problems = _with(row, problems)
    announce("import.finished", f"import:{row.id}", {"import_id": row.id, "shop_id": row.shop_id}, at=at)


def _with(row: GoodsImport, problems: Sequence[Problem]) -> list[list[object]]:
    return [*row.problems, *(as_row(each) for each in problems)][:MOST_PROBLEMS]


def _locked(number: int) -> GoodsImport:
    rows = select(GoodsImport).where(GoodsImport.id == number)
    return db.session.scalars(locked(rows, of=GoodsImport)).one()
