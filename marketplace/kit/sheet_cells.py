"""Decides what a cell of a file may hold, how heads of columns are compared, and how a problem is told."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.kit.csv_files import DANGEROUS

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_NOISE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be used: its number in the file, the column, what stands there, a sentence."""

    row: int
    column: str
    value: str
    words: str


class Unreadable(ValueError):
    """A cell says nothing that can be used; the words say what it should."""


def plain(cell: str, *, most: int) -> str:
    """The text of a cell, at most so many letters.

    Raises:
        Unreadable: a formula, letters that cannot be shown, or too long.
    """
    if cell.startswith("'") and cell[1:].startswith(DANGEROUS):
        # Our own exports write it so, lest a spreadsheet takes it for a formula.
        cell = cell[1:]
    elif cell.startswith("="):
        raise Unreadable(_("Sel ini berisi rumus. Tulis hasilnya saja."))
    if _UNPRINTABLE.search(cell):
        raise Unreadable(_("Ada tanda yang tidak bisa dibaca di sel ini."))
    if len(cell) > most:
        raise Unreadable(_("Paling banyak %(most)s huruf.", most=most))
    return cell


def head_word(cell: str) -> str:
    """A head of a column without case, spaces and marks."""
    return _NOISE.sub("", cell.casefold())
