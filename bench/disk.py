"""Decides what a power cut leaves on a disk: what was synced, and by luck more, whole or torn.

A file that was made is there after the cut only if its folder was synced, or by luck; one that was taken away
is there again unless its folder was synced, or by luck.
"""

import random
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
NOTHING, SOME, TORN, ALL = "synced only", "some unsynced writes", "torn writes", "all writes"
MERCIES = (NOTHING, SOME, TORN, ALL)
_LINE = re.compile(r"(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
_WRITE = re.compile(r'\d+<([^>]*)>, "((?:\\x..)*)"(\.\.\.)?, \d+(?:, (\d+))?')


@dataclass(frozen=True)
class Call:
    """`kind`: write, cut (to `offset` bytes), sync, made, gone, told (`text`).

    `file` is a name in the folder, empty for the folder itself.
    """

    kind: str
    file: str
    offset: int = 0
    content: bytes = b""
    text: str = ""


def read(record: Path, folder: Path) -> list[Call]:
    """The calls of a recording that concern files in `folder`, in their order.

    Raises:
        ValueError: the recording is not complete.
    """
    with record.open(encoding="ascii", errors="replace") as lines:
        return [call for line in lines for call in _call(line, folder)]


class Disk:
    """Files of one folder: what is on the disk for good, and what is only on its way there."""

    def __init__(self, base: Mapping[str, bytes]) -> None:
        self.kept = {name: bytearray(content) for name, content in base.items()}
        self.unsynced: dict[str, list[Call]] = defaultdict(list)
        self.entries: dict[str, str] = {}
        self.names = set(base)

    def take(self, call: Call) -> None:
        """One more call of the writer."""
        if call.kind in ("write", "cut"):
            self.unsynced[call.file].append(call)
        elif call.kind == "sync" and call.file:
            for one in self.unsynced.pop(call.file, []):
                _apply(one, self.kept)
        elif call.kind == "sync":
            self._sync_folder()
        elif call.kind in ("made", "gone") and (call.kind == "gone") == (call.file in self.names):
            self.entries[call.file] = call.kind
            self.names ^= {call.file}

    def lose_power(self, mercy: str, chance: random.Random) -> dict[str, bytearray]:
        """The files after the cut; `mercy` says what becomes of what was not synced."""
        for one in (one for some in self.unsynced.values() for one in some):
            if _lucky(mercy, chance):
                _apply(_torn(one, chance) if mercy == TORN else one, self.kept)
        for name, kind in self.entries.items():
            if (kind == "gone") == _lucky(mercy, chance):
                self.kept.pop(name, None)
        return self.kept

    def _sync_folder(self) -> None:
        """What was made stays, what was taken away is gone."""
        for name, kind in self.entries.items():
            if kind == "gone":
                self.kept.pop(name, None)
        self.entries.clear()


def _lucky(mercy: str, chance: random.Random) -> bool:
    return mercy == ALL or (mercy != NOTHING and chance.random() < 0.5)


def _apply(call: Call, kept: dict[str, bytearray]) -> None:
    content = kept.setdefault(call.file, bytearray())
    if call.kind == "cut":
        del content[call.offset :]
        content.extend(bytes(call.offset - len(content)))
        return
    content.extend(bytes(max(0, call.offset - len(content))))
    content[call.offset : call.offset + len(call.content)] = call.content


def _torn(call: Call, chance: random.Random) -> Call:
    """A write of which only the first sectors reached the disk."""
    sectors = chance.randrange(len(call.content) // SECTOR + 1)
    return Call(call.kind, call.file, call.offset, call.content[: sectors * SECTOR])


def _call(line: str, folder: Path) -> list[Call]:
    found = _LINE.match(line)
    if not found or found[3].startswith("-"):
        return []
    name, arguments = found[1], found[2]
    if name in ("pwrite64", "write"):
        return _written(arguments, folder)
    if name in ("fsync", "fdatasync", "ftruncate"):
        path, _bracket, rest = arguments.partition("<")[2].partition(">")
        inside = _inside(path, folder)
        if inside is None:
            return []
        return [Call("cut", inside, int(rest.strip(", ")))] if name == "ftruncate" else [Call("sync", inside)]
    path = re.search(r'"((?:\\x..)+)"', arguments)
    inside = _inside(path[1], folder) if path else None
    if not inside or (name == "openat" and "O_CREAT" not in arguments):
        return []
    return [Call("made" if name == "openat" else "gone", inside)]


def _written(arguments: str, folder: Path) -> list[Call]:
    found = _WRITE.match(arguments)
    inside = _inside(found[1], folder) if found else None
    if not found or inside is None:
        return []
    if found[3]:
        raise ValueError("the recording cut a write short")
    content = _plain(found[2])
    if inside == "told":
        return [Call("told", inside, text=content.decode().strip())]
    return [Call("write", inside, int(found[4]), content)] if found[4] else []


def _inside(path: str, folder: Path) -> str | None:
    """The name of a file in the folder, empty for the folder itself; None for what does not count.

    What lies elsewhere does not, nor what is made anew after a cut: shared memory and the writers' turn.
    """
    place = Path(_plain(path).decode() if path.startswith("\\x") else path)
    if place == folder:
        return ""
    return place.name if place.parent == folder and not place.name.endswith(("-shm", ".giliran")) else None


def _plain(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
