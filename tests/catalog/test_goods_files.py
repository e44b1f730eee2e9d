"""Files of goods are read as people write them: encodings, separators, heads, OpenSID; exports come back."""

import pytest
from flask import Flask

from marketplace.catalog.imports import exporting
from marketplace.catalog.imports.columns import COLUMNS, recognise
from marketplace.catalog.imports.lines import Line, Reading, read_lines
from marketplace.catalog.models import Variant
from marketplace.kit.csv_files import csv_text
from marketplace.kit.sheets import read_sheet
from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.goods_files import check, csv_file, of, workbook

CATEGORIES = {"Jajan": [("dodol-manisan", "Dodol & Manisan"), ("kopi", "Kopi")]}


def _read(body: bytes) -> Reading:
    sheet = read_sheet(body)
    return read_lines(recognise(sheet.head), sheet.rows, CATEGORIES)


def _only(body: bytes) -> Line:
    found = _read(body)
    assert found.problems == []
    (line,) = found.lines
    return line


TEXT = "Nama;Harga\r\nDodol “Enak” Café;Rp 12.500\r\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_every_usual_writing_is_read(codec: str) -> None:
    line = _only(TEXT.encode(codec))
    assert (line.name, line.price) == ("Dodol “Enak” Café", 12_500)


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_every_usual_separator_is_read(mark: str) -> None:
    quoted = f'Harga{mark}"Nama{mark}"{mark}KETERANGAN\n12.500{mark}"Dodol{mark} manis"{mark}"dua\nbaris"\n'
    line = _only(quoted.encode())
    assert (line.name, line.price, line.description) == (
        f"Dodol{mark} manis".replace("\t", ""),
        12_500,
        "dua\nbaris",
    )
    assert _only(f"sep={mark}\r\nnama{mark}harga\r\nDodol{mark}1000".encode()).number == 3


def test_heads_are_known_in_any_order_case_and_spacing() -> None:
    heads = recognise(["STOK ", "Nama_Produk", "harga (Rp)", "Catatan toko", "Berat Kirim"])
    assert heads.places == {"stok": 0, "nama": 1, "harga": 2, "berat": 4}
    assert heads.ignored == ["Catatan toko"]


def test_numbers_of_a_workbook_are_read_as_numbers() -> None:
    line = _only(workbook([["nama", "harga", "stok", "berat"], [], ["Dodol", 12500.0, 7, 320]]))
    assert (line.number, line.price, line.stock, line.weight_g) == (3, 12_500, 7, 320)


def test_a_list_of_opensid_is_read_by_its_own_fields() -> None:
    body = csv_file(
        "id,id_pelapak,nama,id_produk_kategori,kategori,harga,satuan,tipe_potongan,potongan,deskripsi,foto,status",
        '12,3,Dodol Nanas,4,Makanan,20000,pcs,1,10,Manis,"[""a.jpg"",null]",1',
        "13,3,Kopi Bubuk,4,kopi,20000,kg,2,1500,,,1",
    )
    found = _read(body)
    assert found.problems == []
    first, second = found.lines
    assert (first.code, first.price, first.unit, first.category) == ("12", 18_000, "buah", "dodol-manisan")
    assert (first.description, first.photos, second.price) == ("Manis", ("a.jpg",), 18_500)


def test_made_after_the_order_has_no_count() -> None:
    line = _only(csv_file("nama;stok", "Tumpeng;Pesanan"))
    assert (line.on_demand, line.stock) == (True, None)


def test_the_templates_can_be_imported_as_they_are(app: Flask) -> None:
    with app.app_context():
        for body in (csv_text(COLUMNS, exporting.EXAMPLES).encode(), exporting.as_xlsx(exporting.EXAMPLES)):
            row = of(check(body))
            assert (row.added, row.problems) == (3, [])
            assert row.line_count == 3


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_goes_out_comes_in_and_changes_nothing(app: Flask, kind: str) -> None:
    with app.app_context():
        with transaction():
            factories.product(cast.CHIPS).name = "=SUM(A1) Keripik"
            factories.product(cast.CRACKERS).description = '-1 "kutip"; dua\nbaris'
            snack = factories.product(cast.LOCAL_SNACK)
            snack.own_code, snack.variants[0].name, snack.variants[0].tiers = "S-1", "Kecil", [[10, 7_000]]
            snack.variants.append(
                Variant(position=1, name="=Besar", price=30_000, on_hand=4, tiers=[[5, 29_000], [9, 28_000]])
            )
            factories.product(cast.CRACKERS).variants[0].on_demand = True
        rows = list(exporting.goods_rows(factories.shop(cast.HER_SHOP)))
        body = csv_text(COLUMNS, rows).encode() if kind == "csv" else exporting.as_xlsx(rows)
        row = of(check(body))
        assert (row.problems, row.added, row.changed, row.unchanged) == ([], 0, 0, 3)
        assert len(rows) == 4
