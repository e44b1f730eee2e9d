"""Decides how places lie in each other: by their codes, which never change for a sale that was made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Tree:
    """Leaves (villages) and everything above them; `18.09.10.2004` lies in `18.09.10`, that in `18.09`.

    `lines` leads from each leaf up to its root, itself included; `below` names what lies directly under a
    place, `villages` all leaves in it.
    """

    lines: dict[str, tuple[str, ...]]
    below: dict[str, tuple[str, ...]]
    upwards: tuple[str, ...] = field(default=())
    villages: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every place once, what lies below before what lies above."""
        return self.upwards


def tree(leaves: Iterable[str]) -> Tree:
    """The tree over these villages, in the order of codes."""
    lines = {leaf: tuple(line(leaf)) for leaf in sorted(set(leaves))}
    below: dict[str, set[str]] = {}
    for path in lines.values():
        for under, over in pairwise(path):
            below.setdefault(over, set()).add(under)
    codes = {code for path in lines.values() for code in path}
    upwards = sorted(codes, key=lambda code: (-code.count("."), code))
    villages: dict[str, list[str]] = {code: [] for code in codes}
    for leaf, path in lines.items():
        for code in path:
            villages[code].append(leaf)
    return Tree(
        lines,
        {code: tuple(sorted(some)) for code, some in below.items()},
        tuple(upwards),
        {code: tuple(some) for code, some in villages.items()},
    )


def line(code: str) -> Iterator[str]:
    """The place itself, then what it lies in, up to the province."""
    while code:
        yield code
        code = code.rpartition(".")[0]
