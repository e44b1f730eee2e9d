"""Decides in which language a page speaks: Indonesian, unless its visitor has asked for English.

Texts in the source are Indonesian; `marketplace/translations/en.po` holds the English ones. It is read once
per process, when the first visitor asks for it, so there is nothing to compile.
"""

import re
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import has_request_context, session
from flask_babel import Domain

INDONESIAN, ENGLISH = "id", "en"
LANGUAGES = {INDONESIAN: "Bahasa Indonesia", ENGLISH: "English"}
CATALOGUE = Path(__file__).parents[1] / "translations" / "en.po"
_KEPT = "bahasa"
_PLAIN = NullTranslations()
_PLACE = re.compile(r"%\(\w+\)s")


class Texts(Domain):
    """The texts of all pages, the same object for every request."""

    def get_translations(self) -> NullTranslations:
        """The texts in the language of the running request; outside of any, as they stand in the source."""
        return english() if chosen() == ENGLISH else _PLAIN


def chosen() -> str:
    """The language of the running request: `id`, or `en` where the visitor asked for it."""
    if not has_request_context():
        return INDONESIAN
    kept: str = session.get(_KEPT, INDONESIAN)
    return kept if kept in LANGUAGES else INDONESIAN


def said(text: str) -> str:
    """A text of ours in the language of the running request."""
    return text if chosen() == INDONESIAN or not text else str(english().ugettext(text))


def retold(stored: str) -> str:
    """What was written down in Indonesian, in the language of the running request: whole, or its beginning.

    Behind one of our sentences may stand what a person wrote (`Rusak. Terkena air`), which stays as it is.
    """
    if chosen() == INDONESIAN or not stored:
        return stored
    whole = said(stored)
    if whole != stored:
        return whole
    for mark in (". ", ": "):
        known, found, rest = stored.partition(mark)
        for ours in (known, known + mark.strip()) if found else ():
            if said(ours) != ours:
                return said(ours) + (mark if ours == known else " ") + retold(rest)
    return stored


def refilled(stored: str, text: str, *, parts: Sequence[str] = ()) -> str | None:
    """What was made of an Indonesian text with places, in the language of the running request.

    `parts` are texts that may stand in its places. None where `stored` was not made of this text.
    """
    found = _made_of(text).fullmatch(stored)
    if found is None or chosen() == INDONESIAN:
        return stored if found else None
    filled = {}
    for name, value in found.groupdict().items():
        inside = (refilled(value, part) for part in parts)
        filled[name] = next((words for words in inside if words is not None), value)
    return said(text) % filled


@cache
def _made_of(text: str) -> re.Pattern[str]:
    """What fits a text whose places are filled."""
    between = _PLACE.split(text)
    names = [place[2:-2] for place in _PLACE.findall(text)]
    seen: set[str] = set()
    pattern = re.escape(between[0])
    for name, rest in zip(names, between[1:], strict=True):
        pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"
        pattern += re.escape(rest)
        seen.add(name)
    return re.compile(pattern, re.DOTALL)


def choose(language: str) -> None:
    """Let this browser's pages speak a language from now on; an unknown one changes nothing."""
    if language == INDONESIAN:
        session.pop(_KEPT, None)
    elif language in LANGUAGES:
        session[_KEPT] = language
        session.permanent = True


@cache
def english() -> Translations:
    """The English texts."""
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale=ENGLISH)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
