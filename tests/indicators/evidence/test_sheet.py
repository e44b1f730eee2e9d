"""The evidence sheet of a village and year tells what happened, each line with its source."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from marketplace.extensions import db
from marketplace.indicators.evidence import sheet
from marketplace.indicators.inputs import reading, recording
from marketplace.indicators.inputs.kinds import KINDS
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region
from marketplace.village_services import noting
from marketplace.village_services.noting import Noted
from tests import cast, factories
from tests.browsing import Browser, words
from tests.indicators import world

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SHEET = f"/program/lembar-bukti/{cast.HANURA}/2026"


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    """The application's context for the whole test."""
    with app.app_context():
        yield


def told(year: int = 2026) -> dict[str, str]:
    """The lines of Hanura's sheet: label -> value."""
    found = sheet.sheet(db.session.get_one(Region, cast.HANURA), year, at=AT)
    assert all(
        line.source and line.href.startswith("/program/") for part in found.sections for line in part.lines
    )
    return {line.label: line.value for part in found.sections for line in part.lines}


@pytest.mark.usefixtures("context")
def test_goods_are_named_with_brand_counts_and_how_far_they_went() -> None:
    with transaction():
        chips = factories.product(cast.CHIPS)
        chips.is_unggulan, chips.brand = True, "Bu Sari"
    world.sell({cast.CHIPS: 2}, at=AT)
    world.sell({cast.CHIPS: 1, cast.COFFEE: 1}, at=AT)
    world.catch_up(at=AT)
    lines = told()
    goods = lines["Keripik Pisang Cokelat (merek Bu Sari)"]
    assert goods == "Rp54.000, 2 pesanan, 1 pembeli, terjauh: kecamatan"
    assert lines["Omzet bersih produk desa"] == "Rp54.000"
    assert lines["Jenis barang: Keripik & Kerupuk"] == "Rp54.000"
    assert lines["Pesanan selesai yang juga memuat barang desa lain"] == "1"
    assert lines["Desa lain itu"] == "Podomoro, Pringsewu"
    assert lines["Diantar penjual"] == "2 pesanan"
    assert "kecamatan 1" in lines["Pembeli menurut jangkauan"]
    assert lines["Penjualan toko BUMDes dan koperasi"] == "tidak ada data"
    assert told(2025)["Bulan dengan penjualan"] == "0 bulan"


@pytest.mark.usefixtures("context")
def test_outlets_services_and_statuses_stand_apart() -> None:
    operator = factories.person(cast.OPERATOR)
    with transaction():
        factories.shop(cast.HER_SHOP).kind = "bumdes"
        noting.note(cast.HANURA, Noted(date(2026, 3, 2), "ppob", 4, 200_000, 8_000, ""), by=operator, at=AT)
    for kind, said in (
        ("status", {"indeks": "IDM", "tahun": "2024", "skor": "0,75"}),
        ("status", {"indeks": "Indeks Desa", "tahun": "2025", "status": "mandiri"}),
        ("outlet_days", {"bulan": "2026-10", "hari": "24"}),
    ):
        draft = reading.read(
            KINDS[kind], {"kode": cast.HANURA, "sumber": "Kemendes", **said}, today=date(2026, 11, 20)
        )
        with transaction():
            recording.record([draft], by=operator, at=AT)
    world.sell({cast.CHIPS: 1}, at=AT)
    world.catch_up(at=AT)
    lines = told()
    assert lines["Keripik Bu Sari (BUMDes)"] == "NIB belum diperiksa"
    assert lines["Penjualan toko BUMDes dan koperasi"] == "Rp18.000"
    assert lines["Jasa layanan PPOB"] == "Rp8.000 dari 4 layanan"
    assert (lines["IDM"], lines["Indeks Desa"]) == ("2024: Maju", "2025: Mandiri")
    assert lines["Hari buka menurut catatan gerai"] == "24 hari dalam 1 bulan"
    assert lines["Usaha terverifikasi"] == "belum tersedia"


def test_the_page_and_the_file_tell_the_same(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1}, at=AT)
        world.catch_up(at=AT)
    officer = Browser(app, cast.REGENCY_OFFICER)
    page = words(officer.get(SHEET))
    rows = list(csv.reader(officer.get(f"{SHEET}?format=csv").text.lstrip("\ufeff").splitlines()))
    assert rows[0] == ["bagian", "butir", "isi", "sumber", "alamat"]
    assert len(rows) > 25
    for _part, label, value, source, address in rows[1:]:
        assert label in page and value.lstrip("'") in page and source in page
        assert address.startswith("http")
    assert "Hanura" in words(officer.get("/program/lembar-bukti"))


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        (cast.OPERATOR, SHEET, 200),
        (cast.VILLAGE_OFFICER_OF_ELSEWHERE, SHEET, 404),
        (cast.SELLER, SHEET, 404),
        (cast.REGENCY_OFFICER, "/program/lembar-bukti/18.09.10/2026", 404),
        (cast.REGENCY_OFFICER, f"/program/lembar-bukti/{cast.HANURA}/2999", 404),
        (cast.REGENCY_OFFICER, f"/program/lembar-bukti/{cast.HANURA}/tahun", 404),
    ],
)
def test_a_sheet_is_there_for_officers_of_the_region(app: Flask, who: str, address: str, status: int) -> None:
    assert Browser(app, who).get(address).status_code == status
