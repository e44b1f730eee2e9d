"""Hostile and broken files of goods get a clear answer: a refusal in words, quickly, whatever they are."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from marketplace.catalog.imports.columns import recognise
from marketplace.catalog.imports.lines import read_lines
from marketplace.catalog.imports.photo_zip import PhotoZip
from marketplace.kit.errors import Invalid
from marketplace.kit.sheets import read_sheet
from tests.goods_files import csv_file, workbook, zipped

NOTHING: dict[str, list[tuple[str, str]]] = {"Jajan": [("dodol-manisan", "Dodol & Manisan")]}
GOOD: list[list[object]] = [["nama", "harga"], ["Dodol", 1000]]
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><sst><si><t>&c;</t></si></sst>'
)


def _with_part(name: str, body: bytes) -> bytes:
    """A workbook of ours in which one part is another."""
    out = BytesIO()
    with ZipFile(BytesIO(workbook(GOOD))) as good, ZipFile(out, "w", ZIP_DEFLATED) as bad:
        for member in good.namelist():
            bad.writestr(member, body if member == name else good.read(member))
        if name not in good.namelist():
            bad.writestr(name, body)
    return out.getvalue()


def _encrypted(body: bytes) -> bytes:
    """The flag that says a member is encrypted, in its head and in the directory."""
    return body.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


def _lying(body: bytes, said: int) -> bytes:
    """The members say that they are smaller than they are."""
    real = struct.pack("<I", 50_000_000)
    return body.replace(real, struct.pack("<I", said))


SHEET = "xl/worksheets/sheet1.xml"
HUGE = b"0" * 50_000_000
CELLS = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
# Otherwise a good sheet: only the number of its cells is hostile.
MILLION = (
    CELLS + b'<c t="str"><v>nama</v></c>' + b"<c/>" * 1_000_001 + b"</row>"
    b'<row r="2"><c t="str"><v>Dodol</v></c></row></sheetData></worksheet>'
)
FILES = {
    "nothing": b"",
    "spaces": b"  \n \n",
    "only a head": b"nama;harga\n",
    "no head": b"1;2;3\n4;5;6\n",
    "a PDF": b"%PDF-1.7 nama;harga",
    "a page": b"<html><body>nama;harga",
    "a photo": b"\x89PNG\r\n\x1a\n" + b"\0" * 90,
    "old Excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a ZIP that is no workbook": zipped({"nama.csv": b"nama;harga\nDodol;1000"}),
    "a workbook cut off": workbook(GOOD)[:-900],
    "a workbook's first bytes": b"PK\x03\x04",
    "a ruined member": workbook(GOOD).replace(b"sheet1.xml", b"sheet9.xml", 1),
    "a bomb": _with_part(SHEET, HUGE),
    "a bomb that lies": _lying(_with_part(SHEET, HUGE), 1_000),
    "a million cells in a row": _with_part(SHEET, MILLION),
    "billion laughs": _with_part("xl/sharedStrings.xml", LAUGHS),
    "broken XML": _with_part(SHEET, CELLS + b"<c>"),
    "another type of value": _with_part(
        SHEET, CELLS + b'<c t="s"><v>999</v></c></row></sheetData></worksheet>'
    ),
    "an impossible cell": _with_part(SHEET, CELLS + b'<c r="!"><v>1</v></c></row></sheetData></worksheet>'),
    "encrypted": _encrypted(workbook(GOOD)),
    "bad writing": b"nama;harga\n\x81\x8d;1000\n",
    "half of UTF-16": "nama;harga\nDodol;1000\n".encode("utf-16")[:-1],
    "a huge cell": b'nama;harga\n"' + b"x" * 200_000 + b'";1000\n',
    "a million columns": b"nama" + b";x" * 1_000_000 + b"\n1\n",
    "too many rows": b"nama\n" + b"Dodol\n" * 5_001,
    "too large": b"nama\n" + b"x" * (8 * 1024 * 1024),
    "a column twice": b"nama;Nama Produk\nDodol;Dodol\n",
}


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_is_refused_in_words(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        recognise(read_sheet(FILES[what]).head)
    assert refused.value.field == "berkas"
    assert refused.value.message[0].isupper() and refused.value.message.endswith(".")


def _problems(body: bytes) -> list[tuple[int, str]]:
    sheet = read_sheet(body)
    return [
        (each.row, each.column) for each in read_lines(recognise(sheet.head), sheet.rows, NOTHING).problems
    ]


def test_a_formula_is_never_taken_for_its_text_nor_calculated() -> None:
    assert _problems(workbook([["nama", "harga"], ["=1+1", 1000], ["Dodol", "=SUM(1;2)"]])) == [
        (2, "nama"),
        (3, "harga"),
    ]
    assert _problems(csv_file("nama,harga", "\"=cmd|'/C calc'!A0\",1000")) == [(2, "nama")]


def test_cells_that_cannot_be_kept_are_named() -> None:
    assert _problems(csv_file("nama;harga;keterangan", "Do\0dol;1000;", f"Dodol;1000;{'x' * 5_001}")) == [
        (2, "nama"),
        (3, "keterangan"),
    ]
    assert _problems(csv_file("nama;harga", f"{'y' * 121};1000")) == [(2, "nama")]


@pytest.mark.parametrize("odd", ["0", "-1", "1.5", "1e3", "٣", str(2**63), "12,500", "Rp", "NaN", "1" * 190])
def test_odd_prices_and_stocks_are_refused(odd: str) -> None:
    assert (2, "harga") in _problems(csv_file("nama\tharga", f"Dodol\t{odd}"))
    if odd != "0":
        assert (2, "stok") in _problems(csv_file("nama\tstok", f"Dodol\t{odd}"))


def test_a_row_far_below_costs_nothing() -> None:
    far = (
        CELLS + b'<c t="str"><v>nama</v></c></row><row r="1048576"><c t="str"><v>Dodol</v></c></row>'
        b'<row r="99999999999"><c t="str"><v>Emping</v></c></row></sheetData></worksheet>'
    )
    assert read_sheet(_with_part(SHEET, far)).rows == [(1_048_576, ["Dodol"])]


ALBUMS = {
    "no ZIP": b"\xff\xd8\xff",
    "cut off": zipped({"a.jpg": b"x" * 900})[:-30],
    "a ZIP within": zipped({"a.zip": zipped({"b.jpg": b"x"})}),
    "a bomb": zipped({f"{n}.jpg": b"\0" * 9_000_000 for n in range(5)}),
    "a name twice": zipped({"a/x.jpg": b"x", "b/X.jpg": b"x"}),
    "encrypted": _encrypted(zipped({"a.jpg": b"x"})),
    "too many": zipped({f"{n}.jpg": b"" for n in range(5_300)}),
}


@pytest.mark.parametrize("what", ALBUMS)
def test_a_hostile_album_is_refused_in_words(what: str) -> None:
    with pytest.raises(Invalid) as refused:
        PhotoZip(ALBUMS[what])
    assert refused.value.field == "foto"


def test_paths_out_of_the_album_mean_nothing() -> None:
    album = PhotoZip(zipped({"../../etc/a.jpg": b"\xff\xd8\xff rest", "C:\\x\\b.jpg": b"\xff\xd8\xff rest"}))
    assert (album.refusal("a.jpg"), album.refusal("b.jpg")) == ("", "")
    assert album.read("a.jpg") == b"\xff\xd8\xff rest"


def test_a_member_that_lies_about_its_size_is_not_read_on() -> None:
    body = zipped({"a.jpg": b"\xff\xd8\xff" + b"\0" * 49_999_997})
    assert zlib.crc32(body)
    album = PhotoZip(_lying(body, 1_000))
    with pytest.raises(ValueError, match=r"a\.jpg"):
        album.read("a.jpg")
