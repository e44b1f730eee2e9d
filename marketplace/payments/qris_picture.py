"""Decides how a QRIS is read off an uploaded picture, and how a payable one is drawn."""

import io
from typing import IO

import segno
import zxingcpp

from marketplace.kit import images
from marketplace.payments.qris import Merchant, UnusableQris, read

_CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_BORDER = 4  # Modules of quiet around the code, as ISO/IEC 18004 asks for.
_PIXELS_PER_MODULE = 12


def scan(stream: IO[bytes]) -> Merchant:
    """The one static QRIS that a picture shows.

    Raises:
        UnusablePicture: no picture that can be used.
        UnusableQris: no code is found, several, or none that `read` takes.
    """
    grey = images.to_grey(stream)
    pixels = memoryview(grey.body).cast("B", shape=(grey.height, grey.width))
    found = {code.text for code in zxingcpp.read_barcodes(pixels, formats=_CODES)}
    if not found:
        raise UnusableQris("Tidak ada kode QR yang terbaca. Foto lebih dekat, lurus, dan terang.")
    codes = sorted(text for text in found if text.startswith("0002")) or sorted(found)
    if len(codes) > 1:
        raise UnusableQris("Ada beberapa kode QR di gambar ini. Foto satu saja.")
    return read(codes[0])


def svg(text: str) -> bytes:
    """A QR code as a drawing without styles, black on white, that grows with its frame."""
    return _drawn(text, "svg", xmldecl=True, omitsize=True, svgclass=None, lineclass=None)


def png(text: str) -> bytes:
    """A QR code as a picture, for applications that pay from the gallery of the same telephone."""
    return _drawn(text, "png", scale=_PIXELS_PER_MODULE)


def _drawn(text: str, kind: str, **options: object) -> bytes:
    drawing = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(drawing, kind=kind, border=_BORDER, dark="#000", light="#fff", **options)
    return drawing.getvalue()
