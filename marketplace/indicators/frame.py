"""Decides what every page of the programme's back room is given: its menu, its pages, itself as a file."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from marketplace.accounts.models import User
from marketplace.indicators import access, sections
from marketplace.indicators.files import FORMATS
from marketplace.kit.paging import Page, page_number

PER_PAGE = 100
CHOICES = ("wilayah", "periode", "indikator", "tingkat")


def frame(user: User, here: str, *, region: str | None = None) -> dict[str, Any]:
    """What `indicators/frame.html` needs for the section whose key is `here` (see `sections.SECTIONS`).

    `region` is the code of the region in view; without it the one the address names, or the person's own.
    What is chosen on this page (region, period, indicator, level) is kept in the links of the menu.
    """
    chosen = {name: value for name in CHOICES if (value := request.args.get(name))}
    place = region or chosen.get("wilayah") or access.scopes(user)[0]
    return {
        "menu": sections.menu(user, here, place, chosen),
        "downloads": [(form.upper(), address(format=form)) for form in FORMATS],
    }


def address(**other: str) -> str:
    """The address of this page with some arguments set otherwise."""
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name not in other]
    return f"{request.path}?{urlencode([*arguments, *other.items()])}"


def paging(total: int) -> Page[None]:
    """Where a page of `total` rows stands; a number beyond the end is the last page."""
    last = max(1, -(-total // PER_PAGE))
    number = min(page_number(request.args.get("halaman")), last)
    return Page((), number, PER_PAGE, total, lambda to: address(halaman=str(to)))
