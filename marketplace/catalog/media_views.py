"""Decides how photos reach the browser: by their random key, unchangeable, as nothing but a picture."""

import re

from flask import Blueprint, Response, send_file

from marketplace.accounts.guards import anyone
from marketplace.config import settings
from marketplace.kit import storage
from marketplace.kit.errors import NotFound

blueprint = Blueprint("media", __name__)
_TYPES = {"webp": "image/webp", "jpg": "image/jpeg"}
_NAME = re.compile(r"\d{3,4}\.(webp|jpg)")


@blueprint.get("/media/<key>/<name>")
@anyone("photos of goods are public; their names cannot be guessed")
def file(key: str, name: str) -> Response:
    """One size of a photo. What it shows never changes, so a browser keeps it for a year."""
    wanted = _NAME.fullmatch(name)
    path = storage.locate(settings().media_dir, key, name) if wanted else None
    if wanted is None or path is None:
        raise NotFound
    response = send_file(path, mimetype=_TYPES[wanted[1]], conditional=True, etag=False)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
