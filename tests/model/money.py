"""What may happen to the money of a model market: seen by hand, given back to buyers, paid out to shops.

Each method is one thing that may happen, refused in words or carried out, like those of `World`.
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import transaction
from marketplace.orders import fee_rules
from marketplace.orders.models import Order, SellerOrder
from marketplace.payments import (
    clawing,
    confirming,
    covering,
    dispute_fees,
    handing_back,
    owing,
    parked,
    proving,
)
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.models import (
    BY_BANK,
    BY_PROVIDER,
    BY_SELLER,
    DIRECT,
    PARKED,
    PaymentAttempt,
    PaymentSplit,
    ProviderEvent,
    Refund,
)
from marketplace.payments.owing import Wish
from marketplace.payouts import approving, claiming, collecting, sending, settling
from marketplace.payouts.claiming import Rules
from marketplace.payouts.models import Payout, PayoutBatch
from tests import cast, direct, factories
from tests.model.world import World

RULES = Rules(minimum=10_000, hold_days=1)


class Money:
    """The hands through which money goes in a `World`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.references = count(1)
        direct.bank_accounts()
        direct.qris_accounts()
        direct.village_account(cast.HANURA, factories.person(cast.OPERATOR))
        db.session.rollback()

    def show_proof(self, number: int) -> None:
        """A buyer sends the picture of a transfer."""
        chosen = self._attempt(number)
        if chosen is not None:
            self._let(
                "proof", lambda: proving.send(chosen, f"bukti-{next(self.references)}", at=self.world.at)
            )

    def confirm(self, number: int, *, more: int) -> None:
        """Somebody has seen the money, maybe another sum."""
        chosen = self._attempt(number)
        if chosen is None:
            return
        amount = db.session.get_one(PaymentAttempt, chosen).amount + more
        by = factories.person(cast.OPERATOR).id

        def told() -> None:
            verdict = confirming.accept(chosen, amount=amount, by=by, at=self.world.at)
            self.world.counts[f"by hand {verdict}"] += 1

        self._let("confirm", told)

    def refuse_proof(self, number: int) -> None:
        """Somebody finds nothing in the account."""
        chosen, by = self._attempt(number), factories.person(cast.OPERATOR).id
        if chosen is not None:
            self._let(
                "refuse proof",
                lambda: confirming.refuse(chosen, reason="Tidak ada", by=by, at=self.world.at),
            )

    def give_back(
        self, number: int, *, amount: int | None, pieces: int, delivery: bool, sellable: bool
    ) -> None:
        """A seller gives back an amount, or some pieces of the first line."""
        chosen = self.world.pick(select(SellerOrder.id), number)
        if chosen is None:
            return
        first = db.session.get_one(SellerOrder, chosen).lines[0].id
        wish = (
            Wish(amount=amount, sellable=sellable)
            if amount
            else Wish(quantities={first: pieces}, delivery=delivery, sellable=sellable)
        )
        self._let(
            "give back",
            lambda: owing.refund(chosen, wish, words="Rusak", actor="seller:1", at=self.world.at),
        )

    def hand_back(self, name: str, number: int) -> None:
        """A person sees to a refund: takes it over, sends it, gives it; or the buyer says where to."""
        chosen = self.world.pick(select(Refund.id), number)
        if chosen is None:
            return
        key, at = db.session.get_one(Refund, chosen).key, self.world.at
        deeds: dict[str, Callable[[Refund], object]] = {
            "take over": handing_back.take_over,
            "sent by bank": lambda refund: handing_back.sent_by_bank(
                refund, "BRI-7", actor="finance:1", at=at
            ),
            "given by seller": lambda refund: handing_back.given_by_seller(
                refund, "Tunai", actor="seller:1", at=at
            ),
            "wanted at": lambda refund: handing_back.wanted_at(
                refund, bank="BRI", number="0012345", holder="Budi"
            ),
        }
        self._let(name, lambda: deeds[name](handing_back.refund_named(key)))

    def decide_parked(self, name: str, number: int) -> None:
        """Finance says what became of money that did not fit."""
        chosen = self.world.pick(select(ProviderEvent.id).where(ProviderEvent.verdict == PARKED), number)
        order = self.world.pick(select(Order.id), number)
        if chosen is None or order is None:
            return
        known, by, at = (
            db.session.get_one(Order, order).number,
            factories.person(cast.FINANCE).id,
            self.world.at,
        )
        sent, note = f"KEMBALI-{next(self.references)}", "sudah dilihat"

        def back(way: str) -> object:
            return parked.give_back(chosen, way=way, reference=sent, note=note, by=by, at=at)

        deeds: dict[str, Callable[[], object]] = {
            "parked: counted": lambda: parked.count(
                chosen, order_number=known, reference=sent, note=note, by=by, at=at
            ),
            "parked: not ours": lambda: parked.dismiss(chosen, note=note, by=by, at=at),
            **{f"parked: back by {way}": partial(back, way) for way in (BY_PROVIDER, BY_BANK, BY_SELLER)},
        }
        self._let(name, deeds[name])

    def decide_clawback(self, number: int, *, lost: bool) -> None:
        """Finance says what taken money paid for: the first share as far as it goes, the rest is a loss."""
        chosen = self.world.pick(select(Clawback.id).where(Clawback.attempt_id.is_not(None)), number)
        if chosen is None:
            return
        clawback = db.session.get_one(Clawback, chosen)
        shares = select(PaymentSplit).where(PaymentSplit.attempt_id == clawback.attempt_id)
        first = db.session.scalars(shares.order_by(PaymentSplit.id)).unique().first()
        unclear, by = clawback.unclear, factories.person(cast.FINANCE).id
        some = 0 if lost or first is None else max(0, min(unclear, first.paid - first.owed))
        wishes = {first.seller_order_id: Wish(amount=some)} if some and first is not None else {}
        placed = covering.Placement(wishes, lost=unclear - some)

        def decided() -> None:
            covering.assign(chosen, placed, note="dilihat", by=by, at=self.world.at)
            clawing.mark_of(chosen, at=self.world.at)

        self._let("clawback placed", decided)

    def dismiss_clawback(self, number: int) -> None:
        """Finance says that there is nothing to book."""
        chosen, by = self.world.pick(select(Clawback.id), number), factories.person(cast.FINANCE).id
        if chosen is not None:
            self._let(
                "clawback dismissed",
                lambda: covering.dismiss(chosen, note="bukan kami", by=by, at=self.world.at),
            )

    def bear_dispute_fees(self, bearer: str) -> None:
        """Who bears the fee of a lost dispute, from now on."""
        at = self.world.at
        self._let(
            "dispute fee rule",
            lambda: dispute_fees.add_rule(bearer, valid_from=at, created_by=None, at=at),
        )

    def change_fee(self, receiver: str, bp: int, scope: str) -> None:
        """Another rate from now on."""
        self._let(
            "change fee",
            lambda: fee_rules.add_rule(
                receiver, bp, scope=scope, valid_from=self.world.at, created_by=None, at=self.world.at
            ),
        )

    def collect(self) -> None:
        """Finance collects what can be paid out."""
        by = factories.person(cast.FINANCE)
        self._let("collect", lambda: collecting.collect(RULES, by=by, at=self.world.at))

    def approve(self, number: int) -> None:
        """Another person approves a batch."""
        batches = db.session.scalars(select(PayoutBatch.number).order_by(PayoutBatch.id)).all()
        by = factories.person(cast.ADMIN)
        if batches:
            chosen = batches[number % len(batches)]
            self._let("approve", lambda: approving.approve(chosen, by=by, at=self.world.at))

    def move_payout(self, name: str, number: int) -> None:
        """A payout takes a step, or is asked for one that it cannot take."""
        found = db.session.scalars(select(Payout).order_by(Payout.id)).unique().all()
        if not found:
            return
        payout = found[number % len(found)]
        by, at, known = factories.person(cast.FINANCE), self.world.at, payout.number
        account = claiming.account_in_use(payout)
        deeds: dict[str, Callable[[], object]] = {
            "reject": lambda: approving.reject(known, by=by, at=at, reason="Salah"),
            "send": lambda: sending.send(known, by=by, at=at),
            "confirm payout": lambda: sending.confirm(
                known, by=by, at=at, reference=f"BANK-{next(self.references)}"
            ),
            "fail payout": lambda: sending.fail(known, by=by, at=at, reason="Ditolak bank"),
            "send again": lambda: sending.send_again(known, to=account.id if account else 0, by=by, at=at),
        }
        self._let(name, deeds[name])

    def settle(self, provider: str, percent: int) -> None:
        """A provider's money arrives in the bank."""
        held = settling.lying_at_providers().get(provider, 0)
        by, at = factories.person(cast.FINANCE), self.world.at
        self._let(
            "settle",
            lambda: settling.settle(
                provider,
                amount=held * percent // 100,
                fee=held * percent // 10_000,
                day=day_wib(at),
                reference=f"REK-{next(self.references)}",
                by=by,
                at=at,
            ),
        )

    def _attempt(self, number: int) -> int | None:
        rows: Any = select(PaymentAttempt.id).where(PaymentAttempt.provider.in_(list(DIRECT)))
        return self.world.pick(rows, number)

    def _let(self, name: str, act: Callable[[], object]) -> None:
        def acted() -> None:
            with transaction():
                act()

        self.world.attempt(name, acted)
