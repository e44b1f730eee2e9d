"""Money that a provider takes back by itself: booked, placed where that is no guess, else left to finance."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.orders.models import SellerOrder
from marketplace.payments import asking_back, clawing, covering, dispute_fees, handing_back, refunding
from marketplace.payments.clawback_models import SELLER, Clawback
from marketplace.payments.covering import Placement
from marketplace.payments.models import PaymentAttempt, PaymentSplit, ProviderEvent, Refund
from marketplace.payments.owing import Wish
from marketplace.payments.provider import ProviderReport
from marketplace.payments.simulator import money_back
from marketplace.payouts import claiming
from marketplace.payouts.claiming import Rules
from marketplace.payouts.payees import Payee
from tests import cast, factories
from tests.factories import AT
from tests.payments import clawback_stage as stage
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, TWO_KINDS, Sale, by_card, village_share

RULES = Rules(minimum=1, hold_days=0)


@pytest.fixture
def desk(app: Flask, tmp_path: Path) -> Iterator[CardDesk]:
    with app.app_context():
        village_share()
        yield CardDesk(tmp_path)


def sold(desk: CardDesk) -> Sale:
    return by_card(desk, TWO_KINDS).bring().complete()


def the_refund() -> Refund:
    (one,) = refunds()
    return one


def refunds() -> list[Refund]:
    db.session.rollback()
    return list(db.session.scalars(select(Refund).execution_options(populate_existing=True)).unique())


def contested(sale: Sale) -> bool:
    return sale.row.contested_at is not None


def decide(placement: Placement) -> None:
    chosen, by = stage.the_clawback().id, factories.person(cast.FINANCE).id
    with transaction():
        covering.assign(chosen, placement, note="dilihat", by=by, at=LATER)
        clawing.mark_of(chosen, at=LATER)


def test_a_whole_refund_in_the_dashboard_is_booked_by_the_integers_of_ours(desk: CardDesk) -> None:
    sale = sold(desk)
    total = sale.row.total
    report = stage.refund("re_1", stage.money_of(sale), total)
    assert desk.take_in(report, at=LATER) == "applied"
    assert desk.take_in(report, at=LATER) == "seen"
    made = the_refund()
    assert (made.amount, made.status) == (total, "succeeded")
    assert made.reason == "provider:1" and made.after_sale
    assert made.fee > 0 and made.village_fee > 0
    assert balance(accounts.UNCLEAR) == balance(accounts.BUYER_REFUNDS) == balance(accounts.FEES) == 0
    assert balance(accounts.clearing("stripe")) == 0
    stage.agree()
    facts = db.session.scalars(select(SaleFact.net)).all()
    assert sum(facts) == 0 and len(facts) == 4


def test_a_part_waits_in_a_named_account_until_finance_says_what_for(desk: CardDesk) -> None:
    sale = sold(desk)
    desk.take_in(stage.refund("re_1", stage.money_of(sale), 18_000), at=LATER)
    assert stage.the_clawback().unclear == balance(accounts.UNCLEAR) == 18_000
    assert not refunds() and contested(sale)
    stage.agree()
    first = sale.row.lines[0].id
    with pytest.raises(Invalid, match=r"Rp36\.000.*Rp18\.000"):
        decide(Placement({sale.id: Wish({first: 2})}))
    decide(Placement({sale.id: Wish({first: 1})}))
    (line,) = the_refund().lines
    assert (line.order_line_id, line.quantity, line.amount) == (first, 1, 18_000)
    assert balance(accounts.UNCLEAR) == 0 and not contested(sale)
    stage.agree()
    with pytest.raises(Conflict):
        decide(Placement({sale.id: Wish({first: 1})}))


def test_what_no_order_bears_is_a_loss_and_never_more_than_was_paid_goes_on_a_share(desk: CardDesk) -> None:
    sale = sold(desk)
    total = sale.row.total
    desk.take_in(stage.refund("re_1", stage.money_of(sale), total), at=LATER)
    desk.take_in(stage.refund("re_2", stage.money_of(sale), 7_000), at=LATER)
    stage.agree()
    extra = db.session.scalars(select(Clawback).where(Clawback.name == "re_2")).one()
    by = factories.person(cast.FINANCE).id
    with pytest.raises(Invalid), transaction():
        covering.assign(extra.id, Placement({sale.id: Wish(amount=7_000)}), note="x", by=by, at=LATER)
    with transaction():
        covering.assign(extra.id, Placement(lost=7_000), note="x", by=by, at=LATER)
        clawing.mark_of(extra.id, at=LATER)
    assert balance(accounts.LOSSES) == 7_000 and balance(accounts.UNCLEAR) == 0
    stage.agree()


def test_a_dashboard_refund_pays_what_we_owe_already_and_nothing_is_sent_twice(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    owed = sale.refund(amount=20_000, at=LATER).id
    desk.take_in(stage.refund("re_1", stage.money_of(sale), sale.row.total), at=LATER)
    found = {one.reason: one for one in refunds()}
    assert {reason: one.status for reason, one in found.items()} == {
        "seller:1": "succeeded",
        "provider:1": "succeeded",
    }
    assert found["seller:1"].id == owed and found["seller:1"].reference == "re_1"
    assert refunding.send_due(at=LATER + timedelta(days=1)) == 0
    stage.agree()


def test_while_it_is_unclear_no_other_refund_of_that_payment_leaves(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS)
    desk.take_in(stage.refund("re_1", stage.money_of(sale), 5_000), at=LATER)
    owed = sale.refund(amount=20_000, at=LATER)
    assert refunding.send_due(at=LATER) == 0
    with transaction():
        handing_back.take_over(owed)
    with pytest.raises(Conflict, match="dua kali"), transaction():
        handing_back.sent_by_bank(handing_back.refund_named(owed.key), "BRI-1", actor="finance:1", at=LATER)
    decide(Placement({sale.id: Wish(amount=5_000)}))
    with transaction():
        handing_back.sent_by_bank(handing_back.refund_named(owed.key), "BRI-1", actor="finance:1", at=LATER)
    stage.agree()


def test_our_own_refund_told_by_the_provider_is_not_counted_twice(desk: CardDesk) -> None:
    sale = sold(desk)
    sale.refund(amount=20_000, at=LATER)
    assert refunding.send_due(at=LATER) == 1
    desk.stage.at = desk.stage.wire.at = LATER + timedelta(hours=1)
    assert set(stage.hear(desk)) <= {"applied", "ignored"} and len(desk.stage.heard) == 0
    assert db.session.scalars(select(Clawback)).first() is None
    asked = [asking_back.ask_due(at=desk.stage.at) for _again in range(2)]
    assert asked == [1, 0] and db.session.scalars(select(Clawback)).first() is None
    assert db.session.scalars(select(ProviderEvent).where(ProviderEvent.kind == "refund")).all()
    stage.agree(desk.stage.at)


def test_a_refund_of_ours_that_comes_back_is_owed_again_and_sent_by_a_person(desk: CardDesk) -> None:
    sale = sold(desk)
    sale.refund(amount=20_000, at=LATER)
    assert refunding.send_due(at=LATER) == 1
    held = balance(accounts.clearing("stripe"))
    stage.order_at_stripe(desk, sale, "refund-gagal")
    back, key = the_refund(), the_refund().key
    assert (back.status, back.way, back.returned) == ("failed", "bank", 1)
    assert balance(accounts.clearing("stripe")) == held + 20_000 == sale.row.total
    assert -balance(accounts.BUYER_REFUNDS) == 20_000
    stage.order_at_stripe(desk, sale, "refund-gagal")
    stage.order_at_stripe(desk, sale, "kabar-refund")
    assert the_refund().returned == 1 and db.session.scalars(select(Clawback)).first() is None
    stage.agree()
    with transaction():
        handing_back.sent_by_bank(handing_back.refund_named(key), "BRI-1", actor="finance:1", at=LATER)
    assert balance(accounts.BUYER_REFUNDS) == 0 and balance(accounts.BANK) == -20_000
    stage.agree()


def test_a_placed_dashboard_refund_that_fails_later_is_owed_again(desk: CardDesk) -> None:
    sale = sold(desk)
    total, held = sale.row.total, balance(accounts.clearing("stripe"))
    stage.order_at_stripe(desk, sale, "refund-dasbor")
    assert the_refund().status == "succeeded" and balance(accounts.clearing("stripe")) == 0
    stage.order_at_stripe(desk, sale, "refund-gagal")
    assert (the_refund().status, the_refund().way) == ("failed", "bank")
    assert balance(accounts.clearing("stripe")) == held == total
    assert balance(accounts.UNCLEAR) == 0 and -balance(accounts.BUYER_REFUNDS) == total
    stage.agree()


def test_a_dispute_holds_the_shops_part_and_when_won_lets_it_go(desk: CardDesk) -> None:
    sale = sold(desk)
    total = sale.row.total
    stage.order_at_stripe(desk, sale, "sengketa")
    assert balance(accounts.DISPUTED) == total and balance(accounts.PROVIDER_FEES) == stage.FEE
    assert balance(accounts.clearing("stripe")) == -stage.FEE and contested(sale)
    shop = Payee(shop_id=sale.row.shop_id)
    (standing,) = claiming.standings(RULES, at=LATER, of=[shop])
    assert standing.gross == 0 and standing.held == standing.contested > 0
    stage.agree()
    stage.order_at_stripe(desk, sale, "sengketa-menang")
    (standing,) = claiming.standings(RULES, at=LATER, of=[shop])
    assert standing.gross > 0 and standing.contested == 0 and not contested(sale)
    assert balance(accounts.DISPUTED) == 0 and not refunds()
    stage.agree()


def test_a_lost_dispute_is_a_refund_with_its_facts_and_the_fee_has_its_bearer(desk: CardDesk) -> None:
    with transaction():
        dispute_fees.add_rule(SELLER, valid_from=AT, created_by=None, at=AT)
    sale = sold(desk)
    stage.order_at_stripe(desk, sale, "sengketa")
    stage.order_at_stripe(desk, sale, "sengketa-kalah")
    assert the_refund().reason == "provider:1" and the_refund().dispute_fee == stage.FEE
    assert balance(accounts.receivable(sale.row.shop_id)) == stage.FEE
    assert balance(accounts.DISPUTED) == balance(accounts.PROVIDER_FEES) == 0
    stage.agree()
    assert sum(db.session.scalars(select(SaleFact.net))) == 0


def test_a_refund_and_a_dispute_at_once_never_send_more_than_was_paid(desk: CardDesk) -> None:
    sale = sold(desk)
    total = sale.row.total
    sale.refund(amount=20_000, at=LATER)
    stage.order_at_stripe(desk, sale, "sengketa")
    assert refunding.send_due(at=LATER) == 0, "the dispute holds it up"
    stage.order_at_stripe(desk, sale, "sengketa-kalah")
    assert sum(one.amount for one in refunds()) == total
    assert {one.status for one in refunds()} == {"succeeded"}
    assert refunding.send_due(at=LATER + timedelta(days=9)) == 0
    stage.agree()


def test_a_refund_that_left_before_the_dispute_leaves_only_the_rest_to_it(desk: CardDesk) -> None:
    sale = sold(desk)
    sale.refund(amount=20_000, at=LATER)
    assert refunding.send_due(at=LATER) == 1
    stage.order_at_stripe(desk, sale, "sengketa")
    stage.order_at_stripe(desk, sale, "sengketa-kalah")
    assert stage.the_clawback().taken == sale.row.total - 20_000
    assert balance(accounts.DISPUTED) == 0
    stage.agree()


def test_lost_messages_heal_by_asking(desk: CardDesk) -> None:
    sale = sold(desk)
    money_back.happen(desk.stage.world, stage.page_of(sale), "refund-dasbor", amount=None, fee=None, at=AT)
    desk.stage.heard.clear()
    assert asking_back.ask_due(at=AT + timedelta(minutes=9)) == 0
    assert asking_back.ask_due(at=AT + timedelta(minutes=11)) == 1
    assert the_refund().amount == sale.row.total
    stage.agree()


def test_a_foreign_currency_or_an_unknown_payment_books_nothing_and_waits(desk: CardDesk) -> None:
    desk.take_in(stage.refund("re_1", "pi_nobody", 5_000), at=LATER)
    waiting = select(Clawback).outerjoin(PaymentAttempt, PaymentAttempt.id == Clawback.attempt_id)
    assert [one.name for one in db.session.scalars(waiting.where(clawing.waits()))] == ["re_1"]
    chosen, by = stage.the_clawback().id, factories.person(cast.FINANCE).id
    with transaction():
        covering.dismiss(chosen, note="bukan kami", by=by, at=LATER)
    assert list(db.session.scalars(waiting.where(clawing.waits()))) == []
    assert balance(accounts.UNCLEAR) == 0
    stage.agree()


def test_every_sequence_of_words_about_one_payment_ends_alike(desk: CardDesk) -> None:
    """The payment itself among them: what was said before it counts when it does."""
    ends: dict[str, int] = {}
    for kind, orders in (("refund", 1), ("lost", 3), ("won", 3)):
        for number, sequence in enumerate(permutations(range(3 if kind == "refund" else 4))):
            # Each takes a payment of its own, so of the longer ones every third is tried.
            if number % orders:
                continue
            order_id, words = _words(desk, kind, number)
            for which in (*sequence, *sequence[::-1]):
                desk.take_in(words[which], at=LATER)
            end = f"{kind}: {_end(order_id)}"
            ends[end] = ends.get(end, 0) + 1
    assert len(ends) == 3, "\n".join(ends)
    stage.agree()


def _words(desk: CardDesk, kind: str, number: int) -> tuple[int, list[ProviderReport]]:
    """A page is open and paid; all that is said of it."""
    order = factories.order({cast.CHIPS: 1, cast.COFFEE: 1}, pay="stripe").order
    order_id, total = order.id, order.total
    page = desk.open(order_id, at=AT)
    desk.pay(page, at=AT)
    paid = desk.word(page, at=AT)
    name, money = f"{kind}-{number}", paid.money
    if kind == "refund":
        both = [stage.refund(name, money, total, fails=fails) for fails in (False, True)]
        return order_id, [paid, *both]
    ended = stage.dispute(name, money, total, "final" if kind == "lost" else "over")
    opened = stage.dispute(name, money, total, "open")
    return order_id, [paid, opened, ended, stage.refund(f"part-{name}", money, 1_000, fails=True)]


def _end(order_id: int) -> object:
    db.session.rollback()
    attempt = (
        db.session.scalars(select(PaymentAttempt).where(PaymentAttempt.order_id == order_id)).unique().one()
    )
    shares = select(PaymentSplit).where(PaymentSplit.attempt_id == attempt.id).order_by(PaymentSplit.id)
    splits = db.session.scalars(shares.execution_options(populate_existing=True)).unique().all()
    refunds = select(Refund).where(Refund.split_id.in_([one.id for one in splits])).order_by(Refund.split_id)
    claws = select(Clawback).where(Clawback.attempt_id == attempt.id).order_by(Clawback.kind, Clawback.id)
    orders = select(SellerOrder.contested_at.is_(None)).where(SellerOrder.order_id == order_id)
    return (
        attempt.status,
        [(one.paid, one.owed, one.refunded) for one in splits],
        [(one.amount, one.status, one.reason) for one in db.session.scalars(refunds).unique()],
        [(one.kind, one.standing, one.taken, one.unclear) for one in db.session.scalars(claws)],
        list(db.session.scalars(orders)),
    )
