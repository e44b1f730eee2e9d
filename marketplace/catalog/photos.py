"""Decides how a product gets its photos: files first, then the row, so that no page shows a missing one.

Files without a row (a form given up, a crash in between) are harmless: nothing points at them.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from marketplace.catalog.models import Photo, Product
from marketplace.extensions import db
from marketplace.kit import images, storage
from marketplace.kit.errors import Conflict, Invalid, NotFound

MOST = 8


@dataclass(frozen=True)
class KeptPhoto:
    """A photo whose files are kept and that no product shows yet; pixels are those of the largest size."""

    key: str
    width: int
    height: int


def keep_photo(stream: IO[bytes], *, folder: Path) -> KeptPhoto:
    """Draw an upload anew in every size and keep the files in the media `folder`. Needs no transaction.

    Raises:
        UnusablePicture: it is no photo that can be used (field `foto`).
        Unavailable: the disk is full.
    """
    try:
        sizes = images.to_sizes(stream)
    except images.UnusablePicture as refusal:
        raise images.UnusablePicture(refusal.message, "foto") from refusal
    key = storage.new_key()
    storage.keep(folder, key, {size.name: size.body for size in sizes})
    largest = max(sizes, key=lambda size: size.width)
    return KeptPhoto(key, largest.width, largest.height)


def attach(product: Product, kept: KeptPhoto, *, at: datetime) -> Photo:
    """Show a kept photo as the last one of a product.

    Raises:
        Invalid: the product has `MOST` photos already (field `foto`).
        Conflict: the photo is shown by a product already.
    """
    if db.session.scalar(select(Photo.id).where(Photo.key == kept.key)):
        raise Conflict("Foto ini sudah dipakai. Pilih fotonya sekali lagi.")
    last, number = db.session.execute(
        select(func.coalesce(func.max(Photo.position), -1), func.count(Photo.id)).where(
            Photo.product_id == product.id
        )
    ).one()
    if number >= MOST:
        raise Invalid(
            _("Paling banyak %(most)s foto untuk satu produk. Hapus satu foto dulu.", most=MOST), "foto"
        )
    photo = Photo(
        product_id=product.id,
        position=last + 1,
        key=kept.key,
        width=kept.width,
        height=kept.height,
        added_at=at,
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def move(product: Product, key: str, *, up: bool) -> None:
    """Show a photo one place earlier, or later; at the end of the row it stays. The first stands in lists.

    Raises:
        NotFound: the product has no such photo.
    """
    row = sorted(product.photos, key=lambda photo: (photo.position, photo.id))
    place = next((place for place, photo in enumerate(row) if photo.key == key), None)
    if place is None:
        raise NotFound
    other = max(0, place - 1) if up else min(len(row) - 1, place + 1)
    row[place], row[other] = row[other], row[place]
    for position, photo in enumerate(row):
        photo.position = position
    db.session.flush()
    db.session.expire(product, ["photos"])


def tell(product: Product, key: str, alt: str) -> None:
    """Say what a photo shows, for whoever cannot see it; empty says the product's name.

    Raises:
        NotFound: the product has no such photo.
        Invalid: longer than 160 letters.
    """
    photo = next((photo for photo in product.photos if photo.key == key), None)
    if photo is None:
        raise NotFound
    if len(alt.strip()) > 160:
        raise Invalid("Keterangan foto paling banyak 160 huruf.", "alt")
    photo.alt = alt.strip()


def remove(product: Product, key: str) -> None:
    """No longer show a photo. The files stay: earlier orders show them as what was bought.

    Raises:
        NotFound: the product has no such photo.
        Conflict: it is the only one; a product without a photo does not sell.
    """
    keys = list(db.session.scalars(select(Photo.key).where(Photo.product_id == product.id)))
    if key not in keys:
        raise NotFound
    if len(keys) == 1:
        raise Conflict("Satu foto harus tetap ada. Tambahkan foto baru dulu, lalu hapus yang ini.")
    db.session.execute(delete(Photo).where(Photo.product_id == product.id, Photo.key == key))
    db.session.expire(product, ["photos"])
