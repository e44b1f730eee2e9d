"""What happened in the history to orders that were paid straight to their sellers."""

from datetime import timedelta

from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.payments import confirming, proving
from tests import cast, direct, factories
from tests.factories import AT

HOUR = timedelta(hours=1)


def paid_directly() -> dict[str, str]:
    """By transfer: one paid and open, one with a refused and a waiting proof. By QRIS: one completed."""
    direct.bank_accounts(cast.HER_SHOP)
    direct.qris_accounts()
    sold = _placed("qris")
    completed, sold_id = sold.number, sold.id
    _confirm(sold)
    factories.complete(direct.again(sold_id), at=AT + HOUR)
    taken = _placed("transfer")
    opened = taken.number
    _confirm(taken)
    waiting = _placed("transfer")
    attempt_id = direct.attempt_of(waiting).id
    with transaction():
        proving.send(attempt_id, "a" * 32, at=AT + HOUR)
        confirming.refuse(attempt_id, reason="Belum masuk", by=_operator(), at=AT + HOUR)
        proving.send(attempt_id, "b" * 32, at=AT + HOUR)
    return {
        "direct_completed": completed,
        "direct_open": opened,
        "direct_waiting": waiting.number,
    }


def _placed(pay: str) -> SellerOrder:
    return factories.order({cast.CHIPS: 1}, pay=pay).order.children[0]


def _confirm(child: SellerOrder) -> None:
    attempt = direct.attempt_of(child)
    attempt_id, amount = attempt.id, attempt.amount
    with transaction():
        assert confirming.accept(attempt_id, amount=amount, by=_operator(), at=AT + HOUR) == "applied"


def _operator() -> int:
    return factories.person(cast.OPERATOR).id
