"""Decides how a private picture reaches a browser: kept by nobody on the way, as a picture only."""

from pathlib import Path
from typing import IO

from flask import Response, send_file

from marketplace.kit import images, storage
from marketplace.kit.errors import NotFound

PICTURE = "lembar.jpg"


def keep(stream: IO[bytes], *, folder: Path, field: str) -> str:
    """Draw an upload anew and keep it in `folder`; answers its random key. Needs no transaction.

    Raises:
        UnusablePicture: it is no picture that can be used (`field` names where that is said).
        Unavailable: the disk is full.
    """
    try:
        sheet = images.to_sheet(stream)
    except images.UnusablePicture as refusal:
        raise images.UnusablePicture(refusal.message, field) from refusal
    key = storage.new_key()
    storage.keep(folder, key, {PICTURE: sheet.body})
    return key


def show(key: str, *, folder: Path) -> Response:
    """The picture, for a view that has judged who may see it.

    Raises:
        NotFound: the file is gone.
    """
    path = storage.locate(folder, key, PICTURE)
    if path is None:
        raise NotFound
    response = send_file(path, mimetype="image/jpeg", etag=False, max_age=0)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
