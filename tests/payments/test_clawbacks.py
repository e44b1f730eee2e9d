"""Money that a provider takes back by itself: booked, placed where that is no guess, otherwise left to a person."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.operations import proofs
from marketplace.payments import clawing, refunding
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.models import PaymentAttempt, Refund
from marketplace.payments.provider import Movement, ProviderReport, TakenBack
from tests import cast, factories
from tests.factories import AT
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, Sale, by_card, village_share

SLOW = ("indeks", "angka")


def agree() -> None:
    """All proofs but the slow ones hold."""
    db.session.rollback()
    told = [words for name, _claim, prove in proofs.PROOFS if name not in SLOW for words in prove()]
    assert told == []


def a_refund(name: str, money: str, amount: int, standing: str = "final") -> ProviderReport:
    moves = [Movement("out", amount, 0, LATER)]
    if standing == "over":
        moves.append(Movement("back", -amount, 0, LATER))
    told = TakenBack(name, "refund", standing, amount, "IDR", LATER, tuple(moves))
    return ProviderReport(
        f"evt:{name}:{standing}", "refund", money, amount, "IDR", LATER, "{}", money, (told,)
    )


def money_of(sale: Sale) -> str:
    attempt = db.session.scalars(select(PaymentAttempt)).unique().one()
    assert attempt.money and attempt.money.startswith("pi_")
    return attempt.money


def test_a_whole_refund_in_the_dashboard_is_booked_like_one_of_ours(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        village_share()
        desk = CardDesk(tmp_path)
        sale = by_card(desk, {cast.CHIPS: 2}).bring().complete()
        total = sale.row.total
        report = a_refund("re_1", money_of(sale), total)
        assert desk.take_in(report, at=LATER) == "applied"
        assert desk.take_in(report, at=LATER) == "seen"
        refund = db.session.scalars(select(Refund)).unique().one()
        assert (refund.amount, refund.status, refund.reason, refund.after_sale) == (
            total,
            "succeeded",
            "provider:1",
            True,
        )
        assert balance(accounts.UNCLEAR) == balance(accounts.BUYER_REFUNDS) == 0
        assert balance(accounts.clearing("stripe")) == 0
        assert refunding.send_due(at=LATER) == 0
        from marketplace.operations import worker

        worker.drain(at=LATER)
        agree()
