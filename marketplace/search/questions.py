"""Decides what a question asks of the index: which words are needed, and what is near enough to them.

Words are looked up in the vocabulary of the index first: guesses are words some product has in a name.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from marketplace.search.synonyms import Expression, Part, parts
from marketplace.search.words import slips

SHORTEST_BEGINNING, SHORTEST_SLIP, MOST_NEAR = 3, 4, 40
# A word has 54 slips for each of its letters, and no name has a longer one.
LONGEST_SLIP = 40
# With at least so many exact answers nobody needs guesses below them.
ENOUGH = 12


@dataclass(frozen=True)
class Within:
    """What answers are narrowed to: kinds (any of them) and a region below the province, by their codes."""

    categories: tuple[str, ...] = ()
    region: str = ""


class Lexicon(Protocol):
    """The words of an index. Beginnings and slips are looked for in names: descriptions offer too many."""

    def has(self, word: str) -> bool:
        """Whether the word occurs in some name."""

    def beginning(self, word: str) -> list[str]:
        """Longer words of names that begin so, the shortest first; `MOST_NEAR` at most."""

    def among(self, words: set[str]) -> list[str]:
        """Those of the words that occur in some name, in order; `MOST_NEAR` at most."""

    def carries(self, expression: Expression) -> bool:
        """Whether some product may have these words, in whatever field."""


@dataclass(frozen=True)
class Need:
    """What products must answer. Each typed word goes before the words one slip away from it.

    Worth less are `others`, which mean the same, and `longer` words that begin with the one word typed.
    """

    typed: tuple[tuple[str, ...], ...]
    others: tuple[Expression, ...] = ()
    longer: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """All that is needed, and words that lift a product with them in a name. Without needs, nothing fits."""

    needs: tuple[Need, ...]
    lifting: tuple[str, ...] = ()


# What of an index fits a question, the best first, so many at most.
Answers = Callable[[Question, int], Sequence[int]]


def answered(asked: Sequence[str], lexicon: Lexicon, answers: Answers, limit: int) -> list[int]:
    """Ids of products, the best first; those of a later stage always below those of an earlier one."""
    found: dict[int, None] = {}
    for question in stages(asked, lexicon):
        found |= dict.fromkeys(answers(question, limit))
        if len(found) >= min(ENOUGH, limit):
            return list(found)[:limit]
    for question in last_resorts(asked, lexicon):
        if found:
            break
        found = dict.fromkeys(answers(question, limit))
    return list(found)[:limit]


def stages(asked: Sequence[str], lexicon: Lexicon) -> Iterator[Question]:
    """What is asked until enough is found: as typed, then with slips forgiven."""
    yield _question(parts(asked), lexicon, slip=False)
    yield _question(parts(_joined(asked, lexicon)), lexicon, slip=True)


def last_resorts(asked: Sequence[str], lexicon: Lexicon) -> Iterator[Question]:
    """What is asked when nothing was found: without the words that no product has."""
    cut = parts(_joined(asked, lexicon))
    for slip in (True, False):
        known = [part for part in cut if _known(_need(part, part is cut[-1], lexicon, slip=slip), lexicon)]
        if not all(part.optional for part in known):
            yield _question(known, lexicon, slip=slip)


def _question(cut: Sequence[Part], lexicon: Lexicon, *, slip: bool) -> Question:
    needs = tuple(_need(part, part is cut[-1], lexicon, slip=slip) for part in cut if not part.optional)
    return Question(needs, tuple(part.typed[0] for part in cut if part.optional))


def _need(part: Part, last: bool, lexicon: Lexicon, *, slip: bool) -> Need:
    word = part.typed[-1]
    begun = last and len(part.typed) == 1 and len(word) >= SHORTEST_BEGINNING
    return Need(
        tuple((typed, *(_near(typed, lexicon) if slip else ())) for typed in part.typed),
        part.others,
        tuple(lexicon.beginning(word)) if begun else (),
    )


def _near(word: str, lexicon: Lexicon) -> list[str]:
    return lexicon.among(slips(word)) if SHORTEST_SLIP <= len(word) <= LONGEST_SLIP else []


def _known(need: Need, lexicon: Lexicon) -> bool:
    """Whether some product may answer it."""
    typed = all(len(words) > 1 or lexicon.carries(words) for words in need.typed)
    return typed or bool(need.longer) or any(map(lexicon.carries, need.others))


def _joined(asked: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Neighbours that the index knows as one word only are taken as one: "haji mena" is Hajimena."""
    result: list[str] = []
    for word in asked:
        if result and lexicon.has(result[-1] + word) and not (lexicon.has(result[-1]) and lexicon.has(word)):
            result[-1] += word
        else:
            result.append(word)
    return result
