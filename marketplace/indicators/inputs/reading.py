"""Decides what the typed fields of one input mean, in a form and in a row of a file alike. Pure rules."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from marketplace.catalog import typed
from marketplace.indicators.inputs import idm, kinds
from marketplace.indicators.inputs.kinds import Kind
from marketplace.kit.clock import month_of
from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted

MOST_SOURCE, LEAST_SOURCE = 200, 3
MOST_HOUSEHOLDS = 100_000
EARLIEST = date(2010, 1, 1)
_SCORE = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,4})?")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})|([0-9]{1,2})/([0-9]{4})")
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True)
class Draft:
    """What somebody says of a village, read and judged, not yet kept; fields as in `DatedInput`."""

    village_code: str
    kind: str
    as_of: date
    source: str
    series: str = ""
    year: int | None = None
    number: int | None = None
    word: str = ""

    @property
    def place(self) -> tuple[str, str, date | None]:
        """What a later row of the same place replaces: one value a village, an index and a day."""
        return self.village_code, self.series, None if kinds.KINDS[self.kind].once else self.as_of


def read(kind: Kind, said: Mapping[str, str], *, today: date) -> Draft:
    """Read one input; `said` holds the kind's columns, `kode` (known to exist) and `sumber`.

    Raises:
        Invalid: with the column as its field.
    """
    code, source = said.get(kinds.CODE, "").strip(), " ".join(said.get(kinds.SOURCE, "").split())
    values = _READERS[kind.key](said, today)
    if not LEAST_SOURCE <= len(source) <= MOST_SOURCE:
        words = noted("Tulis sumbernya, misalnya “Profil desa 2026, hlm. 4”. Paling banyak 200 huruf.")
        raise Invalid(words, kinds.SOURCE)
    return Draft(village_code=code, kind=kind.key, source=source, **values)  # type: ignore[arg-type]


def _households(said: Mapping[str, str], today: date) -> dict[str, object]:
    number = typed.read(lambda text: typed.whole(text, 1), said.get("jumlah"))
    if number is None or number > MOST_HOUSEHOLDS:
        raise Invalid("Tulis banyaknya keluarga dengan angka, dari 1 sampai 100.000.", "jumlah")
    return {"number": number, "as_of": _day(said, today)}


def _focus(said: Mapping[str, str], today: date) -> dict[str, object]:
    return {"word": _one_of(said, "kategori", kinds.FOCUSES), "as_of": _day(said, today)}


def _locus(said: Mapping[str, str], today: date) -> dict[str, object]:
    return {"word": _one_of(said, "lokus", (kinds.YES, kinds.NO)), "as_of": _day(said, today)}


def _joined(said: Mapping[str, str], today: date) -> dict[str, object]:
    return {"word": kinds.YES, "as_of": _day(said, today)}


def _outlet_days(said: Mapping[str, str], today: date) -> dict[str, object]:
    found = _MONTH.fullmatch(said.get("bulan", "").strip())
    year, month = (int(found[1] or found[4]), int(found[2] or found[3])) if found else (0, 0)
    if not 1 <= month <= 12 or year < EARLIEST.year or date(year, month, 1) > today:
        raise Invalid("Tulis bulannya seperti 2026-10; bulan depan belum bisa.", "bulan")
    first = date(year, month, 1)
    most = today.day if month_of(today) == month_of(first) else monthrange(year, month)[1]
    days = typed.read(typed.whole, said.get("hari"))
    if days is None or days > most:
        raise Invalid(
            _("Tulis hari buka dengan angka, dari 0 sampai %(most)s untuk bulan itu.", most=most), "hari"
        )
    return {"series": month_of(first), "number": days, "as_of": first}


def _status(said: Mapping[str, str], today: date) -> dict[str, object]:
    index = _one_of(said, "indeks", idm.INDEXES)
    year = said.get("tahun", "").strip()
    if not _YEAR.fullmatch(year) or not idm.FIRST_YEAR <= int(year) <= today.year:
        raise Invalid(
            _("Tulis tahunnya, dari %(first)s sampai %(last)s.", first=idm.FIRST_YEAR, last=today.year),
            "tahun",
        )
    _right_years(index, int(year))
    score = _score(said, index)
    return {
        "series": index,
        "year": int(year),
        "number": score,
        "word": _class(said, index, score),
        "as_of": date(int(year), 1, 1),
    }


def _right_years(index: str, year: int) -> None:
    if index == idm.IDM and year > idm.LAST_YEAR_OF_IDM:
        raise Invalid("IDM dipakai sampai 2024; mulai 2025 statusnya menurut Indeks Desa.", "tahun")
    if index == idm.INDEKS_DESA and year <= idm.LAST_YEAR_OF_IDM:
        raise Invalid("Indeks Desa baru ada mulai 2025; sebelumnya IDM.", "tahun")


def _score(said: Mapping[str, str], index: str) -> int | None:
    text = said.get("skor", "").strip()
    if not text:
        return None
    if not _SCORE.fullmatch(text):
        raise Invalid("Tulis skornya seperti 0,7146.", "skor")
    score = int(Decimal(text.replace(",", ".")) * idm.SCALE)
    if score > idm.HIGHEST[index]:
        raise Invalid(
            _("Skor %(index)s paling besar %(most)s.", index=index, most=idm.HIGHEST[index] // idm.SCALE),
            "skor",
        )
    return score


def _class(said: Mapping[str, str], index: str, score: int | None) -> str:
    """IDM: the class that the score is by the thresholds. Indeks Desa: as given, and nothing else."""
    given = said.get("status", "").strip()
    if given:
        given = _one_of(said, "status", idm.CLASSES)
    if index != idm.IDM or score is None:
        if not given:
            raise Invalid("Tulis statusnya seperti tertulis di sumber.", "status")
        return given
    derived = idm.class_of(score)
    if given and given != derived:
        raise Invalid(
            _("Skor ini berarti %(status)s menurut ambang IDM. Periksa skor atau statusnya.", status=derived),
            "status",
        )
    return derived


def _one_of(said: Mapping[str, str], column: str, allowed: Mapping[str, object] | tuple[str, ...]) -> str:
    wanted = " ".join(said.get(column, "").casefold().replace("_", " ").split())
    found = next((word for word in allowed if word.casefold() == wanted), None)
    if found is None:
        raise Invalid(_("Tulis salah satu: %(words)s.", words=", ".join(allowed)), column)
    return found


def _day(said: Mapping[str, str], today: date) -> date:
    day = typed.read(typed.day, said.get("tanggal"))
    if day is None or not EARLIEST <= day <= today:
        raise Invalid("Tulis tanggalnya seperti 30/06/2026; tidak sesudah hari ini.", "tanggal")
    return day


_READERS: dict[str, Callable[[Mapping[str, str], date], dict[str, object]]] = {
    kinds.HOUSEHOLDS: _households,
    kinds.STATUS: _status,
    kinds.FOCUS: _focus,
    kinds.LOCUS: _locus,
    kinds.JOINED: _joined,
    kinds.OUTLET_DAYS: _outlet_days,
}
