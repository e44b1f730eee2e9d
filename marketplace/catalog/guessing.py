"""Decides which category fits a name when the seller leaves the choice to us. Pure rules."""

import re
from collections.abc import Mapping, Sequence

_WORD = re.compile(r"[a-z]{3,}")
# Words of category names that say nothing about the goods.
_EMPTY = {"dan", "hasil", "olahan", "produk", "segar", "bahan", "lainnya", "jasa", "desa", "kering", "hidup"}


def guess(name: str, groups: Mapping[str, Sequence[tuple[str, str]]]) -> str | None:
    """The slug of the category whose name shares the earliest word with the goods' name; None if none does.

    The earliest word counts most, because goods are named by what they are first: "Keripik pisang".
    """
    words = _words(name)
    for word in words:
        for categories in groups.values():
            for slug, label in categories:
                if word in _words(label):
                    return slug
    return None


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in _EMPTY]
