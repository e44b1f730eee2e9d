"""Decides how documents get into the tables of the index and out of them, within the running transaction."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection

from marketplace.search.documents import Document
from marketplace.search.in_database.speaking import LONGEST_WORD, Tsquery
from marketplace.search.storage import Unreadable

_NAMES = ("name", "category", "shop", "place")
_FIELDS = (*_NAMES, "description")


def put(connection: Connection, slot: str, documents: Sequence[Document]) -> None:
    """Write documents of products that are not in."""
    if not documents:
        return
    if connection.dialect.name == "sqlite":
        fields = (*_FIELDS, "labels")
        texts = [(one.product_id, *(getattr(one, field) for field in fields)) for one in documents]
        _insert(connection, f"search_{slot}_text (rowid, {', '.join(fields)})", texts)
        rows = [(one.product_id, one.digest, _names(one)) for one in documents]
        _insert(connection, f"search_{slot}_document (product_id, digest, names)", rows)
    else:
        filled = [(one.product_id, one.digest, _names(one), _lexemes(one)) for one in documents]
        _insert(connection, f"search_{slot}_document (product_id, digest, names, words)", filled)
    _count(connection, slot, Counter(word for one in documents for word in _names(one).split()))


def remove(connection: Connection, slot: str, product_ids: Collection[int]) -> None:
    """Take these products out, as far as they are in."""
    found = [(number, names) for number in product_ids for names in _stored_names(connection, slot, number)]
    for number, _names_of_it in found:
        for kind, key in (("text", "rowid"), ("document", "product_id")):
            if kind == "document" or connection.dialect.name == "sqlite":
                _say(connection, f"DELETE FROM search_{slot}_{kind} WHERE {key} = ?", number)  # noqa: S608
    gone = Counter(word for _number, names in found for word in names.split())
    _count(connection, slot, Counter({word: -times for word, times in gone.items()}))
    for word in gone:
        _say(connection, f"DELETE FROM search_{slot}_word WHERE word = ? AND uses <= 0", word)  # noqa: S608


def stored(connection: Connection, slot: str) -> dict[int, str]:
    """Product id -> digest of every document.

    Raises:
        Unreadable: a document has no text, or a text no document.
    """
    found = _say(connection, f"SELECT product_id, digest FROM search_{slot}_document")  # noqa: S608
    if connection.dialect.name == "sqlite":
        texts = {row[0] for row in _say(connection, f"SELECT rowid FROM search_{slot}_text")}  # noqa: S608
        if texts != {row[0] for row in found}:
            raise Unreadable("texts and documents differ")
    return {row[0]: row[1] for row in found}


def _stored_names(connection: Connection, slot: str, number: int) -> list[str]:
    words = f"SELECT names FROM search_{slot}_document WHERE product_id = ?"  # noqa: S608
    return [row[0] for row in _say(connection, words, number)]


def _names(document: Document) -> str:
    """The words by which a product is guessed at, each once."""
    return " ".join(sorted({word for field in _NAMES for word in getattr(document, field).split()}))


def _lexemes(document: Document) -> str:
    """A tsvector: each word with its positions, for itself and for each wider scope. Fields do not touch."""
    places: dict[str, list[int]] = {}
    place = 0
    for field in _FIELDS:
        scopes = Tsquery.prefixes if field == "name" else Tsquery.prefixes[1:] if field in _NAMES else ("",)
        for word in getattr(document, field).split():
            place += 1
            for scope in scopes:
                places.setdefault(scope + word[:LONGEST_WORD], []).append(place)
        place += 1
    # A lexeme remembers 255 places, the last of which is 16,383.
    words = [f"'{word}':{','.join(map(str, at[:255]))}" for word, at in places.items() if at[0] < 16_384]
    return " ".join([*words, *(f"'{label}'" for label in document.labels.split())])


def _count(connection: Connection, slot: str, uses: Counter[str]) -> None:
    if uses:
        _insert(
            connection,
            f"search_{slot}_word (word, uses)",
            sorted(uses.items()),
            f" ON CONFLICT (word) DO UPDATE SET uses = search_{slot}_word.uses + excluded.uses",
        )


def _insert(connection: Connection, target: str, rows: Sequence[tuple[Any, ...]], behind: str = "") -> None:
    sign = "?" if connection.dialect.name == "sqlite" else "%s"
    words = f"INSERT INTO {target} VALUES ({', '.join([sign] * len(rows[0]))}){behind}"  # noqa: S608
    connection.exec_driver_sql(words, list(rows))


def _say(connection: Connection, words: str, *values: Any) -> list[Any]:
    if connection.dialect.name == "postgresql":
        words = words.replace("?", "%s")
    answer = connection.exec_driver_sql(words, values)
    return list(answer.all()) if answer.returns_rows else []
