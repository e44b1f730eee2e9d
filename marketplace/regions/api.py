"""Decides what programs, the region picker's script among them, may ask about a place and what lies below."""

from typing import Any

from flask import Blueprint, Response, jsonify

from marketplace.kit.access import anyone
from marketplace.regions import queries
from marketplace.regions.models import Region

blueprint = Blueprint("regions_api", __name__)
_ONE_DAY = "public, max-age=86400"


@blueprint.get("/api/v1/regions/")
@anyone("codes and names of places are public")
def provinces() -> Response:
    """The country with its provinces."""
    country = {"code": None, "name": "Indonesia", "kind": "negara", "level": "country", "postal_code": None}
    return _answer(country | {"parent": None, "children": _children(None)})


@blueprint.get("/api/v1/regions/<code>")
@anyone("codes and names of places are public")
def one(code: str) -> Response:
    """A place, the place above it and the places directly below it, by name.

    Raises:
        NotFound: no place has this code.
    """
    *above, place = queries.path(code)
    about = {name: getattr(place, name) for name in ("code", "name", "kind", "level", "postal_code")}
    return _answer(about | {"parent": _brief(above[-1]) if above else None, "children": _children(code)})


def _children(code: str | None) -> list[dict[str, str]]:
    return [_brief(child) for child in queries.children(code)]


def _brief(place: Region) -> dict[str, str]:
    return {"code": place.code, "name": place.name}


def _answer(about: dict[str, Any]) -> Response:
    response = jsonify(about)
    response.headers["Cache-Control"] = _ONE_DAY
    return response
