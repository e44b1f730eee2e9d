"""Measures what an uploaded picture costs: a photo, and the dearest that are let in, each in its own process.

`python -m bench.pictures`: CPU seconds and MiB above the program without a picture, all sizes drawn.
"""

import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click
from PIL import Image

from marketplace.kit.images import MOST_JPEG_SCANS

WIDE, HIGH = 6000, 4000
WEBP_WIDE, WEBP_HIGH = 3000, 2000
MOST_SECONDS, MOST_MIB = 1.0, 150
PROGRAM = """
import pathlib, re, resource, sys
from marketplace.kit.images import UnusablePicture, to_sizes

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime

before, began, told = peak(), spent(), "kept"
try:
    to_sizes(open(sys.argv[1], "rb"))
except UnusablePicture as refusal:
    told = "refused"
print(told, spent() - began, (peak() - before) / 1024)
"""


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a picture."""
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def _photo(wide: int, high: int) -> Image.Image:
    """Something like a photo: shades, and a grain that does not pack well."""
    shades = Image.linear_gradient("L").resize((wide, high))
    grain = Image.effect_noise((wide // 8, high // 8), 60).resize((wide, high), Image.Resampling.BICUBIC)
    return Image.merge("RGB", (shades, grain, Image.blend(shades, grain, 0.5)))


def _scans(times: int) -> bytes:
    """A progressive JPEG whose last scan stands there again and again, as often as is let in."""
    content = saved(Image.new("RGB", (WIDE, HIGH)), "JPEG", progressive=True)
    scan = content[content.rindex(b"\xff\xda") : -2]
    return content[:-2] + scan * (times - content.count(b"\xff\xda")) + content[-2:]


def _animation() -> bytes:
    first = Image.new("RGB", (WEBP_WIDE, WEBP_HIGH), "red")
    return saved(first, "WEBP", save_all=True, append_images=[first.rotate(1)] * 3, method=0)


PICTURES: dict[str, Callable[[], bytes]] = {
    "a phone's photo, 12 MP": lambda: saved(_photo(4000, 3000), "JPEG", quality=85),
    "JPEG 24 MP": lambda: saved(_photo(WIDE, HIGH), "JPEG", quality=60),
    "JPEG 24 MP of 30 scans": lambda: _scans(MOST_JPEG_SCANS),
    "JPEG 24 MP in CMYK": lambda: saved(Image.new("CMYK", (WIDE, HIGH)), "JPEG"),
    "PNG 24 MP": lambda: saved(Image.new("RGB", (WIDE, HIGH)), "PNG"),
    "PNG 24 MP, see-through": lambda: saved(Image.new("RGBA", (WIDE, HIGH)), "PNG"),
    "PNG 24 MP, 16 bits": lambda: saved(Image.new("I;16", (WIDE, HIGH)), "PNG"),
    "PNG 24 MP, 256 colours": lambda: saved(Image.new("P", (WIDE, HIGH)), "PNG", transparency=0),
    "WebP 6 MP": lambda: saved(_photo(WEBP_WIDE, WEBP_HIGH), "WEBP", method=0, quality=50),
    "WebP 6 MP, lossless": lambda: saved(
        _photo(WEBP_WIDE, WEBP_HIGH).quantize(64).convert("RGB"), "WEBP", lossless=True, method=0, quality=0
    ),
    "WebP 6 MP, see-through": lambda: saved(Image.new("RGBA", (WEBP_WIDE, WEBP_HIGH)), "WEBP", method=0),
    "WebP 6 MP, moving": _animation,
}


@click.command()
def main() -> None:
    """Print a table; exit 1 where a picture costs a second or 150 MiB, or more."""
    dear = []
    click.echo(f"{'':28}{'':>9}{'MB':>6}{'CPU s':>8}{'MiB':>6}")
    for name, told, size, seconds, mib in _measured():
        click.echo(f"{name:28}{told:>9}{size / 1e6:6.1f}{seconds:8.2f}{mib:6.0f}")
        if seconds >= MOST_SECONDS or mib >= MOST_MIB:
            dear.append(name)
    for name in dear:
        click.echo(f"FAILED: {name}")
    sys.exit(1 if dear else 0)


def _measured() -> Iterator[tuple[str, str, int, float, float]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture"
        for name, make in PICTURES.items():
            file.write_bytes(make())
            command = [sys.executable, "-c", PROGRAM, str(file)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            told, seconds, mib = done.stdout.split()
            yield name, told, file.stat().st_size, float(seconds), float(mib)


if __name__ == "__main__":
    main()
