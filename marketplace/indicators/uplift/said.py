"""Decides what the typed fields of an act or a baseline mean, in a form and in a file alike. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.catalog import typed
from marketplace.indicators.inputs.reading import EARLIEST, LEAST_SOURCE, MOST_SOURCE
from marketplace.indicators.uplift.models import GRANT, OUTLET, TRAINING, Baseline, ProgrammeAct
from marketplace.kit.errors import Invalid
from marketplace.kit.money import parse_rupiah

WORDS = {"hibah": GRANT, "gerai": OUTLET, "pelatihan": TRAINING}
NAMES = {GRANT: _l("Hibah stimulan"), OUTLET: _l("Pembukaan gerai"), TRAINING: _l("Pelatihan")}
WORD_OF = {kind: word for word, kind in WORDS.items()}


@dataclass(frozen=True)
class Draft:
    """An act (with `kind`) or a baseline (without), judged, not yet kept; `rupiah` as in its table."""

    village_code: str
    day: date
    rupiah: int | None
    source: str
    kind: str = ""

    @property
    def table(self) -> type[ProgrammeAct] | type[Baseline]:
        """Where it belongs."""
        return ProgrammeAct if self.kind else Baseline

    @property
    def content(self) -> tuple[str, str, date, int | None]:
        """What makes two drafts the same thing said twice, whoever says it."""
        return self.village_code, self.kind, self.day, self.rupiah


def act(said: Mapping[str, str], *, today: date) -> Draft:
    """Read kode (known to exist), tindakan, tanggal, rupiah (grants only) and sumber.

    Raises:
        Invalid: with the column as its field.
    """
    kind = WORDS.get(_text(said, "tindakan").casefold())
    if kind is None:
        raise Invalid(_("Tulis salah satu: %(words)s.", words=", ".join(WORDS)), "tindakan")
    rupiah = typed.read(parse_rupiah, said.get("rupiah")) if _text(said, "rupiah") else None
    if kind == GRANT and not rupiah:
        raise Invalid("Tulis rupiah hibahnya, misalnya 30.000.000.", "rupiah")
    if kind != GRANT and _text(said, "rupiah"):
        raise Invalid("Rupiah hanya untuk hibah. Kosongkan untuk gerai dan pelatihan.", "rupiah")
    return Draft(_text(said, "kode"), _day(said, today), rupiah, _source(said), kind)


def baseline(said: Mapping[str, str], *, today: date) -> Draft:
    """Read kode (known to exist), tanggal, rupiah (sales of one month) and sumber.

    Raises:
        Invalid: with the column as its field.
    """
    rupiah = typed.read(parse_rupiah, said.get("rupiah"))
    if rupiah is None:
        raise Invalid("Tulis omzet desa per bulan menurut survei, misalnya 12.500.000.", "rupiah")
    return Draft(_text(said, "kode"), _day(said, today), rupiah, _source(said))


def source(said: str) -> str:
    """The source as it is kept.

    Raises:
        Invalid: too short or too long (field `sumber`).
    """
    words = " ".join(said.split())
    if not LEAST_SOURCE <= len(words) <= MOST_SOURCE:
        raise Invalid("Tulis sumbernya, misalnya “SK Gubernur 12/2026”. Paling banyak 200 huruf.", "sumber")
    return words


def _text(said: Mapping[str, str], column: str) -> str:
    return said.get(column, "").strip()


def _source(said: Mapping[str, str]) -> str:
    return source(said.get("sumber", ""))


def _day(said: Mapping[str, str], today: date) -> date:
    day = typed.read(typed.day, said.get("tanggal"))
    if day is None or not EARLIEST <= day <= today:
        raise Invalid("Tulis tanggalnya seperti 30/06/2026; tidak sesudah hari ini.", "tanggal")
    return day
