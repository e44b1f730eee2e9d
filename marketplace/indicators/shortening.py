"""Decides how figures and places are said in few words: tiles of a map, heads of columns, coverage."""

from decimal import Decimal

from flask_babel import gettext as _

from marketplace.indicators import wording
from marketplace.indicators.declaring import Indicator
from marketplace.indicators.figures import Figure


def compact_value(figure: Figure) -> str:
    """A figure in few letters, for a tile of a map; empty when it has no value."""
    if figure.value is None or figure.indicator.classes:
        return wording.value(figure) if figure.value is not None else ""
    return wording.compact(figure.indicator, figure.value)


def coverage(figure: Figure) -> str:
    """For how many villages of the place what lies under the figure is known: `12 dari 144 desa`."""
    known, villages = wording.whole(figure.coverage.known), wording.whole(figure.coverage.villages)
    return str(_("%(known)s dari %(villages)s desa", known=known, villages=villages))


def number(amount: Decimal, indicator: Indicator) -> str:
    """A number in the unit of an indicator."""
    return wording.written(indicator, amount)


def place(name: str) -> str:
    """The name of a place without the long word before it: `Kab. Pesawaran`, `Kota Metro`, `Hanura`."""
    return name.replace("Kabupaten ", "Kab. ", 1)
