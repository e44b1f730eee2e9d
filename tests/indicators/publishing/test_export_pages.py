"""What officers take along: figures with their dictionary in three formats, of the own region only."""

import re
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


# Addresses with a part of their own, and what stands for it: a region, an indicator, a sheet.
PARTS = {
    "/program/wilayah/<code>": "/program/wilayah/{region}",
    "/program/indikator/<code>": "/program/indikator/SE-01?wilayah={region}",
    "/program/indikator/<code>/rincian": "/program/indikator/SE-01/rincian?wilayah={region}",
    "/program/lembar-bukti/<code>/<year>": "/program/lembar-bukti/{village}/2026",
    "/program/uplift/desa/<code>": "/program/uplift/desa/{village}",
}
# Pages that read figures and hand out their rows: each in all three formats.
READING = {
    *PARTS,
    *("/program", "/program/indikator", "/program/peringkat", "/program/peta", "/program/banding"),
    *("/program/banding/kelompok", "/program/berhenti", "/program/ekspor", "/program/uplift"),
    *("/program/layanan", "/program/penjual", "/program/kamus", "/program/mutu", "/program/mutu/kelengkapan"),
}
OF_NO_REGION = {"/program", "/program/kamus"}
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _address(rule: str, region: str, village: str, form: str) -> str:
    path = PARTS.get(rule, f"{rule}?wilayah={{region}}").format(region=region, village=village)
    return f"{path}{'&' if '?' in path else '?'}periode=2026-10&format={form}"


def test_each_reading_page_is_a_file_in_three_formats_and_of_the_own_region_only(app: Flask) -> None:
    """By the table of routes: a new page of the programme that hands out files has to stand here."""
    with app.app_context():
        world.store([world.fact(1, world.HANURA, 60_000), world.fact(2, world.PODOMORO, 70_000)])
        db.session.remove()
    officer = Browser(app, cast.DISTRICT_OFFICER)
    handing_out = set()
    for rule in [rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/program")]:
        if "<" in rule and rule not in PARTS:
            continue
        for form, kind in KINDS.items():
            mine = officer.get(_address(rule, world.TELUK_PANDAN, world.HANURA, form))
            if mine.content_type == kind:
                handing_out.add((rule, form))
                assert mine.status_code == 200 and mine.headers["Cache-Control"] == "no-store", rule
                assert form == "xlsx" or not re.search(r"18\.(?!09\.10)\d\d\b", mine.text), rule
                if rule not in OF_NO_REGION:
                    other = officer.get(_address(rule, world.PRINGSEWU, world.PODOMORO, form))
                    assert other.status_code == 404, rule
    assert handing_out == {(rule, form) for rule in READING for form in KINDS}


def test_other_regions_and_formats_are_not_there(app: Flask) -> None:
    officer = Browser(app, cast.DISTRICT_OFFICER)
    assert officer.get(EXPORT.format(world.PESAWARAN, "csv")).status_code == 404
    assert officer.get(EXPORT.format(world.TELUK_PANDAN, "exe")).status_code == 404
    assert officer.get(EXPORT.format(world.TELUK_PANDAN, "csv")).headers["Cache-Control"] == "no-store"
