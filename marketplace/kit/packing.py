"""Decides how answers are packed for their way: brotli or gzip, as the browser takes it, as much as pays.

A page for one visitor is packed lightly, one that is kept for all strangers well. Files of the design are
packed when the process starts (`kit/assets.py`).
"""

import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from marketplace.kit import alike

PACKED = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"})
BROTLI, GZIP = "br", "gzip"
# Below, the head of what is packed weighs more than what it spares.
LEAST = 500
# No browser takes more letters to say what it likes; what is longer is not remembered, its answer not packed.
LONGEST = 200
# A third of the time of level 4, for 6 % more bytes.
ONCE, KEPT = 2, 4
# The levels of gzip that take about as long.
GZIP_ONCE, GZIP_KEPT = 2, 6
_GZIP_FORM = 31


def register(app: Flask) -> None:
    """Pack what the application answers; what says how it is packed already is left alone."""
    app.after_request(_pack)


@lru_cache(maxsize=200)
def packing(accepted: str) -> str | None:
    """The packing that a browser with this `Accept-Encoding` likes best; None where it takes none of ours."""
    liked = parse_accept_header(accepted, Accept)
    best = max((BROTLI, GZIP), key=liked.quality)
    return best if liked.quality(best) > 0 else None


def _pack(response: Response) -> Response:
    headers = response.headers
    if response.mimetype not in PACKED or "Content-Encoding" in headers:
        return response
    varies = headers.get("Vary")
    headers["Vary"] = f"{varies}, Accept-Encoding" if varies else "Accept-Encoding"
    accepted = request.headers.get("Accept-Encoding", "")
    way = packing(accepted) if len(accepted) <= LONGEST else None
    if way is None or not 200 <= response.status_code < 300:
        return response
    if response.is_streamed:
        if way == BROTLI:
            headers["Content-Encoding"] = way
            response.response = _flowing(response.iter_encoded())
        return response
    whole = response.get_data()
    if len(whole) < LEAST:
        return response
    headers["Content-Encoding"] = way
    response.set_data(packed(whole, way, well=alike.is_kept()))
    tag, weak = response.get_etag()
    if tag is not None:
        if not weak:
            response.set_etag(f"{tag}:{way}")
        response.make_conditional(request)
    return response


def packed(whole: bytes, way: str, *, well: bool = False) -> bytes:
    """The bytes packed `way`; `well` takes longer and is for what many will read."""
    if way == BROTLI:
        return bytes(brotli.compress(whole, quality=KEPT if well else ONCE))
    packer = zlib.compressobj(GZIP_KEPT if well else GZIP_ONCE, zlib.DEFLATED, _GZIP_FORM)
    return packer.compress(whole) + packer.flush()


def _flowing(portions: Iterable[bytes]) -> Iterator[bytes]:
    """What comes in portions goes on in portions."""
    packer = brotli.Compressor(quality=ONCE)
    for portion in portions:
        if ready := packer.process(portion):
            yield ready
    yield packer.finish()
