"""Decides what may be noted of a service, and that a correction is a new row. Nothing personal is taken."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from flask_babel import gettext as _

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import parse_rupiah
from marketplace.kit.transaction import alone_with
from marketplace.village_services.models import KINDS, ServiceEntry
from marketplace.village_services.queries import stands

MOST_COUNT, MOST_NOTE = 10_000, 120
EARLIEST = date(2020, 1, 1)
_COUNT = re.compile(r"[0-9]{1,5}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLATE = re.compile(r"\b[a-z]{1,2}[ .-]?[0-9]{1,4}[ .-]?[a-z]{1,3}\b", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9](?:[ .-]?[0-9]){7,}")
T = TypeVar("T")


@dataclass(frozen=True)
class Noted:
    """One line of the log as read: rupiah in whole numbers."""

    day: date
    kind: str
    count: int
    amount: int
    fee: int
    note: str


def read(said: dict[str, str], *, today: date) -> Noted:
    """Read what was typed: `tanggal jenis jumlah nilai jasa catatan`.

    Raises:
        Invalid: with its field; also a note that holds a number plate or a long number.
    """
    day = _read(_day, said["tanggal"], "tanggal", _("Tulis tanggalnya; tidak sesudah hari ini."))
    if not EARLIEST <= day <= today:
        raise Invalid("Tulis tanggalnya; tidak sesudah hari ini.", "tanggal")
    if said["jenis"] not in KINDS:
        raise Invalid("Pilih jenis layanannya.", "jenis")
    if not _COUNT.fullmatch(said["jumlah"].strip()) or not 1 <= int(said["jumlah"]) <= MOST_COUNT:
        raise Invalid("Tulis berapa kali layanan ini diberikan, dari 1 sampai 10.000.", "jumlah")
    amount = _rupiah(said["nilai"], "nilai")
    fee = _rupiah(said["jasa"], "jasa")
    return Noted(day, said["jenis"], int(said["jumlah"]), amount, fee, _note(said["catatan"]))


def note(village_code: str, noted: Noted, *, by: User, at: datetime) -> ServiceEntry:
    """Write one line for a village, in a transaction."""
    return _write(village_code, noted, None, by, at)


def correct(entry: ServiceEntry, noted: Noted, *, by: User, at: datetime) -> ServiceEntry:
    """Let a new line stand in the place of one.

    Raises:
        Conflict: another one does already.
    """
    _still_stands(entry)
    return _write(entry.village_code, noted, entry.id, by, at)


def take_back(entry: ServiceEntry, *, by: User, at: datetime) -> ServiceEntry:
    """Take a line back: a new one with a count of zero.

    Raises:
        Conflict: it was corrected or taken back already.
    """
    _still_stands(entry)
    return _write(entry.village_code, Noted(entry.day, entry.kind, 0, 0, 0, ""), entry.id, by, at)


def personal(text: str) -> bool:
    """Whether a text holds what may be a number plate, or eight digits and more (identity, account)."""
    return bool(_PLATE.search(text) or _LONG_NUMBER.search(text))


def _still_stands(entry: ServiceEntry) -> None:
    alone_with(f"service_entry:{entry.village_code}")
    if not stands(entry):
        raise Conflict("Catatan ini sudah diperbaiki atau dibatalkan.")


def _write(village_code: str, noted: Noted, replaces: int | None, by: User, at: datetime) -> ServiceEntry:
    row = ServiceEntry(
        village_code=village_code,
        day=noted.day,
        kind=noted.kind,
        count=noted.count,
        amount=noted.amount,
        fee=noted.fee,
        note=noted.note,
        replaces_id=replaces,
        by_id=by.id,
        entered_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _note(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > MOST_NOTE:
        raise Invalid(_("Paling banyak %(most)s huruf.", most=MOST_NOTE), "catatan")
    if personal(plain):
        words = _("Jangan tulis pelat nomor, NIK, nomor rekening, atau nomor pelanggan. Hapus nomornya.")
        raise Invalid(words, "catatan")
    return plain


def _rupiah(text: str, column: str) -> int:
    return _read(parse_rupiah, text, column, _("Tulis rupiahnya, misalnya 50.000.")) if text.strip() else 0


def _day(text: str) -> date:
    if not _DAY.fullmatch(text.strip()):
        raise ValueError(text)
    return date.fromisoformat(text.strip())


def _read(reader: Callable[[str], T], text: str, column: str, words: str) -> T:
    try:
        return reader(text)
    except ValueError:
        raise Invalid(words, column) from None
