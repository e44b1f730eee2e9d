"""The books can be read day by day by those who keep them, and turn red where a row is wrong."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from marketplace import create_app
from marketplace.extensions import db
from marketplace.kit.clock import day_wib, now
from marketplace.kit.money import rupiah
from marketplace.kit.outbox import OutboxDelivery, OutboxEvent, announce
from marketplace.kit.transaction import transaction
from marketplace.ledger.models import Entry, Posting
from marketplace.ledger.posting import post
from marketplace.operations import daybook, proofs, wording
from marketplace.orders.models import SellerOrder
from marketplace.payments.models import SUCCEEDED, PaymentAttempt, ProviderEvent, Refund
from tests import cast
from tests.browsing import Browser, words
from tests.databases import Databases, let_go
from tests.operations.conftest import Lived
from tests.operations.damage import Damage
from tests.operations.damages import DAMAGES
from tests.operations.history import History
from tests.operations.money_damages import LEDGER, SHARES

DAY = date(2026, 11, 10)
BOOKS = "/admin/pembukuan"
THE_DAY = f"{BOOKS}/{DAY}"
FIRST = {damage.proof: damage for damage in reversed(DAMAGES)}
# What the ledger or its sources say wrongly has to show on the day it happened.
SEEN_BY_DAY = [
    damage
    for damage in (*LEDGER, *SHARES)
    if "escrow:" not in damage.named
    and damage.table in ("ledger_entry", "ledger_posting", "refund", "seller_order")
] + [damage for damage in SHARES if damage.table == "payment_attempt"]


def test_every_proof_has_a_name_and_a_sentence_for_the_keepers_of_the_books() -> None:
    names = [name for name, _claim, _proof in proofs.PROOFS]
    assert (list(wording.TITLES), list(wording.PROOFS)) == (names, names)


@pytest.fixture
def market(past: tuple[Databases, History], tmp_path: Path) -> Iterator[Lived]:
    """A market with a past, outside of any application context: every request has its own."""
    copies, happened = past
    with copies.fresh(tmp_path / "market") as config:
        app = create_app(config)
        app.testing = True
        try:
            yield Lived(app, config, happened)
        finally:
            let_go(app)


@contextmanager
def _statements(app: Flask) -> Iterator[list[str]]:
    """What is sent to the database during the block."""
    sent: list[str] = []

    def heard(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", heard)


def _page_of(app: Flask, day: date) -> str:
    """The address of the list that shows a day."""
    return f"{BOOKS}?halaman={(day_wib(now()) - day).days // 30 + 1}"


def _row(page: str, day: date) -> str:
    """The line of a day in the list, without markup."""
    found = re.search(rf'<a href="{BOOKS}/{day}">.*?</tr>', page, re.DOTALL)
    assert found, page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def _of_orders(amount: Any) -> dict[str, int]:
    return {number: total for number, total in db.session.execute(select(SellerOrder.number, amount))}  # noqa: C416


def _spoil(market: Lived, damage: Damage) -> str:
    with market.app.app_context(), transaction():
        return damage.do(market.past)


@pytest.mark.parametrize("email", [cast.BUYER, cast.SELLER, cast.OPERATOR, cast.PROVINCE_OFFICER])
def test_the_books_are_not_there_for_others(market: Lived, email: str) -> None:
    browser = Browser(market.app, email)
    order = f"{BOOKS}/pesanan/{market.past.cash_open_order}"
    for address in ("/admin", BOOKS, f"{BOOKS}?format=csv", THE_DAY, order):
        assert browser.get(address).status_code == 404, address


def test_a_guest_is_led_to_the_sign_in(market: Lived) -> None:
    for address in ("/admin", BOOKS, THE_DAY):
        answer = Browser(market.app).get(address)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/masuk")


@pytest.mark.parametrize("email", [cast.ADMIN, cast.FINANCE])
def test_finance_and_administration_find_the_books(market: Lived, email: str) -> None:
    browser = Browser(market.app, email)
    assert browser.get("/admin").location == BOOKS
    for address in (BOOKS, THE_DAY, f"{BOOKS}/pesanan/{market.past.cash_open_order}"):
        page = browser.get(address)
        assert page.status_code == 200
        assert f'<a href="{BOOKS}"' in page.text


@pytest.mark.parametrize(
    "name",
    [
        "2026-02-30",
        "2026-13-01",
        "20261110",
        "2026-W46-2",
        "kemarin",
        "2026-11-1\u0660",
        "0001-01-01",
        "1999-12-31",
    ],
)
def test_what_is_no_day_is_not_there(market: Lived, name: str) -> None:
    assert Browser(market.app, cast.FINANCE).get(f"{BOOKS}/{name}").status_code == 404


def test_a_day_that_has_not_come_and_an_order_that_is_none_are_not_there(market: Lived) -> None:
    browser = Browser(market.app, cast.FINANCE)
    tomorrow = day_wib(now()) + timedelta(days=1)
    assert browser.get(f"{BOOKS}/{tomorrow}").status_code == 404
    assert browser.get(f"{BOOKS}/{tomorrow - timedelta(days=1)}").status_code == 200
    assert browser.get(f"{BOOKS}/pesanan/DM-261110-XXXXXX").status_code == 404


def test_a_day_says_what_adds_up_by_hand(market: Lived) -> None:
    with market.app.app_context():
        (day,) = daybook.days(DAY, 1)
        totals = _of_orders(SellerOrder.total)
        goods = _of_orders(SellerOrder.goods_total)
    past = market.past
    second = past.cash_completed.removesuffix("1") + "2"
    done = [past.cash_completed, second, past.card_completed, past.decided_for_seller, past.direct_completed]
    paid = [past.card_completed, past.card_open, past.card_declined, past.late_taken, past.late_owed]
    paid += [past.card_failed, past.card_disputed, past.decided_for_buyer, past.decided_for_seller]
    to_shops = [past.cash_completed, second, past.cash_delivered, past.direct_completed, past.direct_open]
    # 1 % of goods: two chips 360, one coffee 650; by card one chips 180, crackers 125; by QRIS one chips 180.
    assert [goods[number] for number in done] == [36_000, 65_000, 18_000, 12_500, 18_000]
    assert day.told.fees == 360 + 650 + 180 + 125 + 180
    assert (day.sales, day.sold) == (5, sum(totals[number] for number in done))
    assert day.told.came_in == {"stripe": sum(totals[number] for number in paid), "midtrans": 0}
    back = (past.card_declined, past.late_owed, past.decided_for_buyer)
    assert day.told.owed_back == sum(totals[number] for number in back)
    assert day.cash == sum(totals[number] for number in to_shops)
    # Of what came in, 20.000 went on to the bank, less 600; her two sales were paid out less all her fees.
    assert day.told.to_bank == 19_400
    by_card = totals[past.card_completed] - (180 + 90) + totals[past.decided_for_seller] - (125 + 63)
    assert day.told.paid_out == by_card - (360 + 180)
    assert day.told == day.booked
    # Eight payments (two shops in one; none of what went to sellers), five sales, three refunds owed, one of
    # them sent; a payout taken back, one collected and confirmed, one settlement.
    assert (day.postings, day.differences) == (8 + 5 + 3 + 1 + 2 + 2 + 1, 0)


def test_the_list_shows_the_day_and_its_quiet_neighbour(market: Lived) -> None:
    page = Browser(market.app, cast.FINANCE).get(_page_of(market.app, DAY)).text
    assert "Cocok" in _row(page, DAY) and "Rp1.495" in _row(page, DAY)
    assert "5 pesanan" in _row(page, DAY)
    assert page.count("badge-bad") == 0 and page.count("Semua pembuktian cocok.") == 1


def test_midnight_in_jakarta_parts_the_days(market: Lived) -> None:
    late, early = (
        datetime(2026, 11, 15, *clock, tzinfo=UTC) for clock in ((16, 59, 59, 999_999), (17, 0, 0))
    )
    with market.app.app_context():
        with transaction():
            for number, at in enumerate((late, early)):
                lines = [("platform:fees", -7), ("platform:escrow", 7)]
                post("gift", f"midnight:{number}", lines, happened_at=at, at=at)
        after, before = daybook.days(date(2026, 11, 16), 2)
    assert (before.day, before.postings, before.differences) == (date(2026, 11, 15), 1, 2)
    assert (after.day, after.postings, after.differences) == (date(2026, 11, 16), 1, 2)


@pytest.mark.parametrize("damage", SEEN_BY_DAY, ids=Damage.name)
def test_a_wrong_row_turns_its_day_red(market: Lived, damage: Damage) -> None:
    _spoil(market, damage)
    with market.app.app_context():
        neighbour, day, other = daybook.days(DAY + timedelta(days=1), 3)
        named = [*daybook.differences(DAY), *daybook.unbalanced(DAY)]
    assert not day.agrees and day.differences == len(named)
    assert neighbour.agrees and other.agrees


@pytest.mark.parametrize("damage", [LEDGER[0], LEDGER[1], LEDGER[4], LEDGER[7]], ids=Damage.name)
def test_the_pages_show_the_wrong_row_in_red(market: Lived, damage: Damage) -> None:
    said = _spoil(market, damage)
    browser = Browser(market.app, cast.FINANCE)
    page = browser.get(_page_of(market.app, DAY))
    assert "selisih" in _row(page.text, DAY) and "badge-bad" in page.text
    assert said in words(page) and "Ada yang tidak cocok." in words(page)
    day = browser.get(THE_DAY)
    assert "Yang tidak cocok" in words(day) and "differs" in day.text


@pytest.mark.parametrize("damage", FIRST.values(), ids=list(FIRST))
def test_every_proof_can_turn_red(market: Lived, damage: Damage) -> None:
    said = _spoil(market, damage)
    page = Browser(market.app, cast.ADMIN).get(BOOKS)
    assert "Ada yang tidak cocok." in words(page)
    assert said in words(page)


def test_many_differences_are_capped_and_counted(market: Lived) -> None:
    at = datetime(2026, 11, 12, 3, tzinfo=UTC)
    with market.app.app_context(), transaction():
        for number in range(8):
            lines = [("platform:fees", -7), ("platform:escrow", 7)]
            post("gift", f"many:{number}", lines, happened_at=at, at=at)
    said = words(Browser(market.app, cast.FINANCE).get(BOOKS))
    # Sixteen accounts and the escrow, of which ten are shown.
    assert "17 selisih" in said and "dan 7 lagi" in said
    assert said.count("gift many:") == 10


def test_a_posting_moved_to_another_day_is_red_on_both(market: Lived) -> None:
    with market.app.app_context():
        with transaction():
            damage = LEDGER[4]
            damage.do(market.past)
            db.session.execute(
                Posting.__table__.update()  # type: ignore[attr-defined]
                .where(Posting.reference == "nobody")
                .values(
                    reference=market.past.cash_completed, happened_at=datetime(2026, 11, 12, 3, tzinfo=UTC)
                )
            )
        moved, _between, day = daybook.days(DAY + timedelta(days=2), 3)
    assert (moved.differences, day.differences) == (3, 3)


def test_the_number_of_queries_does_not_grow_with_the_days(market: Lived) -> None:
    counts = []
    for count in (1, 7, 30):
        with _statements(market.app) as sent, market.app.app_context():
            daybook.days(DAY, count)
        counts.append(len([statement for statement in sent if statement.lstrip().startswith("SELECT")]))
    assert len(set(counts)) == 1 and counts[0] <= 8, counts


def test_looking_changes_nothing_and_leaves_the_outbox_alone(market: Lived) -> None:
    with market.app.app_context():
        with transaction():
            announce("product.changed", "product:1", {"product_id": 1}, at=now())
        before = _outbox()
    browser = Browser(market.app, cast.FINANCE)
    with _statements(market.app) as sent:
        said = words(browser.get(BOOKS))
        browser.get(THE_DAY)
    assert "1 kabar masih dalam perjalanan" in said
    written = [line for line in sent if re.match(r"\s*(INSERT|UPDATE|DELETE)", line)]
    assert [line for line in written if "sign_in" not in line] == []
    with market.app.app_context():
        assert _outbox() == before


def _outbox() -> tuple[int, int, int]:
    waiting = select(func.count(OutboxEvent.id)).where(OutboxEvent.handled_at.is_(None))
    delivered = select(func.count()).select_from(OutboxDelivery)
    return (
        db.session.scalar(waiting) or 0,
        db.session.scalar(delivered) or 0,
        db.session.scalar(select(func.count(Entry.id))) or 0,
    )


def test_a_day_lists_its_postings_with_orders_and_without_buyers(market: Lived) -> None:
    browser = Browser(market.app, cast.FINANCE)
    day = browser.get(THE_DAY)
    order = market.past.card_open.rpartition("-")[0]
    assert f'href="{BOOKS}/pesanan/{order}"' in day.text
    assert market.past.card_declined in words(day)
    money = browser.get(f"{BOOKS}/pesanan/{order}")
    for page in (day, money):
        assert "Budi" not in page.text and "6281234567890" not in page.text and "Dusun" not in page.text
    said = words(money)
    assert market.past.card_open in said and market.past.card_completed in said
    assert "Uang di Stripe" in said and "Hak toko" in said


def test_what_a_person_has_to_settle_is_listed(market: Lived) -> None:
    at = datetime(2026, 11, 12, 3, tzinfo=UTC)
    with market.app.app_context():
        with transaction() as session:
            attempt = session.scalars(
                select(PaymentAttempt).where(
                    PaymentAttempt.status == "pending", PaymentAttempt.provider == "stripe"
                )
            ).first()
            assert attempt is not None and attempt.reference is not None
            asked, order = attempt.amount, attempt.order.number
            why = f"asked IDR {asked}, got USD 17"
            for name, reference, reason in (
                ("a", attempt.reference, why),
                ("b", "cs_unknown", "unknown reference"),
            ):
                session.add(
                    ProviderEvent(
                        provider="stripe",
                        event_id=name,
                        kind="paid",
                        reference=reference,
                        amount=17,
                        currency="USD",
                        happened_at=at,
                        received_at=at,
                        verdict="parked",
                        why=reason,
                        raw="{}",
                    )
                )
        waits = select(func.count(), func.sum(Refund.amount)).where(Refund.status != SUCCEEDED)
        count, owed = db.session.execute(waits).one()
    page = Browser(market.app, cast.FINANCE).get(BOOKS)
    said = words(page)
    assert f"USD 17 {rupiah(asked)}" in said
    assert "Jumlah atau mata uang lain dari yang diminta" in said
    assert "Tidak ada pembayaran dengan nama ini cs_unknown" in said
    assert f'href="{BOOKS}/pesanan/{order}"' in page.text
    # The oldest has been sent back already and needs nobody any more.
    assert f"{count} pengembalian, jumlah {rupiah(int(owed))}" in said
    assert market.past.card_declined in said
    assert market.past.late_owed not in said


def test_the_list_can_be_taken_away_as_csv(market: Lived) -> None:
    answer = Browser(market.app, cast.FINANCE).get(_page_of(market.app, DAY) + "&format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert re.search(r'filename="desamart-pembukuan-\S+\.csv"', answer.headers["Content-Disposition"])
    (line,) = [
        row
        for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
        if row["hari"] == DAY.isoformat()
    ]
    with market.app.app_context():
        (day,) = daybook.days(DAY, 1)
    assert int(line["masuk_stripe"]) == int(line["buku_masuk_stripe"]) == day.told.came_in["stripe"]
    assert (line["biaya"], line["pesanan_selesai"], line["catatan"], line["cocok"]) == (
        "1495",
        "5",
        "22",
        "ya",
    )
    assert (int(line["penjualan"]), int(line["tunai_di_penjual"])) == (day.sold, day.cash)


def test_pages_end_with_the_first_day(market: Lived) -> None:
    browser = Browser(market.app, cast.FINANCE)
    last = browser.get(f"{BOOKS}?halaman=999999")
    assert last.status_code == 200
    days = re.findall(rf'href="{BOOKS}/(\d{{4}}-\d\d-\d\d)"', last.text)
    assert days[-1] == DAY.isoformat() and len(days) <= 30
