"""The demo market has reviews to look at: stars of several kinds, and answers of shops."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.operations.demo import reviews
from marketplace.reviews.models import Review
from tests.factories import AT
from tests.reviews.stage import bought


def test_a_part_of_what_was_bought_is_reviewed_and_some_of_it_answered(app: Flask) -> None:
    with app.app_context():
        for _number in range(3 * reviews.EVERY):
            bought(at=AT - timedelta(days=9))
        bought(at=AT)
        reviews.write(AT)
        written = db.session.scalars(select(Review)).unique().all()
        assert len(written) == 3
        assert {review.stars for review in written} == {5, 4}
        assert [bool(review.answer) for review in written].count(True) == 1
        assert all(review.written_at < AT for review in written)
