"""Decides what an officer asks of the figures (indicator, region, level, period) and what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from marketplace.accounts.models import User
from marketplace.indicators import access, tables
from marketplace.indicators.periods import Period
from marketplace.indicators.registry import MAIN, Indicator, parts_of
from marketplace.regions import queries as regions
from marketplace.regions.models import VILLAGE, Region

FIRST = "SE-01"
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Question:
    """One indicator, for the regions of one level inside one region, in one period."""

    indicator: Indicator
    region: Region
    level: str
    period: Period

    def arguments(self, **other: str) -> dict[str, str]:
        """The question as arguments of an address, some of them set otherwise."""
        asked = {
            "indikator": self.indicator.code,
            "wilayah": self.region.code,
            "tingkat": tables.address_of(self.level),
            "periode": self.period.key,
        }
        return asked | other

    def href(self, page: str, **other: str) -> str:
        """The address of a page that answers this question, or one that differs in `other`."""
        return f"{page}?{urlencode(self.arguments(**other))}"


@dataclass(frozen=True)
class Offer:
    """What the controls of a page offer: `places` and `indicators` as (value, label), levels by name."""

    indicators: Choices
    places: Choices
    levels: tuple[str, ...]
    periods: list[tuple[str, list[Period]]]


def question(user: User, arguments: Mapping[str, str], *, at: datetime) -> Question:
    """The question in the arguments of a page; what is not said is the person's own region and SE-01.

    A level that does not lie below the region becomes the one right below it: whoever chooses a smaller
    region in a form has not chosen the level again.

    Raises:
        NotFound: an indicator or period that is not there, or a region that is not the person's.
    """
    region = access.place(user, arguments.get("wilayah") or access.scopes(user)[0])
    lower = access.levels_below(region.level)
    level = access.LEVEL_NAMES.get(arguments.get("tingkat", ""), lower[0])
    return Question(
        access.wanted_indicator(arguments.get("indikator") or FIRST),
        region,
        level if level in lower else lower[0],
        access.wanted_period(arguments.get("periode"), at),
    )


def offer(
    user: User,
    asked: Question,
    periods: list[tuple[str, list[Period]]],
    levels: tuple[str, ...] | None = None,
) -> Offer:
    """What a person may choose from here: regions above and below, and the levels below it or `levels`."""
    lower = levels or access.levels_below(asked.region.level)
    return Offer(indicators(), places(user, asked.region), lower, periods)


def coarser(asked: Question, most: tuple[str, ...]) -> Question:
    """The same question, at a level of `most` if its own is none of them."""
    return asked if asked.level in most else replace(asked, level=most[-1])


def indicators() -> Choices:
    """Every indicator, with its sub-measures behind it."""
    rows: Choices = []
    for code, indicator in MAIN.items():
        rows.append((code, f"{code} {indicator.short}"))
        rows += [(part.code, f"- {part.short}") for part in parts_of(code)]
    return rows


def places(user: User, region: Region) -> Choices:
    """The way down to a region, and the regions inside it; around a village those of its district."""
    way = access.path(user, region.code)
    if region.level == VILLAGE:
        way = way[:-1] or way
    inside = regions.children(way[-1].code) if way[-1].level != VILLAGE else []
    return [(place.code, place.name) for place in way] + [(place.code, f"- {place.name}") for place in inside]
