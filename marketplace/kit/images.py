"""Decides which uploaded pictures are taken and in which sizes they are kept; nothing else decodes pictures.

What arrives is hostile until it has been drawn anew: the kind is read from the content, the size is judged
before anything is decoded, and what is kept holds pixels only: no position, no camera, no hidden second file.
"""

import io
import threading
import warnings
from dataclasses import dataclass
from typing import IO

from flask_babel import gettext as _
from PIL import Image, ImageOps

from marketplace.kit.errors import Invalid

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 24_000_000
# The WebP decoder holds four copies of the picture and knows no smaller scale, so it is given a quarter.
MOST_WEBP_PIXELS = MOST_PIXELS // 4
# A phone writes about ten scans. Each costs 15 ms of a large picture, also an empty one of a few bytes.
MOST_JPEG_SCANS = 30
WIDTHS = (160, 320, 640, 1200)
# Every browser of the last years draws WebP. One JPEG serves the others, and messengers that show a link.
JPEG_WIDTH = 640
TALLEST = 2  # A picture may be at most this many times as tall as its box is wide.

_BAND = 128
_ORIENTATION = 0x0112
_TAKEN = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_REFUSED = (
    (("GIF8",), "GIF"),
    (("BM",), "BMP"),
    (("II*\0", "MM\0*"), "TIFF"),
    (("%PDF",), "PDF"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# One picture at a time in a process: a dozen uploads at once must not fill a small server's memory.
_turn = threading.Lock()


class UnusablePicture(Invalid):
    """An upload that is not kept as a picture; the message says what to do instead."""


@dataclass(frozen=True)
class Rendition:
    """One file to keep: `name` such as `640.webp`, its size in pixels, its bytes."""

    name: str
    width: int
    height: int
    body: bytes


def to_sizes(stream: IO[bytes]) -> list[Rendition]:
    """Draw an uploaded picture anew: WebP in each of `WIDTHS`, smallest first, then one JPEG.

    Small pictures are never enlarged, but every file is there. Of an animation the first frame is kept;
    see-through parts turn white. At most `MOST_BYTES` + 1 bytes are read from `stream`.

    Raises:
        UnusablePicture: too large, not JPEG, PNG or WebP, or damaged.
    """
    return _renditions(_read(stream))


def to_sheet(stream: IO[bytes]) -> Rendition:
    """Draw an uploaded picture anew as one JPEG that small print can be read on: a receipt, a screenshot.

    Raises:
        UnusablePicture: as in `to_sizes`.
    """
    return _encoded(_read(stream), "lembar.jpg", "JPEG", quality=80, optimize=True)


def to_grey(stream: IO[bytes]) -> Rendition:
    """An uploaded picture as bare brightness, one byte per pixel, row by row: for reading codes from it.

    Raises:
        UnusablePicture: as in `to_sizes`.
    """
    grey = _read(stream).convert("L")
    return Rendition("abu", *grey.size, grey.tobytes())


def fitted(width: int, height: int, box: int) -> tuple[int, int]:
    """The size in pixels of a picture within a box `box` wide and `TALLEST` times as tall; never enlarged."""
    scale = min(1.0, box / width, TALLEST * box / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _read(stream: IO[bytes]) -> Image.Image:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnusablePicture("Foto ini lebih besar dari 8 MB. Perkecil dulu, atau ambil ulang fotonya.")
    kind = _kind(content)
    try:
        with _turn:
            return _drawn(content, kind)
    except UnusablePicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(MOST_PIXELS) from error
    except Exception as error:  # Decoders name no limit to what damaged bytes make them raise.
        raise UnusablePicture("Foto ini rusak dan tidak bisa dibaca. Pilih foto lain.") from error


def _kind(content: bytes) -> str:
    for start, kind in _TAKEN.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    raise UnusablePicture(_why_refused(content))


def _why_refused(content: bytes) -> str:
    advice = _("Kirim foto JPEG, PNG, atau WebP.")
    if not content:
        return str(_("Berkas foto ini kosong. %(advice)s", advice=advice))
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        words = _(
            "Foto HEIC dari iPhone belum bisa dipakai."
            " Di Pengaturan > Kamera > Format, pilih Paling Kompatibel."
        )
        return f"{words} {advice}"
    if content[4:8] == b"ftyp" and content[8:12] in {b"avif", b"avis"}:
        return str(_("Gambar AVIF belum bisa dipakai. %(advice)s", advice=advice))
    for starts, name in _REFUSED:
        if any(content.startswith(start.encode("latin-1")) for start in starts):
            return str(_("Berkas %(name)s tidak bisa dipakai. %(advice)s", name=name, advice=advice))
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<") and b"<svg" in head:
        return str(_("Gambar SVG tidak bisa dipakai, karena dapat memuat program. %(advice)s", advice=advice))
    return str(_("Berkas ini bukan foto yang dikenal. %(advice)s", advice=advice))


def _too_many_pixels(most: int) -> UnusablePicture:
    return UnusablePicture(
        _(
            "Foto ini terlalu besar: paling banyak %(most)s megapiksel."
            " Turunkan ukuran foto di kamera, lalu coba lagi.",
            most=most // 10**6,
        )
    )


def _drawn(content: bytes, kind: str) -> Image.Image:
    """The picture upright, in plain RGB, as large as the largest size that is kept."""
    if kind == "JPEG" and content.count(b"\xff\xda") > MOST_JPEG_SCANS:
        raise UnusablePicture("Foto JPEG ini disusun tidak wajar. Ambil ulang fotonya, atau simpan ulang.")
    with Image.open(io.BytesIO(content), formats=(kind,)) as source:
        most = MOST_WEBP_PIXELS if kind == "WEBP" else MOST_PIXELS
        if source.width * source.height > most:
            raise _too_many_pixels(most)
        # A JPEG is decoded at a fraction of its size, so that 12 megapixels never lie in memory.
        source.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        source.load()
        small = _shrunk(source)
        small.getexif()[_ORIENTATION] = source.getexif().get(_ORIENTATION, 1)
    upright = ImageOps.exif_transpose(small)
    return upright.resize(fitted(*upright.size, WIDTHS[-1]), Image.Resampling.LANCZOS)


def _shrunk(source: Image.Image) -> Image.Image:
    """Up to twice the largest size, in RGB, made band by band: a second full-size copy never exists."""
    width, height = source.size
    kept = max(fitted(width, height, WIDTHS[-1])[0] / width, fitted(height, width, WIDTHS[-1])[0] / height)
    factor = int(1 / kept)
    small = Image.new("RGB", (-(-source.width // factor), -(-source.height // factor)))
    for top in range(0, source.height, _BAND * factor):
        bottom = min(source.height, top + _BAND * factor)
        band = _plain(source.crop((0, top, source.width, bottom)))
        small.paste(band.reduce(factor), (0, top // factor))
    return small


def _plain(band: Image.Image) -> Image.Image:
    if band.mode.startswith("I"):
        # Sixteen bits per pixel: the upper eight are what an eye sees.
        return band.convert("I").point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
    if "transparency" in band.info or band.mode in ("LA", "PA", "RGBA", "RGBa", "La"):
        seen_through = band.convert("RGBA")
        paper = Image.new("RGB", band.size, "white")
        paper.paste(seen_through, mask=seen_through.getchannel("A"))
        return paper
    return band.convert("RGB")


def _renditions(picture: Image.Image) -> list[Rendition]:
    sizes = []
    for width in WIDTHS:
        drawn = picture.resize(fitted(*picture.size, width), Image.Resampling.LANCZOS)
        sizes.append(_encoded(drawn, f"{width}.webp", "WEBP", quality=78, method=4))
        if width == JPEG_WIDTH:
            fallback = _encoded(drawn, f"{width}.jpg", "JPEG", quality=80, optimize=True, progressive=True)
    return [*sizes, fallback]


def _encoded(picture: Image.Image, name: str, kind: str, **options: int) -> Rendition:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return Rendition(name, *picture.size, buffer.getvalue())
