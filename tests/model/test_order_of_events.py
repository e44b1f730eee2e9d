"""The provider's messages, shuffled and repeated at will, always lead to the same end."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace import create_app
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.ledger.models import Entry, Posting
from marketplace.operations import proofs
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import PaymentAttempt, PaymentSplit, Refund
from marketplace.payments.provider import ProviderReport
from marketplace.subscriptions import SUBSCRIPTIONS
from tests import cast, factories
from tests.databases import Databases, let_go
from tests.factories import AT
from tests.payments.cards import CardDesk

LATER = AT + timedelta(minutes=20)


def _reports(reference: str, amount: int) -> list[ProviderReport]:
    """Everything a provider might say about one page, the true and the absurd."""

    def report(name: str, minutes: int, **changes: Any) -> ProviderReport:
        values: dict[str, Any] = {
            "event_id": f"{reference}:{name}",
            "kind": name.split(maxsplit=1)[0],
            "reference": reference,
            "amount": amount,
            "currency": "IDR",
            "happened_at": AT + timedelta(minutes=minutes),
            "raw": "{}",
        }
        return ProviderReport(**(values | changes))

    return [
        report("pending", 1),
        report("paid", 5),
        report("paid again", 5),
        report("expired", 9),
        report("expired before", 2),
        report("failed", 3),
        report("wrong", 4, kind="paid", amount=amount * 100),
        report("foreign", 4, kind="paid", currency="USD"),
    ]


def _end(sequence: Sequence[int], app: Flask, folder: Path) -> list[Any]:
    """A page is open; the messages about it come in; what stands at the end, without row ids."""
    with app.app_context():
        desk = CardDesk(folder)
        order = factories.order({cast.CHIPS: 2, cast.COFFEE: 1}, pay="stripe").order
        amount = order.total
        reports = _reports(desk.open(order.id, at=AT), amount)
        for which in sequence:
            desk.take_in(reports[which], at=LATER)
        while outbox.hand_on(SUBSCRIPTIONS, at=LATER):
            db.session.rollback()
        told = [sentence for name, _claim, prove in proofs.PROOFS if name != "indeks" for sentence in prove()]
        assert told == []
        return _standing()


def _standing() -> list[Any]:
    """Names of pages and orders are random, so only what they amount to is compared."""
    asked = [
        select(SellerOrder.position, SellerOrder.status, SellerOrder.paid_at.is_not(None)).order_by(
            "position"
        ),
        select(PaymentAttempt.status, PaymentAttempt.paid_at).order_by(PaymentAttempt.id),
        select(PaymentSplit.asked, PaymentSplit.paid).order_by(PaymentSplit.id),
        select(Refund.amount, Refund.reason, Refund.split_id).order_by(Refund.split_id),
        select(Entry.account, func.sum(Entry.amount)).group_by(Entry.account).order_by(Entry.account),
        select(Posting.kind, func.count()).group_by(Posting.kind).order_by(Posting.kind),
    ]
    found = [[tuple(row) for row in db.session.execute(rows)] for rows in asked]
    db.session.rollback()
    return found


def test_any_sequence_of_messages_about_one_page_ends_alike(
    databases: Databases, engine_name: str, tmp_path: Path
) -> None:
    whole = range(8)
    ends: dict[str, int] = {}
    runs = iter(range(10_000))

    @given(order=st.permutations(list(whole)), again=st.lists(st.sampled_from(whole), max_size=6))
    @settings(
        max_examples=12,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def shuffled(order: list[int], again: list[int]) -> None:
        folder = tmp_path / str(next(runs))
        with databases.fresh(folder) as config:
            app = create_app(config)
            try:
                end = str(_end([*order, *again], app, folder))
            finally:
                let_go(app)
        ends[end] = ends.get(end, 0) + 1
        assert len(ends) == 1, "\n".join(ends)

    shuffled()
    print(f"{engine_name}: {sum(ends.values())} sequences, {len(ends)} end")
