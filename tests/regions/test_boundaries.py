"""Boundary files become small drawings, or are refused with a sentence that names the file."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions.boundaries import BadBoundaries, Shape, read, store
from marketplace.regions.models import RegionShape
from tests import cast
from tests.commands import desamart

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
WEST = [[105.0, -5.0], [105.1, -5.0], [105.1, -5.05], [105.1, -5.1], [105.0, -5.1], [105.0, -5.0]]
EAST = [[105.1, -5.0], [105.2, -5.0], [105.2, -5.1], [105.1, -5.1], [105.1, -5.05], [105.1, -5.0]]
POND = [[105.02, -5.02], [105.04, -5.02], [105.04, -5.04], [105.02, -5.02]]


def feature(code: Any, *rings: Any, kind: str = "Polygon") -> dict[str, Any]:
    """A region of a boundary file."""
    coordinates = list(rings) if kind == "Polygon" else [[ring] for ring in rings]
    return {"type": "Feature", "id": code, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, *features: Any, **other: Any) -> Path:
    """A folder with one boundary file."""
    folder.mkdir(exist_ok=True)
    content = {"type": "FeatureCollection", "features": list(features)} | other
    (folder / "batas.geojson").write_text(json.dumps(content))
    return folder


def test_a_region_is_drawn_in_whole_steps_from_north_to_south(tmp_path: Path) -> None:
    [shape] = read(written(tmp_path, feature("18.09", WEST, POND)))
    assert shape == Shape(
        "18.09", "M104600 5000l100 0 0 100-100 0zM104620 5020l20 0 0 20z", 104600, 5000, 104700, 5100
    )


def test_neighbours_keep_the_border_they_share(tmp_path: Path) -> None:
    west, east = read(written(tmp_path, feature("18.09", WEST), feature("18.10", EAST, kind="MultiPolygon")))
    assert west.east == east.west == 104700
    assert east.path == "M104700 5000l100 0 0 100-100 0z"


def test_a_lower_level_is_drawn_finer_and_the_province_not_at_all(tmp_path: Path) -> None:
    found = read(
        written(tmp_path, feature("18", WEST), feature("18.09.10", WEST), feature(cast.HANURA, WEST))
    )
    assert [shape.east - shape.west for shape in found] == [199, 498]


def test_loading_again_replaces_the_drawing(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        for ring in (WEST, EAST):
            with transaction():
                assert store(read(written(tmp_path, feature("18.09", ring)))) == 1
        assert db.session.scalars(select(RegionShape.west)).all() == [104700]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Expecting value"),
        (b"\xff\xfe\x00", "codec"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[]", "no FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {"a": 1}}', "is no list"),
        (b'{"type": "FeatureCollection", "features": [null]}', "is no list"),
    ],
)
def test_what_is_no_boundary_file_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "rusak.geojson").write_bytes(content)
    with pytest.raises(BadBoundaries, match=f"rusak.geojson: .*{reason}"):
        read(tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        feature("18.09", WEST[:-1]),
        feature("18.09", [[105.0, -5.0]] * 5),
        feature("18.09", [[105.0, -95.0], *WEST[1:-1], [105.0, -95.0]]),
        feature("18.09", [[float("nan"), -5.0], *WEST[1:-1], [float("nan"), -5.0]]),
        feature("18.09", [["105", "-5"], *WEST[1:-1], ["105", "-5"]]),
        feature("18.09", "WEST"),
        feature("18.09", WEST, kind="Point"),
        feature('"><script>', WEST),
        feature(1809, WEST),
        {"type": "Feature", "id": "18.09", "geometry": None},
        {"type": "Feature", "properties": None},
    ],
)
def test_a_broken_region_refuses_the_whole_file(tmp_path: Path, broken: Any) -> None:
    with pytest.raises(BadBoundaries, match=r"batas\.geojson: no proper file"):
        read(written(tmp_path, feature("18.10", EAST), broken))


def test_a_region_that_stands_twice_or_is_not_known_is_refused(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(BadBoundaries, match=r"18\.09 stands there twice"):
        read(written(tmp_path, feature("18.09", WEST), feature("18.09", EAST)))
    with (
        app.app_context(),
        pytest.raises(BadBoundaries, match=r"no region has the code 18\.99"),
        transaction(),
    ):
        store(read(written(tmp_path, feature("18.09", WEST), feature("18.99", EAST))))
    with app.app_context():
        assert db.session.scalars(select(RegionShape.code)).all() == []


def test_the_command_refuses_in_words_before_it_loads_anything(config: Config, tmp_path: Path) -> None:
    answer = desamart(config, "regions", "load", "--boundaries", str(tmp_path))
    assert answer.returncode == 1 and "there is no .geojson file" in answer.stderr


def test_the_boundaries_of_lampung_are_small_where_they_are_at_hand() -> None:
    if REAL.is_dir():
        found = read(REAL)
        assert len(found) == 15 + 229 + 2640
        assert sum(len(shape.path) for shape in found if len(shape.code) == 5) < 25_000
