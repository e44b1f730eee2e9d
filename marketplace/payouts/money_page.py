"""Decides what the pages of money show, for a shop and for a village's counter alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.clock import day_wib
from marketplace.kit.csv_files import Cell
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page, page_number
from marketplace.ledger.queries import balance
from marketplace.payouts import claiming, statement, wording
from marketplace.payouts.claiming import Rules, Standing
from marketplace.payouts.models import Payout
from marketplace.payouts.payees import Payee
from marketplace.payouts.statement import CATEGORIES, Line, Span, Totals
from marketplace.payouts.states import ON_THE_WAY

CSV_HEAD = (
    *("waktu_wib", "catatan", "nomor", "penjualan", "biaya", "biaya_penjualan_tunai", "bagian_desa"),
    *("pengembalian", "pencairan", "lainnya", "jumlah", "saldo"),
)


@dataclass(frozen=True)
class MoneyNow:
    """How a payee's money stands now, in rupiah.

    `owed` is not paid out yet, `owing` their debt, `held` waits for its days, `on_the_way` is in payouts that
    have not arrived; `next` says what the next payout would be and what stands in its way.
    """

    owed: int
    owing: int
    on_the_way: int
    next: Standing | None
    rules: Rules

    @property
    def held(self) -> int:
        """What waits for its days, or for the end of a dispute."""
        return self.next.held if self.next else 0

    @property
    def contested(self) -> int:
        """What of it waits for the end of a dispute."""
        return self.next.contested if self.next else 0


def money_now(payee: Payee, *, at: datetime) -> MoneyNow:
    """How a payee's money stands."""
    rules = Rules.in_force()
    whose = Payout.shop_id == payee.shop_id if payee.shop_id else Payout.village_code == payee.village_code
    waiting = select(func.sum(Payout.net)).where(whose, Payout.status.in_([s.value for s in ON_THE_WAY]))
    found = claiming.standings(rules, at=at, of=[payee])
    return MoneyNow(
        owed=-balance(payee.payable),
        owing=balance(payee.receivable),
        on_the_way=int(db.session.scalar(waiting) or 0),
        next=found[0] if found else None,
        rules=rules,
    )


@dataclass(frozen=True)
class MoneyPage:
    """Everything one page of money shows."""

    now: MoneyNow
    span: Span
    months: list[str]
    totals: Totals
    page: Page[Line]


def read(payee: Payee, *, at: datetime) -> MoneyPage:
    """What the request asks for: the month (`bulan`) and the page (`halaman`) of it.

    Raises:
        NotFound: no such month.
    """
    span = asked_span()

    def address(number: int) -> str:
        return f"{request.path}?bulan={span.month}&halaman={number}"

    found = statement.page_of(payee, span, page_number(request.args.get("halaman")))
    page = Page(found.rows, found.page, found.per_page, found.total, address)
    months = statement.months(payee, day_wib(at))
    return MoneyPage(money_now(payee, at=at), span, months, statement.totals(payee, span), page)


def asked_span() -> Span:
    """The month in the address; all of time without one.

    Raises:
        NotFound: it is written as no month.
    """
    month = request.args.get("bulan", "")
    try:
        Span(month).bounds()
    except (ValueError, OverflowError):
        raise NotFound from None
    if month and len(month) != len("2026-11"):
        raise NotFound
    return Span(month)


def csv_rows(payee: Payee, span: Span) -> Iterator[list[Cell]]:
    """One row per line, the oldest first; the parts add up to `jumlah`."""
    for line in statement.all_lines(payee, span):
        parts: list[Cell] = [line.parts.get(category, 0) for category in CATEGORIES]
        head: list[Cell] = [wording.moment(line.happened_at), wording.line_title(line)]
        yield [*head, line.order_number or line.reference, *parts, line.amount, line.balance]


def file_name(owner: str, span: Span) -> str:
    """What a downloaded statement is called."""
    return f"saldo-{owner}-{span.month or 'semua'}"
