"""Decides how a question is put to Whoosh: which field and which kind of answer is worth what."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh.query import And, AndMaybe, NullQuery, Or, Phrase, Term

from marketplace.search.questions import MOST_NEAR, Need, Question
from marketplace.search.synonyms import Expression

WORTH = {"name": 8.0, "category": 4.0, "shop": 2.0, "place": 2.0, "description": 1.0}
NAMES = ("name", "category", "shop", "place")
SYNONYM, BEGINNING, SLIP = 0.5, 0.4, 0.2


@dataclass(frozen=True)
class WhooshLexicon:
    """The words of a Whoosh index: `reader` knows all fields, `names` lists those of the names in order."""

    reader: Any
    names: tuple[str, ...]

    @classmethod
    def of(cls, reader: Any) -> "WhooshLexicon":
        """The lexicon of an opened index."""
        known = reader.indexed_field_names()
        found = {word for name in NAMES if name in known for word in reader.field_terms(name)}
        return cls(reader, tuple(sorted(found)))

    def has(self, word: str) -> bool:
        """Whether the word occurs in some name."""
        place = bisect_left(self.names, word)
        return place < len(self.names) and self.names[place] == word

    def beginning(self, word: str) -> list[str]:
        """Longer words that begin so, the shortest first."""
        start = bisect_left(self.names, word)
        end = bisect_left(self.names, word + "\x7f")
        return sorted((near for near in self.names[start:end] if near != word), key=len)[:MOST_NEAR]

    def among(self, words: set[str]) -> list[str]:
        """Those of the words that occur in some name."""
        return sorted(filter(self.has, words))[:MOST_NEAR]

    def carries(self, expression: Expression) -> bool:
        """Whether some field has all these words."""
        return any(all((field, word) in self.reader for word in expression) for field in WORTH)


def weighed(question: Question, reader: Any) -> Any:
    """The question in Whoosh's words; it holds only words that the index has."""
    needed = [_answers(need, reader) for need in question.needs]
    if not needed or None in needed:
        return NullQuery
    lifting = [found for word in question.lifting if (found := _word(word, 1.0, reader, NAMES))]
    required = And(needed)
    return AndMaybe(required, Or(lifting)) if lifting else required


def _answers(need: Need, reader: Any) -> Any | None:
    found = [_typed(need.typed, reader)]
    found += [_expression(other, SYNONYM, reader) for other in need.others]
    found += [_word(longer, BEGINNING, reader, NAMES) for longer in need.longer]
    return _any(found)


def _typed(typed: Sequence[Sequence[str]], reader: Any) -> Any | None:
    each = [
        _any([_word(word, 1.0, reader), *(_word(other, SLIP, reader, NAMES) for other in near)])
        for word, *near in typed
    ]
    return And(each) if all(each) else None


def _expression(expression: Expression, worth: float, reader: Any) -> Any | None:
    if len(expression) == 1:
        return _word(expression[0], worth, reader)
    return _any(
        Phrase(field, list(expression), boost=value * worth / len(expression))
        for field, value in WORTH.items()
        if all((field, word) in reader for word in expression)
    )


def _word(word: str, worth: float, reader: Any, fields: Iterable[str] = tuple(WORTH)) -> Any | None:
    return _any(Term(field, word, boost=WORTH[field] * worth) for field in fields if (field, word) in reader)


def _any(found: Iterable[Any | None]) -> Any | None:
    there = [query for query in found if query]
    return (there[0] if len(there) == 1 else Or(there)) if there else None
