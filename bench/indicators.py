"""Measures the figures at scale: python -m bench.indicators [lines]; five million unless told otherwise.

An invented province on the disk, in SQLite. Counting from zero, reading, one order more, and what that costs
beside the order itself; and the same question asked of DuckDB on the same rows in the same run, as a ratio.
All times are processor time, since machines are shared.
"""

import csv
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import duckdb
from flask import Flask
from sqlalchemy import func, insert, select, text

from bench import facts_world
from bench.machine import load
from bench.world import goods, opened, stocked
from marketplace.extensions import db
from marketplace.indicators import cells, queries
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.rebuilding import places
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from tests import cast, factories
from tests.indicators import world

LINES = 5_000_000
ORDERS, TURN = 40, 100
MONTH = "2026-10"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
COLUMNS = ("village_code", "month", "shop_id", "net", "payment_method")
# The same text for both: sums per village and month, shops above zero counted again.
QUESTION = """
SELECT village_code, month, sum(net), sum(positive), sum(cashless), sum(lines),
  sum(CASE WHEN net > 0 THEN 1 ELSE 0 END)
FROM (SELECT village_code, month, shop_id, sum(net) AS net,
  sum(CASE WHEN net > 0 THEN net ELSE 0 END) AS positive,
  sum(CASE WHEN net > 0 AND payment_method IN ('qris', 'transfer', 'stripe', 'midtrans') THEN net ELSE 0 END)
  AS cashless, count(*) AS lines FROM sale_fact GROUP BY village_code, month, shop_id) AS shops
GROUP BY village_code, month ORDER BY village_code, month
"""
KEPT = (
    "SELECT region_code, period_key, net, positive, cashless, lines, shops FROM cell WHERE level = 'village'"
    " AND length(period_key) = 7 AND period_key NOT LIKE '%Q%' ORDER BY region_code, period_key"
)


def main(lines: int) -> None:
    """Make the province, measure, and say it."""
    say("processors", os.cpu_count() or 0, "")
    with stocked("sqlite") as stock, opened(stock.config) as app:
        order = cost_of_an_order()
        say("an order from basket to facts, processor", order, "ms")
        villages = facts_world.make_regions()
        taken, _ = timed(lambda: list(facts_world.fill(villages, lines)))
        say(f"{lines:,} facts made", taken, "s")
        counted, months = timed(from_zero)
        say(f"all cells from zero ({months:,} village months)", counted, "s")
        reading(app, villages)
        beside_duckdb(stock.folder)
        keeping(villages, order)
        say("load of the machine", load(), "")


def from_zero() -> int:
    """Count everything as a rebuild does; how many village months there are."""
    with transaction():
        known = places()
        cells.recount(known)
    return len(known)


