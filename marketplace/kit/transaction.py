"""Decides how a writing transaction begins and ends. Only views, webhooks, jobs and commands open one.

SQLite: writers take turns on a side file before `BEGIN IMMEDIATE`. Its own busy handler lets one process
starve the others; the file lock is first come, first served. Readers never wait. PostgreSQL: row locks do
the work.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, Select, bindparam, func, select
from sqlalchemy.orm import Session

from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.kit.lanes import Lane, lane_of
from marketplace.kit.patience import Busy, patience, waited_in_vain
from marketplace.kit.statements import insertion, spoken
from marketplace.kit.turns import Turn

Rows = TypeVar("Rows", bound=Select[Any])
WRITES = "desamart_writes"
FIRST = "desamart_first"
LAST = "desamart_last"
LANE = "desamart_lane"
_ALONE = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0)))
_turns: dict[str, Turn] = {}


@contextmanager
def transaction(*, gathers: bool = False) -> Iterator[Session]:
    """One writing transaction: commits at the end of the block, rolls back when the block raises.

    What was read before is read again inside, so that decisions rest on the present. One that `gathers` sends
    rows (`append`, `kit.rows`) to PostgreSQL with the next question whose answer is looked at, or with its
    end: what they violate is told there.

    Raises:
        RuntimeError: opened inside another one, or over changes that belong to none; a statement of it was
            refused and the block went on as if nothing were.
        Busy: what it needed was held by others for too long; nothing was changed.
    """
    session = db.session()
    if session.info.get(WRITES):
        raise RuntimeError("a transaction is open already: only entry points open one")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a transaction")
    if session.in_transaction():
        session.commit()
    with _turn(db.engine):
        session.info[WRITES] = True
        lane: Lane | None = None
        try:
            lane = session.info[LANE] = lane_of(session.connection(execution_options={WRITES: True}))
            lane.open(gathers=gathers)
            _first(session)
            yield session
            _last(session)
            session.flush()
            lane.stand()
            lane.send(commit=True)
            session.commit()
            if LAST in session.info:
                session.info[LAST] = _nothing_more
        except BaseException as error:
            session.rollback()
            if waited_in_vain(error):
                raise Busy from error
            raise
        finally:
            if lane is not None:
                lane.close()
            session.info.pop(LANE, None)
            session.info.pop(WRITES, None)


@contextmanager
def beginning_with(first: Callable[[], None]) -> Iterator[None]:
    """Let the next transaction that is opened within the block begin with `first`; later ones do not."""
    session = db.session()
    session.info[FIRST] = first
    try:
        yield
    finally:
        session.info.pop(FIRST, None)


def _first(session: Session) -> None:
    first = session.info.pop(FIRST, None)
    if first is not None:
        first()


def ending_with(last: Callable[[], None]) -> None:
    """Let the first transaction of this session that commits from now on end with `last`; later ones do not.

    Asked for again within the same request, nothing is added. What `last` raises undoes the transaction.
    """
    db.session().info.setdefault(LAST, last)


def ending_with_nothing() -> None:
    """For a transaction that finds its work done by an earlier form: what was to be its end is left out."""
    info = db.session().info
    if LAST in info:
        info[LAST] = _nothing_more


def _last(session: Session) -> None:
    last = session.info.get(LAST)
    if last is not None:
        last()


def _nothing_more() -> None:
    """Stands where something was done at the end of a transaction already."""


def append(table: type[Base], *rows: Mapping[str, Any]) -> None:
    """Insert rows that nobody changes afterwards (events, movements), at a tenth of the price of objects.

    What they refer to has been flushed. The session does not know them; whoever needs them reads them.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = lane_of_transaction()
    words = insertion(table, tuple(rows[0]), lane.engine, answers=False)
    lane.say(words, [words.values(row) for row in rows])


def lane_of_transaction() -> Lane:
    """The way of the open transaction to its database.

    Raises:
        RuntimeError: no transaction is open.
    """
    lane = open_lane(db.session())
    if lane is None:
        raise RuntimeError("rows were changed outside a transaction")
    return lane


def open_lane(session: Session) -> Lane | None:
    """The way of the session's open transaction; None when there is none.

    Within `begin_nested` the session sets its savepoint at the first use of its connection: so it is used,
    and nothing is kept that would fail behind the savepoint's end.
    """
    lane: Lane | None = session.info.get(LANE)
    if lane is not None:
        lane.at_once = session.in_nested_transaction()
        if lane.at_once:
            session.connection()
    return lane


def locked(rows: Rows, *, of: type[Base]) -> Rows:
    """The same rows, those of `of` locked until the transaction ends and read afresh.

    Lock several rows in id order, or two processes wait for each other. Who only refers to such a row (a
    foreign key of a new order to its shop) does not wait: else it could wait for who waits for it.
    """
    return rows.with_for_update(of=of, key_share=True).execution_options(populate_existing=True)


def alone_with(name: str) -> None:
    """Until the transaction ends, nobody else passes here with the same name.

    For rules about rows that are not there yet. On SQLite whoever writes is alone anyway.
    """
    lane = lane_of_transaction()
    if lane.engine == "postgresql":
        words, values = spoken(_ALONE, lane.engine, {}), {"name": name}
        lane.say(words, [words.values(values)])


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    turn = _turns.setdefault(path, Turn(f"{path}.giliran"))
    with turn.held(patience().lock):
        yield
