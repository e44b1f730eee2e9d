"""Decides the addresses of a photo's sizes, as the media route serves them."""

from dataclasses import dataclass
from functools import lru_cache

from marketplace.kit.images import JPEG_WIDTH, WIDTHS


@dataclass(frozen=True)
class Picture:
    """A photo for a page: `src` for every browser, `srcset` with WebP sizes, `alt` in words."""

    src: str
    srcset: str
    alt: str


@lru_cache(maxsize=4000)
def picture(key: str, alt: str) -> Picture:
    """The picture kept under `key` in the media store."""
    sizes = ", ".join(f"/media/{key}/{width}.webp {width}w" for width in WIDTHS)
    return Picture(f"/media/{key}/{JPEG_WIDTH}.jpg", sizes, alt)
