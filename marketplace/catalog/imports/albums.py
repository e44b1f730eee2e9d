"""Decides how a shop's photos go out: ZIPs that may come in again, each written while it is read.

A part is no larger than what an import takes, so that the line need not hold for long and nothing waits for
a file to be made. Photos are called after the address of their goods, as in the column `foto` of the export.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import RawIOBase
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select

from marketplace.catalog.models import Photo, Product
from marketplace.extensions import db
from marketplace.kit import storage
from marketplace.kit.images import WIDTHS
from marketplace.sellers.models import Shop

MOST_BYTES = 36 * 1024 * 1024
MOST_PHOTOS = 5_000


@dataclass(frozen=True)
class Album:
    """One part: photos by their names in the ZIP, and how many bytes they are together."""

    photos: Sequence[tuple[str, Path]]
    size: int


def photo_name(slug: str, place: int) -> str:
    """What a photo of goods is called outside; `place` counts from 1."""
    return f"{slug}-{place}.webp"


def albums(shop: Shop, *, folder: Path) -> list[Album]:
    """All photos of a shop, goods by goods, in parts; of files that are gone nothing is said."""
    rows = (
        select(Product.slug, Photo.product_id, Photo.key)
        .join(Photo, Photo.product_id == Product.id)
        .where(Product.shop_id == shop.id)
        .order_by(Product.id, Photo.position, Photo.id)
    )
    places: dict[int, int] = {}
    parts: list[Album] = []
    photos: list[tuple[str, Path]] = []
    size = 0
    for row in db.session.execute(rows):
        place = places[row.product_id] = places.get(row.product_id, 0) + 1
        path = storage.locate(folder, row.key, f"{WIDTHS[-1]}.webp")
        if path is None:
            continue
        length = path.stat().st_size
        if photos and (size + length > MOST_BYTES or len(photos) == MOST_PHOTOS):
            parts.append(Album(photos, size))
            photos, size = [], 0
        photos.append((photo_name(row.slug, place), path))
        size += length
    return [*parts, Album(photos, size)] if photos else parts


def zipped(photos: Iterable[tuple[str, Path]]) -> Iterator[bytes]:
    """A ZIP of photos, one after the other: never more than one of them is in memory."""
    drain = _Drain()
    with ZipFile(drain, "w", ZIP_STORED) as archive:
        for name, path in photos:
            # A photo is packed already, and the moment of its file is nobody's business.
            archive.writestr(ZipInfo(name), path.read_bytes())
            yield drain.taken()
    yield drain.taken()


class _Drain(RawIOBase):
    """A file that only flows on."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        """Nothing else can be done with it."""
        return True

    def write(self, chunk: Any) -> int:
        """Hold it until it is taken."""
        self._written += chunk
        return len(chunk)

    def taken(self) -> bytes:
        """What was written since."""
        chunk, self._written = bytes(self._written), bytearray()
        return chunk
