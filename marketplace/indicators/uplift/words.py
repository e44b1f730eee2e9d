"""Decides how the uplift is put into words: one sentence, its interval, or why there is none."""

from babel.numbers import format_compact_decimal, format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.idm import CLASSES
from marketplace.indicators.uplift import assessing, estimating
from marketplace.indicators.uplift.drawing import Interval
from marketplace.indicators.uplift.estimating import LEAST_VILLAGES, Effect, Refused
from marketplace.kit.money import rupiah

LOCALE = "id"
JOINED = "\u2060"  # No line ends between a minus and its amount.
COHORTS = {
    assessing.LOCUS: {
        assessing.LOCUS: _l("Desa lokus dengan dana stimulan"),
        assessing.ALONE: _l("Desa tanpa dana stimulan (biaya sendiri)"),
    },
    kinds.FOCUS: kinds.FOCUSES,
    kinds.STATUS: CLASSES,
}
GROUPS = {
    assessing.LOCUS: _l("Stimulan"),
    kinds.FOCUS: _l("Kategori fokus"),
    kinds.STATUS: _l("Status desa"),
}


def answer(effect: Effect) -> str:
    """The one sentence: up, down, or not told apart from nothing."""
    low, high = effect.interval
    parts = {"amount": short(abs(effect.rupiah)), "low": signed(low), "high": signed(high)}
    if low > 0:
        return str(
            _(
                "Setelah tindakan program, omzet desa naik rata-rata %(amount)s per bulan dibanding desa "
                "pembanding (selang 95 persen: %(low)s sampai %(high)s).",
                **parts,
            )
        )
    if high < 0:
        return str(
            _(
                "Setelah tindakan program, omzet desa turun rata-rata %(amount)s per bulan dibanding desa "
                "pembanding (selang 95 persen: %(low)s sampai %(high)s).",
                **parts,
            )
        )
    return str(
        _(
            "Belum terlihat perubahan yang pasti: data ini cocok dengan perubahan antara %(low)s dan "
            "%(high)s per desa per bulan, jadi juga dengan tidak ada perubahan.",
            **parts,
        )
    )


def percent(effect: Effect) -> str:
    """The effect in percent of the sales without the act, with its interval; or that there is none."""
    if effect.percent is None or effect.percent_interval is None:
        return str(_("Persennya tidak dihitung: tanpa tindakan, omzetnya hampir nol."))
    return str(
        _(
            "%(value)s dari perkiraan omzet tanpa tindakan (selang 95 persen: %(low)s sampai %(high)s)",
            value=points(effect.percent),
            low=points(effect.percent_interval[0]),
            high=points(effect.percent_interval[1]),
        )
    )


def refusal(refused: Refused) -> str:
    """Why nothing is said."""
    least = LEAST_VILLAGES
    numbers = {"treated": refused.treated, "control": refused.control, "least": least}
    sentences = {
        estimating.FEW_TREATED: _(
            "Belum bisa disimpulkan: baru %(treated)s desa yang tindakannya tercatat dan sudah berjualan di "
            "DesaMart; paling sedikit %(least)s.",
            **numbers,
        ),
        estimating.FEW_BEFORE: _(
            "Belum bisa disimpulkan: hanya %(treated)s desa sudah berjualan paling sedikit tiga bulan "
            "sebelum tindakan; paling sedikit harus %(least)s.",
            **numbers,
        ),
        estimating.FEW_CONTROLS: _(
            "Belum bisa disimpulkan: hanya %(control)s desa bisa menjadi pembanding (berjualan pada bulan "
            "yang sama, belum mendapat tindakan); paling sedikit %(least)s.",
            **numbers,
        ),
        estimating.NOTHING_AFTER: _(
            "Belum bisa disimpulkan: baru %(treated)s desa punya satu bulan penuh setelah bulan tindakan; "
            "paling sedikit %(least)s.",
            **numbers,
        ),
        estimating.NO_INTERVAL: _("Belum bisa disimpulkan: selang kepercayaannya tidak bisa dihitung."),
    }
    return str(sentences[refused.why])


def pretrend(effect: Effect | None) -> str:
    """What moving the acts half a year earlier finds."""
    if effect is None:
        return str(
            _(
                "Uji semu belum bisa dilakukan: terlalu sedikit desa berjualan sembilan bulan sebelum "
                "tindakan."
            )
        )
    low, high = effect.interval
    parts = {"low": signed(low), "high": signed(high)}
    if low <= 0 <= high:
        return str(
            _(
                "Uji semu lolos: seandainya tindakan terjadi enam bulan lebih awal, tidak terlihat perubahan "
                "(selang 95 persen: %(low)s sampai %(high)s).",
                **parts,
            )
        )
    return str(
        _(
            "Hati-hati, uji semu tidak lolos: sebelum tindakan pun desa-desa ini sudah bergerak lain dari "
            "pembandingnya (selang 95 persen: %(low)s sampai %(high)s). Perkiraan di atas mungkin bukan "
            "akibat program.",
            **parts,
        )
    )


def cohort(group: str, name: str) -> str:
    """The name of a cohort."""
    return str(COHORTS[group][name])


def short(amount: float) -> str:
    """Rupiah in few letters: `Rp2,8 juta`."""
    return f"Rp{_compact(amount)}"


def signed(amount: float) -> str:
    """Rupiah with their sign: `+Rp2,8 juta`, `-Rp300 ribu`."""
    return f"{'-' + JOINED if amount < 0 else '+'}{short(abs(amount))}"


def between(interval: Interval) -> str:
    """An interval of rupiah."""
    return str(_("%(low)s sampai %(high)s", low=signed(interval[0]), high=signed(interval[1])))


def points(value: float) -> str:
    """Percent with their sign: `+27%`."""
    return f"{'+' if value > 0 else ''}{format_decimal(round(value), locale=LOCALE)}%"


def ratio(value: float) -> str:
    """Rupiah per rupiah: `Rp0,84`."""
    sign = "-" if value < 0 else ""
    return f"{sign}Rp{format_decimal(round(abs(value), 2), '#,##0.00', locale=LOCALE)}"


def axis(amount: float) -> str:
    """Rupiah on the axis of a chart: `2,5 jt`."""
    return str(format_compact_decimal(amount, locale=LOCALE, fraction_digits=1))


def exact(amount: float) -> str:
    """Whole rupiah."""
    return rupiah(round(amount))


def _compact(amount: float) -> str:
    digits = 1 if amount < 100_000_000 else 0
    if amount < 1000:
        return str(round(amount))
    return str(format_compact_decimal(amount, format_type="long", locale=LOCALE, fraction_digits=digits))
