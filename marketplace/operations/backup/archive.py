"""Decides the form of a backup: a plain tar of whole files with their checksums, sealed; read without trust.

`manifest.json` comes first, then the database, then the files; `SHA256SUMS` names them all in the same
sequence (`sha256sum -c` understands it), and `SEAL` is taken of it with the secret key. Nothing is packed:
pictures do not shrink, and a file that cannot unpack to more than it is needs no bounds.
"""

import hashlib
import hmac
import io
import re
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MANIFEST, SUMS, SEAL = "manifest.json", "SHA256SUMS", "SEAL"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
# Folders of the data folder whose files are written once and never changed.
FOLDERS = ("media", "bukti", "izin", "impor")
# What the simulated providers remember, in demo mode.
SIMULATED = ("simulasi.sqlite", "simulasi-midtrans.sqlite")

_KEPT = re.compile(
    rf"(?:{'|'.join(FOLDERS)})/([0-9a-f]{{2}})/\1[0-9a-f]{{30}}/[a-z0-9]{{1,20}}\.[a-z]{{2,5}}"
)
_KNOWN = {MANIFEST, *DATABASES.values(), *SIMULATED}
# A header may say that it is longer than any memory.
_UNREADABLE = (tarfile.TarError, EOFError, ValueError, RecursionError, MemoryError, OverflowError)
_MOST_MANIFEST = 1024 * 1024
_PIECE = 1024 * 1024
Moved = Callable[[int], None]


def is_kept(name: str) -> bool:
    """Whether a file is one that the market keeps, by its place below the data folder."""
    return _KEPT.fullmatch(name) is not None


class BackupRefused(Exception):
    """A backup that was not made or not taken; the sentence says why, and what to do."""


@dataclass(frozen=True)
class Unpacked:
    """What was read: the manifest's text, and whether it was sealed with the secret key of this place."""

    manifest: str
    sealed_here: bool


class _Tar(tarfile.TarFile):
    """Keeps in `members` what went through it: cleared on the way, since there may be millions."""

    members: list[tarfile.TarInfo]


class Writer:
    """Writes a backup to `out`, member by member; `moved` hears of the bytes."""

    def __init__(self, out: IO[bytes], *, secret: str, moved: Moved) -> None:
        self._tar = _Tar.open(fileobj=out, mode="w:", format=tarfile.PAX_FORMAT)
        self._secret, self._moved = secret, moved
        self._sums = io.BytesIO()

    def text(self, name: str, words: str) -> None:
        """Write a member of a few words."""
        self._member(name, io.BytesIO(words.encode()), len(words.encode()))

    def file(self, name: str, path: Path) -> None:
        """Write a file that nobody changes meanwhile."""
        with path.open("rb") as source:
            self._member(name, source, path.stat().st_size)

    def seal(self) -> None:
        """Write checksums and seal; nothing may follow."""
        sums = self._sums.getvalue()
        self._member(SUMS, io.BytesIO(sums), len(sums))
        self.text(SEAL, _seal(self._secret, hashlib.sha256(sums)))
        self._tar.close()

    def _member(self, name: str, source: IO[bytes], size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        counted = _Counted(source, self._moved)
        # What is shorter now than it was a moment ago makes `addfile` fail.
        self._tar.addfile(member, counted)  # type: ignore[arg-type]
        self._tar.members.clear()
        self._sums.write(_line(counted.sum, name))


def unpack(file: Path, folder: Path, *, secret: str, moved: Moved) -> Unpacked:
    """Unpack a backup into the empty `folder`, and judge it: all members as they were sealed, nothing else.

    Raises:
        BackupRefused: no backup, torn, changed, or holding what a backup never holds.
    """
    try:
        with _Tar.open(file, "r:") as tar:
            return _Reader(tar, folder, moved).all(secret)
    except BackupRefused:
        raise
    except _UNREADABLE as error:
        raise BackupRefused(f"{file.name} is damaged, cut off, or no backup of DesaMart ({error})") from error


class _Reader:
    def __init__(self, tar: _Tar, folder: Path, moved: Moved) -> None:
        self.tar, self.folder, self.moved = tar, folder, moved
        self.sums = hashlib.sha256()

    def all(self, secret: str) -> Unpacked:
        first = self._next()
        if first.name != MANIFEST or first.size > _MOST_MANIFEST:
            raise BackupRefused("this is no backup of DesaMart: it does not begin with its manifest")
        manifest = self._few_bytes(first)
        member = self._next()
        while member.name != SUMS:
            self._unpack(member)
            member = self._next()
        due, standing = self.sums.hexdigest(), hashlib.sha256()
        self._read(member, standing.update)
        if standing.hexdigest() != due:
            raise BackupRefused("this backup is damaged: its files are not those of its checksums")
        seal = self._few_bytes(self._next(SEAL))
        return Unpacked(manifest.decode(), hmac.compare_digest(seal, _seal(secret, standing).encode()))

    def _next(self, wanted: str = "") -> tarfile.TarInfo:
        member = self.tar.next()
        self.tar.members.clear()
        if member is None:
            raise BackupRefused("this backup is cut off or damaged: its end is missing")
        # A sparse member says it is larger than what it brings along.
        if not member.isreg() or member.issparse() or member.size < 0:
            raise BackupRefused(f"this backup holds what no backup of DesaMart holds: {member.name!r}")
        if wanted and member.name != wanted:
            raise BackupRefused(f"this backup is damaged: {member.name!r} stands where {wanted} was expected")
        return member

    def _few_bytes(self, member: tarfile.TarInfo) -> bytes:
        if member.size > _MOST_MANIFEST:
            raise BackupRefused(f"this backup is damaged: {member.name} is too large")
        pieces: list[bytes] = []
        self._told(member, self._read(member, pieces.append))
        return b"".join(pieces)

    def _unpack(self, member: tarfile.TarInfo) -> None:
        # Only names that backups have are ever joined to the folder: no dots, no roots, no links.
        if member.name not in _KNOWN and not is_kept(member.name):
            raise BackupRefused(f"this backup holds what no backup of DesaMart holds: {member.name!r}")
        path = self.folder / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("xb") as out:
                self._told(member, self._read(member, out.write))
        except FileExistsError as error:
            raise BackupRefused(f"this backup holds {member.name} twice") from error

    def _read(self, member: tarfile.TarInfo, take: Callable[[bytes], object]) -> str:
        digest, source = hashlib.sha256(), self.tar.extractfile(member)
        while source and (piece := source.read(_PIECE)):
            digest.update(piece)
            take(piece)
            self.moved(len(piece))
        return digest.hexdigest()

    def _told(self, member: tarfile.TarInfo, digest: str) -> None:
        self.sums.update(_line(digest, member.name))


class _Counted:
    """A file that tells of what is read from it, and takes its checksum on the way."""

    def __init__(self, source: IO[bytes], moved: Moved) -> None:
        self._source, self._moved, self._digest = source, moved, hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        self._moved(len(piece))
        return piece

    @property
    def sum(self) -> str:
        return self._digest.hexdigest()


def _line(digest: str, name: str) -> bytes:
    return f"{digest}  {name}\n".encode()


def _seal(secret: str, sums: "hashlib._Hash") -> str:
    return hmac.new(secret.encode(), b"desamart backup\n" + sums.digest(), "sha256").hexdigest()
