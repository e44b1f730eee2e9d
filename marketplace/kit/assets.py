"""Decides how static files reach the browser: bundled once at start, under addresses that name their content.

The folder is the only list there is: a style sheet belongs to the cascade layer it lies in, a script is one
behaviour, everything else is served as it is. What only back rooms and papers wear lies in css/back and is a
bundle of its own, so that a shopper's first visit does not carry it. A changed file gets a new address, so
browsers keep it a year.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from flask import Flask, Response, abort, request

BACK = "back"
LAYERS = ("reset", "tokens", "base", "layout", "components", "utilities")
PREFIX = "/aset/"
ONE_YEAR = "public, max-age=31536000, immutable"
TEXT_SUFFIXES = frozenset({".css", ".js", ".svg", ".json", ".txt", ".webmanifest"})
# Slim Linux images have no MIME table, so the types we serve are stated here.
MEDIA_TYPES = {
    ".js": "text/javascript",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".webmanifest": "application/manifest+json",
}

_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class UnknownAsset(LookupError):
    """A template asked for a file that is not in the static folder."""


class MisplacedAsset(ValueError):
    """A file under static/css or static/js that no bundle can hold."""


@dataclass(frozen=True)
class Asset:
    """One servable file, held in memory: `address` is its name with the hash of its content in it."""

    address: str
    media_type: str
    body: bytes
    packed: bytes | None

    @classmethod
    def of(cls, name: str, body: bytes) -> "Asset":
        """The asset for `name` (a path under the static folder) with this content."""
        path = PurePosixPath(name)
        digest = hashlib.sha256(body).hexdigest()[:12]
        address = str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
        packed = gzip.compress(body, 9, mtime=0) if path.suffix in TEXT_SUFFIXES else None
        return cls(address, _media_type(path), body, packed)


def css_bundle(folder: Path) -> bytes:
    """All style sheets of `folder` as one text: the layers in their fixed order, files by name inside each.

    A sheet that lies in `folder` itself is an asset of its own, for a page that stands apart; its `back` is a
    folder of the same kind.
    Raises MisplacedAsset for a sheet in a folder that is no layer, because it would silently win or lose.
    """
    for sheet in folder.glob("*/**/*.css"):
        if folder / BACK in sheet.parents:
            continue
        if sheet.parent.parent != folder or sheet.parent.name not in LAYERS:
            raise MisplacedAsset(f"{sheet} lies in no layer; use one of {', '.join(LAYERS)}")
    parts = [f"@layer {','.join(LAYERS)};"]
    for layer in LAYERS:
        sheets = "".join(_slim_css(sheet) for sheet in sorted((folder / layer).glob("*.css")))
        parts.append(f"@layer {layer}{{{sheets}}}")
    return "\n".join(parts).encode()


def js_bundle(folder: Path) -> bytes:
    """All behaviours of `folder` as one ES module; each file keeps its names to itself in a block of its own.

    Raises MisplacedAsset for a file that imports or exports: a block cannot, and a behaviour needs no other.
    """
    blocks = []
    for script in sorted(folder.glob("*.js")):
        source = script.read_text(encoding="utf-8")
        if re.search(r"^\s*(import|export)\b", source, re.MULTILINE):
            raise MisplacedAsset(f"{script} imports or exports; a behaviour stands alone")
        blocks.append(f"{{\n{source.strip()}\n}}")
    return "\n".join(blocks).encode()


def load_assets(folder: Path) -> dict[str, Asset]:
    """Every asset under the static `folder` by the name that templates use, the bundles included."""
    bodies = {
        "app.css": css_bundle(folder / "css"),
        "back.css": css_bundle(folder / "css" / BACK),
        "app.js": js_bundle(folder / "js"),
    }
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and not _is_bundled(name) and not name.name.startswith("."):
            bodies[name.as_posix()] = path.read_bytes()
    return {name: Asset.of(name, body) for name, body in bodies.items()}


def register_assets(app: Flask) -> None:
    """Serve the app's static folder under `/aset/<name>` and give templates `asset(name) -> address`.

    Reads everything once; a change on disk shows after a restart. Raises MisplacedAsset at start and
    UnknownAsset when a template names a file that is not there.
    """
    if app.static_folder is None:
        raise ValueError("the app has no static folder")
    assets = load_assets(Path(app.static_folder))
    by_address = {asset.address: asset for asset in assets.values()}
    app.jinja_env.globals["asset"] = partial(_address, assets)

    # A function and not a partial: Flask-WTF asks every view for its name.
    @app.get(f"{PREFIX}<path:name>", endpoint="asset")
    def serve_asset(name: str) -> Response:
        return _response(by_address[name]) if name in by_address else abort(404)


def _address(assets: dict[str, Asset], name: str) -> str:
    try:
        return PREFIX + assets[name].address
    except KeyError:
        raise UnknownAsset(f"no static file named {name!r}") from None


def _response(asset: Asset) -> Response:
    response = Response(asset.body, content_type=asset.media_type)
    if asset.packed is not None:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"]:
            response.set_data(asset.packed)
            response.content_encoding = "gzip"
    response.headers["Cache-Control"] = ONE_YEAR
    return response


def _is_bundled(name: Path) -> bool:
    return name.parts[0] == "js" or (name.parts[0] == "css" and len(name.parts) > 2)


def _media_type(path: PurePosixPath) -> str:
    kind = MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if path.suffix in TEXT_SUFFIXES else kind


def _slim_css(sheet: Path) -> str:
    text = _CSS_COMMENT.sub("", sheet.read_text(encoding="utf-8"))
    return "".join(line.strip() + "\n" for line in text.splitlines() if line.strip())
