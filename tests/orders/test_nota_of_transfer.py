"""The nota of a transfer: its unique code is a line of its own, and goes back with the rest."""

from datetime import timedelta

from flask import Flask

from marketplace.extensions import db
from marketplace.kit.money import rupiah
from marketplace.kit.transaction import transaction
from marketplace.operations import nota_proofs, worker
from marketplace.orders import detours, steps
from marketplace.orders.models import Nota, SellerOrder
from marketplace.orders.notas.queries import papers_of
from marketplace.orders.notas.sheet import sheet_of
from marketplace.payments import confirming
from tests import cast, direct, factories
from tests.factories import AT

HOUR = timedelta(hours=1)


def packed() -> int:
    """An order of hers, paid by transfer and packed; its id."""
    direct.bank_accounts()
    child = factories.order({cast.CHIPS: 2}, pay="transfer").order.children[0]
    child_id, attempt, seller_id = child.id, direct.attempt_of(child), factories.person(cast.SELLER).id
    with transaction():
        confirming.accept(attempt.id, amount=attempt.amount, by=seller_id, at=AT + HOUR)
    for step in (steps.accept, steps.pack):
        with transaction():
            step(child_id, actor="seller:1", at=AT + 2 * HOUR)
    return child_id


def papers(child_id: int) -> list[Nota]:
    """The nota and its corrections."""
    found = papers_of(db.session.get_one(SellerOrder, child_id))
    return [found.nota, *found.corrections]


def test_the_code_stands_on_the_nota_and_adds_up(app: Flask) -> None:
    with app.test_request_context():
        child_id = packed()
        child = db.session.get_one(SellerOrder, child_id)
        (paper,) = papers(child_id)
        assert 1 <= paper.payment_code == child.payment_code
        assert paper.total == child.total == paper.goods + paper.delivery + paper.payment_code
        sheet = sheet_of(paper)
        assert ("Kode unik", rupiah(child.payment_code)) in sheet.sums
        assert any(
            "Transfer bank" in note and "Lunas pada 10 Nov 2026, 11.00 WIB" in note for note in sheet.notes
        )


def test_the_code_goes_back_with_the_order(app: Flask) -> None:
    with app.test_request_context():
        child_id = packed()
        with transaction():
            detours.call_off(child_id, actor="seller:1", at=AT + 3 * HOUR, reason="Rusak")
        assert worker.drain(at=AT + 3 * HOUR) == 0
        nota, back = papers(child_id)
        assert (back.payment_code, back.total) == (-nota.payment_code, -nota.total)
        assert nota_proofs.notas() == []
