"""Facts and visitors for the tests of the indicators. Call what writes inside an application context."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, insert, select

from marketplace.accounts.models import SignIn
from marketplace.catalog.sectors import section_of
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.facts import FIELDS
from marketplace.indicators.handlers import record_outcome, record_sale
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.rebuilding import places
from marketplace.kit.clock import month_of, now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.outbox import hand_on
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests import cast, factories

HANURA, HURUN, BAGELEN, PODOMORO = cast.HANURA, cast.HURUN, "18.09.01.2001", cast.PODOMORO
TELUK_PANDAN, GEDONG_TATAAN = "18.09.10", "18.09.01"
PESAWARAN, PRINGSEWU, LAMPUNG = "18.09", "18.10", "18"
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
LISTENERS = {
    "seller_order.completed": (
        ("indicators.record_sale", record_sale),
        ("indicators.record_outcome", record_outcome),
    )
}


def fact(line: int, village: str, net: int, day: str = "2026-10-15", **other: Any) -> dict[str, Any]:
    """The values of one sale fact; `net` in rupiah, `day` in WIB. Shop 1 and cash unless told otherwise.

    Each line is an order of its own, of somebody of whom nothing is known.
    """
    when = date.fromisoformat(day)
    values: dict[str, Any] = {
        "source": f"sale:{line}",
        "happened_at": datetime(when.year, when.month, when.day, 3, tzinfo=UTC),
        "day": when,
        "month": month_of(when),
        "village_code": village,
        "shop_id": 1,
        "product_id": 1,
        "product_name": "Keripik Pisang",
        "category_slug": "keripik-kerupuk",
        "sector": "10794",
        "quantity": 2,
        "unit": "bungkus",
        "grams": 500,
        "net": net,
        "payment_method": "cod",
        "delivery_method": "antar",
        "destination_code": cast.JAKARTA,
        "buyer_key": "a1b2c3d4e5f6",
        "channel": "online",
        "order_line_id": line,
        "seller_order_id": line,
        "government": False,
        "grade": "",
        "shop_kind": "umkm",
        "unggulan": False,
        "branded": False,
        "packaged": True,
        "licensed": False,
        "nib": False,
        "farmer": None,
        "woman_led": None,
    } | other
    return {"section": section_of(values["sector"])} | values


def outcome(seller_order: int, village: str, day: str = "2026-10-15", **other: Any) -> dict[str, Any]:
    """The values of one outcome: completed, brought by the seller in 60 minutes, unless told otherwise."""
    when = date.fromisoformat(day)
    moment = datetime(when.year, when.month, when.day, 3, tzinfo=UTC)
    return {
        "seller_order_id": seller_order,
        "village_code": village,
        "shop_id": 1,
        "delivery_method": "antar",
        "status": "completed",
        "ended_by": "buyer",
        "early": False,
        "ended_at": moment,
        "day": when,
        "month": month_of(when),
        "placed_at": moment,
        "accepted_at": moment,
        "harvest_on": None,
        "shipped_at": moment,
        "delivered_at": moment,
        "minutes": 60,
        "complaint_minutes": None,
    } | other


def store(facts: Iterable[dict[str, Any]], outcomes: Iterable[dict[str, Any]] = ()) -> None:
    """Let these be all facts and outcomes there are, and the cells what they come to."""
    with transaction() as session:
        for table, rows in ((SaleFact, list(facts)), (OutcomeFact, list(outcomes))):
            cells.mark_all(_places(table), at=AT)
            session.execute(delete(table).execution_options(synchronize_session=False))
            if rows:
                session.execute(insert(table), rows)
            cells.mark_all(_places(table), at=AT)
    cells.refresh(at=AT)


def clear() -> None:
    """Let there be no facts and no outcomes; what is known of villages beside them cannot be taken back."""
    with transaction() as session:
        for table in (SaleFact, OutcomeFact):
            session.execute(delete(table).execution_options(synchronize_session=False))
        cells.recount([])
        cells.recount(places())


def catch_up(*, at: datetime) -> None:
    """Let the worker hand on what waits, and count the cells again."""
    assert worker.drain(at=at) == 0


def _places(table: type[SaleFact | OutcomeFact]) -> list[tuple[str, str]]:
    rows = db.session.execute(select(table.village_code, table.month).distinct())
    return [(row.village_code, row.month) for row in rows]


def stored() -> list[dict[str, Any]]:
    """All facts, as plain values, in the order of their lines."""
    rows = db.session.execute(select(SaleFact.__table__).order_by(SaleFact.order_line_id))
    return [{field: row._mapping[field] for field in FIELDS} for row in rows]


def sell(
    goods: dict[str, int], *, at: datetime, pay: str = "cod", listen: bool = True, **other: Any
) -> list[int]:
    """Sell goods through the functions that the pages call, completed at `at`. The seller orders' ids."""
    placed = factories.order(goods, pay=pay, at=at, **other)
    children = [child.id for child in placed.order.children]
    for child in list(placed.order.children):
        factories.complete(child, at=at)
    if listen:
        hand_on(LISTENERS, at=at, most=1000)
        cells.refresh(at=at)
    return children


def enter(app: Flask, email: str) -> FlaskClient:
    """A browser in which this person of the cast is signed in."""
    token = new_token()
    with app.app_context():
        with transaction() as session:
            person = factories.person(email)
            session.add(
                SignIn(token_hash=token_hash(token), user_id=person.id, started_at=now(), seen_at=now())
            )
        db.session.remove()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return browser
