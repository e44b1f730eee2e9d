"""Decides how translated statements reach a database: one by one on SQLite, several at once on PostgreSQL.

They go over the connection of the running session, so they belong to its transaction. SQLite answers at
once. PostgreSQL is another process: within a transaction that gathers, what nobody waits for is kept, and
goes to it with the next question whose answer is looked at, or with the end.
"""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from marketplace.kit.pipeline import Pipeline, Refused, Values
from marketplace.kit.statements import Spoken

_LANE = "desamart_lane"
UNDONE = "the database has undone this transaction already; what it refused was passed over"


class Rows:
    """What a question found; where it was kept, it is asked when somebody looks."""

    __slots__ = ("_found", "_lane")

    def __init__(self, lane: "Lane | None" = None, found: list[Any] | None = None) -> None:
        self._lane, self._found = lane, found

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def all(self) -> list[Any]:
        """Every row."""
        if self._found is None and self._lane is not None:
            self._lane.send()
        if self._found is None:
            raise RuntimeError("the transaction in which this was asked is over")
        return self._found

    def answered(self, found: list[Any]) -> None:
        """These are the rows."""
        self._found = found

    def first(self) -> Any:
        """The first row; None when there is none."""
        found = self.all()
        return found[0] if found else None

    def one(self) -> Any:
        """The row, of which there is one."""
        [row] = self.all()
        return row

    def one_or_none(self) -> Any:
        """The row, of which there is one at most."""
        return self.one() if self.all() else None

    def scalar(self) -> Any:
        """The first value of the first row; None when there is none."""
        row = self.first()
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The first value of the row, of which there is one."""
        return self.one()[0]

    def scalars(self) -> "Rows":
        """The first value of each row."""
        return _Firsts(self)


class _Firsts(Rows):
    """The first value of each row, when somebody looks."""

    __slots__ = ("_rows",)

    def __init__(self, rows: Rows) -> None:
        super().__init__()
        self._rows = rows

    def all(self) -> list[Any]:
        """Every value."""
        return [row[0] for row in self._rows.all()]


class Lane:
    """The way of a session's connection to SQLite, where each statement is done when it is said.

    `at_once`: also where statements go together, none is kept for now.
    """

    at_once = False

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.driver: Any = connection.connection.driver_connection
        self.engine = connection.dialect.name

    def open(self, *, gathers: bool) -> None:
        """A writing transaction begins. One that `gathers` may keep statements for each other."""

    def close(self) -> None:
        """It is over; what was kept is not done any more."""

    def say(self, words: Spoken, rows: Sequence[Values]) -> Rows:
        """Let a statement be done, once for each of `rows` (values); what it found for the last one."""
        many = len(rows) > 1
        values: Any = list(rows) if many else rows[0]
        self.heard(words.words, values, many=many)
        try:
            cursor = self.driver.cursor()
            (cursor.executemany if many else cursor.execute)(words.words, values)
            found = cursor.fetchall() if words.row else []
        except self.driver.Error as error:
            raise self.failed(words.words, values, error) from error
        return Rows(found=words.made(found) if words.row else [])

    def do(self, words: str) -> None:
        """Let the database do what has neither values nor an answer."""
        self.say(Spoken(words, (), None, ()), ((),))

    def send(self, *, commit: bool = False) -> None:
        """Let all be done that was kept; `commit` ends the transaction behind it."""

    def stand(self) -> None:
        """Is there still a transaction to commit? A database ends one by itself when a statement fails hard.

        Raises:
            RuntimeError: no; somebody went on after a failure as if nothing were.
        """
        if not self.driver.in_transaction:
            raise RuntimeError(UNDONE)

    def heard(self, words: str, values: Any, *, many: bool) -> None:
        """Whoever listens to the library's statements hears of these too."""
        self.connection.dispatch.before_cursor_execute(self.connection, None, words, values, None, many)

    def failed(self, words: str, values: Any, error: Exception) -> DBAPIError:
        """The library's error for the driver's; a connection that is broken is not used again."""
        dialect: Any = self.connection.dialect
        broken = dialect.is_disconnect(error, self.driver, None)
        if broken:
            self.connection.invalidate(error)
        found = DBAPIError.instance(
            words, values, error, dialect.loaded_dbapi.Error, connection_invalidated=broken, dialect=dialect
        )
        return cast(DBAPIError, found)


class KeepingLane(Lane):
    """The same to PostgreSQL, where statements go together."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._pipeline = Pipeline(self.driver)
        self._keeps = self._writes = False
        self._kept: list[tuple[Spoken, Sequence[Values], Rows]] = []

    def open(self, *, gathers: bool) -> None:
        """A writing transaction begins. One that `gathers` may keep statements for each other."""
        self._writes, self._keeps, self.at_once = True, gathers, False
        self._kept.clear()

    def close(self) -> None:
        """It is over; what was kept is not done any more."""
        self._writes = self._keeps = False
        self._kept.clear()

    def say(self, words: Spoken, rows: Sequence[Values]) -> Rows:
        """Let a statement be done, once for each of `rows` (values); what it found for the last one."""
        answer = Rows(self)
        self._kept.append((words, rows, answer))
        if self.at_once or not self._keeps:
            self.send()
        return answer

    def stand(self) -> None:
        """Is there still a transaction to commit? After a refusal the server takes a COMMIT for a ROLLBACK.

        Raises:
            RuntimeError: no; somebody went on after a failure as if nothing were.
        """
        if self.driver.pgconn.transaction_status == TransactionStatus.INERROR:
            raise RuntimeError(UNDONE)

    def send(self, *, commit: bool = False) -> None:
        """Let all be done that was kept; `commit` ends the transaction behind it."""
        if not self._kept:
            return
        kept, self._kept = self._kept, []
        for words, rows, _answer in kept:
            many = len(rows) > 1
            self.heard(words.words, list(rows) if many else rows[0], many=many)
        work = [(words.words, rows) for words, rows, _answer in kept]
        try:
            answers = self._pipeline.run(work, begin=self._writes, commit=commit)
        except Refused as refused:
            raise self.failed(refused.words, refused.values, refused.error) from refused.error
        except BaseException as error:
            # Stopped in the middle: nobody will take the answers that are on their way, so nobody may use it.
            if self.driver.closed:
                self.connection.invalidate(error)
            raise
        for (words, _rows, answer), found in zip(kept, answers, strict=True):
            answer.answered(words.made(found) if words.row else [])


def lane_of(connection: Connection) -> Lane:
    """The lane of a connection; it lasts as long as the connection to the server does."""
    lane: Lane | None = connection.info.get(_LANE)
    if lane is None:
        kind = KeepingLane if connection.dialect.name == "postgresql" else Lane
        lane = connection.info[_LANE] = kind(connection)
    lane.connection = connection
    return lane


def keep_in_sequence(engine: Engine) -> None:
    """Let statements of the library wait until those are done that were kept before them."""

    @event.listens_for(engine, "before_cursor_execute")
    def _before(connection: Connection, *_rest: object) -> None:
        lane: Lane | None = connection.info.get(_LANE)
        if lane is not None:
            lane.send()
