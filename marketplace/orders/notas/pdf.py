"""Decides how a sheet looks as a PDF: A5, as many pages as it needs, the same bytes for the same sheet.

The letters are those that every reader brings along (Helvetica), so that a nota is a few kilobytes and opens
on any phone; `plain.for_pdf` puts what people typed into these letters.
"""

from typing import cast

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from marketplace.orders.notas.plain import PDF_LETTERS, for_pdf
from marketplace.orders.notas.sheet import Sheet

FONT = "helvetica"
A5 = (148, 210)
MARGIN = 12
PAGES = "\x7f"
# The rupiah stand in a column of their own at the right edge; a trillion fits.
AMOUNT_WIDTH = 34
SMALL, NORMAL, LARGE = 8, 9, 14


def as_pdf(sheet: Sheet) -> bytes:
    """The sheet as the bytes of a PDF."""
    paper = _Paper(sheet)
    paper.add_page()
    _head(paper, sheet)
    _goods(paper, sheet)
    _sum(paper, sheet)
    for note in sheet.notes:
        paper.ln(1.5)
        paper.words(note, size=SMALL)
    return bytes(paper.output())


class _Paper(FPDF):
    """An A5 page with a foot that says which paper it belongs to."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(orientation="portrait", unit="mm", format=A5)
        self.core_fonts_encoding = PDF_LETTERS
        # No text can hold this sign: `plain.one_line` drops it.
        self.alias_nb_pages(PAGES)
        self.foot = for_pdf(f"{sheet.platform} · {sheet.number}")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=MARGIN + 6)
        self.set_creation_date(sheet.issued_at)
        self.set_title(for_pdf(f"{sheet.title} {sheet.number}"))
        self.set_author(for_pdf(sheet.platform))
        self.set_lang("id")

    def footer(self) -> None:
        """The number and the page, on every page."""
        self.set_y(-MARGIN - 2)
        self.set_font(FONT, size=SMALL)
        self.cell(self.epw / 2, 4, self.foot)
        self.cell(self.epw / 2, 4, f"{self.page_no()} / {PAGES}", align="R")

    def words(self, text: str, *, size: int = NORMAL, style: str = "", width: float = 0) -> None:
        """Words that wrap, and the next ones below them."""
        self.set_font(FONT, style=style, size=size)
        height = size * 0.45
        self.multi_cell(
            width or self.epw, height, for_pdf(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )

    def pair(self, label: str, amount: str, *, size: int = NORMAL, style: str = "", below: float = 0) -> None:
        """Words at the left and an amount at the right edge, on one page with `below` mm of what follows."""
        self.set_font(FONT, style=style, size=size)
        height, width = size * 0.45, self.epw - AMOUNT_WIDTH
        text = for_pdf(label)
        lines = cast(list[str], self.multi_cell(width, height, text, align="L", dry_run=True, output="LINES"))
        if self.will_page_break(height * len(lines) + below):
            self.add_page()
        top = self.get_y()
        self.multi_cell(width, height, text, align="L", new_x=XPos.RIGHT, new_y=YPos.NEXT)
        bottom = self.get_y()
        self.set_xy(self.l_margin + width, top)
        self.cell(AMOUNT_WIDTH, height, for_pdf(amount), align="R")
        self.set_xy(self.l_margin, bottom)

    def rule(self) -> None:
        """A thin line across the page."""
        self.ln(1)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(1.5)


def _head(paper: _Paper, sheet: Sheet) -> None:
    paper.words(sheet.platform, size=LARGE, style="B")
    paper.words(sheet.contact, size=SMALL)
    paper.rule()
    paper.words(sheet.title, size=LARGE, style="B")
    for label, value in sheet.facts:
        paper.words(f"{label}: {value}")
    for block in sheet.blocks:
        paper.ln(2)
        paper.words(block.heading, style="B")
        for line in block.lines:
            paper.words(line)
    paper.rule()


def _goods(paper: _Paper, sheet: Sheet) -> None:
    for row in sheet.rows:
        paper.pair(row.name, row.amount, below=SMALL)
        paper.words(row.detail, size=SMALL)
        paper.ln(1)
    paper.rule()


def _sum(paper: _Paper, sheet: Sheet) -> None:
    for label, amount in sheet.sums:
        paper.pair(label, amount)
    paper.rule()
    paper.pair(sheet.total_label, sheet.total, size=11, style="B")
    paper.ln(1)
