"""Pages speak Indonesian, and English to those who ask; what a refusal says is translated with the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kit import languages
from marketplace.kit.errors import NotFound

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Cari"
msgstr "Search"

msgid "Halaman atau data yang Anda cari tidak ada."
msgstr "The page or record you are looking for is not there."
"""


@pytest.fixture(autouse=True)
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two texts of our own, so that better words in the real catalogue change no test."""
    (tmp_path / "en.po").write_text(PO, encoding="utf-8")
    monkeypatch.setattr(languages, "CATALOGUE", tmp_path / "en.po")
    languages.english.cache_clear()
    yield
    languages.english.cache_clear()


def choose(client: FlaskClient, language: str, back: str = "/produk?q=kopi") -> str:
    answer = client.post("/bahasa", data={"bahasa": language, "next": back})
    assert answer.status_code == 303
    return answer.location


def test_pages_are_indonesian_until_somebody_asks(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="id">' in page
    assert ">Cari</button>" in page


def test_who_asks_for_english_gets_it_on_every_page_and_goes_back(client: FlaskClient) -> None:
    assert choose(client, "en") == "/produk?q=kopi"
    page = client.get("/").text
    assert '<html lang="en">' in page
    assert ">Search</button>" in page
    choose(client, "id")
    assert ">Cari</button>" in client.get("/").text


def test_a_text_without_english_stays_as_it_is(client: FlaskClient) -> None:
    choose(client, "en")
    assert "Jelajahi desa" in client.get("/").text


@pytest.mark.parametrize("language", ["", "xx", "en; Path=/"])
def test_an_unknown_language_changes_nothing(client: FlaskClient, language: str) -> None:
    choose(client, language)
    assert '<html lang="id">' in client.get("/").text


@pytest.mark.parametrize("elsewhere", ["https://lain.test/", "//lain.test", "/\\lain.test"])
def test_the_way_back_leads_nowhere_else(client: FlaskClient, elsewhere: str) -> None:
    assert choose(client, "en", elsewhere) == "/"


def test_a_refusal_speaks_the_language_of_the_page(client: FlaskClient, app: Flask) -> None:
    choose(client, "en")
    assert "The page or record you are looking for is not there." in client.get("/produk/tidak-ada").text
    with app.test_request_context("/"):
        assert NotFound().message == "Halaman atau data yang Anda cari tidak ada."


def test_the_form_stands_in_the_foot_of_the_page(client: FlaskClient) -> None:
    page = client.get("/produk?q=kopi").text
    assert 'action="/bahasa"' in page
    assert 'name="next" value="/produk?q=kopi"' in page
