"""Rows without objects: the same values as the library's, in the transaction of the session."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.exc import IntegrityError

from marketplace.extensions import db
from marketplace.kit import pipeline
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.rows import add, add_unless_taken, ask, rewrite, table_of
from marketplace.kit.statements import spoken
from marketplace.kit.transaction import append, transaction
from marketplace.orders.models import Cart
from tests.factories import AT

CART, EVENT = table_of(Cart), table_of(OutboxEvent)
BY_TOKEN = select(CART).where(CART.c.token_hash.in_(bindparam("tokens", expanding=True)))
TOUCH = update(CART).where(CART.c.id == bindparam("cart")).values(updated_at=bindparam("at"))
EVENTS = select(EVENT.c.kind, EVENT.c.payload, EVENT.c.happened_at).where(EVENT.c.kind == bindparam("kind"))
LATER = datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC)


def basket(token: str) -> dict[str, object]:
    """The row of a browser's basket."""
    return {"token_hash": token, "user_id": None, "updated_at": AT}


def test_values_come_back_as_they_went_in(app: Flask) -> None:
    with app.app_context(), transaction():
        append(
            OutboxEvent,
            {"kind": "of this test", "subject": "a:1", "payload": {"ä": [1]}, "happened_at": LATER},
        )
        row = ask(EVENTS, kind="of this test").one()
        assert (row.kind, row.payload, row.happened_at) == ("of this test", {"ä": [1]}, LATER)


def test_a_list_finds_as_many_as_it_names(app: Flask) -> None:
    with app.app_context(), transaction():
        ids = [add(Cart, basket(token)) for token in ("a", "b", "c")]
        assert [row.id for row in ask(BY_TOKEN, tokens=["a", "c"])] == [ids[0], ids[2]]
        assert ask(BY_TOKEN, tokens=[]).all() == []


@pytest.mark.parametrize("gathers", [False, True])
def test_statements_of_both_kinds_keep_their_sequence(app: Flask, gathers: bool) -> None:
    with app.app_context(), transaction(gathers=gathers) as session:
        number = add(Cart, basket("a"))
        before = ask(BY_TOKEN, tokens=["a"])
        rewrite(TOUCH, {"cart": number, "at": LATER})
        assert session.get_one(Cart, number).updated_at == LATER, "an object sees what was kept before"
        assert before.one().updated_at == AT, "a question sees nothing of what came behind it"
        assert add_unless_taken(Cart, basket("a"), unique="token_hash") is None


@pytest.mark.parametrize("gathers", [False, True])
def test_what_is_refused_undoes_everything(app: Flask, gathers: bool) -> None:
    with app.app_context():
        with pytest.raises(IntegrityError), transaction(gathers=gathers):
            append(Cart, basket("a"), basket("a"))
        assert ask(BY_TOKEN, tokens=["a"]).all() == []
        with transaction(gathers=gathers):
            append(Cart, basket("a"))
        assert len(ask(BY_TOKEN, tokens=["a"]).all()) == 1, "the connection goes on"


@pytest.mark.parametrize("gathers", [False, True])
def test_a_savepoint_undoes_what_came_behind_it(app: Flask, gathers: bool) -> None:
    with app.app_context():
        with transaction(gathers=gathers):
            append(Cart, basket("a"))
            for twice in ("a", "c"):
                with pytest.raises(IntegrityError):
                    _add_behind_a_savepoint("b", twice, twice)
            append(Cart, basket("d"))
        assert {row.token_hash for row in ask(BY_TOKEN, tokens=[*"abcd"])} == {"a", "d"}


def _add_behind_a_savepoint(*tokens: str) -> None:
    with db.session.begin_nested():
        for token in tokens:
            append(Cart, basket(token))


def test_what_nobody_looked_at_is_gone_with_its_transaction(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError):
            _stumble_after(basket("a"))
        assert ask(BY_TOKEN, tokens=["a"]).all() == []


def _stumble_after(row: dict[str, object]) -> None:
    with transaction(gathers=True):
        append(Cart, row)
        raise ZeroDivisionError


def test_rows_are_changed_in_a_transaction_only(app: Flask) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="outside"):
        append(Cart, basket("a"))


def test_a_statement_that_the_server_has_forgotten_is_told_again(app: Flask) -> None:
    with app.app_context():
        assert ask(BY_TOKEN, tokens=["a"]).all() == []
        if db.engine.dialect.name == "postgresql":
            with transaction() as session:
                session.execute(text("DEALLOCATE ALL"))
            with pytest.raises(Exception, match="does not exist"):
                ask(BY_TOKEN, tokens=["a"]).all()
            db.session.rollback()
        assert ask(BY_TOKEN, tokens=["a"]).all() == []


def test_lists_of_all_lengths_share_a_few_statements(app: Flask) -> None:
    with app.app_context(), transaction():
        tokens = [f"of-{number}" for number in range(300)]
        append(Cart, *map(basket, tokens))
        engine, lengths = db.engine.dialect.name, (0, 1, 5, 8, 9, 17, 100, 128, 129, 255, 300)
        for length in lengths:
            found = [row.token_hash for row in ask(BY_TOKEN, tokens=tokens[:length])]
            assert sorted(found) == sorted(tokens[:length])
        words = {spoken(BY_TOKEN, engine, {"tokens": tokens[:length]}).words for length in range(300)}
        assert len(words) < 16


def test_a_connection_does_not_keep_all_that_it_ever_prepared(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "MOST_PREPARED", 5)
    with app.app_context():
        for gathers in (False, True):
            with transaction(gathers=gathers) as session:
                add(Cart, basket(f"a-{gathers}"))
                mine = select(CART.c.id).where(CART.c.token_hash == f"a-{gathers}")
                for number in range(12):
                    assert len(ask(mine.limit(number + 1)).all()) == 1
                if db.engine.dialect.name == "postgresql":
                    prepared = session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
                    assert prepared is not None and prepared <= 6
