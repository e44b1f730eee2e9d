"""What is away takes away what needs it and nothing else: one test for each dependency and section.

The table of docs/degraded.md is the same as `EXPECTED`.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from marketplace.config import PROJECT
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.clock import now
from marketplace.notices import sending
from marketplace.notices.models import SENT, NoticeMail
from marketplace.operations import worker
from tests import cast, factories
from tests.browsing import Browser, words
from tests.operations.breaking import BREAKS, with_stripe
from tests.shopper import Shopper

PAGES = (
    "/",
    "/produk",
    f"/produk/{cast.CHIPS}",
    f"/toko/{cast.HER_SHOP}",
    f"/desa/{cast.HANURA}",
    "/keranjang",
)
SORRY = "istirahat sebentar"
WORKS, PLAIN, LATER, REFUSED, WAITS = "works", "plain words", "paid later", "refused", "waits"


class People(NamedTuple):
    """Who signed in before anything was missing; `open_order` waits for the seller."""

    seller: Browser
    officer: Browser
    open_order: str


def look(app: Flask, _people: People) -> str:
    """Open what everybody reads."""
    seen = {Browser(app).get(page).status_code for page in PAGES}
    return WORKS if seen == {200} else str(seen)


def search(app: Flask, _people: People) -> str:
    """Find goods by a word, and by one with a slip of the finger."""
    found = [cast.CHIPS in Browser(app).get(f"/produk?q={word}").text for word in ("keripik", "kerpik")]
    return {(True, True): WORKS, (True, False): PLAIN}.get((found[0], found[1]), str(found))


def order(app: Flask, _people: People) -> str:
    """Take something and order it, paid in cash."""
    shopper = Shopper(app.test_client())
    answer = shopper.take(cast.CHIPS)
    return _said(answer.status_code, answer.text) or _said(*_ordered(shopper, "cod")[:2]) or WORKS


def pay(app: Flask, _people: People) -> str:
    """Order something and pay it by card."""
    shopper = Shopper(app.test_client())
    answer = shopper.take(cast.COFFEE)
    status, page, location = _ordered(shopper, "stripe")
    if refused := _said(answer.status_code, answer.text) or _said(status, page):
        return refused
    if urlsplit(location).path.startswith("/pesanan/"):
        told = words(shopper.get(location))
        return LATER if "Bayar sekarang" in told and "belum bisa dibuka" in told else told
    return WORKS


def sell(app: Flask, people: People) -> str:
    """Accept an order as its seller."""
    people.seller.client.application = app
    answer = people.seller.post(f"/penjual/pesanan/{people.open_order}/terima")
    return _said(answer.status_code, answer.text) or WORKS


def read(app: Flask, people: People) -> str:
    """Read the figures of a region, with their map."""
    people.officer.client.application = app
    seen = {people.officer.get(page).status_code for page in ("/program", "/program/wilayah/18.09")}
    return WORKS if seen == {200} else str(seen)


def tell(app: Flask, _people: People) -> str:
    """Hand on what happened and send the e-mails about it."""
    with app.app_context(), suppress(OperationalError):
        worker.drain(at=now())
        sending.send_due(at=now())
    with app.app_context():
        done = not outbox.waiting() and bool(
            db.session.scalar(select(NoticeMail.id).where(NoticeMail.state == SENT))
        )
        db.session.remove()
    return WORKS if done else WAITS


Section = Callable[[Flask, People], str]
SECTIONS: dict[str, Section] = {
    "look": look, "search": search, "order": order, "pay": pay, "sell": sell, "read": read, "tell": tell,
}  # fmt: skip
ALL = dict.fromkeys(SECTIONS, WORKS)
EXPECTED = {
    "nothing": ALL,
    "stripe": ALL | {"pay": LATER},
    "midtrans": ALL,
    "mail": ALL | {"tell": WAITS},
    "index": ALL | {"search": PLAIN},
    "redis": ALL,
    "disk": ALL | dict.fromkeys(("order", "pay", "sell"), REFUSED) | {"tell": WAITS},
    "worker": ALL | {"tell": WAITS},
    "photos": ALL,
    "boundaries": ALL,
}
_seen: dict[str, dict[str, str]] = {}


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("missing", BREAKS)
def test_what_is_away_takes_only_what_needs_it(app: Flask, missing: str, section: str) -> None:
    if missing not in _seen:
        _seen[missing] = _looked_at(app, missing)
    assert _seen[missing][section] == EXPECTED[missing][section]


def _looked_at(app: Flask, missing: str) -> dict[str, str]:
    """All sections while something is missing; afterwards all that waited is caught up on."""
    with_stripe(app)
    with app.app_context():
        worker.drain(at=now())
        open_order = factories.order({cast.CRACKERS: 1}).order.children[0].number
        db.session.remove()
    people = People(Browser(app, cast.SELLER), Browser(app, cast.REGENCY_OFFICER), open_order)
    with BREAKS[missing](app) as market:
        jobs = {name: section for name, section in SECTIONS.items() if (name, missing) != ("tell", "worker")}
        seen = {name: section(market, people) for name, section in jobs.items()}
    if missing == "worker":
        with app.app_context():
            seen["tell"] = WAITS if outbox.waiting() else WORKS
            db.session.remove()
    with app.app_context():
        assert worker.drain(at=now()) == 0
    return seen


def _ordered(shopper: Shopper, way: str) -> tuple[int, str, str]:
    answer = shopper.checkout(pay=way)
    return answer.status_code, answer.text, answer.headers.get("Location", "")


def _said(status: int, page: str) -> str:
    """Nothing where it went on; else that it was refused, if it was in words."""
    if status == 303:
        return ""
    return REFUSED if status == 503 and SORRY in page else f"{status} without words"


def test_the_paper_shows_the_same_table() -> None:
    paper = (PROJECT / "docs" / "degraded.md").read_text(encoding="utf-8")
    lines = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in paper.splitlines() if "|" in line
    ]
    heads = next(cells for cells in lines if cells[1:] == list(SECTIONS))
    table = {cells[0]: dict(zip(heads[1:], cells[1:], strict=True)) for cells in lines if cells[0] in BREAKS}
    assert table == EXPECTED


def test_every_test_that_the_paper_names_is_there() -> None:
    paper = (PROJECT / "docs" / "degraded.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", paper)
    assert len(named) > 10
    lacking = [
        name for file, name in named if f"def {name}(" not in Path(PROJECT, file).read_text(encoding="utf-8")
    ]
    assert lacking == []
