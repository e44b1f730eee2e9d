"""Decides which refunds are paid by money that a provider took back: without a guess, or as a person says.

Without a guess it is what a payment still comes to as a whole, or the one refund of that sum that is owed
when nothing else is left. Everything else waits for finance. Rows are locked in one sequence: the attempt (by
the caller), seller orders, refunds, shares, shops, villages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid, NotFound
from marketplace.kit.money import rupiah, shares
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.ledger import accounts
from marketplace.ledger.posting import post
from marketplace.orders import steps
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import dispute_fees, giving_back, owing, parting
from marketplace.payments.clawback_models import DISPUTED, FINAL, OPEN, SELLER, Clawback, ClawbackDecision
from marketplace.payments.models import (
    BY_PROVIDER,
    BY_PROVIDERS_WORD,
    PAID,
    PAID_LATE,
    REQUESTED,
    SUCCEEDED,
    PaymentAttempt,
    PaymentSplit,
    Refund,
)
from marketplace.payments.owing import Wish
from marketplace.payments.parting import Parts
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop

LOST_POSTING, FEE_POSTING = "clawback-lost", "dispute-fee"
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Placement:
    """What a person says it paid for: parts of seller orders (by id), open refunds (by key), a loss."""

    wishes: Mapping[int, Wish] = field(default_factory=dict)
    refunds: tuple[str, ...] = ()
    lost: int = 0


@dataclass(frozen=True)
class Payment:
    """A payment with all its rows locked: its shares, and its refunds that have not arrived."""

    shares: Sequence[PaymentSplit]
    owed: Sequence[Refund]

    @property
    def under_way(self) -> bool:
        """Whether a refund has left and nobody knows yet how it went."""
        return any(refund.status == REQUESTED for refund in self.owed)

    def left(self, share: PaymentSplit) -> int:
        """Rupiah of a share that are not owed back yet."""
        return share.paid - share.owed


def place(clawback: Clawback, attempt: PaymentAttempt, *, at: datetime) -> bool:
    """Let a clawback pay for refunds, where there is nothing to guess; whether it did."""
    if clawback.standing != FINAL or clawback.unclear <= 0:
        return False
    return _place(clawback, clawback.unclear, attempt, at)


def place_on(clawback: Clawback, share: PaymentSplit, attempt: PaymentAttempt, *, at: datetime) -> None:
    """Let a clawback pay for a part of a share, if nothing else is left of the payment."""
    payment = line_up(attempt)
    left = payment.left(share)
    if clawback.unclear > left or left < sum(map(payment.left, payment.shares)) or payment.owed:
        return
    parts = parting.by_amount(owing.left_of(share.seller_order), clawback.unclear)
    _cover(clawback, [], {share: parts}, at)


def intend(clawback: Clawback, attempt: PaymentAttempt, *, at: datetime) -> None:
    """A refund is heard of for the first time when it has failed already.

    Had its making been heard before, it would have been placed and come back: so it is now.
    """
    made = sum(move.amount for move in clawback.moves if move.amount > 0)
    if made and _place(clawback, made, attempt, at):
        come_back(clawback, at=at)


def _place(clawback: Clawback, amount: int, attempt: PaymentAttempt, at: datetime) -> bool:
    payment = line_up(attempt)
    if payment.under_way:
        return False
    owed, rest = sum(refund.amount for refund in payment.owed), sum(map(payment.left, payment.shares))
    same = [refund for refund in payment.owed if refund.amount == amount]
    if amount == owed + rest:
        given = {share: _everything(share, payment.left(share)) for share in payment.shares}
        _cover(clawback, payment.owed, {share: parts for share, parts in given.items() if parts.amount}, at)
    elif not rest and len(same) == 1:
        _cover(clawback, same, {}, at)
    else:
        return False
    return True


def assign(clawback_id: int, placement: Placement, *, note: str, by: int, at: datetime) -> ClawbackDecision:
    """A person says what the money paid for: all of it, to the last rupiah.

    Raises:
        NotFound: no such clawback, or of a payment that does not count.
        Conflict: it is still judged, a refund is under way, or somebody has decided.
        Invalid: it does not add up, or more than is left; `field` names the field.
    """
    clawback, attempt = _locked(clawback_id)
    if attempt is None or attempt.status not in (PAID, PAID_LATE):
        raise NotFound
    if not clawback.unclear:
        raise Conflict("Uang ini sudah ditempatkan. Muat ulang halaman ini.")
    if clawback.kind == DISPUTED and clawback.standing == OPEN:
        raise Conflict("Sengketa ini belum diputuskan penyedia. Tunggu hasilnya.")
    if not note.strip():
        raise Invalid("Tulis alasannya.", "catatan")
    payment = line_up(attempt)
    if payment.under_way:
        raise Conflict("Ada dana yang sedang dikirim penyedia. Coba lagi beberapa menit lagi.")
    given = {share: _wished(share, payment, placement) for share in payment.shares}
    owed = _chosen(payment, placement.refunds)
    parts = {share: part for share, part in given.items() if part.amount}
    told = sum(part.amount for part in parts.values()) + sum(one.amount for one in owed) + placement.lost
    if told != clawback.unclear or (placement.lost < 0) != (clawback.unclear < 0 and bool(placement.lost)):
        words = _(
            "Yang Anda tempatkan %(told)s, yang ditarik %(taken)s. Keduanya harus sama.",
            told=rupiah(told),
            taken=rupiah(clawback.unclear),
        )
        raise Invalid(words, "jumlah")
    covered = told - placement.lost
    decision = _decided(clawback, note, by, at, covered=covered, lost=placement.lost)
    if placement.lost:
        clawback.lost += placement.lost
        lines = [(accounts.LOSSES, placement.lost), (giving_back.account_of(clawback), -placement.lost)]
        post(LOST_POSTING, loss_name(decision.id), lines, happened_at=at, at=at)
    _cover(clawback, owed, parts, at)
    return decision


def dismiss(clawback_id: int, *, note: str, by: int, at: datetime) -> ClawbackDecision:
    """There is nothing to book: the payment is not ours or does not count, or its sum is no rupiah.

    Raises:
        NotFound: no such clawback.
        Conflict: it moved money of a payment that counts, or somebody has decided.
        Invalid: no reason.
    """
    clawback, attempt = _locked(clawback_id)
    counts = attempt is not None and attempt.status in (PAID, PAID_LATE)
    if clawback.dismissed or (counts and (clawback.amount is not None or clawback.unclear)):
        raise Conflict("Uang ini sudah diputuskan, atau harus ditempatkan. Muat ulang halaman ini.")
    if not note.strip():
        raise Invalid("Tulis alasannya.", "catatan")
    clawback.dismissed = True
    return _decided(clawback, note, by, at, dismissed=True)


def loss_name(decision_id: int) -> str:
    """What the posting of a loss refers to."""
    return f"rugi:{decision_id}"


def come_back(clawback: Clawback, *, at: datetime) -> None:
    """The provider has given it up: the refunds that it paid for have not arrived, and are a person's now."""
    rows = select(Refund).where(Refund.clawback_id == clawback.id).order_by(Refund.id)
    for refund in db.session.scalars(locked(rows, of=Refund)).unique():
        clawback.covered -= refund.amount
        giving_back.come_back(refund, at=at)
    db.session.flush()


