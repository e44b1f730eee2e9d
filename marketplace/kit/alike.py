"""Decides when a page that all strangers see alike is shown again without being made: while nothing changed.

A view says `until(...)`. The page is then kept with the mark of the database under which it was made, and
shown to visitors without a cookie of ours while the mark is the same and the moment is not over. What a
browser still has is answered with 304. Whoever is known (a basket, a sign-in, a language) never sees it.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request
from werkzeug.datastructures import Headers
from werkzeug.http import parse_etags

from marketplace.kit import unchanged
from marketplace.kit.clock import now

WANTED, UNTIL = "desamart.alike", "desamart.alike_until"
PAGES, BELOW = ("/", "/produk"), ("/toko/", "/desa/", "/wilayah/")
# What a page says besides prices and stock (names of places, numbers beside categories) may be this old.
LONGEST = timedelta(seconds=60)
# Of pages with all that they are found by: addresses and headers may be long.
MOST_BYTES = 4_000_000
# Nothing personal is in such a page; a browser asks each time whether it is still right.
CACHED = "private, no-cache"
OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding")
Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]
Key = tuple[str, ...]


@dataclass(frozen=True)
class _Page:
    """An answer with all its headers, right while the mark is the same and `until` is ahead."""

    mark: Hashable
    until: datetime
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    tag: str


def until(next_change: Callable[[datetime], datetime | None], *, at: datetime) -> None:
    """The page being made depends on database and address alone until `next_change(at)` (None: always)."""
    if WANTED in request.environ:
        request.environ[UNTIL] = min(next_change(at) or at + LONGEST, at + LONGEST)


def is_kept() -> bool:
    """Whether the page that was made is kept for others."""
    return UNTIL in request.environ


def register(app: Flask, *, beside: Callable[[], Hashable]) -> None:
    """Stand before the application. `beside` marks what pages show that does not lie in the database."""
    app.wsgi_app = _Alike(app, app.wsgi_app, beside)  # type: ignore[method-assign,assignment]


class _Alike:
    """The pages kept by one process."""

    def __init__(self, app: Flask, inner: Application, beside: Callable[[], Hashable]) -> None:
        self.app, self.inner, self.beside = app, inner, beside
        # The bare name: whoever reads cookies forgives more than whoever writes them.
        self.cookie = app.config["SESSION_COOKIE_NAME"]
        self.pages: OrderedDict[Key, _Page] = OrderedDict()
        self.bytes = 0
        self.turn = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "GET" or not (path in PAGES or path.startswith(BELOW)):
            return self.inner(environ, start)
        mark = unchanged.mark(self.app)
        environ[unchanged.KEY] = mark = None if mark is None else (mark, self.beside())
        if mark is None or self.cookie in environ.get("HTTP_COOKIE", ""):
            return self.inner(environ, start)
        key = _key(environ)
        page = self.pages.get(key)
        if page is None or page.mark != mark or page.until <= now():
            made = self._make(environ, start, mark)
            if not isinstance(made, _Page):
                return made
            self._keep(key, page := made)
        return _answer(page, environ, start)

    def _make(self, environ: Environ, start: Start, mark: Hashable) -> _Page | Iterable[bytes]:
        """The page, if everybody is to see it alike; else the answer, already begun."""
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def note(status: str, headers: list[tuple[str, str]], *_problem: Any) -> Callable[[bytes], object]:
            told.append((status, headers))
            return lambda _written: None

        environ[WANTED] = True
        body = self.inner(environ, note)
        status, headers = told[-1]
        alike_until = environ.get(UNTIL)
        if alike_until is None or not status.startswith("200") or "Set-Cookie" in dict(headers):
            start(status, headers)
            return body
        whole = b"".join(body)
        if hasattr(body, "close"):
            body.close()
        tag = f'W/"{hashlib.sha256(whole).hexdigest()[:20]}"'
        kept = Headers(headers)
        kept["Cache-Control"], kept["ETag"] = CACHED, tag
        kept["Vary"] = "Accept-Encoding, Cookie"
        return _Page(mark, alike_until, status, list(kept), whole, tag)

    def _keep(self, key: Key, page: _Page) -> None:
        with self.turn:
            old = self.pages.pop(key, None)
            self.pages[key] = page
            self.bytes += _weight(key, page) - (_weight(key, old) if old else 0)
            while self.bytes > MOST_BYTES:
                self.bytes -= _weight(*self.pages.popitem(last=False))


def _weight(key: Key, page: _Page) -> int:
    return len(page.body) + sum(map(len, key))


def _key(environ: Environ) -> Key:
    return (
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ["PATH_INFO"],
        environ.get("QUERY_STRING", ""),
        environ.get("HTTP_ACCEPT_ENCODING", ""),
    )


def _answer(page: _Page, environ: Environ, start: Start) -> Iterable[bytes]:
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and parse_etags(known).contains_weak(page.tag.removeprefix("W/").strip('"')):
        start("304 NOT MODIFIED", [pair for pair in page.headers if pair[0] not in OF_THE_BODY])
        return []
    start(page.status, page.headers)
    return [page.body]
