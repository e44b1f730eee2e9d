"""Decides where regions stand on a map of tiles, for as long as no boundaries are loaded.

The regencies and cities of Lampung stand roughly as they lie (own work), all else in rows by code.
"""

import math
from collections.abc import Sequence

TILE, GAP = 100, 6
LETTERS = 12
# Column and row, from the north-west.
LAMPUNG = {
    "18.11": (3, 0),
    "18.08": (1, 1),
    "18.12": (2, 1),
    "18.05": (3, 1),
    "18.04": (0, 2),
    "18.03": (1, 2),
    "18.02": (2, 2),
    "18.72": (3, 2),
    "18.07": (4, 2),
    "18.13": (0, 3),
    "18.06": (1, 3),
    "18.10": (2, 3),
    "18.09": (3, 3),
    "18.71": (4, 3),
    "18.01": (4, 4),
}


def places(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The left upper corner of each region's tile."""
    if set(codes) <= set(LAMPUNG):
        spots = {code: LAMPUNG[code] for code in codes}
    else:
        wide = max(1, min(8, math.ceil(math.sqrt(len(codes)))))
        spots = {code: (index % wide, index // wide) for index, code in enumerate(codes)}
    step = TILE + GAP
    return {code: (column * step, row * step) for code, (column, row) in spots.items()}


def label(name: str) -> tuple[str, ...]:
    """A name in at most two lines that fit a tile; what does not fit ends with a dot."""
    words = name.removeprefix("Kabupaten ").removeprefix("Kota ").split()
    lines = [""]
    for word in words:
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= LETTERS or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    first, rest = lines[0], " ".join(lines[1:])
    return tuple(_cut(line) for line in (first, rest) if line)


def _cut(line: str) -> str:
    return line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}."
