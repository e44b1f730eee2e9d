"""What a provider takes back in a test: its own words about refunds and disputes, and the simulator's.

Call everything inside an application context, outside a transaction.
"""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, worker
from marketplace.payments import receiving
from marketplace.payments.clawback_models import Clawback
from marketplace.payments.models import PaymentAttempt, PaymentSplit
from marketplace.payments.provider import Movement, ProviderReport, Standing, TakenBack
from marketplace.payments.simulator import money_back
from tests import cast, factories
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import LATER, Sale

SLOW = ("indeks", "angka")
FEE = 2_500


def agree(at: datetime = LATER) -> None:
    """Everything is handed on, and all proofs but the slow ones hold."""
    worker.drain(at=at)
    db.session.rollback()
    told = [words for name, _claim, prove in proofs.PROOFS if name not in SLOW for words in prove()]
    assert told == [], told


def refund(name: str, money: str, amount: int, *, fails: bool = False, ours: str = "") -> ProviderReport:
    """The provider says that it sent money back, or that this has failed."""
    moves = (Movement("out", amount, 0, LATER), Movement("back", -amount, 0, LATER))
    standing: Standing = "over" if fails else "final"
    told = TakenBack(name, "refund", standing, amount, "IDR", LATER, moves[: 1 + fails], ours=ours)
    event = f"evt:{name}:{standing}"
    return ProviderReport(event, "refund", money, amount, "IDR", LATER, "{}", money, (told,))


def dispute(name: str, money: str, amount: int, standing: Standing) -> ProviderReport:
    """The provider says that a payment is disputed, or how that ended."""
    moves = (Movement("out", amount, FEE, LATER), Movement("back", -amount, 0, LATER))
    told = TakenBack(name, "dispute", standing, amount, "IDR", LATER, moves[: 2 if standing == "over" else 1])
    event = f"evt:{name}:{standing}"
    return ProviderReport(event, "dispute", money, amount, "IDR", LATER, "{}", money, (told,))


def money_of(sale: Sale) -> str:
    """What the provider calls the payment of a sale."""
    rows = select(PaymentAttempt).where(PaymentAttempt.order_id == sale.row.order_id)
    attempt = db.session.scalars(rows).unique().one()
    assert attempt.money is not None and attempt.money.startswith("pi_")
    return attempt.money


def page_of(sale: Sale) -> str:
    """What the provider calls the page that a sale was paid on."""
    rows = select(PaymentAttempt).where(PaymentAttempt.order_id == sale.row.order_id)
    reference = db.session.scalars(rows).unique().one().reference
    assert reference is not None
    return reference


def order_at_stripe(desk: CardDesk, sale: Sale, action: str, *, amount: int | None = None) -> list[str]:
    """Something happens at the simulated Stripe and every message of it is heard; what was heard."""
    stage = desk.stage
    stage.at = stage.wire.at = max(stage.at, LATER)
    hundredths = None if amount is None else amount * 100
    told = money_back.happen(
        stage.world, page_of(sale), action, amount=hundredths, fee=FEE * 100, at=stage.at
    )
    for event in told:
        stage.world.send_later(event, times=1, due_at=stage.at)
    return hear(desk)


def hear(desk: CardDesk) -> list[str]:
    """The messages that wait at the simulated Stripe are carried over; how each was taken."""
    stage = desk.stage
    stage.tick()
    verdicts: list[str] = []
    for body, headers in stage.heard:
        report = stage.gateway.read_webhook(body, headers, at=stage.at)
        verdicts.append(desk.take_in(report, at=stage.at) if report else "not used")
    stage.heard.clear()
    return verdicts


def the_clawback() -> Clawback:
    """The only one there is, as it is now."""
    db.session.rollback()
    return db.session.scalars(select(Clawback).execution_options(populate_existing=True)).one()


def taken_sum(*, at: datetime) -> int:
    """A card order that counts as paid, of which Rp5.000 were refunded in the dashboard; its clawback."""
    order = factories.order({cast.CHIPS: 1}, pay="stripe", at=at).order
    order_id, amount, child = order.id, order.total, order.children[0].id
    with transaction():
        db.session.add(
            PaymentAttempt(
                key="dm-ditarik",
                order_id=order_id,
                provider="stripe",
                reference="cs_ditarik",
                status="pending",
                amount=amount,
                created_at=at,
                splits=[PaymentSplit(seller_order_id=child, asked=amount)],
            )
        )
    paid = ProviderReport("evt_ditarik", "paid", "cs_ditarik", amount, "IDR", at, "{}", "pi_ditarik")
    for report in (paid, refund("re_ditarik", "pi_ditarik", 5_000)):
        with transaction():
            receiving.receive(report, provider="stripe", at=at)
    return the_clawback().id
