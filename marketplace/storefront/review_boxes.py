"""Decides what an order's page says about reviews: what was written of each line, the form to write it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.orders.models import Order, OrderLine
from marketplace.orders.states import Status
from marketplace.reviews.models import Review
from marketplace.reviews.names import short_name
from marketplace.reviews.queries import of_lines
from marketplace.reviews.writing import may_change


@dataclass(frozen=True)
class Refused:
    """A form that was not taken: what was typed, photos kept (their signed words), reasons by field."""

    stars: int
    body: str
    kept: Sequence[str]
    errors: Mapping[str, str]


@dataclass(frozen=True)
class ReviewBox:
    """The review of one line as its buyer sees it; `author` is the name that will stand beside it."""

    line: OrderLine
    review: Review | None
    may_write: bool
    author: str
    stars: int = 0
    body: str = ""
    kept: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def boxes(
    order: Order, *, at: datetime, refused: Mapping[int, Refused] | None = None
) -> dict[int, ReviewBox]:
    """The boxes of all completed lines, by line; one query, and none before something is completed."""
    lines = [line for child in order.children if child.status == Status.COMPLETED for line in child.lines]
    written = of_lines(line.id for line in lines) if lines else {}
    return {
        line.id: _box(order, line, written.get(line.id), (refused or {}).get(line.id), at) for line in lines
    }


def _box(
    order: Order, line: OrderLine, review: Review | None, typed: Refused | None, at: datetime
) -> ReviewBox:
    may_write = review is None or may_change(review, at=at)
    author = short_name(order.name)
    if typed is not None:
        return ReviewBox(line, review, may_write, author, typed.stars, typed.body, typed.kept, typed.errors)
    if review is not None:
        return ReviewBox(line, review, may_write, author, review.stars, review.body)
    return ReviewBox(line, review, may_write, author)
