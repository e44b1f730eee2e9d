"""Decides how figures and facts are put into words: numbers, reasons, names of methods and levels."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from marketplace.indicators.declaring import HOURS, PER_HOUSEHOLD, PER_KG, PERCENT, RUPIAH, Indicator
from marketplace.indicators.figures import NO_DATA, Figure, growth, points
from marketplace.indicators.sums import UNITS
from marketplace.kit.clock import WIB
from marketplace.kit.languages import chosen
from marketplace.kit.money import rupiah
from marketplace.regions.models import DISTRICT, PROVINCE, REGENCY, VILLAGE

LOCALE = "id"
IN_RUPIAH = (RUPIAH, PER_HOUSEHOLD, PER_KG)
LEVELS = {
    PROVINCE: lazy_gettext("Provinsi"),
    REGENCY: lazy_gettext("Kabupaten/kota"),
    DISTRICT: lazy_gettext("Kecamatan"),
    VILLAGE: lazy_gettext("Desa/kelurahan"),
}
PAYMENTS = {
    "cod": lazy_gettext("Tunai di tempat"),
    "ambil": lazy_gettext("Tunai saat diambil"),
    "transfer": lazy_gettext("Transfer bank"),
    "qris": lazy_gettext("QRIS"),
    "stripe": lazy_gettext("Kartu"),
    "midtrans": lazy_gettext("Midtrans"),
}
DELIVERIES = {
    "ambil": lazy_gettext("Diambil pembeli"),
    "antar": lazy_gettext("Diantar penjual"),
    "titip": lazy_gettext("Dititipkan"),
    "ekspedisi": lazy_gettext("Ekspedisi"),
    "jasa": lazy_gettext("Layanan di tempat"),
}

RINGS = (
    lazy_gettext("desa sendiri"),
    lazy_gettext("kecamatan"),
    lazy_gettext("kabupaten/kota"),
    lazy_gettext("provinsi"),
    lazy_gettext("luar provinsi"),
)
SECTIONS = {
    "A": lazy_gettext("Pertanian, kehutanan, perikanan"),
    "B": lazy_gettext("Pertambangan"),
    "C": lazy_gettext("Industri pengolahan"),
    "F": lazy_gettext("Konstruksi"),
    "G": lazy_gettext("Perdagangan"),
    "H": lazy_gettext("Angkutan"),
    "I": lazy_gettext("Penginapan, makan minum"),
    "J": lazy_gettext("Informasi, komunikasi"),
    "M": lazy_gettext("Jasa profesional"),
    "N": lazy_gettext("Jasa persewaan, perjalanan"),
    "P": lazy_gettext("Pendidikan"),
    "R": lazy_gettext("Kesenian, hiburan, rekreasi"),
    "S": lazy_gettext("Jasa lainnya"),
}


def value(figure: Figure) -> str:
    """A figure for a person: `Rp1.250.000`, `12`, `45,2%`, or why there is none."""
    return reason(figure) if figure.value is None else written(figure.indicator, figure.value)


def reason(figure: Figure) -> str:
    """Why a figure has no value; empty when it has one. Missing is not zero."""
    if figure.value is not None:
        return ""
    return str(_("tidak ada data") if figure.why == NO_DATA else _("belum tersedia"))


def written(indicator: Indicator, number: Decimal | int) -> str:
    """A number in the unit of its indicator: `Rp12.500`, `45,2%`, `30,5 jam`, or the name of a class."""
    if indicator.classes:
        return str(indicator.classes[int(number)])
    if indicator.unit in IN_RUPIAH:
        return f"{rupiah(int(number))}{indicator.unit.removeprefix(RUPIAH)}"
    plain = _decimal(number, indicator.decimals)
    if indicator.unit == HOURS:
        return str(_("%(hours)s jam", hours=plain))
    return f"{plain}{PERCENT}" if indicator.unit == PERCENT else plain


def part(indicator: Indicator, number: int | None, under: bool = False) -> str:
    """A numerator, or the denominator if `under`, in the unit of its sum; a dash for none."""
    if number is None:
        return "-"
    unit = UNITS.get(str(indicator.under if under else indicator.over), "")
    if unit == RUPIAH:
        return rupiah(number)
    return f"{_decimal(number, 0)} {unit}".rstrip()


def beside(figure: Figure) -> str:
    """What the official yardstick gives for such a value, where that is published; else empty."""
    reached = None if figure.value is None else points(figure.indicator, figure.value)
    return "" if reached is None else str(_("setara %(points)s poin IDM", points=reached))


def change(figure: Figure, before: Figure) -> str:
    """What became of `before`: `+12,5%` of rupiah, `+2` for counts, `-3,1 poin` for shares.

    Empty where one of them is missing, and between classes.
    """
    if figure.value is None or before.value is None or figure.indicator.classes:
        return ""
    if figure.indicator.unit in IN_RUPIAH:
        percent = growth(figure.value, before.value)
        return f"{_signed(percent, 1)}%" if percent is not None else ""
    difference = _signed(figure.value - before.value, figure.indicator.decimals)
    return str(_("%(number)s poin", number=difference)) if figure.indicator.unit == PERCENT else difference


def compact(indicator: Indicator, number: Decimal) -> str:
    """A short number for the axis of a chart: `1,5 jt`, `40%`."""
    short = format_compact_decimal(number, locale=LOCALE, fraction_digits=1)
    return f"{short}%" if indicator.unit == PERCENT else short


def day(moment: date) -> str:
    """A WIB day: `2 Nov 2026`."""
    return format_date(moment, "d MMM y", locale=chosen())


def moment(at: datetime) -> str:
    """A moment with its zone: `22 Nov 2026 14.05 WIB`."""
    return f"{format_datetime(at.astimezone(WIB), 'd MMM y HH.mm', locale=chosen())} WIB"


def whole(number: int) -> str:
    """A whole number with Indonesian grouping."""
    return _decimal(number, 0)


def payment(method: str) -> str:
    """The name of a payment method; the bare code of one that is unknown here."""
    return str(PAYMENTS.get(method, method))


def delivery(method: str) -> str:
    """The name of a delivery method; the bare code of one that is unknown here."""
    return str(DELIVERIES.get(method, method))


def ring(place: int) -> str:
    """How far goods went, seen from the seller's village; `place` is one in `sums.RINGS`, from 0."""
    return str(RINGS[place])


def section(letter: str) -> str:
    """The name of a section of KBLI; the bare letter of one that is unknown here."""
    return str(SECTIONS.get(letter, letter))


def level(name: str) -> str:
    """The name of a level of regions."""
    return str(LEVELS[name])


def _decimal(number: Decimal | int, decimals: int) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(number, pattern, locale=LOCALE)


def _signed(number: Decimal, decimals: int) -> str:
    return ("+" if number > 0 else "") + _decimal(number, decimals)
