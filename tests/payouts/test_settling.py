"""Money that arrived in the bank leaves the provider: never more than lies there, each arrival once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Posting
from marketplace.ledger.posting import post
from marketplace.payouts import settling
from tests import cast, factories
from tests.factories import AT
from tests.payouts import stage

# In Jakarta it is the 11th already.
NIGHT = datetime(2026, 11, 10, 17, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        with transaction():
            lines = [(accounts.clearing("stripe"), 100_000), (accounts.ESCROW, -100_000)]
            post("payment", "dm-1", lines, happened_at=AT, at=AT)
        yield


def _settle(
    amount: int = 80_000, fee: int = 2_300, *, day: date = date(2026, 11, 11), reference: str = "RK 1"
) -> None:
    person = factories.person(cast.FINANCE)
    with transaction():
        settling.settle("stripe", amount=amount, fee=fee, day=day, reference=reference, by=person, at=NIGHT)


def test_what_arrived_is_in_the_bank_and_what_the_provider_kept_is_named() -> None:
    _settle()
    assert settling.lying_at_providers() == {"stripe": 20_000}
    assert stage.balance(accounts.BANK) == 77_700
    assert stage.balance(accounts.PROVIDER_FEES) == 2_300
    posting = db.session.query(Posting).filter_by(kind="settlement").one()
    assert posting.happened_at == datetime(2026, 11, 10, 17, 0, tzinfo=UTC)


def test_all_that_lies_there_can_arrive_without_any_fee() -> None:
    _settle(100_000, 0)
    assert settling.lying_at_providers() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 100_001}, "jumlah"),
        ({"amount": 0}, "jumlah"),
        ({"fee": 80_000}, "biaya"),
        ({"fee": -1}, "biaya"),
        ({"day": date(2026, 11, 12)}, "tanggal"),
        ({"day": date(1999, 1, 1)}, "tanggal"),
        ({"reference": "   "}, "referensi"),
        ({"reference": "x" * 61}, "referensi"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        _settle(**changes)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert stage.balance(accounts.BANK) == 0


def test_a_reference_is_booked_once_however_it_is_typed() -> None:
    _settle(10_000, 0, reference="RK 1")
    with pytest.raises(Invalid):
        _settle(10_000, 0, reference="  RK   1 ")
    _settle(10_000, 0, reference="RK 2")
    assert stage.balance(accounts.BANK) == 20_000


def test_what_is_booked_stays() -> None:
    _settle()
    for change in ("UPDATE settlement SET fee = 0", "DELETE FROM settlement"):
        with pytest.raises(DBAPIError), transaction() as session:
            session.execute(text(change))