def reading(app: Flask, villages: list[str]) -> None:
    """One village, all villages, and the pages of an officer of the province."""
    month, middle = period(MONTH), villages[len(villages) // 2]
    say("sums of one village", best(lambda: queries.totals(middle, "village", [month])), "ms")
    say("sums of all villages of a month", best(lambda: queries.totals("18", "village", [month])), "ms")
    db.session.remove()
    officer = world.enter(app, cast.PROVINCE_OFFICER)
    for name, address in (
        ("page of the province", f"/program/wilayah/18?periode={MONTH}"),
        ("page of all villages", f"/program/wilayah/18?periode={MONTH}&tingkat=desa"),
        ("page of a village", f"/program/wilayah/{middle}?periode={MONTH}"),
        ("drill-down", f"/program/indikator/SE-01/rincian?wilayah={middle}&periode={MONTH}"),
    ):
        answer = officer.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        say(name, best(lambda address=address: officer.get(address)), "ms")  # type: ignore[misc]


def beside_duckdb(folder: Path) -> None:
    """Recount all facts by village and month: here, in DuckDB, and as they were kept."""
    path = folder / "facts.csv"
    rows = select(*(SaleFact.__table__.c[name] for name in COLUMNS))
    with path.open("w", newline="") as file, db.engine.connect() as connection:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for some in connection.execute(rows).partitions(50_000):
            writer.writerows(some)
    peer = duckdb.connect()
    peer.read_csv(str(path)).create("sale_fact")
    here, mine = timed(lambda: [tuple(row) for row in db.session.execute(text(QUESTION))], least=3)
    there, theirs = timed(lambda: peer.execute(QUESTION).fetchall(), least=3)
    kept, stored = timed(lambda: [tuple(row) for row in db.session.execute(text(KEPT))], least=3)
    say("full recount here", here, "s")
    say("full recount in DuckDB", there, "s")
    say("full recount, ratio", here / there, "x")
    say("the same from the cells, ratio", kept / there, "x")
    say("recount = DuckDB = cells", int(as_numbers(mine) == as_numbers(theirs) == as_numbers(stored)), "")


def keeping(villages: list[str], order: float) -> None:
    """One order more in a turn, and a hundred in a turn, in villages far from each other."""
    step = len(villages) // TURN
    # The first turn of a process also builds its statements.
    come(villages[1::step][:TURN])
    one = [come([villages[2 + turn]]) for turn in range(11)]
    say("a turn after one order", median(one), "ms")
    some = [come(villages[20 + turn :: step][:TURN]) for turn in range(3)]
    each = median(some) / TURN
    say(f"a turn after {TURN} orders in as many villages", median(some), "ms")
    say("keeping, processor per order of such a turn", each, "ms")
    say("keeping beside the order itself", each * 100 / order, "%")


def come(places: list[str]) -> float:
    """Let an order come in from each of these villages; milliseconds of the turn after them."""
    more(places)
    return timed(lambda: cells.refresh(at=AT))[0] * 1000


def more(places: list[str]) -> None:
    """An order of two lines comes in from each village, and how it ended, and marks the village month.

    It is like one that its village had in that month: from a known shop, by a known buyer.
    """
    with transaction() as session:
        for number, village in enumerate(places, 1 + highest(session)):
            like = select(SaleFact.__table__).where(SaleFact.village_code == village, SaleFact.month == MONTH)
            rows = [dict(row) for row in session.execute(like.limit(2)).mappings()]
            for line, row in enumerate(rows):
                own = {"source": f"more:{number}:{line}", "order_line_id": 2 * number + line, "net": 5_000}
                row.update(own, seller_order_id=number, buyer_key=rows[0]["buyer_key"])
            session.execute(insert(SaleFact), rows)
            ended = world.outcome(number, village, minutes=60 + number % 6_000)
            session.execute(insert(OutcomeFact), [ended])
            cells.mark(village, MONTH, at=AT)


def highest(session: Any) -> int:
    """The highest number of an order that ended."""
    return int(session.scalar(select(func.max(OutcomeFact.seller_order_id))))


def cost_of_an_order() -> float:
    """Milliseconds of processor time from a basket to a completed, handed-on order, without its cells."""
    basket = dict.fromkeys(goods(0), 1)
    factories.complete(factories.order(basket).order.children[0], at=now())
    started = process_time()
    for _number in range(ORDERS):
        for child in factories.order(basket).order.children:
            factories.complete(child, at=now())
    while worker.hand_on(now()):
        db.session.remove()
    return (process_time() - started) * 1000 / ORDERS


def timed(act: Callable[[], Any], *, least: int = 1) -> tuple[float, Any]:
    """The shortest of some tries in seconds of processor time, all threads together, and the answer."""
    found, answer = [], None
    for _try in range(least):
        started = process_time()
        answer = act()
        found.append(process_time() - started)
    return min(found), answer


def best(act: Callable[[], Any]) -> float:
    """The median of eleven tries, in milliseconds."""
    act()
    return median(timed(act)[0] for _try in range(11)) * 1000


def as_numbers(rows: list[Any]) -> list[tuple[Any, ...]]:
    """Rows of any engine as plain numbers."""
    return [(row[0], row[1], *(int(value) for value in row[2:])) for row in rows]


def say(what: str, value: float, unit: str) -> None:
    """One line of the answer."""
    print(f"{what:52} {value:12,.2f} {unit}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
