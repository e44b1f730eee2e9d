"""Decides on what the write path is measured: a durable database on the disk, goods, full baskets."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from marketplace import create_app
from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.transaction import transaction
from marketplace.operations.setup import upgrade
from marketplace.orders.models import Cart, CartLine
from marketplace.sellers import opening
from marketplace.storefront.furniture import CART
from tests import cast, factories, seed
from tests.databases import let_go
from tests.postgres import Cluster
from tests.scratch import scratch_folder

ENGINES = ("sqlite", "postgresql")
SHOPS = 16
PRICE, PIECES = 15_000, 900_000
# Nobody is refused for ordering too often: here one address stands for many buyers.
UNLIMITED = 1_000_000_000
_RAW = "a" * 40
FIELDS = {
    "nama": "Budi",
    "wilayah": cast.HURUN,
    "alamat": "Dusun 2 RT 3",
    "patokan": "dekat masjid",
    "pembayaran": "cod",
}


@dataclass(frozen=True)
class Basket:
    """A full basket and the checkout form that lies before its owner.

    `cart_id` and `line_ids` are its rows, `token_hash` is how they know their browser, `shop` whose goods lie
    in it.
    """

    cart_id: int
    line_ids: tuple[int, ...]
    token_hash: str
    shop: int
    cookie: str
    body: bytes


@dataclass(frozen=True)
class Stock:
    """A filled database: its engine and settings, and its server where there is one."""

    engine: str
    config: Config
    server: Cluster | None

    @property
    def database_pid(self) -> int:
        """The process of the database's server; 0 where there is none."""
        return self.server.pid if self.server else 0

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.config.data_dir


@contextmanager
def stocked(engine: str) -> Iterator[Stock]:
    """A fresh database on the disk with `SHOPS` shops of two goods; removed afterwards.

    SQLite syncs every commit as it always does here; PostgreSQL runs with fsync, unlike in the tests.
    """
    folder = scratch_folder("desamart-bench-", durable=True)
    try:
        with _database(engine, str(folder / "desamart.sqlite")) as (address, server):
            config = Config(
                database_url=address, data_dir=folder, secret_key="bench" * 8, orders_per_minute=UNLIMITED
            ).completed()
            with opened(config) as app:
                upgrade(app)
                seed.seed(app)
                _shops()
            yield Stock(engine, config, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(config: Config) -> Iterator[Flask]:
    """An application in this process on these data, within its context; its connections are closed after."""
    app = create_app(config)
    try:
        with app.app_context():
            yield app
    finally:
        let_go(app)


def fill(app: Flask, count: int) -> list[Basket]:
    """Make full baskets, the shops in turn: two goods of one shop in each. Call inside the app's context."""
    on_shelf = [[factories.product(slug).variants[0].id for slug in goods(number)] for number in range(SHOPS)]
    made, tokens = [], [new_token() for _ in range(count)]
    with transaction() as rows:
        for number, token in enumerate(tokens):
            lines = [
                CartLine(variant_id=variant_id, quantity=1, seen_price=PRICE)
                for variant_id in on_shelf[number % SHOPS]
            ]
            cart = Cart(token_hash=token_hash(token), updated_at=now(), lines=lines)
            rows.add(cart)
            made.append(cart)
        rows.flush()
        ids = [(cart.id, tuple(line.id for line in cart.lines)) for cart in made]
    db.session.remove()
    return [
        Basket(cart_id, line_ids, token_hash(token), number % SHOPS, *_form(app, token, number))
        for number, ((cart_id, line_ids), token) in enumerate(zip(ids, tokens, strict=True))
    ]


def shop(number: int) -> str:
    """The address of a shop, counted from 0."""
    return f"toko-{number}"


def goods(number: int) -> tuple[str, str]:
    """The addresses of a shop's goods."""
    return _slug(number, 0), _slug(number, 1)


def first_form(app: Flask, slug: str) -> tuple[str, bytes]:
    """What somebody without a basket sends to put a piece into one: the browser's cookie, and the form."""
    cookie, csrf = _browser(app, {})
    return cookie, urlencode({"produk": slug, "jumlah": "1", "csrf_token": csrf}).encode()


def spread_ids(app: Flask) -> None:
    """Let rows of different tables have different ids from now on, so that an id says whose it is."""
    fill(app, 500)
    for _number in range(5):
        factories.order({cast.CHIPS: 1, cast.COFFEE: 1})
    db.session.remove()


@contextmanager
def _database(engine: str, file: str) -> Iterator[tuple[str, Cluster | None]]:
    if engine == "sqlite":
        yield f"sqlite:///{file}", None
        return
    with Cluster(durable=True) as cluster:
        yield cluster.create("desamart_bench"), cluster


def _shops() -> None:
    with transaction():
        owner = factories.person(cast.SELLER)
        for number in range(SHOPS):
            opened_shop = opening.open_shop(
                owner, name=f"Toko {number}", kind="umkm", village_code=cast.HANURA,
                phone=f"+62812000{number:04d}", at=seed.LONG_AGO, slug=shop(number),
            )  # fmt: skip
            opening.verify(opened_shop, at=seed.LONG_AGO)
            for place in (0, 1):
                factories.put_on_shelf(
                    opened_shop, slug=_slug(number, place), name=f"Barang {number} {place}", price=PRICE,
                    stock=PIECES, at=seed.LONG_AGO,
                )  # fmt: skip
    db.session.remove()


def _slug(shop: int, place: int) -> str:
    return f"barang-{shop}-{place}"


def _form(app: Flask, token: str, number: int) -> tuple[str, bytes]:
    """What a browser with this basket would send: its cookie, and the form that the page had filled in."""
    cookie, csrf = _browser(app, {CART: token})
    # Each buyer has a telephone of their own: some limits and locks go by it.
    fields = FIELDS | {"telepon": f"0812{number:08d}", f"pengiriman-{shop(number % SHOPS)}": "antar"}
    fields |= {"kunci": new_token(), "csrf_token": csrf}
    return cookie, urlencode(fields).encode()


def _browser(app: Flask, remembers: dict[str, str]) -> tuple[str, str]:
    """The cookie of a browser, and the mark in the forms of its pages."""
    cookies = SecureCookieSessionInterface().get_signing_serializer(app)
    assert cookies is not None
    cookie = f"{app.config['SESSION_COOKIE_NAME']}={cookies.dumps({**remembers, 'csrf_token': _RAW})!s}"
    return cookie, str(URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(_RAW))
