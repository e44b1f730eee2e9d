"""What a visit weighs packed and with its headers: the first page with all it needs, the next one."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import cast
from tests.shopper import Shopper

# The goals for a phone on 3G.
FIRST, REQUESTS, NEXT = 60_000, 9, 8_000
NEEDED = re.compile(
    r'(?:<link rel="(?:stylesheet|icon)"[^>]*href|<(?:script|img)[^>]*src|<use href)="([^"#]+)'
)


def _ask(client: FlaskClient, path: str) -> TestResponse:
    return client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})


def _weight(answer: TestResponse) -> int:
    return len(answer.data) + len(str(answer.headers))


def _needed(client: FlaskClient, path: str) -> set[str]:
    """What a browser fetches for a page; of pictures all, also those that wait until they are seen."""
    return {found for found in NEEDED.findall(client.get(path).text) if not found.startswith("data:")}


def test_a_first_visit_is_light(client: FlaskClient) -> None:
    files = _needed(client, "/")
    answers = [_ask(client, path) for path in ("/", *files)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(answers) <= REQUESTS and sum(map(_weight, answers)) <= FIRST


def test_the_next_pages_are_lighter(client: FlaskClient) -> None:
    Shopper(client).take(cast.CHIPS)
    known = _needed(client, "/")
    for path in ("/produk", f"/produk/{cast.CHIPS}", "/keranjang", f"/checkout?wilayah={cast.HURUN}"):
        assert _weight(_ask(client, path)) <= NEXT
        more = {found for found in _needed(client, path) - known if "/media/" not in found}
        assert not more, "its files are those of the first page"
