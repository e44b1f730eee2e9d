"""Money of a test that does not fit: another sum by card or by transfer, and who settles it.

Call everything inside an application context, outside a transaction.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.orders.models import SellerOrder
from marketplace.payments import confirming, parked
from marketplace.payments.models import BY_BANK, PaymentAttempt, ProviderEvent
from marketplace.sellers import money_accounts
from tests import cast, direct, factories
from tests.payments.cards import CardDesk

SOON = timedelta(minutes=5)


def by_card(desk: CardDesk, *, beyond: int, at: datetime) -> int:
    """A card order for which `beyond` rupiah too much (or, below zero, too little) came: id of the event."""
    order = factories.order({cast.CRACKERS: 1}, pay="stripe", at=at).order
    total = order.total
    page = desk.open(order.id, at=at)
    desk.pay(page, at=at + SOON, amount=(total + beyond) * 100)
    assert desk.hear(page, at=at + SOON) == "parked"
    return newest()


def by_transfer(*, beyond: int, at: datetime) -> int:
    """The same straight to the seller, as the operator saw it."""
    if not money_accounts.accounts_of([factories.shop(cast.HER_SHOP)], money_accounts.BANK):
        direct.bank_accounts(cast.HER_SHOP)
    child = factories.order({cast.CHIPS: 1}, pay="transfer", at=at).order.children[0]
    attempt = direct.attempt_of(child)
    attempt_id, amount = attempt.id, attempt.amount
    with transaction():
        said = confirming.accept(attempt_id, amount=amount + beyond, by=operator(), at=at + SOON)
    assert said == "parked"
    return newest()


def parked_sum(*, at: datetime) -> int:
    """One that waits: id of its event."""
    return by_transfer(beyond=-23, at=at)


def settled_by_hand(desk: CardDesk, *, at: datetime) -> dict[str, str]:
    """One sum too large that counts, the rest sent back by the bank; one that all went back that way."""
    finance = factories.person(cast.FINANCE).id
    later = at + 2 * SOON
    counted, returned = by_card(desk, beyond=1_500, at=at), by_card(desk, beyond=-1_000, at=at)
    with transaction():
        parked.count(counted, order_number="", reference="RK-7", note="Lebih", by=finance, at=later)
    with transaction():
        parked.give_back(returned, way=BY_BANK, reference="RK-8", note="", by=finance, at=later)
    return {"parked_counted": str(counted), "parked_returned": str(returned)}


def newest() -> int:
    """The id of the newest event."""
    found = db.session.scalars(select(ProviderEvent.id).order_by(ProviderEvent.id.desc())).first()
    assert found is not None
    return found


def operator() -> int:
    """The id of who sits at the counter."""
    return factories.person(cast.OPERATOR).id


def attempt(event_id: int) -> PaymentAttempt:
    """The attempt that an event speaks of, as it is now."""
    db.session.expire_all()
    found = parked.attempt_of(db.session.get_one(ProviderEvent, event_id))
    assert found is not None
    return found


def child(event_id: int) -> SellerOrder:
    """The only seller order that the attempt of an event pays for, as it is now."""
    return attempt(event_id).splits[0].seller_order
