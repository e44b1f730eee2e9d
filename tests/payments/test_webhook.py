"""What a provider is answered: "taken" only for a message that is stored, with all that it brings about."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.payments.models import PaymentAttempt, ProviderEvent
from marketplace.payments.simulator.delivery import signature
from tests import cast, factories
from tests.payments.cards import CardDesk
from tests.payments.stripe_stage import WEBHOOK_SECRET


@contextmanager
def _no_payment_is_booked(engine_name: str) -> Iterator[None]:
    """Some rule of the database stands in the way of every payment."""
    sqlite = engine_name == "sqlite"
    words = (
        "CREATE TRIGGER uji BEFORE INSERT ON ledger_posting BEGIN SELECT RAISE(ABORT, 'uji'); END",
        "DROP TRIGGER uji",
    )
    if not sqlite:
        rule = "ALTER TABLE ledger_posting"
        words = f"{rule} ADD CONSTRAINT uji CHECK (false) NOT VALID", f"{rule} DROP CONSTRAINT uji"
    db.session.execute(text(words[0]))
    db.session.commit()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.execute(text(words[1]))
        db.session.commit()


def test_a_message_that_the_database_refuses_is_not_called_taken_and_counts_when_it_comes_again(
    app: Flask, client: FlaskClient, config: Config, engine_name: str
) -> None:
    with app.app_context():
        desk, at = CardDesk(config.data_dir), now()
        page = desk.open(factories.order({cast.CHIPS: 2}, pay="stripe", at=at).order.id, at=at)
        event = desk.stage.world.pay(page, at=at)
        sent = {
            "data": event.payload,
            "headers": {"Stripe-Signature": signature(event.payload, WEBHOOK_SECRET, at)},
        }
        with _no_payment_is_booked(engine_name):
            assert client.post("/webhook/stripe", **sent).status_code == 500
            assert db.session.scalar(select(ProviderEvent.id)) is None
        answers = [client.post("/webhook/stripe", **sent) for _time in range(2)]
        assert [(answer.status_code, answer.text) for answer in answers] == [(200, "applied"), (200, "seen")]
        assert list(db.session.scalars(select(PaymentAttempt.status))) == ["paid"]
