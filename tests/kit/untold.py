"""Decides which Indonesian texts of the source pass by the catalogue, so that no page says them in English.

A text counts as Indonesian when a word of it stands in our texts of the catalogue and in no English one.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from marketplace.kit.languages import CATALOGUE, ENGLISH
from scripts.texts import ROOT, refusals

MARKS = {"_", "_l", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "noted"}
# What people read of a page beside its text.
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
_WORD = re.compile(r"[a-z]{3,}")
_PLACE = re.compile(r"%\(\w+\)s")
_CODE = re.compile(r"^/|[<>=\\{}]| IN \(")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


class Untold:
    """Looks for texts by the words that the catalogue knows."""

    def __init__(self) -> None:
        with CATALOGUE.open("rb") as source:
            written = read_po(source, locale=ENGLISH)
        indonesian: set[str] = set()
        english: set[str] = set()
        for message in written:
            ours = [message.id] if isinstance(message.id, str) else list(message.id)
            theirs = [message.string] if isinstance(message.string, str) else list(message.string or ())
            indonesian |= _words(ours)
            english |= _words(theirs)
        self._words = indonesian - english
        self._known = {message.id if isinstance(message.id, str) else message.id[0] for message in written}
        self._marks = MARKS | set(refusals())

    def in_python(self, file: Path) -> Iterator[str]:
        """Texts of a module outside `_()`, `noted()` and the like; heads of files are names and not texts."""
        yield from self._of(ast.parse(file.read_text(encoding="utf-8")))

    def in_template(self, file: Path) -> Iterator[str]:
        """Texts of a template outside `_()`, between tags, read aloud or handed on."""
        source = file.read_text(encoding="utf-8")
        tree = Environment(autoescape=True).parse(source)
        told = {id(part) for call in tree.find_all(nodes.Call) for part in _parts(call)}
        handed_on = (part.value for part in tree.find_all(nodes.Const) if id(part) not in told)
        for text in [*_Shown.of(_JINJA.sub(" ", source)), *handed_on]:
            if isinstance(text, str) and self._is_text(text):
                yield text

    def _of(self, node: ast.AST) -> Iterator[str]:
        if isinstance(node, ast.Assign) and _name(node.targets[0]).endswith("HEAD"):
            return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.JoinedStr | ast.Constant):
            text = _text(node)
            if self._is_text(text):
                yield text
            if isinstance(node, ast.Constant):
                return
        marked = isinstance(node, ast.Call) and _name(node.func) in self._marks
        for child in ast.iter_child_nodes(node):
            if isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant):
                continue
            # Babel does not see what is marked within an f-string, so that a mark alone is not enough.
            if not (marked and isinstance(child, ast.Constant) and child.value in self._known):
                yield from self._of(child)

    def _is_text(self, text: str) -> bool:
        if _CODE.search(text) or not (" " in text.strip() or text[:1].isupper()):
            return False
        return bool(_words([text]) & self._words)


class _Shown(HTMLParser):
    """Gathers what people read of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    @classmethod
    def of(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        parser.close()
        return [text for text in parser.texts if text.strip()]

    def handle_data(self, data: str) -> None:
        self.texts.append(" ".join(data.split()).capitalize())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [(value or "").capitalize() for name, value in attrs if name in READ_ALOUD]


def sources(folder: str, pattern: str) -> Iterator[tuple[str, Path]]:
    """The files under a folder of the project, with their names as they are written in exceptions."""
    for file in sorted((ROOT / folder).rglob(pattern)):
        yield str(file.relative_to(ROOT / folder)), file


def _text(node: ast.JoinedStr | ast.Constant) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(_text(part) if isinstance(part, ast.Constant) else "…" for part in node.values)


def _words(texts: list[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(_PLACE.sub(" ", text).lower())}


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _parts(call: nodes.Call) -> list[nodes.Node]:
    marked = isinstance(call.node, nodes.Name) and call.node.name in MARKS
    return [part for part in call.args if isinstance(part, nodes.Const)] if marked else []
