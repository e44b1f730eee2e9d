"""Decides what must hold of the demo goods' pictures: one for every product, always the same, and whole."""

import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from marketplace.operations.demo import drawings, pictures

GOODS = Path(pictures.__file__).parent / "produk_demo.csv"
HONEY = ("madu-hutan-500-ml", "honey-pot", "madu")


def rows() -> list[dict[str, str]]:
    with GOODS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_product_has_its_drawing_and_every_drawing_its_source() -> None:
    for row in rows():
        found = drawings.drawing_of(row["slug"], row["icon_fluent"])
        assert found.with_suffix(".svg").is_file(), found.name


def test_every_icon_of_a_product_is_drawn() -> None:
    missing = {row["icon_fluent"] for row in rows()} - {file.stem for file in drawings.FOLDER.glob("*.webp")}
    assert not missing


def test_an_icon_that_nobody_has_drawn_is_refused_by_name() -> None:
    with pytest.raises(FileNotFoundError, match="zeppelin"):
        drawings.drawing_of("kapal-udara", "zeppelin")


def test_banana_chips_are_a_pouch_and_bananas_are_bananas() -> None:
    chips = drawings.drawing_of("keripik-pisang-original-250-g", "banana")
    assert chips != drawings.drawing_of("pisang-kepok-1-sisir", "banana")


def test_drawings_are_720_pixels_on_a_transparent_ground_and_light_together() -> None:
    files = sorted(drawings.FOLDER.glob("*.webp"))
    assert sum(file.stat().st_size for file in files) < 2_500_000
    for file in files:
        with Image.open(file) as drawing:
            assert (drawing.size, drawing.mode) == ((720, 720), "RGBA"), file.name


@pytest.mark.parametrize("view", [0, 1])
def test_the_same_product_always_gives_the_same_bytes(view: int) -> None:
    assert pictures.compose(*HONEY, view) == pictures.compose(*HONEY, view)


def test_two_products_with_one_drawing_and_two_views_of_one_product_differ() -> None:
    first = pictures.compose(*HONEY)
    assert first != pictures.compose("madu-trigona-100-ml", "honey-pot", "madu")
    assert first != pictures.compose(*HONEY, 1)


def test_a_product_of_every_category_becomes_a_whole_picture() -> None:
    one_each = {row["category"]: row for row in rows()}
    for category, row in one_each.items():
        for view in (0, 1):
            composed = pictures.compose(row["slug"], row["icon_fluent"], category, view)
            with Image.open(io.BytesIO(composed)) as picture:
                assert (picture.format, picture.size) == ("JPEG", (1200, 1200))
                picture.load()


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(KeyError):
        pictures.compose("madu-hutan-500-ml", "honey-pot", "tidak-ada")
