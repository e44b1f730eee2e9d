"""A refund after the sale is a negative fact on its own day; one before makes the sale itself smaller.

Golden numbers, made by hand. Days and months are those of Asia/Jakarta: WIB is UTC+7.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.indicators import proofs, rebuilding
from marketplace.indicators.beneath import opening
from marketplace.indicators.beneath.sales import LINES
from marketplace.indicators.beneath.shape import Question
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import Period
from marketplace.indicators.queries import figures
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.outbox import OutboxEvent
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests import cast
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import TWO_KINDS, Sale, by_card, in_cash

SOLD = datetime(2026, 10, 20, 3, tzinfo=UTC)
OCTOBER, NOVEMBER = "2026-10", "2026-11"


@pytest.fixture
def desk(app: Flask, config: Config) -> Iterator[CardDesk]:
    """The till of a market. Whatever a test did, facts made from zero are those that stand."""
    with app.app_context():
        yield CardDesk(config.data_dir)
        assert proofs.differences() == []
        before = facts()
        with transaction():
            rebuilding.rebuild(at=SOLD)
        assert facts() == before


def facts() -> list[dict[str, object]]:
    """All facts, column by column."""
    rows = db.session.execute(select(SaleFact.__table__).order_by(SaleFact.source))
    return [dict(row._mapping) for row in rows]


def told() -> list[tuple[object, ...]]:
    """Day, quantity, grams and rupiah of every fact, in the order of the lines and moments."""
    rows = select(SaleFact.day, SaleFact.quantity, SaleFact.grams, SaleFact.net)
    return [
        tuple(row) for row in db.session.execute(rows.order_by(SaleFact.order_line_id, SaleFact.happened_at))
    ]


def completed(desk: CardDesk) -> Sale:
    """A sale of October: chips for Rp54.000, crackers for Rp25.000, 250 grams a bag."""
    return by_card(desk, TWO_KINDS, at=SOLD).bring(at=SOLD).complete(at=SOLD)


def hear(at: datetime) -> None:
    assert worker.drain(at=at) == 0


def value(code: str, month: str, region: str = cast.HANURA) -> object:
    """The value of an indicator in a month."""
    level = {13: "village", 8: "district", 5: "regency", 2: "province"}[len(region)]
    found = figures(region, level, Period(month, "month", month, month), at=datetime(2027, 2, 1, tzinfo=UTC))
    return next(figure.value for figure in found if figure.code == code and figure.place.code == region)


def test_a_sale_of_october_refunded_in_november_takes_from_november(desk: CardDesk) -> None:
    sale = completed(desk)
    at = datetime(2026, 11, 3, 4, tzinfo=UTC)
    sale.refund({0: 1, 1: 2}, at=at)
    hear(at)
    assert told() == [
        (date(2026, 10, 20), 3, 750, 54_000),
        (date(2026, 11, 3), -1, -250, -18_000),
        (date(2026, 10, 20), 2, 500, 25_000),
        (date(2026, 11, 3), -2, -500, -25_000),
    ]
    assert (value("SE-01", OCTOBER), value("SE-01", NOVEMBER)) == (79_000, -43_000)
    assert (value("SE-04", OCTOBER), value("SE-04", NOVEMBER)) == (1, 0)
    # Minus 154.4 % of October; nothing positive to take a share of in November.
    assert str(value("SE-03", NOVEMBER)) == "-154.4"
    assert value("SE-11", NOVEMBER) is None


def test_the_sources_are_the_line_of_the_sale_and_the_line_of_the_refund(desk: CardDesk) -> None:
    sale = completed(desk)
    made = sale.refund({0: 1}, at=SOLD).lines[0].id
    hear(SOLD)
    lines = [line.id for line in sale.row.lines]
    sources = set(db.session.scalars(select(SaleFact.source)))
    assert sources == {*(f"sale:{line}" for line in lines), f"refund:{made}"}


def test_what_went_back_before_completion_was_never_sold(desk: CardDesk) -> None:
    sale = by_card(desk, TWO_KINDS, at=SOLD)
    sale.refund({0: 1, 1: 2}, at=SOLD)
    sale.refund(amount=1_000, at=SOLD)
    sale.bring(at=SOLD).complete(at=SOLD)
    assert told() == [(date(2026, 10, 20), 2, 500, 35_000)]


def test_a_refund_of_the_delivery_alone_is_no_fact(desk: CardDesk) -> None:
    sale = completed(desk)
    sale.refund(delivery=True, at=SOLD)
    hear(SOLD)
    assert [net for *_rest, net in told()] == [54_000, 25_000]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC), date(2026, 10, 31)),
        (datetime(2026, 10, 31, 17, 0, 0, tzinfo=UTC), date(2026, 11, 1)),
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_refund_belongs_to_its_own_day_month_and_year_in_wib(
    desk: CardDesk, moment: datetime, day: date
) -> None:
    sale = completed(desk)
    sale.refund({0: 1}, at=moment)
    hear(moment)
    (fact,) = [fact for fact in facts() if str(fact["source"]).startswith("refund:")]
    assert (fact["day"], fact["month"], fact["happened_at"]) == (day, f"{day:%Y-%m}", moment)


def test_odd_rupiah_over_three_lines_are_the_same_integers_everywhere(desk: CardDesk) -> None:
    goods = {cast.CHIPS: 1, cast.CRACKERS: 1, cast.LOCAL_SNACK: 1}
    sale = by_card(desk, goods, at=SOLD).bring(at=SOLD).complete(at=SOLD)
    # Of 18.000, 12.500 and 45.000 together 75.500; of Rp10.001 they are 2.384,34, 1.655,79 and 5.960,86.
    made = [line.amount for line in sale.refund(amount=10_001, at=SOLD).lines]
    hear(SOLD)
    assert made == [2_384, 1_656, 5_961]
    assert [net for *_rest, net in told()] == [18_000, -2_384, 12_500, -1_656, 45_000, -5_961]
    assert value("SE-01", OCTOBER) == 75_500 - 10_001


def test_cash_that_goes_back_by_hand_counts_alike(desk: CardDesk) -> None:
    sale = in_cash(TWO_KINDS, at=SOLD).complete(at=SOLD)
    sale.refund({1: 1}, at=SOLD)
    hear(SOLD)
    assert [net for *_rest, net in told()] == [54_000, 25_000, -12_500]
    assert desk is not None


def test_a_refund_heard_twice_is_one_fact(desk: CardDesk) -> None:
    sale = completed(desk)
    sale.refund({0: 1}, at=SOLD)
    hear(SOLD)
    with transaction():
        for event in db.session.scalars(
            select(OutboxEvent).where(OutboxEvent.kind == "seller_order.refunded")
        ):
            event.handled_at = None
    before = facts()
    hear(SOLD)
    assert facts() == before


def test_a_refund_on_its_way_to_the_worker_is_late_and_not_missing(desk: CardDesk) -> None:
    sale = completed(desk)
    sale.refund({0: 1}, at=SOLD)
    assert proofs.differences() == []
    hear(SOLD)


def test_the_lines_under_a_figure_name_what_went_back_of_which_line(desk: CardDesk) -> None:
    sale = completed(desk)
    back = sale.refund({0: 1}, at=SOLD).lines[0].id
    hear(SOLD)
    period = Period(OCTOBER, "month", OCTOBER, OCTOBER)
    asked = Question(INDICATORS["SE-01"], cast.HANURA, period)
    head, rows = opening.file(LINES, asked)
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    (refund,) = [line for line in shown if line["pengembalian_dari"]]
    chips = sale.row.lines[0].id
    assert (refund["baris"], refund["pengembalian_dari"]) == (f"K-{back}", f"B-{chips}")
    assert (refund["jumlah"], refund["nilai_bersih"]) == (-1, -18_000)
    assert opening.beneath(asked).numerator == 79_000 - 18_000
