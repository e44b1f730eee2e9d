"""Decides which of our own illustrations stand where; a page is whole without them too."""

from collections.abc import Iterable

from flask import current_app

from marketplace.catalog.pictures import Picture
from marketplace.kit.assets import UnknownAsset

HERO_WIDTHS = (480, 800, 1200, 1600)


def illustration(name: str) -> str | None:
    """The address of a static picture, or None where there is no such file."""
    try:
        return str(current_app.jinja_env.globals["asset"](name))  # type: ignore[operator]
    except UnknownAsset:
        return None


def hero() -> Picture | None:
    """The picture of the front page in the widths that are there."""
    found = {width: illustration(f"img/hero-{width}.webp") for width in HERO_WIDTHS}
    there = {width: address for width, address in found.items() if address}
    if not there:
        return None
    sizes = ", ".join(f"{address} {width}w" for width, address in there.items())
    return Picture(next(iter(there.values())), sizes, "")


def category_pictures(slugs: Iterable[str]) -> dict[str, str]:
    """Addresses of the categories' illustrations, where there is one."""
    found = {slug: illustration(f"img/kategori/{slug}.webp") for slug in slugs}
    return {slug: address for slug, address in found.items() if address}
