"""Decides whether a ZIP is opened at all, and reads it without believing what it says of itself."""

import lzma
import zlib
from io import BytesIO
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid

MOST_UNPACKED = 40 * 1024 * 1024
MOST_MEMBERS = 5_200
_ENCRYPTED = 0x1
# What zipfile raises on files that are broken in one way or another.
BROKEN = (
    BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, KeyError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


def open_zip(body: bytes, *, field: str, what: str) -> ZipFile:
    """A ZIP whose members together are small enough; `what` is its name in the refusals, for `field`.

    Raises:
        Invalid: broken, encrypted, too many members, or too large unpacked.
    """
    try:
        archive = ZipFile(BytesIO(body))
        members = archive.infolist()
    except BROKEN as error:
        raise Invalid(
            _("%(what)s rusak atau terpotong. Buat lagi, lalu kirim ulang.", what=_(what)), field
        ) from error
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise Invalid(_("%(what)s bersandi. Simpan tanpa sandi.", what=_(what)), field)
    if len(members) > MOST_MEMBERS:
        raise Invalid(_("%(what)s berisi terlalu banyak berkas.", what=_(what)), field)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Invalid(_("%(what)s terlalu besar: isinya paling banyak 40 MB.", what=_(what)), field)
    return archive


def read_member(archive: ZipFile, member: ZipInfo, *, most: int = MOST_UNPACKED) -> bytes:
    """The bytes of a member. Reading stops where more comes out than it said.

    Raises:
        ValueError: broken, or larger than `most` or than it said.
    """
    most = min(most, member.file_size)
    try:
        with archive.open(member) as stream:
            body = stream.read(most + 1)
    except BROKEN as error:
        raise ValueError(member.filename) from error
    if len(body) > most:
        raise ValueError(member.filename)
    return body
