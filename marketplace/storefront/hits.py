"""Decides which goods words find for a list, and what is asked again when more fit than an answer holds."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.catalog.public import category
from marketplace.kit.unchanged import remembered
from marketplace.search import engine
from marketplace.search.engine import MOST
from marketplace.search.fallback import find_plain
from marketplace.search.questions import Within

Ids = tuple[int, ...]


@dataclass(frozen=True)
class Hits:
    """Ids of goods that fit the words, the best first (None = no words given). `more` may fit than these.

    `of_all_kinds`: the same without the filter by kind, to count the kinds. `plain`: only the plain search
    could be asked.
    """

    ids: Ids | None
    of_all_kinds: Ids | None
    more: bool = False
    plain: bool = False


def found(text: str, usable: Mapping[str, str]) -> Hits:
    """What the words find; where that is much, kind and place among the usable filters are asked for too."""
    if not text:
        return Hits(None, None)
    everything = engine.find(text)
    if everything is None:
        ids = _plain(text)
        return Hits(ids, ids, more=len(ids) >= MOST, plain=True)
    if len(everything) < MOST:
        ids = tuple(everything)
        return Hits(ids, ids)
    chosen = category(usable.get("kategori", ""))
    region = usable.get("wilayah", "")
    # Nearly everything comes from the one province.
    here = region if "." in region else ""
    of_all_kinds = _within(text, Within(region=here))
    ids = _within(text, Within(chosen.slugs, here)) if chosen else of_all_kinds
    return Hits(ids, of_all_kinds, more=len(of_all_kinds) >= MOST)


def _within(text: str, within: Within) -> Ids:
    return tuple(engine.find(text, within=within) or ())


@remembered
def _plain(text: str) -> Ids:
    return tuple(find_plain(text))
