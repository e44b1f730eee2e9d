"""Measures the text search and the pages made of it, on both engines, beside plain SQL.

`python -m bench.search [--engine sqlite] [--index database:] [--goods 10000]`; CPU ms of this process and of
the database's, so that ratios hold on a busy machine too.
"""

import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import insert, inspect

from bench import machine, world
from bench.pages import Visitor
from marketplace.catalog.models import ACTIVE, Category, Product, Variant
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.kit.transaction import transaction
from marketplace.regions.loading import RegionRow, load
from marketplace.search import engine, fallback, handlers, indexing, rebuilding
from marketplace.sellers.models import VERIFIED, Shop
from tests.postgres import Cluster
from tests.scratch import scratch_folder

AT = datetime(2026, 1, 5, tzinfo=UTC)


def _list(text: str) -> list[str]:
    return text.split()


GOODS = _list(
    "keripik kerupuk kopi lada madu gula beras pisang singkong durian emping tapis kain terasi sambal"
)
KINDS = _list(
    "cokelat balado robusta hitam putih hutan aren manis pedas asin original bubuk kering segar super"
)
VILLAGES = _list("Hanura Podomoro Bagelen Hurun Kiluan Natar Kalianda Sukarame Liwa Krui Menggala Mesuji")
SYLLABLES = _list("ba be bi bu da di du ga gi ka ke ku la li ma me mu na nu pa ra sa se ta ti tu wa")
QUESTIONS = {
    "one word": ["keripik", "kopi", "madu", "lada"],
    "two words": ["keripik pisang", "kopi robusta", "madu hutan", "kain tapis"],
    "a beginning": ["kerip", "rob", "madu hut", "kop"],
    "a slip": ["keripkk", "robsuta", "maduu hutan", "terasu"],
    "a synonym": ["ubi kayu", "coklat", "merica", "kripik duren"],
    "a rare word": ["nomor 4711", "kode4711", "4711", "kode 4711"],
}
PAGES = {
    "one word": "/produk?q=keripik",
    "two words": "/produk?q=keripik+pedas",
    "filters, by price": "/produk?q=keripik&kategori=keripik&wilayah=18.09&harga_max=50000&urut=termurah",
    "a village's, available": "/produk?q=kopi&wilayah=18.09.10.2003&tersedia=1",
    "a rare word": "/produk?q=nomor+4711",
}
ROUNDS, PLAIN_ROUNDS, PAGE_ROUNDS = 15, 1, 20
CHUNK = 20_000


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--index", "indexes", multiple=True, default=("whoosh:", "database:"))
@click.option("--goods", default=10_000)
def main(engines: Sequence[str], indexes: Sequence[str], goods: int) -> None:
    """Print a table for each database and index."""
    for name in engines:
        folder = scratch_folder("desamart-bench-", durable=True)
        try:
            with _database(name, folder) as (address, server):
                for search_url in indexes:
                    config = Config(
                        database_url=address, data_dir=folder, secret_key="bench" * 8, search_url=search_url
                    )
                    _measure(config.completed(), server, goods)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, int]]:
    if name == "sqlite":
        yield f"sqlite:///{folder / 'desamart.sqlite'}", 0
        return
    with Cluster(durable=True) as cluster:
        yield cluster.create("desamart_bench"), cluster.pid


def _measure(config: Config, server: int, goods: int) -> None:
    chance = random.Random(20261122)  # noqa: S311 - the same goods in every run
    with world.opened(config) as app:
        if not inspect(db.engine).has_table("product"):
            _stock(goods, chance)
        spent = partial(_spent, server)
        build = spent(rebuilding.rebuild, 1) / 1000
        kind = f"{'PostgreSQL' if server else 'SQLite'}, {config.search_url}"
        click.echo(f"{kind} {goods} goods, load {machine.load():.0f}: build {build:.1f} s")
        click.echo(f"{'CPU ms':26}{'asked':>9}{'kept':>8}{'SQL LIKE':>10}{'ratio':>8}")
        for name, texts in QUESTIONS.items():
            asked = spent(partial(_each, _afresh, texts), ROUNDS) / len(texts)
            kept = spent(partial(_each, engine.find, texts), ROUNDS) / len(texts)
            plain = spent(partial(_each, fallback.find_plain, texts), PLAIN_ROUNDS) / len(texts)
            click.echo(f"{name:26}{asked:9.2f}{kept:8.2f}{plain:10.2f}{asked / plain:8.3f}")
        click.echo(f"one update {spent(_update, 20):.1f} ms")
        db.session.remove()
        click.echo(f"{'page, CPU ms':26}{'asked anew':>12}{'after a commit':>16}{'nothing changed':>17}")
        visitor = Visitor(app, "desamart=x")
        for name, path in PAGES.items():
            visitor.ask(path)
            anew, after, same = (
                _page(server, visitor, path, before) for before in (_anew, _commit, _nothing)
            )
            click.echo(f"{name:26}{anew:12.2f}{after:16.2f}{same:17.2f}")
        db.session.remove()
        db.engine.dispose()


