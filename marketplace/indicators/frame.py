"""Decides what every page of the programme's back room is given: its menu, and its address as a file."""

from typing import Any
from urllib.parse import urlencode

from flask import request

from marketplace.accounts.models import User
from marketplace.indicators import access, sections

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
        "csv_href": f"{request.path}?{urlencode(request.args.to_dict() | {'format': 'csv'})}",
    }
