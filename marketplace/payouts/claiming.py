"""Decides what can be paid out to whom now, and why not: what is owed and old enough, less what they owe.

Every line on a payable account is claimable once, but those that payouts wrote themselves. A line that adds
to what is owed waits `hold_days` after it happened, so that a buyer can still complain, and as long as the
money of its seller order is disputed; one that takes away counts at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select

from marketplace.config import settings
from marketplace.extensions import db
from marketplace.ledger.models import Entry, Posting
from marketplace.orders.models import SellerOrder
from marketplace.payouts.models import Payout, PayoutItem
from marketplace.payouts.payees import SHOPS, VILLAGES, Payee, payee_of
from marketplace.regions.models import Region
from marketplace.sellers.models import MoneyAccount, Shop
from marketplace.sellers.money_accounts import BANK

PAID, REJECTED, CONFIRMED = "payout", "payout-rejected", "payout-confirmed"
OWN_KINDS = (PAID, REJECTED)
SALE = "sale"


@dataclass(frozen=True)
class Rules:
    """The least that is transferred (rupiah), and how many days a sale waits."""

    minimum: int
    hold_days: int

    @classmethod
    def in_force(cls) -> "Rules":
        """The rules of this installation."""
        return cls(settings().payout_minimum, settings().payout_hold_days)

    def mature(self, at: datetime) -> datetime:
        """Sales of this moment and before may be paid out at `at`."""
        return at - timedelta(days=self.hold_days)


@dataclass(frozen=True)
class Standing:
    """How a payee stands, in rupiah: `gross` can be claimed, `set_off` of it pays a debt, `held` still waits.

    `contested` of what waits does so because a buyer's bank or a provider disputes the payment.
    `account` is the bank account in use, `entries` the lines behind `gross`. `obstacle` says why nothing can
    be paid out now: `account` (there is none), `minimum`, or nothing.
    """

    payee: Payee
    name: str
    gross: int
    set_off: int
    held: int
    entries: tuple[int, ...]
    account: MoneyAccount | None
    obstacle: str
    contested: int = 0

    @property
    def net(self) -> int:
        """What would be transferred."""
        return self.gross - self.set_off


class Line(NamedTuple):
    """A line on a payable account: rupiah above zero are owed to the payee."""

    entry_id: int
    amount: int
    happened_at: datetime
    contested: bool = False


def standings(rules: Rules, *, at: datetime, of: Iterable[Payee] | None = None) -> list[Standing]:
    """Everybody who has lines that no payout has claimed, in the order in which they are locked."""
    open_lines = _open_lines(None if of is None else [payee.payable for payee in of], at)
    found: dict[Payee, list[Line]] = {}
    for entry_id, account, amount, happened_at, contested in db.session.execute(open_lines):
        line = Line(entry_id, -int(amount), happened_at, bool(contested))
        found.setdefault(payee_of(account), []).append(line)
    debts, banks, names = _debts(found), _accounts(found), _names(found)
    return [
        _standing(
            payee,
            lines,
            rules,
            at=at,
            debt=debts.get(payee.receivable, 0),
            account=banks.get(payee),
            name=names[payee],
        )
        for payee, lines in sorted(found.items())
    ]


def account_in_use(payout: Payout) -> MoneyAccount | None:
    """The bank account that the payee of a payout uses now."""
    return _accounts([payout.payee]).get(payout.payee)


def _open_lines(payables: list[str] | None, at: datetime) -> Select[*tuple[Any, ...]]:
    claimed = select(PayoutItem.id).where(PayoutItem.entry_id == Entry.id, PayoutItem.released_at.is_(None))
    whose = (
        or_(Entry.account.startswith(SHOPS), Entry.account.startswith(VILLAGES))
        if payables is None
        else Entry.account.in_(payables)
    )
    return (
        select(
            *(Entry.id, Entry.account, Entry.amount, Posting.happened_at),
            SellerOrder.contested_at.is_not(None),
        )
        .join(Posting, Posting.id == Entry.posting_id)
        .outerjoin(SellerOrder, and_(Posting.kind == SALE, SellerOrder.number == Posting.reference))
        .where(whose, Posting.happened_at <= at, Posting.kind.not_in(OWN_KINDS), ~claimed.exists())
        .order_by(Entry.id)
    )


def _standing(
    payee: Payee,
    lines: list[Line],
    rules: Rules,
    *,
    at: datetime,
    debt: int,
    account: MoneyAccount | None,
    name: str,
) -> Standing:
    ready = [
        line
        for line in lines
        if line.amount < 0 or (line.happened_at <= rules.mature(at) and not line.contested)
    ]
    gross = sum(line.amount for line in ready)
    held = sum(line.amount for line in lines) - gross
    contested = sum(line.amount for line in lines if line.contested and line.amount > 0)
    set_off = max(0, min(gross, debt))
    # The minimum is about the transfer, since that is what the bank charges for.
    enough = gross - set_off >= max(1, rules.minimum)
    obstacle = "minimum" if not enough else "account" if account is None else ""
    entries = tuple(line.entry_id for line in ready)
    return Standing(payee, name, gross, set_off, held, entries, account, obstacle, contested)


def _debts(payees: Iterable[Payee]) -> dict[str, int]:
    rows = select(Entry.account, func.sum(Entry.amount)).where(
        Entry.account.in_([payee.receivable for payee in payees])
    )
    return {account: int(total) for account, total in db.session.execute(rows.group_by(Entry.account))}


def _accounts(payees: Iterable[Payee]) -> dict[Payee, MoneyAccount]:
    """The bank accounts in use: a shop's own only. What a counter gets is the counter's."""
    shops, villages = _keys(payees)
    whose = or_(MoneyAccount.shop_id.in_(shops), MoneyAccount.village_code.in_(villages))
    rows = select(MoneyAccount).where(and_(whose, MoneyAccount.kind == BANK, MoneyAccount.ended_at.is_(None)))
    return {
        Payee(shop_id=account.shop_id or 0, village_code=account.village_code or ""): account
        for account in db.session.scalars(rows)
    }


def _names(payees: Iterable[Payee]) -> dict[Payee, str]:
    shops, villages = _keys(payees)
    named = {
        Payee(shop_id=number): name
        for number, name in db.session.execute(select(Shop.id, Shop.name).where(Shop.id.in_(shops)))
    }
    rows = select(Region.code, Region.name).where(Region.code.in_(villages))
    return named | {Payee(village_code=code): name for code, name in db.session.execute(rows)}


def _keys(payees: Iterable[Payee]) -> tuple[list[int], list[str]]:
    everybody = list(payees)
    shops = [payee.shop_id for payee in everybody if payee.shop_id]
    return shops, [payee.village_code for payee in everybody if payee.village_code]
