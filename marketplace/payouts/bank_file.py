"""Decides what the bank is handed: one row per payout of an approved batch, as CSV and as XLSX.

The file names the accounts that were approved, so it is the same whenever it is made, byte by byte. The CSV
has commas, as banks read it; whoever opens it by hand takes the XLSX, where leading zeros stay.
"""

from collections.abc import Iterator
from io import BytesIO

import xlsxwriter
from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.csv_files import Cell, csv_text
from marketplace.kit.errors import Conflict
from marketplace.payouts.models import Payout, PayoutBatch, PayoutEvent
from marketplace.payouts.states import Status

HEAD = ("no", "bank", "nomor_rekening", "nama_penerima", "jumlah", "berita", "penerima")
WIDTHS = (6, 20, 26, 34, 16, 22, 34)


def as_csv(batch: PayoutBatch) -> bytes:
    """The file as CSV in UTF-8. No cell runs as a formula.

    Raises:
        Conflict: the batch is not approved.
    """
    return csv_text(HEAD, _rows(batch)).encode()


def as_xlsx(batch: PayoutBatch) -> bytes:
    """The file as a sheet: amounts are numbers, everything else is text, leading zeros included.

    Raises:
        Conflict: the batch is not approved.
    """
    rows = list(_rows(batch))
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    assert batch.approved_at is not None  # noqa: S101 - `_rows` has refused
    # Otherwise every file would carry the moment at which it was made.
    book.set_properties({"created": batch.approved_at.replace(tzinfo=None)})
    sheet = book.add_worksheet("Pencairan")
    bold, whole = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
    for column, (title, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell, whole)
            else:
                sheet.write_string(line, column, str(cell))
    book.close()
    return out.getvalue()


def _rows(batch: PayoutBatch) -> Iterator[tuple[Cell, ...]]:
    if batch.approved_at is None:
        raise Conflict(
            _("Kelompok %(number)s belum disetujui, jadi belum ada berkas untuk bank.", number=batch.number)
        )
    approved = (
        select(Payout, PayoutEvent)
        .join(PayoutEvent, PayoutEvent.payout_id == Payout.id)
        .where(Payout.batch_id == batch.id, PayoutEvent.to_status == Status.APPROVED.value)
        .order_by(Payout.id)
    )
    for place, (payout, step) in enumerate(db.session.execute(approved).unique(), 1):
        yield (
            *(place, step.bank, step.account_number, step.holder),
            *(payout.net, payout.number, payout.payee_name),
        )
