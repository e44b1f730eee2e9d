"""Decides what a question asks of the index: which words where, what each is worth, what is near enough.

Words are looked up in the vocabulary of the index first, so that a query holds only words some product has.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from whoosh.query import And, AndMaybe, NullQuery, Or, Phrase, Term

from marketplace.search.synonyms import Expression, Part, parts
from marketplace.search.words import slips

WORTH = {"name": 8.0, "category": 4.0, "shop": 2.0, "place": 2.0, "description": 1.0}
# Beginnings and slips are looked for in names only: descriptions would offer too many words by chance.
NAMES = ("name", "category", "shop", "place")
SYNONYM, BEGINNING, SLIP = 0.5, 0.4, 0.2
SHORTEST_BEGINNING, SHORTEST_SLIP, MOST_NEAR = 3, 4, 40


@dataclass(frozen=True)
class Lexicon:
    """The words of the index: `reader` answers for all fields, `names` lists those of the names in order."""

    reader: Any
    names: tuple[str, ...]

    @classmethod
    def of(cls, reader: Any) -> "Lexicon":
        """The lexicon of an opened index."""
        known = reader.indexed_field_names()
        return cls(
            reader,
            tuple(sorted({word for name in NAMES if name in known for word in reader.field_terms(name)})),
        )

    def has(self, word: str) -> bool:
        """Whether the word occurs in some name."""
        place = bisect_left(self.names, word)
        return place < len(self.names) and self.names[place] == word

    def beginning(self, word: str) -> list[str]:
        """Longer words that begin so, the shortest first."""
        start = bisect_left(self.names, word)
        end = bisect_left(self.names, word + "\x7f")
        return sorted((near for near in self.names[start:end] if near != word), key=len)[:MOST_NEAR]

    def near(self, word: str) -> list[str]:
        """Words one slip away."""
        return sorted(near for near in slips(word) if self.has(near))[:MOST_NEAR]


def stages(asked: Sequence[str], lexicon: Lexicon) -> Iterator[Any]:
    """Queries to be run until enough is found: as typed, then with slips forgiven."""
    yield _query(parts(asked), lexicon, slip=False)
    yield _query(parts(_joined(asked, lexicon)), lexicon, slip=True)


def last_resorts(asked: Sequence[str], lexicon: Lexicon) -> Iterator[Any]:
    """Queries for when nothing was found: without the words that no product has."""
    cut = parts(_joined(asked, lexicon))
    for slip in (True, False):
        known = [part for part in cut if _part(part, part is cut[-1], lexicon, slip=slip)]
        if not all(part.optional for part in known):
            yield _query(known, lexicon, slip=slip)


def _query(cut: Sequence[Part], lexicon: Lexicon, *, slip: bool) -> Any:
    needed = [_part(part, part is cut[-1], lexicon, slip=slip) for part in cut if not part.optional]
    if not needed or None in needed:
        return NullQuery
    lifting = [
        found for part in cut if part.optional and (found := _word(part.typed[0], 1.0, lexicon, NAMES))
    ]
    required = And(needed)
    return AndMaybe(required, Or(lifting)) if lifting else required


def _part(part: Part, last: bool, lexicon: Lexicon, *, slip: bool) -> Any | None:
    """Anything that answers this part of the question, or None when no product does."""
    found = [_typed(part, lexicon, slip)]
    found += [_expression(other, SYNONYM, lexicon) for other in part.others]
    word = part.typed[-1]
    if last and len(part.typed) == 1 and len(word) >= SHORTEST_BEGINNING:
        found += [_word(longer, BEGINNING, lexicon, NAMES) for longer in lexicon.beginning(word)]
    return _any(found)


def _typed(part: Part, lexicon: Lexicon, slip: bool) -> Any | None:
    each = [_forgiving(word, lexicon) if slip else _word(word, 1.0, lexicon) for word in part.typed]
    return And(each) if all(each) else None


def _forgiving(word: str, lexicon: Lexicon) -> Any | None:
    near = lexicon.near(word) if len(word) >= SHORTEST_SLIP else []
    return _any([_word(word, 1.0, lexicon), *(_word(other, SLIP, lexicon, NAMES) for other in near)])


def _expression(expression: Expression, worth: float, lexicon: Lexicon) -> Any | None:
    if len(expression) == 1:
        return _word(expression[0], worth, lexicon)
    return _any(
        Phrase(field, list(expression), boost=value * worth / len(expression))
        for field, value in WORTH.items()
        if all((field, word) in lexicon.reader for word in expression)
    )


def _word(word: str, worth: float, lexicon: Lexicon, fields: Iterable[str] = tuple(WORTH)) -> Any | None:
    return _any(
        Term(field, word, boost=WORTH[field] * worth) for field in fields if (field, word) in lexicon.reader
    )


def _any(found: Iterable[Any | None]) -> Any | None:
    there = [query for query in found if query]
    return (there[0] if len(there) == 1 else Or(there)) if there else None


def _joined(asked: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Neighbours that the index knows as one word only are taken as one: "haji mena" is Hajimena."""
    result: list[str] = []
    for word in asked:
        if result and lexicon.has(result[-1] + word) and not (lexicon.has(result[-1]) and lexicon.has(word)):
            result[-1] += word
        else:
            result.append(word)
    return result
