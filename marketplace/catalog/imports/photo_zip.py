"""Decides which photos a ZIP holds, by file name alone: folders and systems' own files mean nothing."""

from pathlib import PurePosixPath
from zipfile import ZipFile, ZipInfo

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted
from marketplace.kit.zips import BROKEN, MOST_UNPACKED, open_zip, read_member

MOST_PHOTO_BYTES = 8 * 1024 * 1024
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_WHAT = noted("Berkas ZIP foto")


class PhotoZip:
    """The photos of a ZIP by their names, without case."""

    def __init__(self, body: bytes) -> None:
        """Open it.

        Raises:
            Invalid: broken, encrypted, too large, a ZIP within, or a name twice (field `foto`).
        """
        if len(body) > MOST_UNPACKED:
            raise Invalid("Berkas ZIP paling besar 40 MB.", "foto")
        if not body.startswith(b"PK"):
            raise Invalid("Kirim foto-foto sebagai satu berkas ZIP.", "foto")
        self._archive: ZipFile = open_zip(body, field="foto", what=_WHAT)
        self._members: dict[str, ZipInfo] = {}
        for member in self._archive.infolist():
            self._add(member)

    def refusal(self, name: str) -> str:
        """Why a photo of this name cannot be used, judged by its size and first bytes; empty: it may be."""
        member = self._members.get(name)
        if member is None:
            return str(_("Foto %(name)s tidak ada di ZIP.", name=name))
        if member.file_size > MOST_PHOTO_BYTES:
            return str(_("Foto %(name)s lebih dari 8 MB.", name=name))
        try:
            with self._archive.open(member) as stream:
                usable = stream.read(12).startswith(_PICTURES)
        except BROKEN:
            usable = False
        return "" if usable else str(_("%(name)s bukan foto JPEG, PNG, atau WebP.", name=name))

    def read(self, name: str) -> bytes:
        """The bytes of a photo.

        Raises:
            ValueError: it is not there, broken, or larger than it said.
        """
        if name not in self._members:
            raise ValueError(name)
        return read_member(self._archive, self._members[name], most=MOST_PHOTO_BYTES)

    def _add(self, member: ZipInfo) -> None:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        name = path.name.casefold()
        if member.is_dir() or not name or name.startswith(".") or "__MACOSX" in path.parts:
            return
        if name.endswith((".zip", ".rar", ".7z")):
            raise Invalid(
                "Di dalam ZIP ini ada arsip lagi. Taruh foto-fotonya langsung di dalam ZIP.", "foto"
            )
        if name in self._members:
            raise Invalid(
                _("Di dalam ZIP ada dua foto bernama %(name)s. Beri nama yang berbeda.", name=name), "foto"
            )
        self._members[name] = member
