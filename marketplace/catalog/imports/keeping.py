"""Decides where lies what a file said until it is taken over: a private folder of a random name.

The worker reads these rows and never the file itself, which a stranger to us has made.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from marketplace.catalog.imports.lines import Line, VariantLine
from marketplace.kit import storage

ROWS, PHOTOS = "baris.json", "foto.zip"


def keep(folder: Path, lines: Sequence[Line], photos: bytes) -> str:
    """Keep rows and perhaps a ZIP of photos; answers their key. Needs no transaction.

    Raises:
        Unavailable: the disk is full.
    """
    key = storage.new_key()
    files = {ROWS: json.dumps([asdict(line) for line in lines]).encode()}
    storage.keep(folder, key, files | ({PHOTOS: photos} if photos else {}))
    return key


def lines(folder: Path, key: str) -> list[Line]:
    """The kept rows.

    Raises:
        FileNotFoundError: they are gone.
    """
    return [
        Line(**_tuples(row) | {"more": tuple(VariantLine(**_tuples(each)) for each in row["more"])})
        for row in json.loads(_path(folder, key, ROWS).read_bytes())
    ]


def photos(folder: Path, key: str) -> bytes:
    """The kept ZIP.

    Raises:
        FileNotFoundError: it is gone.
    """
    return _path(folder, key, PHOTOS).read_bytes()


def drop(folder: Path, key: str) -> None:
    """Forget what was kept; nothing happens if it is gone."""
    if storage.locate(folder, key, ROWS) is not None:
        storage.remove(folder, key)


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    """Prices by quantity as they were before they became JSON."""
    tiers = row["tiers"]
    return row | {"tiers": tiers if tiers is None else tuple((start, price) for start, price in tiers)}


def _path(folder: Path, key: str, name: str) -> Path:
    path = storage.locate(folder, key, name)
    if path is None:
        raise FileNotFoundError(name)
    return path
