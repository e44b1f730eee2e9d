"""What officers take along: figures with their dictionary in three formats, of the own region only."""

from io import BytesIO

from flask import Flask
from openpyxl import load_workbook

from marketplace.extensions import db
from marketplace.indicators.registry import INDICATORS
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region
from tests import cast
from tests.browsing import Browser
from tests.indicators import world

EXPORT = "/program/ekspor?wilayah={}&periode=2026-10&tingkat=desa&format={}"


def test_a_file_holds_figures_and_dictionary_and_no_formula(app: Flask) -> None:
    with app.app_context():
        world.store([world.fact(1, world.HANURA, 60_000)])
        with transaction() as session:
            village = session.get(Region, world.HANURA)
            assert village
            village.name = "=1+1"
        db.session.remove()
    officer = Browser(app, cast.DISTRICT_OFFICER)
    book = load_workbook(BytesIO(officer.get(EXPORT.format(world.TELUK_PANDAN, "xlsx")).data))
    rows = list(book["Angka"].iter_rows(values_only=True))
    assert len(rows) == 1 + 2 * len(INDICATORS)
    turnover = next(row for row in rows if row[0] == world.HANURA and row[4] == "SE-01")
    assert turnover[1] == "'=1+1" and turnover[5] == 60_000
    assert len(list(book["Kamus"].iter_rows())) == 1 + len(INDICATORS)
    told = officer.get(EXPORT.format(world.TELUK_PANDAN, "json")).get_json()
    assert len(told["items"]) == 2 * len(INDICATORS) and told["dictionary"]["indicators"]
    assert "'=1+1" in officer.get(EXPORT.format(world.TELUK_PANDAN, "csv")).text
    assert "Bentuk berkas" in officer.get("/program/ekspor").text


def test_other_regions_and_formats_are_not_there(app: Flask) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    assert officer.get(EXPORT.format(world.PESAWARAN, "csv")).status_code == 404
    assert officer.get(EXPORT.format(world.TELUK_PANDAN, "exe")).status_code == 404
    assert officer.get(EXPORT.format(world.TELUK_PANDAN, "csv")).headers["Cache-Control"] == "no-store"
