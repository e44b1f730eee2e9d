"""Every text that a page may show has an English one with the same places."""

import re
from collections.abc import Iterator

from scripts.texts import lacking, merged

PLACE = re.compile(r"%\(\w+\)s|%%")


def pairs() -> Iterator[tuple[str, str]]:
    """Each Indonesian text beside its English one; of plurals the last forms."""
    for message in merged():
        if isinstance(message.id, str) and isinstance(message.string, str):
            yield message.id, message.string
        elif message.id and message.string:
            yield message.id[-1], message.string[-1]


def test_every_text_of_the_source_has_english() -> None:
    """What is named here is written with `python -m scripts.texts` and a person's words."""
    assert lacking(merged()) == []


def test_translations_keep_every_place() -> None:
    told = [pair for pair in pairs() if pair[0]]
    assert len(told) > 2000
    assert [pair for pair in told if set(PLACE.findall(pair[0])) != set(PLACE.findall(pair[1]))] == []
