"""Measures the text search against plain SQL in one run: python -m bench.search [products]; ratios count."""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import insert

from marketplace import create_app
from marketplace.catalog.models import ACTIVE, Category, Product
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.columns import Base
from marketplace.kit.transaction import transaction
from marketplace.regions.loading import RegionRow, load
from marketplace.search import engine, fallback, handlers, indexing, rebuilding
from marketplace.sellers.models import VERIFIED, Shop

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
ROUNDS = 15


def main(products: int) -> None:
    """Print the table."""
    chance = random.Random(20261122)  # noqa: S311 - the same goods in every run
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(data_dir=Path(folder), secret_key="bench" * 8).completed())
        with app.app_context():
            _stock(products, chance)
            build = _seconds(rebuilding.rebuild)
            first = _seconds(lambda: engine.find("keripik"))
            click.echo(f"{products} products: build {build:.1f} s, first answer {first * 1000:.0f} ms")
            click.echo(f"{'p50 in ms':14}{'index':>9}{'SQL LIKE':>10}{'ratio':>8}")
            for name, texts in QUESTIONS.items():
                ours, plain = _median(engine.find, texts), _median(fallback.find_plain, texts)
                click.echo(f"{name:14}{ours:9.2f}{plain:10.2f}{ours / plain:8.2f}")
            click.echo(f"one update {_update():.0f} ms")
            db.session.remove()
            db.engine.dispose()


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
        session.connection().execute(
            insert(Product), [_product(number, chance) for number in range(1, products + 1)]
        )


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
    }  # fmt: skip


def _sentence(chance: random.Random, goods: str) -> list[str]:
    """Forty words, most of them of the 700 of two syllables, a few about goods."""
    filling = ["".join(chance.choices(SYLLABLES, k=2)) for _ in range(36)]
    return [*filling, goods, chance.choice(GOODS), *chance.choices(KINDS, k=2)]


def _update() -> float:
    with transaction():
        handlers.mark([1], at=AT)
    return _seconds(indexing.catch_up) * 1000


def _median(search: Callable[[str], object], texts: Sequence[str]) -> float:
    return statistics.median(_seconds(partial(search, text)) for text in list(texts) * ROUNDS) * 1000


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
