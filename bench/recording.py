"""Decides what a bare loop repeats: the statements of one checkout, with places for what differs.

Two checkouts of equal baskets are recorded. What is the same in both stays as it is; of what differs, the ids
and the texts that later rows rest on are replaced at each repetition, and the rest (moments, counts) is kept.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select

from bench.bare import COMMIT, ROLLBACK, Place, Statement
from bench.world import Basket
from marketplace.extensions import db
from marketplace.orders.models import Order


def record(app: Flask, first: Basket, second: Basket) -> list[Statement]:
    """What the database is asked during `POST /checkout`; the two baskets hold the same goods."""
    one, other = _checkout(app, first), _checkout(app, second)
    if [text for text, _values in one] != [text for text, _values in other]:
        raise RuntimeError("two equal checkouts asked the database different things")
    with app.app_context():
        known = _known(first)
        db.session.remove()
    return [
        Statement(text, _marked(values, others, known))
        for (text, values), (_text, others) in zip(one, other, strict=True)
    ]


def _checkout(app: Flask, basket: Basket) -> list[tuple[str, Any]]:
    """Place the order of a basket; the statements and their values."""
    with app.app_context():
        engine = db.engine
    with _listening(engine) as heard:
        answer = app.test_client(use_cookies=False).post(
            "/checkout",
            data=basket.body,
            content_type="application/x-www-form-urlencoded",
            headers={"Cookie": basket.cookie},
        )
    if answer.status_code != 303:
        raise RuntimeError(f"the checkout to record was answered with {answer.status_code}")
    return heard


@contextmanager
def _listening(engine: Any) -> Iterator[list[tuple[str, Any]]]:
    heard: list[tuple[str, Any]] = []

    def statement(_connection: Any, _cursor: Any, text: str, values: Any, _context: Any, _many: bool) -> None:
        heard.append((text, values))

    def commit(_connection: Any) -> None:
        heard.append((COMMIT, ()))

    def rollback(_connection: Any) -> None:
        heard.append((ROLLBACK, ()))

    listeners = (("before_cursor_execute", statement), ("commit", commit), ("rollback", rollback))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield heard
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)


def _known(basket: Basket) -> dict[Any, str]:
    """What is replaced at each repetition: the value in the recording -> the name of its place."""
    order = db.session.scalars(select(Order).order_by(Order.id.desc()).offset(1).limit(1)).one()
    [child] = order.children
    known: dict[Any, str] = {order.id: "customer_order", child.id: "seller_order", basket.cart_id: "cart"}
    known |= {line_id: f"line{place}" for place, line_id in enumerate(basket.line_ids)}
    if len(known) < 3 + len(basket.line_ids):
        raise RuntimeError("rows of different tables share an id, so the recording would be ambiguous")
    return known | {order.number: "number", basket.token_hash: "token"}


def _marked(values: Any, others: Any, known: Mapping[Any, str]) -> Any:
    """The values with places where the two recordings differ in something that is known."""
    if isinstance(values, Mapping):
        return {name: _marked(value, others[name], known) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return type(values)(_marked(*pair, known) for pair in zip(values, others, strict=True))
    if hasattr(values, "obj"):  # psycopg's wrapper of JSON; what it holds is no key of anything.
        return values
    if values == others:
        return values
    if isinstance(values, str):
        return _marked_text(values, known)
    return Place(known[values]) if values in known else values


def _marked_text(text: str, known: Mapping[Any, str]) -> str | Place:
    for value, name in known.items():
        if isinstance(value, str) and value in text:
            before, _found, after = text.partition(value)
            return Place(name, before, after)
    return text
