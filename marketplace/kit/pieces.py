"""Decides how drawn pieces of pages are remembered: by everything they show, so that none can be out of date.

`kept(card, …)` in a template draws the macro `card` once for the same arguments in the same language; any
other price, stock or word is another piece. Only macros that read nothing but their arguments may be kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from flask import Flask
from jinja2 import Template, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from marketplace.kit import languages

# A card with what it shows takes 3 kB, a whole grid 30.
MOST_SMALL, MOST_LARGE = 2000, 60
LARGE = 8_000


class Kept:
    """The pieces drawn lately; those not asked for are forgotten first."""

    def __init__(self) -> None:
        self._small: OrderedDict[Hashable, Markup] = OrderedDict()
        self._large: OrderedDict[Hashable, Markup] = OrderedDict()
        self._turn = threading.Lock()

    def __call__(self, piece: Callable[..., Markup], *shown: Hashable) -> Markup:
        """The macro `piece` with these arguments, drawn now or before."""
        return self.by((piece, *shown), piece, *shown)

    def by(self, shown: Hashable, piece: Callable[..., Markup], *arguments: object) -> Markup:
        """The same where arguments are no plain values: `shown` holds all that the macro reads of them."""
        key = (languages.chosen(), shown)
        with self._turn:
            for pieces in (self._small, self._large):
                if key in pieces:
                    pieces.move_to_end(key)
                    return pieces[key]
        drawn = piece(*arguments)
        with self._turn:
            pieces, most = (self._small, MOST_SMALL) if len(drawn) < LARGE else (self._large, MOST_LARGE)
            pieces[key] = drawn
            if len(pieces) > most:
                pieces.popitem(last=False)
        return drawn


class Sheet(Template):
    """A template whose macros are the same for every page."""

    def _get_default_module(self, _context: Context | None = None) -> TemplateModule:
        """Jinja compares all globals at each import, in case a page brought its own; none of ours does."""
        if self._module is None:
            self._module = self.make_module()
        return self._module


def register(app: Flask) -> None:
    """Give templates `kept`, icons that are drawn once, and texts without a detour."""
    app.jinja_env.template_class = Sheet
    app.jinja_env.globals |= {
        "kept": Kept(),
        "drawn_icon": _icons(app),
        "_": words,
        "gettext": words,
    }


@pass_eval_context
def words(context: EvalContext, text: str, /, **values: object) -> str:
    """A text of ours in the language of the page, with its named places filled in (and escaped)."""
    said = languages.said(text)
    if not context.autoescape:
        return said % values
    return _marked(said) % values if values else _plain(said)


@lru_cache(maxsize=4000)
def _marked(text: str) -> Markup:
    return Markup(text)  # noqa: S704 - our own words  # nosec


@lru_cache(maxsize=4000)
def _plain(text: str) -> Markup:
    return Markup(text) % {}  # noqa: S704 - our own words  # nosec


def _icons(app: Flask) -> Callable[..., Markup]:
    asset: Any = app.jinja_env.globals["asset"]

    @lru_cache(maxsize=500)
    def icon(name: str, label: str | None = None) -> Markup:
        said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        shape = Markup('<svg class="icon" viewBox="0 0 24 24" {}><use href="{}#{}"></use></svg>')
        return shape.format(said, asset("icons/sprite.svg"), name)

    return icon
