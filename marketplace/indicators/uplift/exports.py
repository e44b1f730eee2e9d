"""Decides which columns the uplift has in a CSV file."""

from collections.abc import Iterator

from marketplace.indicators.uplift import words
from marketplace.indicators.uplift.assessing import Assessment
from marketplace.indicators.uplift.beginnings import Beginning
from marketplace.indicators.uplift.estimating import Effect, Estimate, Refused
from marketplace.indicators.uplift.village import Story
from marketplace.kit.csv_files import Cell

HEAD = (
    *("bagian", "nama", "bulan_dari_tindakan", "desa_perlakuan", "desa_pembanding", "desa_bulan"),
    *("rupiah_per_desa_per_bulan", "batas_bawah", "batas_atas", "persen", "persen_bawah", "persen_atas"),
    *("keterangan", "survei_desa", "survei_rupiah_per_bulan", "triwulan_pertama_desa"),
    *("triwulan_pertama_rupiah_per_bulan", "musim_desa_bulan", "musim_sesudah", "musim_setahun_sebelumnya"),
)
SEASON_HEAD = ("bulan", "omzet_bersih", "setahun_sebelumnya")


def rows(found: Assessment) -> Iterator[tuple[Cell, ...]]:
    """The whole, the months around the act, the cohorts, and every treated village."""
    for row in _rows(found):
        yield (*row, *(None,) * (len(HEAD) - len(row)))


def _rows(found: Assessment) -> Iterator[tuple[Cell, ...]]:
    yield (*_row("semua", "", found.found), *_beginning(found.beginning))
    if isinstance(found.found, Estimate):
        for step in found.found.steps:
            numbers = (round(step.rupiah), *(round(end) for end in step.interval))
            yield ("bulan", "", step.month, step.villages, None, None, *numbers, None, None, None, "")
        if found.found.pretended:
            yield ("uji semu", "", None, None, None, None, *_numbers(found.found.pretended), "")
    for cohort in found.cohorts:
        name = words.cohort(cohort.group, cohort.name)
        yield (*_row("kelompok", name, cohort.found), *_beginning(cohort.beginning))
    if isinstance(found.found, Estimate):
        for own in found.found.own:
            course = found.gathered.courses[own.village]
            empty = (None, None, None, None, None)
            yield ("desa", course.code, None, None, None, own.months, round(own.effect), *empty, course.name)


def seasons(story: Story) -> Iterator[tuple[Cell, ...]]:
    """Month by month beside the year before; empty: not on the platform."""
    for season in story.months:
        yield season.period.key, season.sold, season.year_before


def _row(part: str, name: str, found: Estimate | Refused) -> tuple[Cell, ...]:
    if isinstance(found, Refused):
        empty = (None,) * 7
        return (part, name, None, found.treated, found.control, *empty, words.refusal(found))
    counts = (found.treated, found.control, found.village_months)
    return (part, name, None, *counts, *_numbers(found.effect), "")


def _beginning(told: Beginning) -> tuple[Cell, ...]:
    """Villages and rupiah of surveys and of first quarters; village-months and rupiah of the season."""
    surveyed, quarter = (
        (mean.villages, mean.rupiah) if mean else (0, None) for mean in (told.surveyed, told.quarter)
    )
    after, before = (mean.rupiah if mean else None for mean in (told.after, told.year_before))
    return (*surveyed, *quarter, told.months, after, before)


def _numbers(effect: Effect) -> tuple[Cell, ...]:
    """Rupiah with both ends, percent with both ends to one decimal."""
    rupiah = (round(effect.rupiah), *(round(end) for end in effect.interval))
    if effect.percent is None or effect.percent_interval is None:
        return (*rupiah, None, None, None)
    return (*rupiah, *(f"{each:.1f}" for each in (effect.percent, *effect.percent_interval)))
