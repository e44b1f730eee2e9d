"""Uploaded pictures: what is refused, what is kept, and that nothing but pixels is kept."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image, ImageCms

from marketplace.kit import images
from marketplace.kit.images import UnusablePicture, fitted, to_sizes

GPS, ORIENTATION = 0x8825, 0x0112


def upload(picture: Image.Image, kind: str, **options: object) -> BinaryIO:
    """A picture as the bytes that a phone would send."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    stream.seek(0)
    return stream


def largest(stream: BinaryIO) -> Image.Image:
    """The largest size that is kept of an upload, read back."""
    [body] = [size.body for size in to_sizes(stream) if size.name == "1200.webp"]
    return Image.open(io.BytesIO(body))


def png_head(width: int, height: int) -> bytes:
    """A PNG that claims a size and carries next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_every_size_is_there_and_none_is_enlarged() -> None:
    sizes = to_sizes(upload(Image.new("RGB", (1000, 500), "green"), "JPEG"))
    assert [(size.name, size.width, size.height) for size in sizes] == [
        ("160.webp", 160, 80),
        ("320.webp", 320, 160),
        ("640.webp", 640, 320),
        ("1200.webp", 1000, 500),
        ("640.jpg", 640, 320),
    ]
    for size in sizes:
        with Image.open(io.BytesIO(size.body)) as read:
            assert (read.format, read.size) == (
                "JPEG" if size.name.endswith("jpg") else "WEBP",
                (size.width, size.height),
            )


def test_a_tiny_picture_keeps_its_size_in_every_file() -> None:
    sizes = to_sizes(upload(Image.new("RGB", (7, 5)), "PNG"))
    assert {(size.width, size.height) for size in sizes} == {(7, 5)}
    assert len(sizes) == 5


def test_a_strip_stays_within_its_box() -> None:
    assert fitted(100, 240_000, 1200) == (1, 2400)
    assert fitted(3000, 8000, 1200) == (900, 2400)
    sizes = to_sizes(upload(Image.new("P", (100, 200_000)), "PNG"))
    assert all(size.height <= 2400 for size in sizes)


def test_position_camera_and_embedded_files_are_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera Rahasia"
    exif.get_ifd(GPS)[2] = (5.0, 34.0, 12.0)
    exif[GPS] = {1: "S", 2: (5.0, 34.0, 12.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    stream = upload(
        Image.new("RGB", (900, 900), "red"), "JPEG", exif=exif, icc_profile=profile, comment="rumah"
    )
    with Image.open(stream) as sent:
        assert dict(sent.getexif().get_ifd(GPS))
    stream.seek(0)
    for size in to_sizes(stream):
        with Image.open(io.BytesIO(size.body)) as kept:
            assert not dict(kept.getexif())
            assert not {"exif", "icc_profile", "comment", "xmp"} & set(kept.info)
        assert b"Kamera Rahasia" not in size.body
        assert b"rumah" not in size.body


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_taken_sideways_stands_upright(kind: str) -> None:
    sideways = Image.new("RGB", (800, 400), "white")
    sideways.paste("blue", (0, 0, 400, 400))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    upright = largest(upload(sideways, kind, exif=exif))
    assert upright.size == (400, 800)
    top, bottom = upright.getpixel((200, 100)), upright.getpixel((200, 700))
    assert isinstance(top, tuple) and top[2] > 200 and top[0] < 100
    assert isinstance(bottom, tuple) and min(bottom) > 240


def test_a_file_behind_the_picture_does_not_survive() -> None:
    stream = upload(Image.new("RGB", (300, 300)), "JPEG")
    stream.seek(0, io.SEEK_END)
    stream.write(b"<script>alert(1)</script>PK\x03\x04")
    stream.seek(0)
    assert all(b"<script>" not in size.body and b"PK\x03\x04" not in size.body for size in to_sizes(stream))


def test_of_an_animation_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue", "green")]
    kept = largest(upload(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100))
    assert getattr(kept, "n_frames", 1) == 1
    pixel = kept.convert("RGB").getpixel((32, 32))
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[2] < 60


def test_see_through_parts_turn_white() -> None:
    pixel = largest(upload(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG")).getpixel((25, 25))
    assert isinstance(pixel, tuple) and min(pixel[:3]) > 250


def test_sixteen_bits_keep_their_shades() -> None:
    grey = Image.new("I;16", (50, 50), 0x8000)
    pixel = largest(upload(grey, "PNG")).getpixel((25, 25))
    assert isinstance(pixel, tuple) and 120 < pixel[0] < 136


def test_a_printers_jpeg_is_taken() -> None:
    pixel = largest(upload(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "JPEG")).getpixel((25, 25))
    assert isinstance(pixel, tuple) and pixel[0] > 200 and pixel[1] < 80


def test_a_huge_colour_profile_is_dropped() -> None:
    sizes = to_sizes(upload(Image.new("RGB", (100, 100)), "JPEG", icc_profile=b"x" * 3_000_000))
    assert max(len(size.body) for size in sizes) < 5_000


def test_large_pictures_are_taken_up_to_24_megapixels() -> None:
    sizes = to_sizes(upload(Image.new("L", (6000, 4000)), "PNG"))
    assert (sizes[3].width, sizes[3].height) == (1200, 800)


@pytest.mark.parametrize(
    ("width", "height"), [(5000, 5000), (30_000, 30_000), (2**31 - 1, 2**31 - 1), (24_000_001, 1)]
)
def test_a_bomb_is_refused_before_it_is_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_shrunk", lambda _source: pytest.fail("it was decoded"))
    with pytest.raises(UnusablePicture):
        to_sizes(io.BytesIO(png_head(width, height)))


def test_a_webp_of_more_than_6_megapixels_is_refused() -> None:
    with pytest.raises(UnusablePicture, match="6 megapiksel"):
        to_sizes(upload(Image.new("L", (3000, 2001)), "WEBP", method=0))


def test_more_than_8_mib_is_not_even_read() -> None:
    stream = io.BytesIO(b"\xff\xd8\xff" + bytes(20 * 1024 * 1024))
    with pytest.raises(UnusablePicture, match="8 MB"):
        to_sizes(stream)
    assert stream.tell() == images.MOST_BYTES + 1


def test_thousands_of_jpeg_scans_are_refused() -> None:
    stream = upload(Image.new("RGB", (800, 800)), "JPEG", progressive=True)
    content = stream.read()
    scan = content[content.rindex(b"\xff\xda") : -2]
    with pytest.raises(UnusablePicture, match="tidak wajar"):
        to_sizes(io.BytesIO(content[:-2] + scan * 2_000 + content[-2:]))


@pytest.mark.parametrize(
    ("kind", "high", "most"), [("JPEG", 3000, 90), ("PNG", 3000, 150), ("WEBP", 1500, 150)]
)
def test_large_pictures_need_little_memory(kind: str, high: int, most: int, tmp_path: Path) -> None:
    """`most` in MiB above what the program needs without a picture."""
    file = tmp_path / "photo"
    Image.linear_gradient("L").resize((4000, high)).convert("RGB").save(file, kind)
    program = f"""
import pathlib, re
from marketplace.kit.images import to_sizes

def peak():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1])

before = peak()
to_sizes(open({str(file)!r}, "rb"))
print((peak() - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert int(done.stdout) < most


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "SVG"),
        (b"\xef\xbb\xbf  <SVG onload=alert(1)>", "SVG"),
        (b"GIF89a" + bytes(100), "GIF"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
        (b"\0\0\0\x18ftypavif" + bytes(100), "AVIF"),
        (b"BM" + bytes(100), "BMP"),
        (b"II*\0" + bytes(100), "TIFF"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><body>", "bukan foto"),
        (b"MZ\x90", "bukan foto"),
    ],
)
def test_what_is_no_photo_is_refused_by_its_name(content: bytes, words: str) -> None:
    with pytest.raises(UnusablePicture, match=words):
        to_sizes(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_cut_off_picture_is_refused(kind: str) -> None:
    content = upload(Image.effect_noise((600, 600), 60).convert("RGB"), kind).read()
    for length in (12, 40, len(content) // 2):
        with pytest.raises(UnusablePicture):
            to_sizes(io.BytesIO(content[:length]))
