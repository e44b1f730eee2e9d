"""Finding and naming places: by code, never by name alone, and in one query."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.regions import queries
from marketplace.regions.loading import load
from tests.regions.places import EVERYTHING


@pytest.fixture(autouse=True)
def places(app: Flask) -> Iterator[None]:
    with app.app_context():
        load(EVERYTHING)
        yield


@contextmanager
def counted() -> Iterator[list[str]]:
    reads: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("SELECT"):
            reads.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield reads
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_children_come_by_name_and_the_country_has_provinces() -> None:
    assert [place.code for place in queries.children("99")] == ["99.02", "99.01"]
    assert {"18", "99"} <= {place.code for place in queries.children(None)}
    assert queries.children("99.01.01.2001") == []


def test_the_path_runs_from_the_province_down() -> None:
    assert [place.name for place in queries.path("18.09.10.2004")] == [
        "Lampung",
        "Kabupaten Pesawaran",
        "Teluk Pandan",
        "Hanura",
    ]


@pytest.mark.parametrize(
    "code",
    ["", "1", "18.", "18.09.10.9999", "18.09.10.2004.1", "99.99", "18.09\x00", "18\ud800", "x" * 500, "٣"],
)
def test_a_wrong_code_is_not_found(code: str) -> None:
    for question in (queries.region, queries.path):
        with pytest.raises(NotFound):
            question(code)


def test_places_of_one_name_are_told_apart_by_their_labels() -> None:
    places = [place for place in queries.find("pagar dewa") if place.level == "village"]
    labels = queries.full_labels(place.code for place in places)
    assert len(set(labels.values())) == len(places) >= 2
    assert labels["18.04.23.2001"] == "Pekon Pagar Dewa, Kec. Pagar Dewa, Kab. Lampung Barat"
    assert labels["18.12.07.2001"] == "Tiyuh Pagar Dewa, Kec. Pagar Dewa, Kab. Tulang Bawang Barat"


def test_labels_name_the_kind_of_place() -> None:
    label = {
        code: queries.label(queries.region(code)) for code in ("18", "18.09", "18.09.10", "18.71.02.1008")
    }
    assert label == {
        "18": "Provinsi Lampung",
        "18.09": "Kab. Pesawaran",
        "18.09.10": "Kec. Teluk Pandan, Kab. Pesawaran",
        "18.71.02.1008": "Kelurahan Korpri Jaya, Kec. Sukarame, Kota Bandar Lampung",
    }


def test_short_labels_of_many_places_cost_one_query() -> None:
    with counted() as reads:
        labels = queries.labels([row.code for row in EVERYTHING] + ["77.77"])
    assert len(reads) == 1
    assert labels["18.09.10.2004"] == "Hanura, Pesawaran"
    assert labels["18.71.02.1008"] == "Korpri Jaya, Bandar Lampung"
    assert (labels["18"], labels["18.71"]) == ("Lampung", "Bandar Lampung")
    assert "77.77" not in labels
    assert queries.labels([]) == {} == queries.names([])


def test_spelling_with_or_without_a_space_finds_the_village() -> None:
    for text in ("cintamulya antah", "CINTA  MULYA ANTAH", "Cintamulyaantah"):
        assert [place.code for place in queries.find(text)] == ["99.01.01.2001"]


def test_the_exact_name_stands_first_and_lampung_before_the_rest() -> None:
    assert queries.find("teluk pandan")[0].code == "18.09.10"
    assert {place.code[:2] for place in queries.find("Pagar Dewa")} == {"18"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "ab",
        "%%%",
        "___",
        "'; drop table region; --",
        "\x00\x01",
        "\x00hanuraa",
        "hanura\ud800x",
        "🍌🍌🍌🍌",
    ],
)
def test_odd_text_finds_nothing_and_breaks_nothing(text: str) -> None:
    assert queries.find(text) == []


def test_a_percent_sign_in_a_name_is_a_letter_like_any_other() -> None:
    assert [place.code for place in queries.find("100%")] == ["99.01.01.2002"]
