"""Measures what public pages and a guest's pages cost the web process, beside bare Flask with the driver.

`python -m bench.pages [--engine sqlite] [--goods 500] [--times 60]`. *kept*: a stranger's page while nothing
changes; *guest*: somebody with a basket; *changed*: the same right after somebody changed a price somewhere;
*own*: right after somebody changed a price that the page shows.
"""

import re
import statistics
import time
from collections.abc import Callable, Sequence
from contextvars import Context
from itertools import count

import click
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import EnvironBuilder

from bench import machine, world
from bench.page_floor import floor
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.search.rebuilding import rebuild
from tests import cast, factories, seed

BROWSER = {"Accept-Encoding": "gzip, br", "User-Agent": "Mozilla/5.0 (Linux; Android 10)"}
LISTS = {
    "front": "/",
    "list of goods": "/produk",
    "list, second page": "/produk?halaman=2",
    "category": "/produk?kategori=keripik-kerupuk",
    "search": "/produk?q=keripik",
    "village": f"/desa/{cast.HANURA}",
    "shop": f"/toko/{world.shop(0)}",
}
PRODUCT = f"/produk/{world.goods(0)[0]}"
OWN = {"product": PRODUCT, "basket": "/keranjang", "checkout page": f"/checkout?wilayah={cast.HURUN}"}
WARM_UP = 6
# Whose price is changed: of goods on no page below but perhaps the search; or of goods that the page shows.
_VARIANTS = "SELECT v.id FROM product p JOIN variant v ON v.product_id = p.id JOIN shop s ON s.id = p.shop_id"
_FIRST = "ORDER BY p.fresh DESC, p.published_at DESC, p.id DESC LIMIT 1"
ELSEWHERE = "SELECT 1"
NEWEST = f"{_VARIANTS} WHERE p.status = 'active' {_FIRST}"
OF_SHOP = f"{_VARIANTS} WHERE p.status = 'active' AND s.slug = '{world.shop(0)}' {_FIRST}"
OF_PRODUCT = f"{_VARIANTS} WHERE p.slug = '{world.goods(0)[0]}' LIMIT 1"


class Visitor:
    """Asks an application for pages without a network; `cookie` is what its browser has."""

    def __init__(self, app: Flask, cookie: str = "") -> None:
        self.app, self.cookie = app, cookie

    def ask(self, path: str, tag: str = "") -> tuple[float, dict[str, str]]:
        """CPU ms of one request and the headers of its answer; `tag` is what the browser still has.

        Raises:
            RuntimeError: the page did not open.
        """
        told: list[tuple[str, list[tuple[str, str]]]] = []
        more = {"Cookie": self.cookie, "If-None-Match": tag}
        known = [*BROWSER.items(), *((name, value) for name, value in more.items() if value)]
        environ = EnvironBuilder(path, headers=known).get_environ()
        began = time.process_time()
        body = self.app.wsgi_app(environ, lambda status, sent, *_: told.append((status, sent)))  # type: ignore[arg-type]
        b"".join(body)
        getattr(body, "close", lambda: None)()
        spent = (time.process_time() - began) * 1000
        status, sent = told[0]
        if status[:3] not in ("200", "304"):
            raise RuntimeError(f"{path} was answered with {status}")
        return spent, dict(sent)


@click.command()
@click.option("--engine", "engines", multiple=True, type=click.Choice(world.ENGINES), default=world.ENGINES)
@click.option("--goods", default=500, help="Goods beside those of the sixteen shops.")
@click.option("--times", default=60, help="Requests of each kind; the median counts.")
def main(engines: Sequence[str], goods: int, times: int) -> None:
    """Print a table for each engine: CPU ms of the web process per request."""
    for engine in engines:
        with world.stocked(engine) as stock, world.opened(stock.config) as app:
            _fill(goods)
            db.session.remove()
            click.echo(f"{engine}, {goods} goods; load of the machine {machine.load():.1f}")
            # Out of the context in which the goods were made: each request opens and closes one of its own.
            Context().run(_measure, app, stock.config.database_url, times)


def _measure(app: Flask, address: str, times: int) -> None:
    bare = Visitor(floor(address))
    cards, one = _median(bare, "/produk", times), _median(bare, "/satu", times)
    click.echo(f"bare Flask and driver: 24 cards {cards:.2f}, one {one:.2f}")
    stranger, guest = Visitor(app), Visitor(app, _basket(app.test_client()))
    elsewhere, newest = _committer(address, ELSEWHERE), _committer(address, NEWEST)
    of_shop, of_product = _committer(address, OF_SHOP), _committer(address, OF_PRODUCT)
    click.echo(f"{'':20}{'kept':>8}{'304':>8}{'guest':>8}{'changed':>9}{'own':>8}{'÷ bare':>8}")
    for name, path in LISTS.items():
        tag = stranger.ask(path)[1]["ETag"]
        changed = _median(guest, path, times, before=elsewhere)
        own = _median(guest, path, times, before=of_shop if name == "shop" else newest)
        click.echo(
            f"{name:20}{_median(stranger, path, times):8.3f}"
            f"{_median(stranger, path, times, tag=tag):8.3f}"
            f"{_median(guest, path, times):8.2f}{changed:9.2f}{own:8.2f}{changed / cards:8.1f}"
        )
    for name, path in OWN.items():
        changed = _median(guest, path, times, before=elsewhere)
        own = _median(guest, path, times, before=of_product)
        guests = _median(guest, path, times)
        click.echo(f"{name:20}{'':16}{guests:8.2f}{changed:9.2f}{own:8.2f}{changed / one:8.1f}")


def _median(
    visitor: Visitor, path: str, times: int, before: Callable[[], None] = lambda: None, tag: str = ""
) -> float:
    spent = []
    for _number in range(times + WARM_UP):
        before()
        spent.append(visitor.ask(path, tag)[0])
    return statistics.median(spent[WARM_UP:])


def _basket(client: FlaskClient) -> str:
    """A guest puts something into the basket; the cookie of their browser."""
    page = client.get(PRODUCT).text
    fields = dict(re.findall(r'name="(csrf_token|produk|varian)"[^>]*value="([^"]*)"', page))
    client.post("/keranjang", data=fields | {"jumlah": "1"})
    # It shows once what was said, and forgets it; from then on no page changes the cookie.
    client.get("/keranjang")
    cookie = client.get_cookie("desamart")
    assert cookie is not None
    return f"desamart={cookie.value}"


def _committer(address: str, variant: str) -> Callable[[], None]:
    """Somebody else changes a price."""
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    prices = count(world.PRICE)

    def commit() -> None:
        with engine.begin() as connection:
            connection.execute(
                text(f"UPDATE variant SET price = :price WHERE id = ({variant})"),
                {"price": next(prices)},
            )

    return commit


def _fill(goods: int) -> None:
    with transaction():
        for number in range(goods):
            factories.put_on_shelf(
                factories.shop(world.shop(number % world.SHOPS)),
                slug=f"keripik-{number}",
                name=f"Keripik {number}",
                price=9_000 + number,
                stock=40,
                at=seed.LONG_AGO,
            )
    rebuild()


if __name__ == "__main__":
    main()
