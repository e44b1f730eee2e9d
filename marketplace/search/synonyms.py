"""Decides which words mean the same to a buyer: "ubi kayu" is singkong, "kripik" is keripik.

A question is cut into parts, the longest known expression first. A part that says little need not be in a
product: stop words, the word for a village ("desa Hanura"), numbers and their units ("1 kg beras"). It still
lifts the products that have it in a name ("Taman Cari" stands first for "taman cari").
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from marketplace.search.words import words

DATA = Path(__file__).parent / "data"
Expression = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Some words of a question, and other words for the same. `optional` parts lift but do not restrict."""

    typed: Expression
    others: tuple[Expression, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class Vocabulary:
    """What is known of the language: groups of like expressions, and the words that say little."""

    groups: dict[Expression, frozenset[Expression]]
    faint: frozenset[str]
    units: frozenset[str]

    @property
    def longest(self) -> int:
        """Words of the longest expression."""
        return max(map(len, self.groups), default=1)


def parts(asked: Sequence[str], known: Vocabulary | None = None) -> list[Part]:
    """The parts of a question, in order. When all of them say little, all are required."""
    found = list(_cut(asked, known or vocabulary()))
    if all(part.optional for part in found):
        return [Part(part.typed, part.others) for part in found]
    return found


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the two files in `data`, read once."""
    with (DATA / "sinonim_pencarian.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    faint = set((DATA / "kata_henti.txt").read_text(encoding="utf-8").split())
    groups: dict[Expression, set[Expression]] = {}
    units: set[str] = set()
    for line in lines:
        expressions = {tuple(words(text)) for text in (line["canonical"], *line["variants"].split("|"))}
        if line["kind"] == "administratif" or line["canonical"] in ("kabupaten", "kecamatan"):
            faint |= _single(expressions)
        elif line["kind"] == "satuan":
            units |= _single(expressions)
        else:
            for expression in expressions:
                groups.setdefault(expression, set()).update(expressions - {expression})
    return Vocabulary(
        {key: frozenset(group) for key, group in groups.items()}, frozenset(faint), frozenset(units)
    )


def _single(expressions: Iterable[Expression]) -> set[str]:
    return {expression[0] for expression in expressions if len(expression) == 1}


def _cut(asked: Sequence[str], known: Vocabulary) -> Iterator[Part]:
    place = 0
    while place < len(asked):
        part = _part_at(asked, place, known)
        yield part
        place += len(part.typed)


def _part_at(asked: Sequence[str], place: int, known: Vocabulary) -> Part:
    for length in range(min(known.longest, len(asked) - place), 0, -1):
        typed = tuple(asked[place : place + length])
        if typed in known.groups:
            return Part(typed, tuple(sorted(known.groups[typed])))
    word = asked[place]
    after_number = place > 0 and asked[place - 1].isdigit()
    optional = word in known.faint or word.isdigit() or (after_number and word in known.units)
    return Part((word,), optional=optional)
