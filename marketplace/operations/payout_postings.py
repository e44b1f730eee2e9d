"""Decides what the ledger should hold about payouts and settlements, told by their own rows."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import String, case, cast, literal, select

from marketplace.ledger import accounts
from marketplace.operations.comparing import Rows
from marketplace.payouts import claiming, settling
from marketplace.payouts.models import Payout, PayoutBatch, Settlement
from marketplace.payouts.states import Status

Line = Callable[[Any, str, Any, Any, Any], Rows]


def rows(line: Line) -> list[Rows]:
    """Every line that should be booked; `line` puts moment, kind, reference, account, amount into columns."""
    return [*_collected(line), *_rejected(line), *_confirmed(line), *_settled(line)]


def payable() -> Any:
    """The account on which a payout's payee is owed."""
    return _account(accounts.payable(0), accounts.village_payable(""))


def _collected(line: Line) -> list[Rows]:
    def collected(account: Any, amount: Any) -> Rows:
        asked = line(PayoutBatch.created_at, claiming.PAID, Payout.number, account, amount)
        return asked.join_from(Payout, PayoutBatch)

    return [
        collected(payable(), Payout.gross),
        collected(_receivable(), -Payout.set_off),
        collected(accounts.PAYOUTS, -Payout.net),
    ]


def _rejected(line: Line) -> list[Rows]:
    def rejected(account: Any, amount: Any) -> Rows:
        asked = line(Payout.changed_at, claiming.REJECTED, Payout.number, account, amount)
        return asked.where(Payout.status == Status.REJECTED.value)

    return [
        rejected(payable(), -Payout.gross),
        rejected(_receivable(), Payout.set_off),
        rejected(accounts.PAYOUTS, Payout.net),
    ]


def _confirmed(line: Line) -> list[Rows]:
    def confirmed(account: Any, amount: Any) -> Rows:
        asked = line(Payout.changed_at, claiming.CONFIRMED, Payout.number, account, amount)
        return asked.where(Payout.status == Status.CONFIRMED.value)

    return [confirmed(accounts.PAYOUTS, Payout.net), confirmed(accounts.BANK, -Payout.net)]


def _settled(line: Line) -> list[Rows]:
    def settled(account: Any, amount: Any) -> Rows:
        return line(Settlement.arrived_at, settling.SETTLED, Settlement.reference, account, amount)

    return [
        settled(accounts.BANK, Settlement.amount - Settlement.fee),
        settled(accounts.PROVIDER_FEES, Settlement.fee),
        settled(literal(accounts.clearing("")) + Settlement.provider, -Settlement.amount),
    ]


def settled_from(provider: str) -> Rows:
    """What left a provider for the bank, in rupiah."""
    return select(Settlement.amount).where(Settlement.provider == provider)


def _receivable() -> Any:
    return _account(accounts.receivable(0), accounts.village_receivable(""))


def _account(of_shop: str, of_village: str) -> Any:
    shop = literal(of_shop.removesuffix("0")) + cast(Payout.shop_id, String)
    return case((Payout.shop_id.is_not(None), shop), else_=literal(of_village) + Payout.village_code)
