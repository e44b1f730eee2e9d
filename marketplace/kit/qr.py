"""Decides how an address becomes a QR code on paper: a drawing inside the page, black on white."""

import io

import segno
from markupsafe import Markup, escape

_BORDER = 4  # Modules of quiet around the code, as ISO/IEC 18004 asks for.


def qr_drawing(text: str, label: str) -> Markup:
    """An inline SVG that a telephone reads as `text`, and a screen reader as `label`; it fills its frame."""
    drawing = io.BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(
        drawing,
        kind="svg",
        border=_BORDER,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        svgclass="qr",
        lineclass=None,
    )
    drawn = drawing.getvalue().decode().replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
    # Segno draws modules and never writes the text; the label is escaped.
    return Markup(drawn)  # noqa: S704  # nosec B704