def _each(ask: Callable[[str], object], texts: Sequence[str]) -> None:
    for text in texts:
        ask(text)


def _afresh(text: str) -> list[int] | None:
    engine.forget()
    return engine.find(text)


def _page(server: int, visitor: Visitor, path: str, before: Callable[[], None]) -> float:
    """CPU ms of a page; what happens before is not counted."""
    spent = 0.0
    for _round in range(PAGE_ROUNDS):
        before()
        spent += _spent(server, partial(visitor.ask, path), 1)
    return spent / PAGE_ROUNDS


def _anew() -> None:
    """Everything was forgotten."""
    _commit()
    engine.forget()


def _commit() -> None:
    """Somebody changes something, so that nothing follows from the database as it was."""
    with transaction() as session:
        session.get_one(Category, GOODS[0]).sort += 1
    db.session.remove()


def _nothing() -> None:
    """Nobody changes anything."""


def _spent(server: int, work: Callable[[], object], times: int) -> float:
    """CPU ms of one time, in this process and in the database's."""
    began, theirs = time.process_time(), machine.cpu_seconds(machine.family(server)) if server else 0
    for _time in range(times):
        work()
    there = machine.cpu_seconds(machine.family(server)) - theirs if server else 0
    return (time.process_time() - began + there) / times * 1000


def _stock(products: int, chance: random.Random) -> None:
    Base.metadata.create_all(db.engine)
    villages = [RegionRow(f"18.09.10.{2001 + n}", name, "desa") for n, name in enumerate(VILLAGES)]
    load([RegionRow("18", "Lampung", "provinsi"), RegionRow("18.09", "Kabupaten Pesawaran", "kabupaten")])
    load([RegionRow("18.09.10", "Teluk Pandan", "kecamatan"), *villages])
    with transaction() as session:
        for slug in GOODS:
            session.add(Category(slug=slug, name_id=slug.capitalize(), name_en=slug, sort=1))
        session.add_all(_shop(number) for number in range(200))
        session.flush()
    for first in range(1, products + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, products + 1))
        with transaction() as session:
            session.connection().execute(insert(Product), [_product(number, chance) for number in numbers])
            session.connection().execute(insert(Variant), [_variant(number, chance) for number in numbers])
    with db.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _shop(number: int) -> Shop:
    return Shop(
        id=number + 1, slug=f"toko-{number}", name=f"Toko {VILLAGES[number % 12]} {number}", kind="umkm",
        phone="+62", village_code=f"18.09.10.{2001 + number % 12}", status=VERIFIED, created_at=AT,
    )  # fmt: skip


def _product(number: int, chance: random.Random) -> dict[str, object]:
    goods = chance.choice(GOODS)
    return {
        "id": number, "slug": f"p-{number}", "shop_id": 1 + number % 200, "category_slug": goods,
        "name": f"{goods} {' '.join(chance.sample(KINDS, 2))} kode{number}", "unit": "bungkus", "sector": "",
        "description": " ".join(_sentence(chance, goods)), "fulfilment": "nasional",
        "shipping_weight_g": 300, "status": ACTIVE, "sold": 0, "created_at": AT, "updated_at": AT,
        "published_at": AT,
    }  # fmt: skip


def _variant(number: int, chance: random.Random) -> dict[str, object]:
    price = chance.randrange(5, 90) * 1000
    return {"id": number, "product_id": number, "price": price, "on_hand": number % 9, "on_demand": False}


def _sentence(chance: random.Random, goods: str) -> list[str]:
    """Forty words, most of them of the 700 of two syllables, a few about goods."""
    filling = ["".join(chance.choices(SYLLABLES, k=2)) for _ in range(36)]
    return [*filling, goods, chance.choice(GOODS), *chance.choices(KINDS, k=2)]


def _update() -> None:
    with transaction():
        handlers.mark([1], at=AT)
    indexing.catch_up()


if __name__ == "__main__":
    main()
