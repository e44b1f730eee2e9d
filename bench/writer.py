"""Places orders through the marketplace's own code and tells of each when it is bound.

`python -m bench.writer FOLDER ORDERS SYNCHRONOUS`: the numbers go to a file of their own, one write for each.
"""

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bench import world
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from tests import factories

FILE, TOLD = "desamart.sqlite", "told"
PAY = ("cod", "cod", "stripe")


def settings(folder: Path) -> Config:
    """An application on the database file of a folder; it searches there too, without an index beside it."""
    return Config(
        database_url=f"sqlite:///{folder / FILE}",
        data_dir=folder,
        secret_key="bench" * 8,
        search_url="database:",
    ).completed()


def write(folder: Path, orders: int, synchronous: str) -> None:
    """Place the orders, cash and card in turns, with SQLite's `synchronous` set as asked."""
    told = os.open(folder / TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with world.opened(settings(folder)):
        event.listen(db.engine, "connect", partial(_synchronise, synchronous))
        db.engine.dispose()
        for number in range(orders):
            goods = dict.fromkeys(world.goods(number % world.SHOPS), 1)
            placed = factories.order(goods, pay=PAY[number % len(PAY)], at=now())
            os.write(told, f"{placed.order.number}\n".encode())
            db.session.remove()


def _synchronise(how: str, connection: Any, _record: object) -> None:
    connection.execute(f"PRAGMA synchronous={how}").close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