def line_up(attempt: PaymentAttempt) -> Payment:
    """Lock what belongs to a payment, in one sequence for everybody."""
    mine = PaymentSplit.attempt_id == attempt.id
    orders = select(SellerOrder).where(SellerOrder.id.in_(select(PaymentSplit.seller_order_id).where(mine)))
    found = db.session.scalars(locked(orders.order_by(SellerOrder.id), of=SellerOrder)).unique().all()
    splits = select(PaymentSplit.id).where(mine)
    refunds = select(Refund).where(Refund.split_id.in_(splits), Refund.status != SUCCEEDED)
    owed = db.session.scalars(locked(refunds.order_by(Refund.id), of=Refund)).unique().all()
    rows = select(PaymentSplit).where(mine).order_by(PaymentSplit.id)
    held = db.session.scalars(locked(rows, of=PaymentSplit)).unique().all()
    shops, villages = {order.shop_id for order in found}, {order.village_code for order in found}
    db.session.execute(locked(select(Shop.id).where(Shop.id.in_(shops)).order_by(Shop.id), of=Shop))
    places = select(Region.code).where(Region.code.in_(villages)).order_by(Region.code)
    db.session.execute(locked(places, of=Region))
    return Payment(held, owed)


def _locked(clawback_id: int) -> tuple[Clawback, PaymentAttempt | None]:
    """The attempt first, as everybody does."""
    known = db.session.get(Clawback, clawback_id)
    if known is None:
        raise NotFound
    attempts = select(PaymentAttempt).where(PaymentAttempt.id == known.attempt_id)
    attempt = db.session.scalars(locked(attempts, of=PaymentAttempt)).unique().one_or_none()
    rows = select(Clawback).where(Clawback.id == clawback_id)
    return db.session.scalars(locked(rows, of=Clawback)).one(), attempt


