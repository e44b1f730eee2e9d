"""When nobody tells us, we ask; who does not answer is left alone, and holds up nobody else."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.operations import worker
from marketplace.payments import polling
from marketplace.payments.models import PaymentAttempt
from marketplace.payments.provider import ProviderUnavailable
from tests import cast, factories
from tests.notices.test_mail_beside import comes_true
from tests.payments.cards import CardDesk
from tests.payments.wallets import WalletDesk

AT = factories.AT
SOON = AT + timedelta(minutes=11)


def test_the_silence_of_one_provider_holds_up_no_other_question(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question to who is silent takes half a minute: of four, one is asked, the others wait a round."""
    with app.app_context():
        cards, wallets = CardDesk(config.data_dir), WalletDesk(config.data_dir)
        for _order in range(4):
            cards.open(factories.order({cast.CHIPS: 1}, pay="stripe").order.id, at=AT)
        page = wallets.open(factories.order({cast.COFFEE: 1}, pay="midtrans").order.id, at=AT)
        wallets.pay(page, at=AT)
        asked: list[str] = []

        def silent(reference: str, *, at: datetime) -> Any:
            asked.append(f"{reference} {at}")
            raise ProviderUnavailable("silence")

        monkeypatch.setattr(cards.stage.gateway, "status", silent)
        assert polling.ask_due(at=SOON) == 2 and len(asked) == 1
        paid = select(PaymentAttempt.provider).where(PaymentAttempt.status == "paid")
        assert list(db.session.scalars(paid)) == ["midtrans"]
        for minutes in (1, 2, 3):
            assert polling.ask_due(at=SOON + timedelta(minutes=minutes)) == 1
        assert len({who.partition(" ")[0] for who in asked}) == 4, "everybody's turn comes"


def test_a_silent_provider_holds_up_neither_deadlines_nor_what_is_handed_on(
    app: Flask, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {job.__name__ for job, _every in worker._jobs(app)}.isdisjoint({"send_refunds", "ask_provider"})
    monkeypatch.setattr(worker, "REFUNDS_EVERY", 0.05)
    monkeypatch.setattr(worker, "ASK_EVERY", 0.05)
    waiting, over = threading.Event(), threading.Event()
    with app.app_context():
        cards, at = CardDesk(config.data_dir), now() - timedelta(minutes=12)
        reference = cards.open(factories.order({cast.CHIPS: 1}, pay="stripe", at=at).order.id, at=at)
        cards.pay(reference, at=at)
        ask = cards.stage.gateway.status

        def slow(reference: str, *, at: datetime) -> Any:
            waiting.set()
            over.wait(60)
            return ask(reference, at=at)

        monkeypatch.setattr(cards.stage.gateway, "status", slow)
        with worker._talking(app):
            assert waiting.wait(60)
            factories.order({cast.COFFEE: 1}, at=now())
            assert worker.drain(at=now()) == 0
            over.set()
            paid = select(PaymentAttempt.id).where(PaymentAttempt.status == "paid")
            assert comes_true(lambda: db.session.scalar(paid) is not None)
