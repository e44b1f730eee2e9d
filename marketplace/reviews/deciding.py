"""Decides what follows on a review: the shop's one answer, and the counter hides it or shows it again."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import locked
from marketplace.reviews import averages
from marketplace.reviews.models import HIDDEN, SHOWN, Review, ReviewDecision
from marketplace.reviews.writing import LONGEST, tell

LONGEST_REASON = 500


def answer(review: Review, words: str, *, actor: str, at: datetime) -> None:
    """The shop answers, once; everybody reads it under the review.

    Raises:
        Invalid: no words, or too many (field `jawaban`).
        Conflict: it is answered already.
    """
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid(_("Tulis jawaban Anda, paling banyak %(most)s huruf.", most=LONGEST), "jawaban")
    _lock(review)
    if review.answered_at is not None:
        raise Conflict("Ulasan ini sudah dijawab. Satu ulasan dijawab satu kali.")
    review.answer, review.answered_at, review.answered_by = words, at, actor
    tell("answered", review, at=at)
    db.session.flush()


def decide(review: Review, verdict: str, reason: str, *, by: int, at: datetime) -> None:
    """Hide a review, or show it again, with a reason that the buyer and the shop read. Averages follow.

    Raises:
        Invalid: no reason, too long a one (field `alasan`), or another verdict.
        Conflict: it is so already.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid(
            _("Tulis alasannya, paling banyak %(most)s huruf.", most=LONGEST_REASON),
            "alasan",
        )
    if verdict not in (HIDDEN, SHOWN):
        raise Invalid("Pilih menyembunyikan atau menampilkan.", "putusan")
    _lock(review)
    if review.hidden == (verdict == HIDDEN):
        raise Conflict("Orang lain baru saja memutuskan hal yang sama.")
    review.hidden = verdict == HIDDEN
    db.session.add(ReviewDecision(review_id=review.id, verdict=verdict, reason=reason, decided_by=by, at=at))
    averages.recount(product_id=review.product_id, shop_id=review.shop_id)
    if review.hidden:
        tell("hidden", review, at=at)
    db.session.flush()
    db.session.expire(review, ["decisions"])


def _lock(review: Review) -> None:
    db.session.scalars(locked(select(Review).where(Review.id == review.id), of=Review)).unique().one()