def _everything(share: PaymentSplit, rest: int) -> Parts:
    """All that is left of a share. What came late paid for nothing, and is owed back already."""
    return parting.everything(owing.left_of(share.seller_order)) if rest else Parts(())


def _wished(share: PaymentSplit, payment: Payment, placement: Placement) -> Parts:
    wish = placement.wishes.get(share.seller_order_id)
    if wish is None or not (wish.amount or wish.delivery or any(wish.quantities.values())):
        return Parts(())
    parts = owing.divide(owing.left_of(share.seller_order), wish)
    if parts.amount > payment.left(share):
        words = _("Paling banyak %(left)s yang tersisa di pesanan ini.", left=rupiah(payment.left(share)))
        raise Invalid(words, "jumlah")
    return parts


def _chosen(payment: Payment, keys: Sequence[str]) -> list[Refund]:
    found = [refund for refund in payment.owed if refund.key in keys]
    if len(found) != len(set(keys)):
        raise Conflict("Dana kembali itu sudah dikirim. Muat ulang halaman ini.")
    return found


def _decided(clawback: Clawback, note: str, by: int, at: datetime, **values: object) -> ClawbackDecision:
    made = ClawbackDecision(
        clawback_id=clawback.id,
        note=note.strip()[:LONGEST_NOTE],
        decided_by=by,
        decided_at=at,
        **{"covered": 0, "lost": 0, "dismissed": False, **values},
    )
    db.session.add(made)
    db.session.flush()
    return made


def _cover(
    clawback: Clawback, owed: Sequence[Refund], parts: Mapping[PaymentSplit, Parts], at: datetime
) -> None:
    for refund in owed:
        _pay(refund, clawback, at)
    fees = _fees(clawback, parts)
    for share, part in parts.items():
        _give(share, part, clawback, fees.get(share.id, 0), at)


def _pay(refund: Refund, clawback: Clawback, at: datetime) -> None:
    """A refund that we owed has gone to the buyer by another way than ours."""
    if refund.way == BY_PROVIDER:
        refund.status = REQUESTED
        db.session.flush()
    refund.status, refund.settled_at, refund.due_at, refund.error = SUCCEEDED, at, None, ""
    refund.reference, refund.clawback_id = clawback.name[:120], clawback.id
    clawback.covered += refund.amount
    db.session.flush()
    giving_back.arrive(refund, at=at)


def _give(share: PaymentSplit, parts: Parts, clawback: Clawback, fee: int, at: datetime) -> None:
    """A refund that nobody here asked for: owed and arrived in one."""
    order = share.seller_order
    same = select(func.count(Refund.id)).where(
        Refund.split_id == share.id, Refund.reason.startswith(BY_PROVIDERS_WORD)
    )
    reason = f"{BY_PROVIDERS_WORD}{(db.session.scalar(same) or 0) + 1}"
    made = owing.draft(share, parts.amount, parts, reason=reason, at=at)
    made.way, made.due_at, made.actor = BY_PROVIDER, None, f"provider:{clawback.provider}"
    made.after_sale = order.status == Status.COMPLETED
    made.status, made.settled_at, made.reference = SUCCEEDED, at, clawback.name[:120]
    made.clawback_id, made.dispute_fee = clawback.id, fee
    giving_back.book(made, share, at=at)
    owing.keep(made, share)
    clawback.covered += made.amount
    owing.tell(made, share, at)
    giving_back.arrive(made, at=at)
    if clawback.kind != DISPUTED:
        told = {"seller_order_id": order.id, "clawback_id": clawback.id, "amount": made.amount}
        announce("clawback.placed", f"seller_order:{order.id}", told, at=at)
    if order.status == Status.AWAITING_CONFIRMATION and share.owed == share.paid:
        # Nobody has begun to work on it, and nothing of it is paid any more.
        words = noted("Uangnya sudah kembali kepada pembeli.")
        steps.cancel(order.id, actor="system", at=at, reason=words)
    if fee:
        lines = [(accounts.receivable(order.shop_id), fee), (accounts.PROVIDER_FEES, -fee)]
        post(FEE_POSTING, giving_back.posting_name(share, reason), lines, happened_at=at, at=at)


def _fees(clawback: Clawback, parts: Mapping[PaymentSplit, Parts]) -> dict[int, int]:
    """What each shop bears of the fee for a lost dispute, by share."""
    bearer = dispute_fees.bearer_at(clawback.opened_at) if clawback.fee > 0 and parts else ""
    if clawback.kind != DISPUTED or bearer != SELLER:
        return {}
    each = shares(clawback.fee, [part.amount for part in parts.values()])
    return {share.id: fee for share, fee in zip(parts, each, strict=True)}
