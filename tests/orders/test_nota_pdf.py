"""A nota as PDF: the same words and numbers as the page, the same bytes each time, whatever people typed."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kit.money import rupiah
from marketplace.kit.transaction import transaction
from marketplace.orders.notas.pdf import AMOUNT_WIDTH, as_pdf
from marketplace.orders.notas.plain import for_pdf, one_line
from marketplace.orders.notas.sheet import Sheet, sheet_of
from marketplace.orders.placing import Buyer
from tests import cast, factories
from tests.orders.notas import nota, packed, pdf_words

RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT OVERRIDE}"
DASH = "\N{EN DASH}"
ODD_NAME = f"Budi <b>tebal</b>\x07 {RIGHT_TO_LEFT}000.1pR “é” {DASH} {{nb}} (1) \\ \N{ARABIC LETTER BEH}"


def _sheet(app: Flask, goods: dict[str, int], **more: Any) -> Sheet:
    with app.test_request_context():
        return sheet_of(nota(packed(goods, **more)))


def _joined(pieces: Sequence[str]) -> str:
    """All words in their order, whatever line they stand on."""
    return re.sub(r"\s+", "", "".join(pieces))


def test_the_pdf_says_what_the_sheet_says_in_its_order(app: Flask) -> None:
    sheet = _sheet(app, {cast.CHIPS: 2, cast.CRACKERS: 1})
    told = [sheet.platform, sheet.contact, sheet.title]
    told += [f"{label}:{value}" for label, value in sheet.facts]
    for block in sheet.blocks:
        told += [block.heading, *block.lines]
    for row in sheet.rows:
        told += [row.name, row.amount, row.detail]
    for pair in [*sheet.sums, (sheet.total_label, sheet.total)]:
        told += pair
    told += [*sheet.notes, f"{sheet.platform}·{sheet.number}", "1/1"]
    assert _joined(pdf_words(as_pdf(sheet))) == _joined([for_pdf(word) for word in told])


def test_the_same_nota_gives_the_same_bytes_and_bears_its_date(app: Flask) -> None:
    sheet = _sheet(app, {cast.CHIPS: 2})
    first = as_pdf(sheet)
    assert as_pdf(sheet) == first
    assert b"/CreationDate (D:20261110030000Z)" in first


def test_a_hundred_lines_take_several_pages_and_lose_none(app: Flask) -> None:
    with app.app_context(), transaction():
        shop = factories.shop(cast.HER_SHOP)
        for number in range(100):
            name = f"Keripik nomor {number} " + "dengan nama yang panjang sekali " * 3
            factories.put_on_shelf(
                shop, slug=f"keripik-{number}", name=name[:120], price=1_000 + number, stock=9, weight_g=10
            )
    sheet = _sheet(app, {f"keripik-{number}": 2 for number in range(100)}, delivery="antar")
    pdf = as_pdf(sheet)
    shown = pdf_words(pdf)
    pages = [(page, of) for page, of in pairwise(shown) if re.fullmatch(r"\d+ / ", page)]
    assert len(pages) > 5
    assert pages == [(f"{number} / ", str(len(pages))) for number in range(1, len(pages) + 1)]
    amounts = [piece for piece in shown if re.fullmatch(r"-?Rp[\d.]+", piece)]
    assert amounts == [
        *(row.amount for row in sheet.rows),
        *(amount for _label, amount in sheet.sums),
        sheet.total,
    ]
    assert sheet.sums[0] == ("Barang", rupiah(sum(2 * (1_000 + number) for number in range(100))))


def test_hostile_text_is_words_and_nothing_else(app: Flask) -> None:
    buyer = Buyer(ODD_NAME, "+6281234567890", cast.HURUN, "Dusun\n2\tRT 3", "")
    sheet = _sheet(app, {cast.CHIPS: 1}, buyer=buyer)
    (name, address, _place) = sheet.blocks[1].lines
    assert name == f"Budi <b>tebal</b> 000.1pR “é” {DASH} {{nb}} (1) \\ \N{ARABIC LETTER BEH}"
    assert address == "Dusun 2 RT 3"
    assert _joined([name.replace("\N{ARABIC LETTER BEH}", "?")]) in _joined(pdf_words(as_pdf(sheet)))


def test_the_largest_amount_fits_its_column() -> None:
    from fpdf import FPDF

    paper = FPDF()
    paper.set_font("helvetica", style="B", size=11)
    assert paper.get_string_width("-Rp1.000.000.000.000") + 2 * paper.c_margin < AMOUNT_WIDTH + 12


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (f"“Bu Sari” {DASH} kopi… €5", f"“Bu Sari” {DASH} kopi… €5"),
        ("Đỗ Thị Łucja \N{LATIN SMALL LETTER DOTLESS I}", "Do Thi Lucja i"),
        ("Cafe\N{COMBINING ACUTE ACCENT}", "Café"),
        ("\N{HIRAGANA LETTER A}\N{GRINNING FACE}", "??"),
        ("\N{FULLWIDTH DIGIT FIVE}\N{LATIN SMALL LIGATURE FI}", "5fi"),
    ],
)
def test_letters_outside_the_font_become_plain_ones(typed: str, shown: str) -> None:
    assert for_pdf(one_line(typed)) == shown


@given(st.text())
def test_any_text_reaches_the_pdf_in_letters_it_has(text: str) -> None:
    line = one_line(text)
    assert line == one_line(line) and line.isprintable()
    for_pdf(line).encode("cp1252")
