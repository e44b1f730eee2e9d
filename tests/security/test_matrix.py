"""Who enters what: every address of the route table, every kind of person, rows that are and are not theirs.

Strangers get what somebody gets who asks for a row that is not there. A new route is tried by itself.
"""

import os
import re
import zlib
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import cast
from tests.browsing import Browser
from tests.security import rows
from tests.security.entrances import ALL, KNOWN, PEOPLE, STRANGER, declared

# The simulated outside world exists in demo mode alone, and knows no people of ours.
OUTSIDE = ("/simulasi/",)
# Sign-in and its like are decided by what is typed, and end what the others need.
DOORS = ("/keluar", "/akun/keluar-semua", "/masuk", "/daftar")
# What ends or changes hands comes last.
LAST = re.compile(r"(batal|keluarkan|keluar|selesai|akhiri|bekukan|undangan/<token>)$")
# There is no row for these, or not in the state they speak of: their own people get 404 as well. The tests
# of their pages try strangers with rows.
NOTHING_THERE = re.compile(
    r"<(paper|token|name|session_id|path:\w+|int:part|int:revision|int:line_id)>"
    r"|/foto$|-foto$|/mutu/<int|pengembalian-dana/<key>|/uplift/<any\('tindakan','data-awal'\):slug>/<int"
    r"|surat/<int|/undang$|/tarik$|/nota/<number>|/label$|qris/<slug>|/penjual/pesanan/<number>/pembayaran"
    r"|bukti-transfer|rekening-pengembalian|^/ulasan$|^/keranjang|terbitan/<code>/<key>/<step>|/toko/desa$"
    r"|^/api/v1/products/<slug>$|^/lacak$"
)

# Leaving a desk says nothing of it; a role that is none is refused before anybody looks whose.
NO_MATTER_WHAT = {
    "POST /gerai/bantuan/<slug>/selesai": 303,
    "POST /penjual/toko/anggota/<int:user>/peran": 422,
}
# At each address: who is not signed in, the nearest stranger, one more who must stay out and two of those who
# may enter, in turn, so that everybody is tried in each part of the site. DESAMART_TEST_EVERY=1 tries all.
EVERY = bool(os.environ.get("DESAMART_TEST_EVERY"))
NEAREST = {"/penjual": "s", "/gerai": "o", "/program": "o", "/pesanan": "s", "/api": "s", "/admin": "O"}


@pytest.fixture
def parts(app: Flask) -> dict[str, str]:
    """What stands for a part of an address."""
    return rows.lay(app)


@pytest.fixture
def without_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may enter is decided before a page is drawn; drawing thousands would only take time."""
    monkeypatch.setattr("flask.templating._render", lambda _app, template, _context: str(template.name))


def asked(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and rule of every route; what changes nothing first, what ends something last."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.rule.startswith(OUTSIDE)]
    for method in ("GET", "POST"):
        for rule in sorted(rules, key=_in_turn):
            if method in (rule.methods or ()) and rule.rule not in DOORS:
                yield method, rule.rule


def _in_turn(rule: Rule) -> tuple[bool, str]:
    return bool(LAST.search(rule.rule)), rule.rule


def some(method: str, rule: str, letters: str) -> str:
    """Who is tried at an address."""
    if letters == ALL:
        return f"{STRANGER}s"
    turn = zlib.crc32(f"{method} {rule}".encode())
    out = [letter for letter in KNOWN if letter not in letters] or [STRANGER]
    wanted = {STRANGER, NEAREST.get("/" + rule.split("/")[1], "s"), out[turn % len(out)]}
    wanted |= {letters[turn % len(letters)], letters[(turn + 1) % len(letters)]}
    return "".join(letter for letter in ALL if letter in wanted)


def ask(browser: Browser, method: str, path: str) -> TestResponse:
    """Open a page, or send a form that names her shop and her village, as a stranger would."""
    section, hers = path.split("/")[1], {"toko": cast.HER_SHOP, "desa": cast.HANURA}
    query = {"penjual": f"?toko={cast.HER_SHOP}", "gerai": f"?desa={cast.HANURA}"}
    path += query.get(section, f"?wilayah={cast.HANURA}" if section == "program" else "")
    return browser.post(path, dict(hers)) if method == "POST" else browser.get(path)


def answer_to(letter: str, answer: TestResponse) -> str:
    """`in`, `out` (404) or `asked` to sign in; anything from 500 on stands as it is."""
    if answer.status_code == 404:
        return "out"
    if answer.status_code == 303 and "/masuk" in answer.location and letter == STRANGER:
        return "asked"
    return "in" if answer.status_code < 500 else str(answer.status_code)


def wanted(letter: str, method: str, rule: str) -> set[str]:
    """What the declaration says."""
    letters = declared(method, rule)
    if letter in letters:
        return {"in", "out"} if NOTHING_THERE.search(rule) else {"in"}
    # Whoever is not signed in is asked to, before anybody looks whether there is such a row.
    return {"asked"} if letter == STRANGER and not rule.startswith(("/pesanan/", "/api/")) else {"out"}


def test_everybody_enters_what_is_declared_and_nothing_else(
    app: Flask, parts: dict[str, str], without_pages: None
) -> None:
    browsers = {letter: Browser(app, email) for letter, email in PEOPLE.items()}
    wrong, tried = [], 0
    for strangers in (True, False):
        for method, rule in asked(app):
            letters = declared(method, rule)
            # Open to everybody: one who is known and one who is not speak for all.
            people = f"{STRANGER}s" if letters == ALL else ALL
            for letter in (each for each in people if (each in letters) is not strangers):
                path = rows.filled(rule, parts)
                answer = answer_to(letter, ask(browsers[letter], method, path))
                tried += 1
                if answer not in wanted(letter, method, rule):
                    wrong.append(f"{method} {rule}: {letter} is {answer}")
    assert "\n".join(wrong) == ""
    assert tried > 1_000


def test_a_row_that_is_not_there_answers_as_a_strangers_does(
    app: Flask, parts: dict[str, str], without_pages: None
) -> None:
    own = {"/admin": "F", "/gerai": "O", "/penjual": "S", "/pesanan": "B", "/program": "R", "/akun": "B"}
    browsers = {letter: Browser(app, PEOPLE[letter]) for letter in set(own.values())}
    found = {}
    for method, rule in asked(app):
        letter = own.get(f"/{rule.split('/')[1]}", "")
        if letter and letter in declared(method, rule) and (nowhere := rows.led_nowhere(rule)):
            found[f"{method} {rule}"] = ask(browsers[letter], method, nowhere).status_code
    assert {rule: code for rule, code in found.items() if code != 404} == NO_MATTER_WHAT
    assert len(found) > 90


def test_lists_of_other_people_name_nothing_of_hers(app: Flask, parts: dict[str, str]) -> None:
    hers = ("Keripik Bu Sari", parts["<batch>"], parts["penjual/pesanan/<number>"])
    for letter, section in (("o", "/gerai"), ("s", "/penjual"), ("s", "/akun"), ("s", "/pesanan")):
        browser = Browser(app, PEOPLE[letter])
        for method, rule in asked(app):
            if method == "GET" and rule.startswith(section) and "<" not in rule:
                page = browser.get(rule).text
                assert not [word for word in hers if word in page], (letter, rule)


def test_each_letter_is_somebody() -> None:
    assert set(KNOWN) | {STRANGER} == set(PEOPLE)
