"""Money for payouts: sales, refunds and debts as the ledger holds them, bank accounts, and who pays out.

Call everything inside an application context, outside a transaction.
"""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.models import Entry
from marketplace.ledger.posting import post
from marketplace.payouts import approving, claiming, collecting, sending
from marketplace.payouts.claiming import Rules, Standing
from marketplace.payouts.models import Payout, PayoutBatch, PayoutItem
from marketplace.payouts.payees import Payee
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount
from tests import cast, factories
from tests.factories import AT

RULES = Rules(minimum=50_000, hold_days=3)
LATER = AT + timedelta(days=4)
DAY = timedelta(days=1)
_numbers = count(1)


def shop(slug: str = cast.HER_SHOP) -> Payee:
    """A shop of the cast as a payee."""
    return Payee(shop_id=factories.shop(slug).id)


def village(code: str = cast.HANURA) -> Payee:
    """A village as a payee."""
    return Payee(village_code=code)


def bank(payee: Payee, number: str = "0012345678", *, holder: str = "SARI", at: datetime = AT) -> None:
    """From now on the payee's money goes to this account."""
    with transaction():
        account = MoneyAccount(
            kind=money_accounts.BANK,
            bank="BRI",
            number=number,
            holder=holder,
            added_by=factories.person(cast.SELLER).id,
        )
        if payee.shop_id:
            slug = next(slug for slug in cast.SHOPS if factories.shop(slug).id == payee.shop_id)
            money_accounts.use_for_shop(factories.shop(slug), account, at=at)
        else:
            money_accounts.use_for_village(payee.village_code, account, at=at)


def sold(payee: Payee, amount: int, *, at: datetime = AT, fee: int = 0) -> str:
    """A completed sale that DesaMart holds the money of: `amount` is owed to the payee. Its number."""
    number = f"DM-261110-UJI{next(_numbers):03d}-1"
    lines = [(accounts.ESCROW, amount + fee), (payee.payable, -amount), (accounts.FEES, -fee)]
    _book("sale", number, lines, at)
    return number


def given_back(payee: Payee, amount: int, *, at: datetime = AT, owing: int = 0) -> None:
    """A refund after the sale: `amount` less is owed to the payee, who owes `owing` more."""
    lines = [
        (payee.payable, amount),
        (payee.receivable, owing),
        (accounts.BUYER_REFUNDS, -amount - owing),
    ]
    _book("refund-owed", f"DM-261110-UJI{next(_numbers):03d}-1:1:return", lines, at)


def sold_for_cash(payee: Payee, fee: int, *, at: datetime = AT) -> None:
    """A sale whose money the payee has: the fee is owed."""
    lines = [(payee.receivable, fee), (accounts.FEES, -fee)]
    _book("sale", f"DM-261110-UJI{next(_numbers):03d}-1", lines, at)


def _book(kind: str, reference: str, lines: list[tuple[str, int]], at: datetime) -> None:
    with transaction():
        post(kind, reference, lines, happened_at=at, at=at)


def collect(
    *, at: datetime = LATER, by: str | None = cast.FINANCE, rules: Rules = RULES
) -> PayoutBatch | None:
    """Collect a batch in a transaction of its own."""
    person = factories.person(by) if by else None
    with transaction():
        return collecting.collect(rules, by=person, at=at)


def collected(*, at: datetime = LATER, by: str | None = cast.FINANCE) -> list[str]:
    """Collect; the numbers of the payouts."""
    batch = collect(at=at, by=by)
    return [payout.number for payout in batch.payouts] if batch else []


def approve(number: str, *, by: str = cast.ADMIN, at: datetime = LATER) -> None:
    """Approve the batch of this number, or of this payout."""
    person = factories.person(by)
    with transaction():
        approving.approve(number[:14], by=person, at=at)


def reject(number: str, *, by: str = cast.ADMIN, at: datetime = LATER) -> None:
    """Take a draft back."""
    person = factories.person(by)
    with transaction():
        approving.reject(number, by=person, at=at, reason="Salah hitung")


def send(number: str, *, by: str = cast.FINANCE, at: datetime = LATER) -> None:
    """Tell the bank."""
    person = factories.person(by)
    with transaction():
        sending.send(number, by=person, at=at)


def confirm(number: str, *, by: str = cast.FINANCE, at: datetime = LATER, reference: str = "BRI-77") -> None:
    """The bank has paid."""
    person = factories.person(by)
    with transaction():
        sending.confirm(number, by=person, at=at, reference=reference)


def fail(number: str, *, by: str = cast.FINANCE, at: datetime = LATER) -> None:
    """The bank has not paid."""
    person = factories.person(by)
    with transaction():
        sending.fail(number, by=person, at=at, reason="Rekening ditutup")


def send_again(number: str, *, by: str = cast.FINANCE, at: datetime = LATER) -> None:
    """Tell the bank once more, with the account in use."""
    person = factories.person(by)
    account = claiming.account_in_use(payout(number))
    with transaction():
        sending.send_again(number, to=account.id if account else 0, by=person, at=at)


def paid_out(*, at: datetime = LATER) -> list[str]:
    """Collect, approve, send and confirm everything that can be paid out."""
    numbers = collected(at=at)
    approve(numbers[0], at=at)
    for number in numbers:
        send(number, at=at)
        confirm(number, at=at)
    return numbers


def payout(number: str) -> Payout:
    """A payout by its number, as it stands."""
    return db.session.scalars(select(Payout).where(Payout.number == number)).unique().one()


def standing_payouts() -> list[Payout]:
    """All payouts, the oldest first."""
    return list(db.session.scalars(select(Payout).order_by(Payout.id)).unique())


def standing(payee: Payee, *, at: datetime = LATER, rules: Rules = RULES) -> Standing:
    """How a payee stands."""
    [found] = claiming.standings(rules, at=at, of=[payee])
    return found


def claimed() -> int:
    """How many lines are claimed now."""
    return db.session.scalar(select(func.count()).where(PayoutItem.released_at.is_(None))) or 0


def balance(account: str) -> int:
    """Debit positive, in rupiah."""
    return int(db.session.scalar(select(func.sum(Entry.amount)).where(Entry.account == account)) or 0)
