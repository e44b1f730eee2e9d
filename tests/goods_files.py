"""Makes files of goods as sellers and strangers make them, and lets the worker take them over."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import xlsxwriter
from PIL import Image

from marketplace.catalog.imports import beginning, carrying, checking, keeping
from marketplace.catalog.imports.models import ALL, GoodsImport
from marketplace.catalog.queries import category_choices
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.factories import AT

ACTOR = "seller:1"


def csv_file(*rows: str) -> bytes:
    """A CSV file in UTF-8."""
    return "\n".join(rows).encode()


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """An XLSX file; texts that begin with `=` are formulas, as when somebody types them."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        sheet.write_row(line, 0, row)
    book.close()
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    """A ZIP."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def photo(colour: str = "orange") -> bytes:
    """A photo as a phone makes it."""
    out = BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def check(
    body: bytes, photos: bytes = b"", *, shop: str = cast.HER_SHOP, at: datetime = AT, mode: str = ""
) -> int:
    """Send a file to a shop, and let it begin if a `mode` is given; the number of the import."""
    owner = factories.shop(shop)
    found = checking.forecast(owner, body, photos, category_choices(), at=at)
    key = keeping.keep(settings().import_dir, found.lines, photos)
    with transaction():
        row, _stale = checking.record(owner, found, key=key, file_name="barang.csv", actor=ACTOR, at=at)
        if mode:
            beginning.begin(row, mode, actor=ACTOR)
        return row.id


def carry(at: datetime = AT) -> None:
    """Let the worker do all that waits."""
    while carrying.carry_on(at):
        db.session.remove()


def take_over(body: bytes, photos: bytes = b"", *, shop: str = cast.HER_SHOP, mode: str = ALL) -> GoodsImport:
    """Send a file and let all of it happen."""
    number = check(body, photos, shop=shop, mode=mode)
    carry()
    return of(number)


def of(number: int) -> GoodsImport:
    """An import as it stands now."""
    db.session.expire_all()
    return db.session.get_one(GoodsImport, number)
