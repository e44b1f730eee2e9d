"""Decides how a chosen photo survives a refused form: kept at once, claimed later through a signed word."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import FileStorage

from marketplace.catalog.photos import MOST, KeptPhoto, keep_photo
from marketplace.kit.errors import DomainError


@dataclass(frozen=True)
class Uploads:
    """The photos of one try at a form: each with the signed word that claims it, and the refusals."""

    kept: list[tuple[KeptPhoto, str]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)

    @property
    def photos(self) -> list[KeptPhoto]:
        """The photos without their words."""
        return [photo for photo, _ in self.kept]


def gather(
    files: Iterable[FileStorage], words: Iterable[str], *, folder: Path, secret: str, owner: int
) -> Uploads:
    """The photos kept by earlier tries (`words`) and those of this one (`files`), in that order.

    A word that this person was not given is left out in silence: the photo is simply chosen again.
    """
    signer = URLSafeSerializer(secret, salt=f"foto-{owner}")
    uploads = Uploads()
    for word in words:
        photo = _claimed(signer, word)
        if photo and photo not in uploads.photos:
            uploads.kept.append((photo, word))
    chosen = [file for file in files if file.filename]
    # Each photo costs a third of a second of a processor: a thousand tiny ones in one form are not drawn.
    if len(uploads.kept) + len(chosen) > MOST:
        uploads.refusals.append(
            _("Paling banyak %(most)s foto untuk satu produk. Kurangi pilihan fotonya.", most=MOST)
        )
        return uploads
    for file in chosen:
        _take(uploads, signer, file, folder)
    return uploads


def moved(uploads: Uploads, place: int, *, up: bool) -> Uploads:
    """The same photos, the one at `place` one place earlier, or later; no such place changes nothing."""
    kept, other = list(uploads.kept), place - 1 if up else place + 1
    if 0 <= place < len(kept) and 0 <= other < len(kept):
        kept[place], kept[other] = kept[other], kept[place]
    return Uploads(kept, uploads.refusals)


def _claimed(signer: URLSafeSerializer, word: str) -> KeptPhoto | None:
    try:
        return KeptPhoto(*signer.loads(word))
    except BadSignature:
        return None


def _take(uploads: Uploads, signer: URLSafeSerializer, file: FileStorage, folder: Path) -> None:
    try:
        photo = keep_photo(file.stream, folder=folder)
    except DomainError as refusal:
        uploads.refusals.append(refusal.message)
    else:
        word = signer.dumps([photo.key, photo.width, photo.height])
        uploads.kept.append((photo, str(word)))
