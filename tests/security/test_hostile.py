"""No form of the route table ends in a server error, whatever is typed into it, whoever sends it."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from marketplace.orders import carts
from tests import cast, factories
from tests.browsing import Browser
from tests.security import rows
from tests.security.test_matrix import EVERY, asked

SOURCES = Path(__file__).parents[2]
# One value into all fields at once; fields of words, of numbers and of dates each meet all of them.
HOSTILE: dict[str, Any] = {
    "nothing": "",
    "zero": "0",
    "below zero": "-1",
    "broken": "1.5",
    "written otherwise": "1e3",
    "digits of another script": "٣",
    "beyond every column": str(2**63),
    "a NUL": "a\x00b",
    "half a letter": b"a\xed\xa0\x80b",
    "no letters": b"\xff\xfe",
    "very long": "x" * 5_000,
    "markup": '"><script>alert(1)</script>',
    "SQL": "' OR 1=1; --",
    "a template": "{{ 7 * 7 }}${7*7}%(x)s%s",
    "a formula": "=HYPERLINK(1)",
    "a header": "a\r\nSet-Cookie: b=c",
    "a path": "../../../../etc/passwd",
    "nothing that is a number": "nan",
    "a day that never was": "2026-02-30",
}
PEOPLE = {
    "/admin": cast.FINANCE,
    "/gerai": cast.OPERATOR,
    "/penjual": cast.SELLER,
    "/program": cast.REGENCY_OFFICER,
}
TURNS = 2
KEPT = {"toko": cast.HER_SHOP, "desa": cast.HANURA}
ENDS = re.compile(r"(keluar|keluar-semua|serah-terima|akhiri|bekukan|sandi)$")


@pytest.fixture(scope="module")
def names() -> list[str]:
    """Every name of a field that a form, a template or a view of ours knows."""
    found: set[str] = set()
    for path in SOURCES.glob("marketplace/**/*.py"):
        text = path.read_text()
        found |= set(re.findall(r"(?:form|args|files)\.get(?:list)?\(\s*\"([\w-]+)\"", text))
        if "Form" in text:
            found |= set(re.findall(r"^    (\w+) = \w*Field\(", text, re.MULTILINE))
    for path in SOURCES.glob("templates/**/*.html"):
        found |= set(re.findall(r'name="([\w-]+)"', path.read_text()))
    return sorted(found - {"csrf_token", *KEPT})


@pytest.fixture
def browsers(app: Flask) -> dict[str, Browser]:
    """Whoever may send the forms of a part of the site; others are the buyer's."""
    return {section: Browser(app, email) for section, email in {**PEOPLE, "": cast.BUYER}.items()}


@pytest.mark.parametrize("turn", range(TURNS if EVERY else 1))
def test_no_form_breaks(
    app: Flask, browsers: dict[str, Browser], names: list[str], turn: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each field meets half of the values at each address, all with DESAMART_TEST_EVERY=1; which, changes."""
    monkeypatch.setattr("flask.templating._render", lambda _app, template, _context: str(template.name))
    parts, values, broken = rows.lay(app), list(HOSTILE.values()), {}
    for number, (method, rule) in enumerate(asked(app)):
        if method == "POST" and not ENDS.search(rule) and not rule.startswith("/webhook"):
            browser = browsers.get("/" + rule.split("/")[1]) or browsers[""]
            for step in range(turn, len(values), TURNS):
                sent = {
                    name: values[(place + number + step) % len(values)] for place, name in enumerate(names)
                }
                status = browser.post(rows.filled(rule, parts), sent | KEPT).status_code
                if status >= 500:
                    broken[f"{rule} {step}"] = status
    assert broken == {}
    assert len(names) > 150


def test_of_doubled_fields_the_first_counts_wherever_the_second_stands(app: Flask) -> None:
    browser = Browser(app, cast.BUYER)
    fields = [("csrf_token", browser.csrf), ("produk", cast.CHIPS), ("jumlah", "2"), ("jumlah", "40")]
    assert browser.client.post("/keranjang?jumlah=7", data=MultiDict(fields)).status_code == 303
    with app.app_context():
        assert [wish.quantity for wish in carts.wishes(factories.person(cast.BUYER), None)] == [2]


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "application/xml", "multipart/form-data", "x"]
)
def test_a_form_in_another_dress_is_none(app: Flask, kind: str) -> None:
    browser = Browser(app, cast.BUYER)
    body = f"csrf_token={browser.csrf}&produk={cast.CHIPS}&jumlah=2"
    assert browser.client.post("/keranjang", data=body, content_type=kind).status_code == 422
