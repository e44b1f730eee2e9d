"""Decides what the proof of a demo payment looks like: a sheet that says that it is none."""

import io

from PIL import Image, ImageDraw

from marketplace.kit.money import rupiah

_SIZE = (720, 1100)
_LINES = (
    "CONTOH, BUKAN BUKTI ASLI",
    "Transfer berhasil",
    "",
    "{amount}",
    "",
    "Berita: {number}",
    "Bank Contoh",
)


def receipt(amount: int, number: str) -> bytes:
    """A JPEG of an invented receipt over `amount` rupiah."""
    sheet = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((0, 0, _SIZE[0], 150), fill="#1c5c3f")
    for place, line in enumerate(_LINES):
        words = line.format(amount=rupiah(amount), number=number)
        pen.text((60, 60 + place * 110), words, fill="white" if place == 0 else "black", font_size=40)
    body = io.BytesIO()
    sheet.save(body, "JPEG", quality=85)
    return body.getvalue()
