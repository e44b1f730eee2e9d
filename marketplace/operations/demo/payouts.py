"""Decides how the demo market pays out: an older batch that arrived, a new one that waits for approval."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import transaction
from marketplace.payouts import approving, claiming, collecting, sending, settling
from marketplace.payouts.claiming import Rules, Standing
from marketplace.payouts.models import PayoutBatch
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount, Shop

WEEK = timedelta(days=7)
BANKS = ("BRI", "Bank Lampung", "BNI", "Mandiri")
COLLECTOR, APPROVER = "keuangan@desamart.test", "admin@desamart.test"
# Of every seven shops one has not told its account yet, as it is in life.
WITHOUT = 7


def pay_out(at: datetime) -> None:
    """Accounts for most shops, money from the provider, a batch of last week and one of today."""
    _accounts(at - 2 * WEEK)
    _settle(at - WEEK - timedelta(days=1))
    arrived = _collect(at - WEEK)
    if arrived is not None:
        _confirm(arrived, at - WEEK)
    _collect(at)


def _person(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


def _accounts(at: datetime) -> None:
    finance = _person(COLLECTOR)
    with transaction():
        for standing in claiming.standings(Rules.in_force(), at=at + 2 * WEEK):
            if standing.account is None and standing.payee.shop_id % WITHOUT:
                _give(standing, finance, at)


def _give(standing: Standing, finance: User, at: datetime) -> None:
    payee, seed = standing.payee, standing.payee.shop_id or len(standing.name)
    account = MoneyAccount(
        kind=money_accounts.BANK,
        bank=BANKS[seed % len(BANKS)],
        number=f"00{seed * 7919:010d}",
        holder=standing.name.upper()[:80],
        added_by=finance.id,
    )
    if payee.shop_id:
        money_accounts.use_for_shop(db.session.get_one(Shop, payee.shop_id), account, at=at)
    else:
        money_accounts.use_for_village(payee.village_code, account, at=at)


def _settle(at: datetime) -> None:
    """Most of what lies at each provider has come to the bank, less 3 %."""
    finance = _person(COLLECTOR)
    with transaction():
        for provider, held in settling.lying_at_providers().items():
            amount = held * 9 // 10
            settling.settle(
                provider,
                amount=amount,
                fee=amount * 3 // 100,
                day=day_wib(at),
                reference=f"RK-{provider.upper()}-{day_wib(at):%y%m%d}",
                by=finance,
                at=at,
            )


def _collect(at: datetime) -> PayoutBatch | None:
    finance = _person(COLLECTOR)
    with transaction():
        return collecting.collect(Rules.in_force(), by=finance, at=at)


def _confirm(batch: PayoutBatch, at: datetime) -> None:
    finance, admin = _person(COLLECTOR), _person(APPROVER)
    numbers = [payout.number for payout in batch.payouts]
    number = batch.number
    with transaction():
        approving.approve(number, by=admin, at=at + timedelta(hours=2))
    with transaction():
        sending.send_all(number, by=finance, at=at + timedelta(hours=3))
    for place, one in enumerate(numbers, 1):
        with transaction():
            moment = at + timedelta(days=1, minutes=place)
            sending.confirm(one, by=finance, at=moment, reference=f"BRI{day_wib(moment):%y%m%d}{place:04d}")
