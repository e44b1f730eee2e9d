"""A sale that does not count is taken out on the day on which that was found, and never silently before."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators import cell_proofs, excluding, outcome_proofs, proofs, queries
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.rebuilding import rebuild
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.indicators import world
from tests.payments.refund_stage import TWO_KINDS, in_cash

SOLD = datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)
FOUND = datetime(2026, 11, 1, 2, tzinfo=UTC)


def told() -> list[tuple[object, ...]]:
    """Kind, month, pieces and rupiah of every fact, line by line."""
    rows = select(SaleFact.source, SaleFact.month, SaleFact.quantity, SaleFact.net)
    found = db.session.execute(rows.order_by(SaleFact.order_line_id, SaleFact.happened_at, SaleFact.source))
    return [(row.source.partition(":")[0], row.month, row.quantity, row.net) for row in found]


def net(key: str) -> int:
    """Turnover of Hanura."""
    return queries.totals(cast.HANURA, "village", [period(key)])[cast.HANURA, key].net


def exclude(seller_order_id: int, reason: str = "Pesanan uji coba") -> int:
    with transaction():
        return excluding.exclude(seller_order_id, reason=reason, by=factories.person(cast.ADMIN), at=FOUND)


def test_an_excluded_sale_leaves_the_month_in_which_it_was_found_out(app: Flask) -> None:
    with app.app_context():
        sale = in_cash(TWO_KINDS, at=SOLD).complete(at=SOLD)
        sale.refund({0: 1}, at=SOLD)
        world.catch_up(at=SOLD)
        assert exclude(sale.row.id) == 2
        sale.refund({1: 1}, at=FOUND.replace(day=5))
        world.catch_up(at=FOUND)
        # The refund after the exclusion leaves no fact: its rupiah are gone already.
        assert told() == [
            ("refund", "2026-10", -1, -18_000),
            ("sale", "2026-10", 3, 54_000),
            ("exclusion", "2026-11", -2, -36_000),
            ("sale", "2026-10", 2, 25_000),
            ("exclusion", "2026-11", -2, -25_000),
        ]
        assert (net("2026-10"), net("2026-11"), net("2026-Q4")) == (61_000, -61_000, 0)
        before = world.stored()
        with transaction():
            rebuild(at=FOUND)
        world.catch_up(at=FOUND)
        assert world.stored() == before
        assert [*proofs.differences(), *outcome_proofs.differences(), *cell_proofs.differences()] == []


def test_a_sale_is_excluded_once_with_a_reason_and_only_if_it_counts(app: Flask) -> None:
    with app.app_context():
        [child] = world.sell({cast.CHIPS: 1}, at=SOLD)
        with pytest.raises(Invalid):
            exclude(child, "  ")
        assert exclude(child) == 1
        with pytest.raises(Conflict):
            exclude(child)
        [own] = world.sell({cast.CHIPS: 1}, at=SOLD, user=factories.person(cast.SELLER))
        with pytest.raises(Conflict):
            exclude(own)
