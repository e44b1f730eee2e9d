"""Decides what a statement is to a driver: its words, its values in their order, and how rows are read.

The library finds that out at each execution. Statements that are built once are translated once here.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, cast

from pysqlite3 import dbapi2
from sqlalchemy import Dialect, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from marketplace.kit.columns import Base

Values = Mapping[str, Any]
Make = Callable[[Any], Any]
# More than there are; each size of a list of ids, each shape of a filter counts as one.
MOST_KEPT = 1000
# A list takes the next of a few sizes: else a search that finds 211 goods would be another statement than one
# that finds 212. Longer ones keep theirs, since doubled they might be more than a database takes.
EXACT, LONGEST_ROUNDED = 8, 16_384
DIALECTS: Mapping[str, Dialect] = {
    # `$1` instead of names: so the server's own library takes them.
    "postgresql": PGDialect_psycopg(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
    "sqlite": SQLiteDialect_pysqlite(dbapi=dbapi2),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A statement in a driver's words. `takes` finds each value, in order, among those that are given.

    `row` makes a row of what it answers, and is None where it answers nothing; `reads` are the places in a
    row whose values the driver does not make alone; `rooms` says how many values a list has room for.
    """

    words: str
    takes: tuple[Make, ...]
    row: Make | None
    reads: tuple[tuple[int, Make], ...]
    rooms: tuple[tuple[str, int], ...] = ()

    def values(self, given: Values) -> tuple[Any, ...]:
        """What the driver is given."""
        if self.rooms:
            given = {**given, **{name: _filled(given[name], room) for name, room in self.rooms}}
        return tuple([take(given) for take in self.takes])

    def made(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """The rows of what the driver found."""
        if self.row is None:
            return []
        rows = [self._read(row) for row in found] if self.reads else found
        return [self.row(row) for row in rows]

    def _read(self, row: Sequence[Any]) -> list[Any]:
        read = list(row)
        for place, make in self.reads:
            read[place] = make(read[place])
        return read


def spoken(statement: Any, engine: str, given: Values) -> Spoken:
    """A statement that was built once, for values like these; a list stands for all that it holds."""
    lists = tuple([(name, _room(len(value))) for name, value in given.items() if type(value) is list])
    return _spoken(statement, engine, lists)


def _room(length: int) -> int:
    """How many values a statement takes for a list of this length."""
    if length <= EXACT or length > LONGEST_ROUNDED:
        return length
    return 1 << (length - 1).bit_length()


def _filled(values: Sequence[Any], room: int) -> Sequence[Any]:
    """As many values as there is room for: a list with its last value twice holds the same."""
    return [*values, *[values[-1]] * (room - len(values))] if len(values) < room else values


@lru_cache(maxsize=MOST_KEPT)
def insertion(rows: type[Base], names: tuple[str, ...], engine: str, *, answers: bool) -> Spoken:
    """The INSERT of a row with these columns, and the defaults of the others. It may answer the new id."""
    table = cast(Table, rows.__table__)
    statement: Any = insert(table)
    return _inserting(
        statement.returning(table.c.id) if answers else statement.inline(), table, names, engine
    )


@lru_cache(maxsize=MOST_KEPT)
def insertion_unless(rows: type[Base], names: tuple[str, ...], engine: str, *, unique: str) -> Spoken:
    """The same, which does nothing where the column `unique` has its value already. It answers the new id."""
    table = cast(Table, rows.__table__)
    begun: Any = postgresql.insert(table) if engine == "postgresql" else sqlite.insert(table)
    statement = begun.on_conflict_do_nothing(index_elements=[unique]).returning(table.c.id)
    return _inserting(statement, table, names, engine)


def _inserting(statement: Any, table: Table, names: tuple[str, ...], engine: str) -> Spoken:
    missing = [column for column in table.c if column.default is not None and column.key not in names]
    defaults = {column.key: cast(Any, column.default).arg for column in missing}
    if any(callable(value) for value in defaults.values()):
        raise TypeError(f"a default of {table.name} is made anew for each row: give it")
    compiled = statement.compile(dialect=DIALECTS[engine], column_keys=[*names, *defaults])
    return _translated(compiled, statement, engine, dict.fromkeys(names), defaults)


@lru_cache(maxsize=MOST_KEPT)
def _spoken(statement: Any, engine: str, lists: tuple[tuple[str, int], ...]) -> Spoken:
    compiled = statement.compile(dialect=DIALECTS[engine])
    given = {name: [None] * length for name, length in lists}
    return _translated(compiled, statement, engine, given, {})


def _translated(
    compiled: SQLCompiler, statement: Any, engine: str, given: Mapping[str, Any], fixed: Values
) -> Spoken:
    """`given` has lists of the right length, `fixed` values that are the same each time."""
    dialect = DIALECTS[engine]
    unknown = {bind.key: None for bind in compiled.binds.values() if bind.required}
    state = compiled.construct_expanded_state({**unknown, **given})
    parts = {
        part: (name, place)
        for name, parts in state.parameter_expansion.items()
        for place, part in enumerate(parts)
    }
    takes = []
    for name in state.positiontup or ():
        owner, place = parts.get(name, (name, None))
        bind = compiled.binds[owner]
        make: Make | None = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if owner in fixed or not (bind.required or owner in given):
            value = fixed[owner] if owner in fixed else state.parameters[name]
            takes.append(_always(make(value) if make else value))
        else:
            takes.append(_taken(owner, place, make))
    columns = list(statement.exported_columns) if _answers(statement) else []
    reads = [(place, make) for place, column in enumerate(columns) if (make := _reader(column.type, dialect))]
    rooms = [(name, len(parts)) for name, parts in state.parameter_expansion.items() if len(parts) > EXACT]
    return Spoken(
        state.statement,
        tuple(takes),
        _row(statement) if columns else None,
        tuple(reads),
        tuple((name, room) for name, room in rooms if name in given),
    )


def _answers(statement: Any) -> bool:
    return bool(statement.is_select or getattr(statement, "_returning", ()))


def _row(statement: Any) -> Make:
    return _kind(tuple([column.key or "" for column in statement.exported_columns]))


@lru_cache(maxsize=MOST_KEPT)
def _kind(names: tuple[str, ...]) -> Make:
    """What makes rows with these names. Two columns may share one; they are told apart by their place."""
    kind: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    make: Make = kind._make
    return make


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Make | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _always(value: Any) -> Make:
    return lambda _given: value


def _taken(name: str, place: int | None, make: Make | None) -> Make:
    if place is not None:
        return _at(name, place) if make is None else lambda given: make(given[name][place])
    if make is None:
        return itemgetter(name)
    return lambda given: make(given[name])


@cache
def _at(name: str, place: int) -> Make:
    """The same for all statements: long lists would else take most of their memory."""
    return lambda given: given[name][place]
