"""A thousand rows go in as a few portions whose cost grows with the rows and with nothing else."""

import time

import pytest
from flask import Flask

from marketplace.catalog.imports import carrying
from marketplace.catalog.imports.models import ALL, DONE, GOOD
from marketplace.catalog.models import Product
from marketplace.extensions import db
from tests import factories, goods_files
from tests.goods_files import of
from tests.statements import count

HEAD = ["kode", "nama", "harga", "stok", "kategori", "keterangan", "berat"]
ROWS = [
    [f"B-{n}", f"Dodol Nomor {n}", 10_000 + n, n % 50, "dodol-manisan", "Manis.", 300] for n in range(1_000)
]


@pytest.mark.parametrize("mode", [ALL, GOOD])
def test_a_thousand_rows_go_in_and_again_change_nothing(app: Flask, mode: str) -> None:
    body = goods_files.workbook([HEAD, *ROWS])
    with app.app_context():
        began = time.perf_counter()
        number = goods_files.check(body, mode=mode)
        checked = time.perf_counter()
        goods_files.carry()
        over = time.perf_counter()
        row = of(number)
        assert (row.state, row.added, row.refused) == (DONE, 1_000, 0)
        assert db.session.query(Product).filter(Product.own_code.like("B-%")).count() == 1_000
        again = of(goods_files.check(body))
        assert (again.unchanged, again.added, again.changed) == (1_000, 0, 0)
        print(f"1,000 rows, {mode}: checked in {checked - began:.1f} s, taken over in {over - checked:.1f} s")


def test_a_row_costs_the_same_in_a_large_shop(app: Flask) -> None:
    with app.app_context():
        goods_files.check(goods_files.workbook([HEAD, *ROWS[:150]]), mode=GOOD)
        costs = []
        for _portion in range(3):
            costs.append(count(lambda: carrying.carry_on(factories.AT)))
            db.session.remove()
        assert max(costs[1:]) <= costs[0]
        assert costs[0] <= 11 * carrying.PORTION
        goods_files.carry()


def test_unchanged_rows_ask_nothing_of_their_own(app: Flask) -> None:
    with app.app_context():
        goods_files.take_over(goods_files.workbook([HEAD, *ROWS[:50]]))

        def cost(rows: int) -> int:
            return count(lambda: goods_files.check(goods_files.workbook([HEAD, *ROWS[:rows]])))

        cost(1)
        assert cost(50) == cost(2)
