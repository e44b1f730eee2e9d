"""Decides what the pages of the books show: the proofs as they stand, each day, what a person has to settle.

Figures are read within one state of the data; the page is written after it, in the session of the visitor.
"""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from marketplace.accounts.guards import administrator
from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now
from marketplace.kit.csv_files import Cell, csv_response
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page, page_number
from marketplace.operations import bookings, daybook, nightly, proofs, unsettled, wording
from marketplace.operations.bookings import Booking
from marketplace.operations.comparing import one_state
from marketplace.operations.daybook import Day
from marketplace.orders.models import Order
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import PaymentAttempt, Refund

DAYS = 30
POSTINGS = 50
MOST_DIFFERENCES = 10
CSV_HEAD = (
    *("hari", *(f"masuk_{provider}" for provider in HOLDING)),
    *(f"buku_masuk_{provider}" for provider in HOLDING),
    *("pesanan_selesai", "penjualan", "biaya", "buku_biaya", "wajib_kembali", "buku_wajib_kembali"),
    *("masuk_bank", "buku_masuk_bank", "dicairkan", "buku_dicairkan"),
    *("tunai_di_penjual", "catatan", "selisih", "cocok"),
)

blueprint = Blueprint("admin", __name__)
for name in (
    *("proof_title", "proof_claim", "kind", "provider", "attempt", "refund", "refund_reason"),
    *("refund_way", "decision"),
    *("seller_order", "account", "parked", "day", "moment"),
):
    blueprint.add_app_template_filter(getattr(wording, name), f"book_{name}")
blueprint.add_app_template_global(wording.sum_of, "book_sum")
blueprint.add_app_template_global(wording.clawback, "book_clawback")


@blueprint.get("/admin")
@administrator
def home() -> ResponseReturnValue:
    """The books are all there is so far."""
    return redirect("/admin/pembukuan", 303)


@blueprint.get("/admin/pembukuan")
@administrator
def books() -> ResponseReturnValue:
    """Proofs, days and open matters on one state of the data; nothing is handed on or changed by looking."""
    at = now()
    today, wanted = day_wib(at), page_number(request.args.get("halaman"))
    with one_state():
        if request.args.get("format") == "csv":
            return _csv(_days(today, wanted).rows)
        shown = {
            "result": proofs.check(at=at),
            "paging": _days(today, wanted),
            "parked": unsettled.parked_events(),
            "taken": unsettled.waiting_clawbacks(),
            "owed": unsettled.owed_refunds(),
            "night": nightly.latest(),
        }
    return render_template(
        "operations/books.html", **shown, most=MOST_DIFFERENCES, providers=HOLDING, today=today
    )


@blueprint.get("/admin/pembukuan/<hari>")
@administrator
def book_day(hari: str) -> ResponseReturnValue:
    """One day: its sums told twice, what does not agree, and every posting."""
    today = day_wib(now())
    day = _wanted(hari, today)
    with one_state():
        (summary,) = daybook.days(day, 1)
        unequal, unbalanced = daybook.differences(day), daybook.unbalanced(day)
        named = [*((item.kind, item.reference) for item in unequal), *(item[:2] for item in unbalanced)]
        orders = bookings.orders_of(named)
        paging = _postings(day, page_number(request.args.get("halaman")))
    return render_template(
        "operations/book_day.html",
        summary=summary,
        unequal=unequal,
        unbalanced=unbalanced,
        orders=orders,
        paging=paging,
        before=day - daybook.ONE_DAY if day > daybook.EARLIEST else None,
        after=day + daybook.ONE_DAY if day < today else None,
    )


@blueprint.get("/admin/pembukuan/pesanan/<number>")
@administrator
def book_order(number: str) -> ResponseReturnValue:
    """The money of one order, without its buyer: parts, payments, refunds, postings."""
    with one_state():
        order = db.session.scalar(select(Order).where(Order.number == number))
        if order is None:
            raise NotFound
        tries = select(PaymentAttempt).where(PaymentAttempt.order_id == order.id).order_by(PaymentAttempt.id)
        attempts = db.session.scalars(tries).unique().all()
        shares = [split.id for attempt in attempts for split in attempt.splits]
        back = select(Refund).where(Refund.split_id.in_(shares)).order_by(Refund.id)
        refunds = db.session.scalars(back).unique().all()
        booked = bookings.of_order(
            [attempt.key for attempt in attempts], [child.number for child in order.children]
        )
    return render_template(
        "operations/book_order.html", order=order, attempts=attempts, refunds=refunds, postings=booked
    )


def _days(today: date, page: int) -> Page[Day]:
    """Thirty days, counted back from today; a page beyond the first day is the last page."""
    total = (today - daybook.first_day(today)).days + 1
    number = min(page, -(-total // DAYS))
    newest = today - daybook.ONE_DAY * DAYS * (number - 1)
    return Page(daybook.days(newest, min(DAYS, total - DAYS * (number - 1))), number, DAYS, total)


def _postings(day: date, page: int) -> Page[Booking]:
    """The postings of a day; a page beyond the last one is the last page."""
    count = bookings.count_of_day(day)
    number = min(page, max(1, -(-count // POSTINGS)))
    rows = bookings.of_day(day, limit=POSTINGS, offset=(number - 1) * POSTINGS)
    return Page(rows, number, POSTINGS, count)


def _wanted(text: str, today: date) -> date:
    """The day an address names, written as `2026-11-22`.

    Raises:
        NotFound: no such day, or one that has not come.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if day.isoformat() != text or not daybook.EARLIEST <= day <= today:
        raise NotFound
    return day


def _csv(days: Sequence[Day]) -> ResponseReturnValue:
    name = f"desamart-pembukuan-{days[-1].day}-{days[0].day}"
    return csv_response(name, CSV_HEAD, [_csv_row(day) for day in days])


def _csv_row(day: Day) -> list[Cell]:
    told, booked = day.told, day.booked
    cells: list[Cell] = [day.day.isoformat(), *told.came_in.values(), *booked.came_in.values()]
    cells += [day.sales, day.sold, told.fees, booked.fees, told.owed_back, booked.owed_back]
    cells += [told.to_bank, booked.to_bank, told.paid_out, booked.paid_out, day.cash]
    return [*cells, day.postings, day.differences, "ya" if day.agrees else "tidak"]
