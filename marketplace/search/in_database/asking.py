"""Decides what the tables of the index answer: rung by rung, as long as more may be found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from marketplace.extensions import db
from marketplace.kit.unchanged import look_again
from marketplace.search import questions
from marketplace.search.in_database import slots
from marketplace.search.in_database.speaking import (
    ANYWHERE,
    Fts5,
    Rung,
    Speech,
    Tsquery,
    rungs,
)
from marketplace.search.questions import MOST_NEAR, Question, Within
from marketplace.search.synonyms import Expression

SPEECHES: dict[str, Speech] = {"sqlite": Fts5(), "postgresql": Tsquery()}


@dataclass(frozen=True)
class TableLexicon:
    """The words of the slot in use; what was looked up for this question is known."""

    slot: str
    engine: str
    known: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)

    def has(self, word: str) -> bool:
        """Whether the word occurs in some name."""
        return bool(self.among({word}))

    def beginning(self, word: str) -> list[str]:
        """Longer words that begin so, the shortest first."""
        return self._words("word > ? AND word < ? ORDER BY length(word), word", word, f"{word}\x7f")

    def among(self, words: set[str]) -> list[str]:
        """Those of the words that occur in some name."""
        if self.engine == "postgresql":
            return self._words("word = ANY(?) ORDER BY word", sorted(words))
        return self._words(f"word IN ({', '.join('?' * len(words))}) ORDER BY word", *sorted(words))

    def carries(self, expression: Expression) -> bool:
        """Whether some product has these words, one after the other."""
        if len(expression) == 1 and self.has(expression[0]):
            return True
        rung = (SPEECHES[self.engine].phrase(expression, ANYWHERE),)
        return bool(_fitting(self.slot, self.engine, rung, 1))

    def _words(self, condition: str, *values: Any) -> list[str]:
        words = f"SELECT word FROM search_{self.slot}_word WHERE {condition} LIMIT {MOST_NEAR}"  # noqa: S608 - no value of anybody's
        key = (condition, *(tuple(value) if isinstance(value, list) else value for value in values))
        if key not in self.known:
            self.known[key] = [row[0] for row in _say(words, *values)]
        return self.known[key]


def stamp(_place: object) -> slots.Stamp:
    """What changes with every change of the index.

    Raises:
        Unreadable: there is no index.
    """
    return slots.stamp()


def ranked(_place: object, words: Sequence[str], limit: int, within: Within) -> list[int]:
    """Ids of up to `limit` products, the best first.

    Raises:
        Unreadable: there is no index; DBAPIError: its tables are damaged.
    """
    slot, _changed = slots.stamp()
    engine = db.engine.dialect.name

    def answers(question: Question, limit: int) -> list[int]:
        return _climbed(slot, engine, rungs(question, within, SPEECHES[engine]), limit)

    return questions.answered(words, TableLexicon(slot, engine), answers, limit)


def close(_place: object = None) -> None:
    """Let go of what failed: the database takes no more questions in that transaction.

    The slot may be another one by now, and its tables gone.
    """
    db.session.rollback()
    look_again()


def _climbed(slot: str, engine: str, ladder: Sequence[Rung], limit: int) -> list[int]:
    """Products by their rungs. What the last rung finds tells early that nothing more will come."""
    if not ladder:
        return []
    first, *between, last = ladder
    found = dict.fromkeys(_fitting(slot, engine, first, limit))
    if len(found) >= limit:
        return list(found)
    everything = _fitting(slot, engine, last, limit)
    for rung in between:
        if len(found) >= len(everything):
            break
        found |= dict.fromkeys(_fitting(slot, engine, rung, limit))
    found |= dict.fromkeys(everything)
    return list(found)[:limit]


def _fitting(slot: str, engine: str, rung: Rung, limit: int) -> list[int]:
    """The newest products that fit."""
    if engine == "sqlite":
        words = (
            f"SELECT rowid FROM search_{slot}_text WHERE search_{slot}_text MATCH ?"  # noqa: S608 - no value of anybody's
            f" ORDER BY rowid DESC LIMIT {limit:d}"
        )
        return [row[0] for row in _say(words, " AND ".join(rung))]
    # Several conditions are looked up far faster than one that joins them. Where there are several, the
    # planner is kept from reading all products from the newest on: it knows one word's frequency, not two's.
    # So it is where one is enough, which it would expect to meet at once.
    fence = "OFFSET 0" if len(rung) > 1 or limit == 1 else ""
    words = (
        f"SELECT product_id FROM (SELECT product_id FROM search_{slot}_document"  # noqa: S608 - no value of anybody's
        f" WHERE {' AND '.join(['words @@ ?::tsquery'] * len(rung))} {fence}) AS fitting"
        f" ORDER BY product_id DESC LIMIT {limit:d}"
    )
    return [row[0] for row in _say(words, *rung)]


def _say(words: str, *values: Any) -> list[Any]:
    """Rows of a statement in the database's own words. PostgreSQL plans it for these values."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        words = words.replace("?", "%s")
    return list(connection.exec_driver_sql(words, values).all())
