"""Who may review what, how long it may be changed, what is kept, and what the averages count."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.stars import average
from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.reviews import deciding, writing
from marketplace.reviews.models import HIDDEN, SHOWN, Review, ReviewVersion
from marketplace.reviews.names import short_name
from marketplace.reviews.rebuilding import rebuild
from marketplace.reviews.writing import Words
from tests import cast, factories
from tests.factories import AT
from tests.reviews.stage import bought, kept, reviewed

DAY = timedelta(days=1)


def _kinds() -> list[str]:
    kinds = db.session.scalars(
        select(OutboxEvent.kind).where(OutboxEvent.kind.startswith("review.")).order_by(OutboxEvent.id)
    )
    return list(kinds)


@pytest.mark.parametrize("reached", ["awaiting_confirmation", "shipped", "delivered", "declined", "returned"])
def test_only_what_is_completed_can_be_reviewed(app: Flask, reached: str) -> None:
    with app.app_context():
        order, line_id, _token = bought(reached=reached)
        with pytest.raises(Conflict), transaction():
            writing.write(order, line_id, Words(5, ""), at=AT)
        assert db.session.scalars(select(Review)).all() == []


def test_a_line_of_another_order_cannot_be_reviewed(app: Flask) -> None:
    with app.app_context():
        mine, _line, _token = bought()
        _other, theirs, _token = bought(cast.OTHER_BUYER)
        with pytest.raises(NotFound), transaction():
            writing.write(mine, theirs, Words(5, ""), at=AT)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (Words(0, "x"), "bintang"),
        (Words(6, "x"), "bintang"),
        (Words(5, "x" * 2001), "teks"),
        (Words(5, "x", ["a", "b", "c", "d"]), "foto"),
    ],
)
def test_what_is_not_a_review_is_refused_beside_its_field(app: Flask, words: Words, field: str) -> None:
    with app.app_context():
        order, line_id, _token = bought()
        with pytest.raises(Invalid) as refusal, transaction():
            writing.write(order, line_id, words, at=AT)
        assert refusal.value.field == field


def test_a_line_has_one_review_that_changes_for_30_days_and_forgets_nothing(app: Flask) -> None:
    with app.app_context():
        order, line_id, _token = bought()
        for stars, body, days in (
            (2, "Agak lembek", 0),
            (4, "Yang kedua renyah", 29),
            (4, "Yang kedua renyah", 30),
        ):
            with transaction():
                writing.write(order, line_id, Words(stars, body), at=AT + days * DAY)
        with pytest.raises(Conflict), transaction():
            writing.write(order, line_id, Words(1, "Berubah"), at=AT + 31 * DAY)
        (review,) = db.session.scalars(select(Review)).unique()
        assert (review.stars, review.body, review.edited_at) == (4, "Yang kedua renyah", AT + 29 * DAY)
        versions = db.session.scalars(select(ReviewVersion)).all()
        assert [(one.stars, one.body) for one in versions] == [(2, "Agak lembek")]
        assert kept() == (4, 1, 4, 1)
        assert _kinds() == ["review.written"]


def test_averages_add_up_every_review_that_counts(app: Flask) -> None:
    with app.app_context():
        for stars in (5, 4):
            reviewed(stars)
        reviewed(1, slug=cast.CRACKERS)
        assert kept() == (9, 2, 10, 3)


def test_what_a_shop_bought_from_itself_is_shown_and_does_not_count(app: Flask) -> None:
    with app.app_context():
        order, line_id, _token = bought()
        with transaction():
            db.session.get_one(SellerOrder, order.children[0].id).self_purchase = True
        with transaction():
            review = writing.write(order, line_id, Words(5, ""), at=AT)
        assert not review.counts
        assert kept() == (0, 0, 0, 0)


def test_what_is_hidden_leaves_the_averages_and_returns_with_its_reasons_kept(app: Flask) -> None:
    with app.app_context():
        bad, _good = reviewed(1), reviewed(5)
        operator = db.session.scalars(select(User).where(User.email == cast.OPERATOR)).one().id
        with transaction():
            deciding.decide(bad, HIDDEN, "Menghina penjual", by=operator, at=AT)
        assert kept() == (5, 1, 5, 1)
        with pytest.raises(Conflict), transaction():
            deciding.decide(bad, HIDDEN, "Sekali lagi", by=operator, at=AT)
        with transaction():
            deciding.decide(bad, SHOWN, "Keliru", by=operator, at=AT)
        assert kept() == (6, 2, 6, 2)
        assert [(one.verdict, one.reason) for one in bad.decisions] == [
            (HIDDEN, "Menghina penjual"),
            (SHOWN, "Keliru"),
        ]
        assert _kinds() == ["review.written"] * 2 + ["review.hidden"]


def test_a_shop_answers_once(app: Flask) -> None:
    with app.app_context():
        review = reviewed()
        for nothing in ("  ", "x" * 2001):
            with pytest.raises(Invalid), transaction():
                deciding.answer(review, nothing, actor="seller:1", at=AT)
        with transaction():
            deciding.answer(review, " Terima kasih! ", actor="seller:1", at=AT)
        with pytest.raises(Conflict), transaction():
            deciding.answer(review, "Lagi", actor="seller:1", at=AT)
        assert review.answer == "Terima kasih!"
        assert _kinds() == ["review.written", "review.answered"]


def test_averages_are_made_again_from_the_reviews(app: Flask) -> None:
    with app.app_context():
        reviewed(5)
        reviewed(2)
        before = kept()
        with transaction():
            factories.product(cast.CHIPS).rating_sum = 99
            factories.product(cast.COFFEE).rating_count = 7
            factories.shop(cast.HER_SHOP).rating_count = 0
        with transaction():
            assert rebuild(at=AT) == 1
        assert kept() == before == (7, 2, 7, 2)
        assert factories.product(cast.COFFEE).rating_count == 0


@pytest.mark.parametrize("table", ["review_version", "review_decision"])
def test_history_cannot_be_rewritten(app: Flask, table: str) -> None:
    with app.app_context():
        order, line_id, _token = bought()
        for stars in (1, 2):
            with transaction():
                review = writing.write(order, line_id, Words(stars, ""), at=AT)
        operator = factories.person(cast.OPERATOR).id
        with transaction():
            deciding.decide(review, HIDDEN, "Menghina", by=operator, at=AT)
        for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET review_id = review_id"):
            with pytest.raises(DatabaseError), transaction() as session:
                session.execute(text(statement))


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Budi Pembeli", "Budi P."),
        ("Budi", "Budi"),
        ("  siti   nur aini ", "siti A."),
        ("Bu Rahma", "Bu Rahma"),
        ("Pak Joko Widodo", "Pak Joko W."),
        ("", "Pembeli"),
        ("A" * 60 + " B", "A" * 20 + " B."),
        ("Budi\u202e\nPembeli", "Budi P."),
    ],
)
def test_a_buyer_is_named_shortly(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("total", "number", "said"), [(0, 0, ""), (5, 1, "5,0"), (14, 3, "4,7"), (9, 4, "2,3"), (47, 10, "4,7")]
)
def test_an_average_has_one_decimal_and_a_comma(total: int, number: int, said: str) -> None:
    assert average(total, number) == said
