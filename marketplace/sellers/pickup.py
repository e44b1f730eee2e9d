"""Decides when goods can be picked up at a shop, in its own words by weekday, and how that reads."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.kit.errors import Invalid
from marketplace.kit.outbox import announce
from marketplace.sellers.models import Shop, SoldBy

DAYS = (_l("Senin"), _l("Selasa"), _l("Rabu"), _l("Kamis"), _l("Jumat"), _l("Sabtu"), _l("Minggu"))
LONGEST = 40


def say(shop: Shop, hours: Sequence[str], *, at: datetime) -> None:
    """Say it for each weekday, Monday first; empty days are closed, seven empty ones say nothing.

    Raises:
        Invalid: a text is too long (field `hari-<place>`).
    """
    tidy = [" ".join(text.split()) for text in hours]
    for place, text in enumerate(tidy):
        if len(text) > LONGEST:
            raise Invalid(_("Paling banyak %(most)s huruf.", most=LONGEST), f"hari-{place}")
    shop.pickup_hours = tidy if any(tidy) else []
    announce("shop.changed", f"shop:{shop.id}", {"shop_id": shop.id}, at=at)


def words(shop: Shop | SoldBy) -> str:
    """When, in a line; days that follow each other and say the same stand together. Empty: nobody said."""
    return ", ".join(
        f"{_days([place for place, _text in some])} {text}"
        for text, some in ((text, list(some)) for text, some in groupby(enumerate(shop.pickup_hours), _text))
        if text
    )


def _text(day: tuple[int, str]) -> str:
    return day[1]


def _days(places: Sequence[int]) -> str:
    if len(places) == len(DAYS):
        return str(_("Setiap hari"))
    first, last = DAYS[places[0]], DAYS[places[-1]]
    return str(first) if len(places) == 1 else str(_("%(first)s sampai %(last)s", first=first, last=last))
