"""Decides what a figure is opened to: the views under its parts, and what their rows come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _

from marketplace.indicators.beneath.goods import CATEGORIES, COMMODITIES, PRODUCTS, SECTIONS
from marketplace.indicators.beneath.orders import ORDERS
from marketplace.indicators.beneath.people import BUYERS, SHOPS
from marketplace.indicators.beneath.sales import LINES
from marketplace.indicators.beneath.shape import AMOUNT, Column, Question, View
from marketplace.indicators.beneath.villages import VILLAGES
from marketplace.indicators.declaring import Indicator
from marketplace.indicators.figures import quotient
from marketplace.kit.csv_files import Cell
from marketplace.kit.errors import NotFound

VIEWS: tuple[View, ...] = (
    *(LINES, SHOPS, BUYERS, PRODUCTS, SECTIONS, CATEGORIES, COMMODITIES, ORDERS, VILLAGES),
)
ADDED_TO = (
    Column("masuk_pembilang", _("Masuk pembilang"), AMOUNT),
    Column("masuk_penyebut", _("Masuk penyebut"), AMOUNT),
)


@dataclass(frozen=True)
class Beneath:
    """What the rows under a figure come to, asked of the rows themselves and not of the figure."""

    numerator: int
    denominator: int | None
    value: Decimal | None


def views(indicator: Indicator) -> list[View]:
    """The kinds of rows from which numerator and denominator are counted, the numerator's first."""
    names = [name for name in (indicator.over, indicator.under) if name is not None]
    return list(dict.fromkeys(_home(name) for name in names))


def wanted_view(indicator: Indicator, word: str | None) -> View:
    """The view that an address names; the numerator's without one.

    Raises:
        NotFound: none of this indicator is called so.
    """
    found = views(indicator)
    if not word:
        return found[0]
    for view in found:
        if view.word == word:
            return view
    raise NotFound


def beneath(question: Question) -> Beneath:
    """Count numerator and denominator again from the rows, and divide them."""
    indicator = question.indicator
    numerator = _amount(indicator.over, question.alone(question.period))
    denominator = None if indicator.under is None else _denominator(indicator.under, question)
    if question.base and denominator is not None:
        numerator -= denominator
    return Beneath(numerator, denominator, quotient(indicator, numerator, denominator))


def columns(view: View, question: Question) -> Sequence[Column]:
    """The columns of a view, and one for each of the figure's parts to which its rows are added."""
    own = (ADDED_TO[place] for name, place in question.added.items() if view.adds(name))
    return [*view.columns, *own]


def stacked(view: View, question: Question) -> list[list[tuple[int, Column]]]:
    """The columns with their places in a row, notes together with the column that they stand under."""
    found: list[list[tuple[int, Column]]] = []
    for place, column in enumerate(columns(view, question)):
        if column.note:
            found[-1].append((place, column))
        else:
            found.append([(place, column)])
    return found


def file(view: View, question: Question) -> tuple[list[str], Iterator[tuple[Cell, ...]]]:
    """The head and all rows of a view under a figure, as a file holds them; days as `2026-10-31`."""
    head = [column.key for column in columns(view, question)]
    rows = view.rows(question)
    return head, (tuple(each.isoformat() if isinstance(each, date) else each for each in row) for row in rows)


def _denominator(name: str, question: Question) -> int:
    return _amount(name, question.alone(question.base or question.period))


def _amount(name: str, question: Question) -> int:
    return _home(name).amount(name, question)


def _home(name: str) -> View:
    return next(view for view in VIEWS if view.counts(name))
