"""Decides what is missing before a region's period is handed in: what forbids it, what is only told."""

from datetime import datetime

from flask_babel import gettext as _

from marketplace.indicators import queries
from marketplace.indicators.periods import Period
from marketplace.indicators.publishing.queries import states_in
from marketplace.indicators.publishing.releasing import behind, is_over
from marketplace.indicators.publishing.states import LOCKED
from marketplace.indicators.quality import reading as quality
from marketplace.indicators.sums import Totals
from marketplace.regions.models import PROVINCE, REGENCY, Region


def blocking(region: Region, period: Period, *, at: datetime) -> list[str]:
    """Sentences about what has to be there first; empty: the figures can be handed in and locked."""
    if not is_over(period, at):
        return [_("Periode ini belum selesai.")]
    found = []
    if behind(period, at):
        found.append(_("Masih ada penjualan periode ini yang sedang dihitung. Coba lagi sebentar lagi."))
    if not has_data(region, period):
        found.append(_("Belum ada penjualan dari wilayah ini."))
    open_ones = _unlocked(region, period) if region.level == PROVINCE else []
    if open_ones:
        found.append(_("Belum dikunci: %(names)s.", names=", ".join(open_ones)))
    changed = _changed(region, period, at=at) if region.level == PROVINCE else []
    if changed:
        found.append(_("Berubah sejak dikunci, revisi dulu: %(names)s.", names=", ".join(changed)))
    return found


def missing(region: Region, period: Period) -> list[str]:
    """Sentences about inputs and findings that would make figures better, but do not forbid locking."""
    totals = _totals(region, period)
    villages = queries.villages(region.code, region.level).get(region.code, 0)
    found = []
    if totals.known_households < villages:
        left = villages - totals.known_households
        found.append(
            _("Jumlah keluarga belum diisi untuk %(left)s dari %(all)s desa.", left=left, all=villages)
        )
    if totals.outlet_calendar == 0:
        found.append(_("Hari buka gerai belum diisi."))
    open_ones = quality.how_many(region.code, "", open_only=True)
    if open_ones:
        found.append(_("%(count)s temuan mutu data menunggu keputusan", count=open_ones) + ".")
    return found


def has_data(region: Region, period: Period) -> bool:
    """Whether the region had sold anything until the end of the period."""
    here = [place for place in queries.places(region.code, region.level) if place.code == region.code]
    return any(place.since and place.since <= period.last for place in here)


def _unlocked(region: Region, period: Period) -> list[str]:
    """Names of the regencies that have sold, but have not been locked."""
    selling = [
        place for place in queries.places(region.code, REGENCY) if place.since and place.since <= period.last
    ]
    states = states_in(period, [place.code for place in selling])
    return [place.name for place in selling if states.get(place.code) != LOCKED]


def _changed(region: Region, period: Period, *, at: datetime) -> list[str]:
    """Names of the regencies that are counted otherwise than they are locked: the province is their sum."""
    figures = queries.figures(region.code, REGENCY, period, at=at)
    return list(dict.fromkeys(figure.place.name for figure in figures if figure.recount))


def _totals(region: Region, period: Period) -> Totals:
    return queries.totals(region.code, region.level, [period]).get((region.code, period.key), Totals())
