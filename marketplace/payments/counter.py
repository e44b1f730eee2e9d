"""Reads of direct payments for those who confirm them: the counter of a region, or the shop itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true

from marketplace.accounts.guards import region_scopes
from marketplace.accounts.models import ADMIN, FINANCE, OPERATOR, User
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import (
    CANCELLED,
    DIRECT,
    EXPIRED,
    PENDING,
    WAITING,
    PaymentAttempt,
    PaymentProof,
    PaymentSplit,
)
from marketplace.sellers.models import Shop

URGENT = timedelta(hours=6)
"""A proof that waits as long as this is answered first: its buyer has paid and hears nothing."""

STILL_COMES = timedelta(days=7)
"""How long after its end an unpaid order stays in the list: bank transfers and QRIS may arrive late."""

MOST = 200


@dataclass(frozen=True)
class Waiting:
    """A direct payment that waits for a word: its seller order, and since when a proof waits, if one does."""

    attempt: PaymentAttempt
    child: SellerOrder
    proof_since: datetime | None
    urgent: bool

    @property
    def ended(self) -> bool:
        """Whether the order has ended meanwhile, so that money for it comes late."""
        return self.attempt.status != PENDING


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """What waits in a person's regions: with a proof first, the longest waiting one first; then without."""
    return _waiting(_within(_scopes(user)), at=at)


def of_region(user: User, key: str) -> PaymentAttempt:
    """A direct payment of a person's regions.

    Raises:
        NotFound: unknown, or of another region.
    """
    return _one(PaymentAttempt.key == key, _within(_scopes(user)))


def of_shop(shop: Shop, number: str) -> PaymentAttempt:
    """The direct payment of one of the shop's orders.

    Raises:
        NotFound: unknown, another shop's, or not paid directly.
    """
    return _one(SellerOrder.number == number, SellerOrder.shop_id == shop.id)


def of_order(seller_order_id: int) -> PaymentAttempt | None:
    """The direct payment of a seller order, if it is paid that way."""
    return db.session.scalars(_attempts().where(SellerOrder.id == seller_order_id)).unique().first()


def proofs_of(attempt: PaymentAttempt) -> Sequence[PaymentProof]:
    """The proofs of a payment, the newest first."""
    rows = select(PaymentProof).where(PaymentProof.attempt_id == attempt.id)
    return list(db.session.scalars(rows.order_by(PaymentProof.id.desc())).unique())


def proof_of(attempt: PaymentAttempt, picture_key: str) -> PaymentProof:
    """One proof of a payment, by its picture.

    Raises:
        NotFound: it is not of this payment.
    """
    for proof in proofs_of(attempt):
        if proof.picture_key == picture_key:
            return proof
    raise NotFound


def _one(*conditions: ColumnElement[bool]) -> PaymentAttempt:
    found = db.session.scalars(_attempts().where(*conditions)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def _waiting(theirs: ColumnElement[bool], *, at: datetime) -> list[Waiting]:
    since = (
        select(PaymentProof.attempt_id, func.min(PaymentProof.sent_at).label("since"))
        .where(PaymentProof.verdict == WAITING)
        .group_by(PaymentProof.attempt_id)
        .subquery()
    )
    late = and_(
        PaymentAttempt.status.in_((EXPIRED, CANCELLED)),
        or_(since.c.since.is_not(None), PaymentAttempt.expires_at > at - STILL_COMES),
    )
    rows = (
        _attempts()
        .add_columns(since.c.since)
        .outerjoin(since, since.c.attempt_id == PaymentAttempt.id)
        .where(theirs, or_(PaymentAttempt.status == PENDING, late))
        .order_by(since.c.since.is_(None), since.c.since, PaymentAttempt.status != PENDING, PaymentAttempt.id)
        .limit(MOST)
    )
    return [
        Waiting(attempt, attempt.splits[0].seller_order, proof_at, bool(proof_at and at - proof_at >= URGENT))
        for attempt, proof_at in db.session.execute(rows).unique()
    ]


def _attempts() -> Select[PaymentAttempt]:
    return (
        select(PaymentAttempt)
        .join(PaymentSplit, PaymentSplit.attempt_id == PaymentAttempt.id)
        .join(SellerOrder, SellerOrder.id == PaymentSplit.seller_order_id)
        .where(PaymentAttempt.provider.in_(DIRECT))
    )


def _scopes(user: User) -> list[str]:
    return region_scopes(user, OPERATOR, FINANCE, ADMIN)


def _within(scopes: Sequence[str]) -> ColumnElement[bool]:
    """Seller orders of shops in these regions; an empty code is everywhere."""
    if "" in scopes:
        return true()
    return or_(
        false(),
        *(
            or_(SellerOrder.village_code == scope, SellerOrder.village_code.startswith(f"{scope}."))
            for scope in scopes
        ),
    )
