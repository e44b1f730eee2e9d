"""Somebody with a browser of their own, over HTTP against the running server: pages, cookies, real forms."""

import html
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import TypeVar

import requests

from tests import cast

PATIENCE = 90
Answer = TypeVar("Answer")


class Visitor:
    """Keeps cookies, sends the forms it is given. Use it as a context manager."""

    def __init__(self, base_url: str, cookies: requests.cookies.RequestsCookieJar | None = None) -> None:
        self.base_url = base_url
        self.session = requests.Session()
        self.session.trust_env = False
        if cookies is not None:
            self.session.cookies.update(cookies)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *problem: object) -> None:
        self.session.close()

    def get(self, path: str) -> requests.Response:
        """Open a page."""
        return self.session.get(self.base_url + path, timeout=PATIENCE, allow_redirects=False)

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        """Send a form."""
        return self.session.post(self.base_url + path, fields, timeout=PATIENCE, allow_redirects=False)

    def form(self, page: str, action: str) -> dict[str, str]:
        """The fields of the form that goes to `action`, as the page fills them in."""
        answer = self.get(page)
        assert answer.status_code == 200, (page, answer.status_code)
        return fields_of(answer.text, action)

    def sign_in(self, email: str) -> None:
        """Sign in as somebody of the cast."""
        answer = self.post("/masuk", self.form("/masuk", "/masuk") | {"email": email, "sandi": cast.PASSWORD})
        assert answer.status_code == 303, answer.status_code

    def put_into_basket(self, *slugs: str) -> None:
        """One piece of each, in this order."""
        for slug in slugs:
            answer = self.post("/keranjang", self.form(f"/produk/{slug}", "/keranjang"))
            assert answer.status_code == 303, answer.status_code

    def checkout_form(self, pay: str = "cod", region: str = cast.HURUN) -> dict[str, str]:
        """The filled-in checkout form; every shop brings the goods itself."""
        fields = self.form(f"/checkout?wilayah={region}", "/checkout")
        ways = {name: "antar" for name in fields if name.startswith("pengiriman-")}
        typed = {"nama": "Budi", "telepon": "0812 3456 7890", "alamat": "Dusun 2 RT 3", "pembayaran": pay}
        return {name: text for name, text in fields.items() if name != "total"} | ways | typed


class _Fields(HTMLParser):
    """Reads the fields of one form."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, False
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a browser would send."""
        known = dict(attrs)
        if tag == "form":
            self.inside = known.get("action") == self.action and known.get("method") == "post"
        name = known.get("name")
        if not self.inside or not name or tag not in ("input", "textarea", "select"):
            return
        if known.get("type") in ("radio", "checkbox") and "checked" not in known:
            self.fields.setdefault(name, "")
        else:
            self.fields[name] = known.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        """The form is over."""
        if tag == "form":
            self.inside = False


def fields_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form of a page that goes to `action`."""
    reader = _Fields(action)
    reader.feed(page)
    assert reader.fields, f"no form to {action} on this page"
    return reader.fields


def words(answer: requests.Response) -> str:
    """What a page says, without its markup, in one line."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def all_at_once(deeds: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Do everything at the same moment, a thread for each; the answers in the order of the deeds."""
    start = threading.Barrier(len(deeds))

    def together(deed: Callable[[], Answer]) -> Answer:
        start.wait(PATIENCE)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(together, deeds))


def in_turns(deeds: Sequence[Callable[[], Answer]], hands: int = 8) -> list[Answer]:
    """Do everything, a few at a time: preparations that are no race."""
    with ThreadPoolExecutor(hands) as pool:
        return list(pool.map(lambda deed: deed(), deeds))
