"""Decides which kinds of permits there are, and what looks wrong about a number. Pure rules.

Nothing here refuses a number: formats change faster than software, so a person is warned and decides. The
formats and their sources stand in docs/permits.md.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

NIB, PIRT, MD, HALAL, SNI, PSAT, BRAND = "nib", "pirt", "md", "halal", "sni", "psat", "merek"
_CENTURY = 2000
_PIRT_DIGITS, _OLD_PIRT_DIGITS, _MD_DIGITS, _NIB_DIGITS = 15, 12, 12, 13


@dataclass(frozen=True)
class Kind:
    """A kind of permit: its short name, what it is, and where it is obtained (name of the site, address)."""

    name: str
    title: str
    example: str
    site: str
    address: str


KINDS: dict[str, Kind] = {
    PIRT: Kind("P-IRT", _l("Pangan industri rumah tangga"), "2101871012345-31", "OSS", "https://oss.go.id"),
    HALAL: Kind(
        "Halal", _l("Sertifikat halal"), "ID18110000123450323", "SIHALAL", "https://ptsp.halal.go.id"
    ),
    MD: Kind("BPOM MD", _l("Izin edar BPOM"), "MD 235602169254", "e-Reg BPOM", "https://e-reg.pom.go.id"),
    NIB: Kind("NIB", _l("Nomor induk berusaha"), "9120001234567", "OSS", "https://oss.go.id"),
    PSAT: Kind(
        "PSAT", _l("Pangan segar asal tumbuhan"), "PSAT-PDUK 3201-I-01-0001", "OSS", "https://oss.go.id"
    ),
    SNI: Kind("SNI", _l("Standar nasional Indonesia"), "SNI 01-4305-1996", "BSN", "https://bsn.go.id"),
    BRAND: Kind(_l("Merek"), _l("Merek terdaftar"), "IDM000123456", "DJKI", "https://merek.dgip.go.id"),
}


def tidy(number: str) -> str:
    """A number as it is kept: capital letters, single blanks."""
    return re.sub(r"\s+", " ", number).strip().upper()


def pirt_end(number: str) -> date | None:
    """The last day of the year that digits 14 and 15 of a P-IRT number name; None for older, shorter ones."""
    digits = _digits(number)
    if len(digits) < _PIRT_DIGITS:
        return None
    return date(_CENTURY + int(digits[13:15]), 12, 31)


def end_of(kind: str, number: str, typed: date | None) -> date | None:
    """The last day on which a permit holds: the one typed, or what a P-IRT number says itself."""
    return typed or (pirt_end(number) if kind == PIRT else None)


def doubts(kind: str, number: str, expires_on: date | None) -> list[str]:
    """What looks unusual about a number, in sentences for who wrote it; empty when nothing does."""
    check = _CHECKS.get(kind)
    return check(number, expires_on) if check else []


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _nib(number: str, _end: date | None) -> list[str]:
    if len(_digits(number)) == _NIB_DIGITS:
        return []
    return [_("NIB biasanya 13 angka. Periksa lagi nomornya.")]


def _pirt(number: str, end: date | None) -> list[str]:
    digits, said = _digits(number), pirt_end(number)
    if len(digits) == _OLD_PIRT_DIGITS:
        return [_("Ini bentuk lama dengan 12 angka. Yang baru punya 15 angka; periksa apakah masih berlaku.")]
    if said is None:
        return [_("Nomor P-IRT biasanya 15 angka, misalnya 2101871012345-31. Periksa lagi nomornya.")]
    found = []
    if digits[0] not in "12345678":
        found.append(_("Angka pertama P-IRT menyebut kemasan, dari 1 sampai 8. Periksa lagi nomornya."))
    if end is not None and end.year != said.year:
        found.append(
            _("Angka ke-14 dan 15 menyebut tahun %(year)s, tetapi tanggal akhirnya lain.", year=said.year)
        )
    return found


def _md(number: str, _end: date | None) -> list[str]:
    if number.startswith("MD") and len(_digits(number)) >= _MD_DIGITS:
        return []
    return [_("Nomor BPOM biasanya MD dengan 12 angka di belakangnya. Periksa lagi nomornya.")]


def _halal(number: str, _end: date | None) -> list[str]:
    if re.fullmatch(r"ID[ .-]?[0-9]+", number):
        return []
    return [_("Nomor halal biasanya ID dengan angka di belakangnya. Periksa lagi nomornya.")]


_CHECKS: dict[str, Callable[[str, date | None], list[str]]] = {
    NIB: _nib,
    PIRT: _pirt,
    MD: _md,
    HALAL: _halal,
}
