"""Decides how several statements go to PostgreSQL in one message and come back in one.

The driver sends each statement alone and waits for it, which costs both sides more than most statements do.
The server's protocol can do better, and the driver's `pq` speaks it. A statement is prepared where a
connection first uses it. When one fails, the server leaves out those behind it.
"""

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus, PipelineStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Values = tuple[Any, ...]
BEGIN, COMMIT = "BEGIN", "COMMIT"
# So many statements does a connection keep prepared; then it begins anew. Each takes memory of the server's.
MOST_PREPARED = 400
FORGET = "DEALLOCATE ALL"
_FINE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)
# What the server says of a statement that it knows no more, or whose tables have changed since.
_STALE = ("26000", "0A000")


class Refused(Exception):
    """The statement `words` failed with `values`, and this is the driver's error."""

    def __init__(self, words: str, values: Values, error: psycopg.Error) -> None:
        super().__init__(words)
        self.words, self.values, self.error = words, values, error


class _Step(NamedTuple):
    """What the server is told: to prepare a statement (or forget all), or to do it with values."""

    words: str
    values: Values
    prepares: bool


class Pipeline:
    """The way of one connection to its server."""

    def __init__(self, driver: psycopg.Connection[Any]) -> None:
        self._driver = driver
        self._names: dict[str, bytes] = {}
        self._named = 0
        self._translator = Transformer(driver)
        self._answers, self._ready = select.poll(), select.poll()
        self._answers.register(driver.fileno(), select.POLLIN)
        self._ready.register(driver.fileno(), select.POLLIN | select.POLLOUT)

    def run(
        self, work: Sequence[tuple[str, Sequence[Values]]], *, begin: bool = False, commit: bool = False
    ) -> list[list[Values]]:
        """Let each statement be done, once for each of its rows of values; what the last one of each found.

        `begin` opens a transaction before, where none is open; `commit` ends it behind, if nothing failed.

        Raises:
            Refused: one of them failed.
        """
        opens = begin and self._driver.pgconn.transaction_status == TransactionStatus.IDLE
        todo: list[tuple[str, Values]] = [(BEGIN, ())] if opens else []
        todo += [(words, values) for words, rows in work for values in rows]
        todo += [(COMMIT, ())] if commit else []
        results = self._done(todo)
        found, place = [], int(opens)
        for _words, rows in work:
            place += len(rows)
            found.append(self._rows(results[place - 1]))
        return found

    def _done(self, todo: Sequence[tuple[str, Values]]) -> list[PGresult]:
        """The result of each statement."""
        dump, pg = self._translator.dump_sequence, self._driver.pgconn
        made = [dump(values, [PyFormat.TEXT] * len(values)) for _words, values in todo]
        steps: list[_Step] = []
        try:
            with _piped(pg):
                if len(self._names) >= MOST_PREPARED:
                    self._names.clear()
                    pg.send_query_params(FORGET.encode(), None)
                    steps.append(_Step(FORGET, (), prepares=True))
                for (words, values), dumped in zip(todo, made, strict=True):
                    if words not in self._names:
                        pg.send_prepare(self._name(words), words.encode())
                        steps.append(_Step(words, (), prepares=True))
                    pg.send_query_prepared(self._names[words], dumped)
                    steps.append(_Step(words, values, prepares=False))
                pg.pipeline_sync()
                results = self._taken(pg)
        except psycopg.Error as error:
            raise Refused(todo[0][0], (), error) from error
        self._judge(steps, results)
        return [result for step, result in zip(steps, results, strict=True) if not step.prepares]

    def _name(self, words: str) -> bytes:
        """A name that the server does not know yet, kept for these words."""
        self._named += 1
        name = self._names[words] = f"dm_{self._named}".encode()
        return name

    def _taken(self, pg: PGconn) -> list[PGresult]:
        """What the server answers to all that was sent."""
        while pg.flush():
            self._ready.poll()
            pg.consume_input()
        results: list[PGresult] = []
        silent = False
        while True:
            while pg.is_busy():
                self._answers.poll()
                pg.consume_input()
            result = pg.get_result()
            if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                return results
            # A pause stands behind each result; two in a row mean that nothing more will come.
            if result is None and silent:
                raise psycopg.OperationalError(pg.get_error_message())
            silent = result is None
            if result is not None:
                results.append(result)

    def _judge(self, steps: Sequence[_Step], results: Sequence[PGresult]) -> None:
        for place, (step, result) in enumerate(zip(steps, results, strict=True)):
            if result.status in _FINE:
                continue
            error = error_from_result(result, self._driver.info.encoding)
            lost = [later.words for later in steps[place:] if later.prepares]
            for words in [*lost, step.words] if error.sqlstate in _STALE else lost:
                self._names.pop(words, None)
            raise Refused(step.words, step.values, error)

    def _rows(self, result: PGresult) -> list[Values]:
        if not result.ntuples:
            return []
        self._translator.set_pgresult(result)
        return self._translator.load_rows(0, result.ntuples, tuple)


@contextmanager
def _piped(pg: PGconn) -> Iterator[None]:
    pg.enter_pipeline_mode()
    try:
        yield
    finally:
        try:
            if pg.pipeline_status != PipelineStatus.OFF:
                pg.exit_pipeline_mode()
        except psycopg.Error:
            # Answers are still on their way: whoever came next on this connection would take them for theirs.
            pg.finish()
