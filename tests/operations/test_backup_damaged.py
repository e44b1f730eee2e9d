"""A backup that is torn, changed, foreign or hostile is refused with a sentence, and touches nothing."""

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.operations.backup import archive, manifest
from marketplace.operations.backup.archive import BackupRefused

KEY = "an own secret"
PHOTO = "media/ab/ab" + "0" * 30 + "/160.webp"
Tar = tarfile.TarFile


def nothing(_size: int) -> None:
    """Nobody looks how far it is."""


def sound(folder: Path) -> Path:
    """A small backup as they should be."""
    file, photo = folder / "sound.tar", folder / "photo"
    photo.write_bytes(b"picture" * 5000)
    with file.open("wb") as out:
        writer = archive.Writer(out, secret=KEY, moved=nothing)
        writer.text(archive.MANIFEST, "{}")
        writer.text("database.sqlite", "rows" * 1000)
        writer.file(PHOTO, photo)
        writer.seal()
    return file


def unpacked(file: Path, folder: Path) -> archive.Unpacked:
    place = folder / "place"
    place.mkdir()
    return archive.unpack(file, place, secret=KEY, moved=nothing)


def test_a_sound_one_is_taken_and_knows_its_seal(tmp_path: Path) -> None:
    file = sound(tmp_path)
    assert unpacked(file, tmp_path).sealed_here
    assert (tmp_path / "place" / PHOTO).stat().st_size == 35_000
    (tmp_path / "other").mkdir()
    assert not archive.unpack(file, tmp_path / "other", secret="another", moved=nothing).sealed_here


@pytest.mark.parametrize("kept", [0, 1, 511, 512, 700, 6_000, 20_000, 41_472, 42_000, 42_700, 43_050])
def test_one_that_was_cut_off_is_refused_wherever(tmp_path: Path, kept: int) -> None:
    file = sound(tmp_path)
    held = file.read_bytes()
    file.write_bytes(held[:kept])
    with pytest.raises(BackupRefused):
        unpacked(file, tmp_path)


@pytest.mark.parametrize("place", [5, 100, 124, 156, 513, 1_030, 1_600, 3_000, 7_000, 40_000, 41_500, 42_000])
def test_one_changed_byte_is_found(tmp_path: Path, place: int) -> None:
    file = sound(tmp_path)
    held = bytearray(file.read_bytes())
    held[place] ^= 0x15
    file.write_bytes(held)
    with pytest.raises(BackupRefused):
        unpacked(file, tmp_path)


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", size: int = 4) -> Callable[[Tar], None]:
    def add(tar: Tar) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname, info.size = kind, link, size if kind == tarfile.REGTYPE else 0
        tar.addfile(info, io.BytesIO(b"four"))

    return add


def _sparse(tar: Tar) -> None:
    """A member that says it is a terabyte and brings four bytes along."""
    info = tarfile.TarInfo(PHOTO)
    info.size = 4
    info.pax_headers = {"GNU.sparse.size": str(2**40), "GNU.sparse.map": "0,4", "GNU.sparse.numblocks": "1"}
    tar.addfile(info, io.BytesIO(b"four"))


HOSTILE = {
    "out of its folder": _member("../../outside"),
    "out of its folder by the middle": _member("media/../../outside"),
    "from the root": _member("/tmp/outside"),
    "a link": _member(PHOTO, tarfile.SYMTYPE, "/etc/passwd"),
    "a second name": _member(PHOTO, tarfile.LNKTYPE, "/etc/passwd"),
    "a device": _member(PHOTO, tarfile.CHRTYPE),
    "a pipe": _member(PHOTO, tarfile.FIFOTYPE),
    "a folder": _member("media", tarfile.DIRTYPE),
    "more than it is": _sparse,
    "another place": _member("secret_key"),
    "another kind": _member(PHOTO.replace(".webp", ".php.webp")),
    "the database twice": lambda tar: [_member("database.sqlite")(tar) for _time in range(2)] and None,
    "another seal": _member("SEAL"),
}


@pytest.mark.parametrize("evil", HOSTILE.values(), ids=list(HOSTILE))
def test_what_no_backup_holds_is_refused(tmp_path: Path, evil: Callable[[Tar], None]) -> None:
    file = tmp_path / "evil.tar"
    with tarfile.open(file, "w") as tar:
        info = tarfile.TarInfo(archive.MANIFEST)
        info.size = 2
        tar.addfile(info, io.BytesIO(b"{}"))
        evil(tar)
    with pytest.raises(BackupRefused, match="holds"):
        unpacked(file, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["evil.tar", "place"]


def test_a_member_of_less_than_nothing_does_not_turn_in_circles(tmp_path: Path) -> None:
    file = sound(tmp_path)
    held = bytearray(file.read_bytes())
    # The second header: its size in two's complement, its checksum as a tar would have it.
    held[1024 + 124 : 1024 + 136] = b"\xff" * 10 + b"\xfe\x00"
    held[1024 + 148 : 1024 + 156] = b" " * 8
    held[1024 + 148 : 1024 + 156] = b"%06o\0 " % sum(held[1024:1536])
    file.write_bytes(held)
    with pytest.raises(BackupRefused):
        unpacked(file, tmp_path)


@pytest.mark.parametrize("size", [2**45, 2**62, 2**70])
@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_longer_than_any_memory_is_refused(tmp_path: Path, kind: bytes, size: int) -> None:
    info = tarfile.TarInfo(archive.MANIFEST)
    info.type, info.size = kind, size
    (tmp_path / "evil.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises(BackupRefused, match="no backup of DesaMart"):
        unpacked(tmp_path / "evil.tar", tmp_path)


def test_a_seal_of_other_letters_is_another_seal(tmp_path: Path) -> None:
    file = sound(tmp_path)
    held = file.read_bytes()
    with tarfile.open(file) as tar:
        place = tar.getmember("SEAL").offset_data
    file.write_bytes(held[:place] + "é".encode() + held[place + 2 :])
    assert not unpacked(file, tmp_path).sealed_here


def test_something_else_altogether_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packed.tar").write_bytes(gzip.compress(sound(tmp_path).read_bytes()))
    with pytest.raises(BackupRefused, match="no backup of DesaMart"):
        unpacked(tmp_path / "packed.tar", tmp_path)


GOOD = {
    "format": 1, "program": "0.1.0", "made_at": "2026-11-23T00:00:00+00:00", "engine": "sqlite",
    "schema": "20261123v6", "settings": {},
}  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "",
        "[]",
        "{}",
        "{" * 100_000,
        json.dumps(GOOD | {"format": 2}),
        json.dumps(GOOD | {"engine": ["sqlite"]}),
        json.dumps(GOOD | {"more": 1}),
        json.dumps({name: value for name, value in GOOD.items() if name != "schema"}),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(words: str) -> None:
    assert manifest.read(json.dumps(GOOD)).schema == "20261123v6"
    with pytest.raises(BackupRefused):
        manifest.read(words)
