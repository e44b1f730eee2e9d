"""A row that is locked for a change can still be referred to: a new order need not wait for its shop."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from marketplace.catalog import goods
from marketplace.kit.transaction import locked
from marketplace.sellers.models import Shop


def test_a_lock_lets_foreign_keys_pass() -> None:
    """Else a checkout that holds the stock waits for a refund that holds the shop and wants the stock."""
    told = str(locked(select(Shop.id), of=Shop).compile(dialect=postgresql.dialect()))
    assert "FOR NO KEY UPDATE OF shop" in told


def test_goods_are_locked_before_they_are_read() -> None:
    """A query that waits for a lock reads only the locked row anew, not what is joined to it."""
    told = str(goods._LINE_UP.compile(dialect=postgresql.dialect()))
    assert "FOR NO KEY UPDATE" in told
    assert "JOIN" not in told
    assert "FOR" not in str(goods._GOODS.compile(dialect=postgresql.dialect())).partition("WHERE")[2]
