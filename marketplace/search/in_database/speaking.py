"""Decides how a question is put to the databases: expressions for each rung of a ladder, the best first.

Neither database counts what a word is worth: that takes tens of milliseconds where a word is common. Rungs
do without: all words in the name stand above all words in some name, and these above words anywhere. Within
a rung the newest stand first, which both databases find without looking at the others.
"""

from collections.abc import Sequence
from typing import Protocol

from marketplace.search.documents import kind_label, place_label
from marketplace.search.questions import Need, Question, Within
from marketplace.search.synonyms import Expression

NAME, NAMES, ANYWHERE = 0, 1, 2
SCOPES = (NAME, NAMES, ANYWHERE)
# What a product must fit, all of it.
Rung = tuple[str, ...]
# A lexeme of PostgreSQL has an end; what is longer is found by its beginning.
LONGEST_WORD = 200


class Speech(Protocol):
    """The words of a database for what shall be found."""

    def phrase(self, expression: Expression, scope: int) -> str:
        """Products that have these words one after the other."""

    def labelled(self, label: str) -> str:
        """Products with this label."""

    def both(self, parts: Sequence[str]) -> str:
        """What fits all parts."""

    def either(self, parts: Sequence[str]) -> str:
        """What fits any part."""


class Fts5:
    """The query language of SQLite's FTS5."""

    _columns = ("{name} : ", "{name category shop place} : ", "")

    def phrase(self, expression: Expression, scope: int) -> str:
        """Words in quotes are never operators."""
        return f'{self._columns[scope]}"{" ".join(expression)}"'

    def labelled(self, label: str) -> str:
        """Labels have a column of their own."""
        return f'{{labels}} : "{label}"'

    def both(self, parts: Sequence[str]) -> str:
        """A AND B."""
        return f"({' AND '.join(parts)})"

    def either(self, parts: Sequence[str]) -> str:
        """A OR B."""
        return f"({' OR '.join(parts)})"


class Tsquery:
    """PostgreSQL's tsquery. Where a word stands is part of the lexeme, so that the index alone tells."""

    prefixes = ("n.", "k.", "")

    def phrase(self, expression: Expression, scope: int) -> str:
        """Neighbours by their positions."""
        words = [f"'{self.prefixes[scope]}{word[:LONGEST_WORD]}'" for word in expression]
        return words[0] if len(words) == 1 else f"({' <-> '.join(words)})"

    def labelled(self, label: str) -> str:
        """Labels are lexemes that no word is."""
        return f"'{label}'"

    def both(self, parts: Sequence[str]) -> str:
        """A & B."""
        return f"({' & '.join(parts)})"

    def either(self, parts: Sequence[str]) -> str:
        """A | B."""
        return f"({' | '.join(parts)})"


def rungs(question: Question, within: Within, speech: Speech) -> list[Rung]:
    """The rungs of the ladder, the best first; the last one finds all. None where nothing can fit."""
    needs = question.needs
    if not needs:
        return []
    name, names, anywhere = ([_typed(need, scope, speech) for need in needs] for scope in SCOPES)
    found = [name, names, anywhere]
    if len(needs) > 1:
        found.insert(1, [*names, speech.either(name)])
    if question.lifting:
        found.insert(0, [*names, speech.either([speech.phrase((word,), NAMES) for word in question.lifting])])
    if any(need.others or need.longer for need in needs):
        found += [[_worth_less(need, scope, speech) for need in needs] for scope in SCOPES]
    return [(*rung, *_narrowing(within, speech)) for rung in found]


def _narrowing(within: Within, speech: Speech) -> list[str]:
    parts = [speech.labelled(place_label(within.region))] if within.region else []
    if within.categories:
        parts.append(speech.either([speech.labelled(kind_label(slug)) for slug in within.categories]))
    return parts


def _typed(need: Need, scope: int, speech: Speech) -> str:
    """Slips are forgiven in names only."""
    guesses = min(scope, NAMES)
    each = [
        speech.either([speech.phrase((word,), scope), *(speech.phrase((one,), guesses) for one in near)])
        for word, *near in need.typed
    ]
    return speech.both(each)


def _worth_less(need: Need, scope: int, speech: Speech) -> str:
    others = [speech.phrase(other, scope) for other in need.others]
    longer = [speech.phrase((word,), min(scope, NAMES)) for word in need.longer]
    return speech.either([_typed(need, scope, speech), *others, *longer])
