"""Decides what lies on the counter before it is sold: pieces by variant id, kept in the operator's browser.

Nothing is set aside by it, and nothing of a buyer is in it.
"""

from collections.abc import Mapping
from typing import TypedDict, cast

from flask import session

TABLE = "meja"
MOST_KINDS = 30
"""Different goods of one sale: the cookie holds them, and nobody carries more to a counter."""


class Laid(TypedDict):
    """What the cookie keeps: the village, and pairs of variant id and pieces."""

    village: str
    pieces: list[list[int]]


def on_table(village_code: str) -> dict[int, int]:
    """What lies on the counter of this village."""
    kept = cast(Laid | None, session.get(TABLE))
    if kept is None or kept["village"] != village_code:
        return {}
    return {pair[0]: pair[1] for pair in kept["pieces"]}


def lay(village_code: str, pieces: Mapping[int, int]) -> None:
    """Let these lie there instead; what is 0 is taken away."""
    kept = [[each, number] for each, number in pieces.items() if number]
    session[TABLE] = Laid(village=village_code, pieces=kept)


def clear() -> None:
    """Let nothing lie there."""
    session.pop(TABLE, None)
