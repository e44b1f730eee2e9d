"""Decides how boundary files become drawings of regions: checked, projected once, in small whole numbers.

A file is GeoJSON (RFC 7946) in WGS 84 degrees; each feature carries the Kemendagri code of a regency,
district or village as its `id` or as `properties.code`. One file that is otherwise, and nothing is loaded.
"""

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from marketplace.extensions import db
from marketplace.kit.errors import DomainError
from marketplace.regions.models import CODE_LENGTHS, DISTRICT, PROVINCE, REGENCY, VILLAGE, Region, RegionShape

# Steps per degree: a step is some 110, 55 and 22 metres, less than a pixel of the maps that show that level.
STEPS = {REGENCY: 1000, DISTRICT: 2000, VILLAGE: 5000}
MOST_BYTES, MOST_POINTS = 30_000_000, 200_000
# Lengths are true along this parallel; Lampung lies between 3.7 and 6.2 degrees south.
PARALLEL = math.radians(5)
BATCH = 500

Point = tuple[int, int]


class BadBoundaries(DomainError):
    """A boundary file cannot be used; the sentence names the file and what is wrong."""


@dataclass(frozen=True)
class Shape:
    """A drawn region: an SVG path and its box, in steps of its level, y growing southwards."""

    code: str
    path: str
    west: int
    north: int
    east: int
    south: int


def read(folder: Path) -> list[Shape]:
    """All regencies, districts and villages of the `*.geojson` files in a folder and the folders in it.

    Raises:
        BadBoundaries: there is no such file, or one that is broken, too large, or not what it should be.
    """
    files = sorted(folder.rglob("*.geojson")) if folder.is_dir() else []
    if not files:
        raise BadBoundaries(f"there is no .geojson file in {folder}")
    found: dict[str, Shape] = {}
    for file in files:
        for shape in _shapes(file):
            if shape.code in found:
                raise BadBoundaries(f"{file.name}: region {shape.code} stands there twice")
            found[shape.code] = shape
    return list(found.values())


def store(shapes: Iterable[Shape]) -> int:
    """Let each of these regions be drawn like this from now on. Answers how many.

    Raises:
        BadBoundaries: a code belongs to no region.
    """
    rows = [asdict(shape) for shape in shapes]
    known = set(db.session.scalars(select(Region.code).where(Region.level != PROVINCE)))
    strangers = sorted(row["code"] for row in rows if row["code"] not in known)
    if strangers:
        raise BadBoundaries(f"no region has the code {strangers[0]} ({len(strangers)} such codes)")
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        db.session.execute(delete(RegionShape).where(RegionShape.code.in_([row["code"] for row in batch])))
        db.session.execute(insert(RegionShape), batch)
    return len(rows)


def _shapes(file: Path) -> Iterator[Shape]:
    """What a file draws; a province is left out, because no map shows it as one piece."""
    try:
        for feature in _features(file):
            code = _code(feature)
            if CODE_LENGTHS[len(code)] != PROVINCE:
                yield _drawn(code, feature["geometry"])
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, OSError) as error:
        raise BadBoundaries(f"{file.name}: no proper file of boundaries ({error})") from None


def _features(file: Path) -> list[dict[str, Any]]:
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES // 1_000_000} MB")
    try:
        content = json.loads(file.read_bytes())
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise ValueError("no FeatureCollection")
    features = content["features"]
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise ValueError("features is no list")
    return features


def _code(feature: dict[str, Any]) -> str:
    code = feature.get("id") or feature["properties"]["code"]
    if not isinstance(code, str) or len(code) not in CODE_LENGTHS:
        raise ValueError(f"{str(code)[:20]!r} is no code of a region")
    return code


def _drawn(code: str, geometry: dict[str, Any]) -> Shape:
    steps = STEPS[CODE_LENGTHS[len(code)]]
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"{code} is no plane")
    found = geometry["coordinates"]
    polygons = [found] if geometry["type"] == "Polygon" else found
    rings = [_ring(ring, steps) for polygon in polygons for ring in polygon]
    if sum(len(ring) for ring in rings) > MOST_POINTS:
        raise ValueError(f"{code} has more than {MOST_POINTS} points")
    # An island smaller than a step is not seen; a region that is nothing else is a mistake of the file.
    rings = [ring for ring in rings if len(ring) > 2]
    if not rings:
        raise ValueError(f"{code} has no area")
    xs, ys = [x for ring in rings for x, _y in ring], [y for ring in rings for _x, y in ring]
    return Shape(code, "".join(map(_path, rings)), min(xs), min(ys), max(xs), max(ys))


def _ring(ring: list[Any], steps: int) -> list[Point]:
    """A closed ring in steps, without its last point, repeated points and points on a straight line.

    Whether a point goes depends on its two neighbours alone, so two regions keep the border they share.
    """
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring is not closed")
    points: list[Point] = []
    for position in ring[:-1]:
        point = _projected(position, steps)
        if not points or point != points[-1]:
            points.append(point)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    around = zip(points[-1:] + points[:-1], points, points[1:] + points[:1], strict=True)
    return [here for before, here, after in around if not _straight(before, here, after)]


def _projected(position: Any, steps: int) -> Point:
    longitude, latitude = position[0], position[1]
    numbers = all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in position)
    if not numbers or not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(f"{str(position)[:40]} is no longitude and latitude")
    return round(longitude * math.cos(PARALLEL) * steps), round(-latitude * steps)


def _straight(before: Point, here: Point, after: Point) -> bool:
    """Whether the way goes straight on here; a spike that goes back on itself does not."""
    (x1, y1), (x2, y2) = (here[0] - before[0], here[1] - before[1]), (after[0] - here[0], after[1] - here[1])
    return x1 * y2 == x2 * y1 and x1 * x2 + y1 * y2 > 0


def _path(ring: list[Point]) -> str:
    """A ring as an SVG path of steps from point to point; a minus sign parts two numbers by itself."""
    (x, y), words = ring[0], []
    for next_x, next_y in ring[1:]:
        words += [next_x - x, next_y - y]
        x, y = next_x, next_y
    steps = "".join(f"{word}" if word < 0 or not index else f" {word}" for index, word in enumerate(words))
    return f"M{ring[0][0]} {ring[0][1]}l{steps}z"
