"""The colours of the shop: readable by WCAG AA in both themes, dark the same wherever it is asked for."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "static" / "css" / "tokens" / "tokens.css").read_text(encoding="utf-8")

TEXT_ON_GROUND = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "sunken"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-brand-soft", "brand-soft"),
    ("ink-soft", "brand-soft"),
    ("on-gold-soft", "gold-soft"),
    ("danger", "paper"),
    ("danger", "surface"),
    ("on-danger-soft", "danger-soft"),
    ("on-info-soft", "info-soft"),
    ("on-deep", "deep"),
    ("on-deep-soft", "deep"),
    ("tapis-thread", "deep"),
    ("on-map-low", "map-1"),
    ("on-map-low", "map-2"),
    ("on-map-middle", "map-3"),
    ("on-map-high", "map-4"),
    ("on-map-high", "map-5"),
]
EDGE_ON_GROUND = [
    ("line-strong", "paper"),
    ("line-strong", "surface"),
    ("focus", "paper"),
    ("focus", "surface"),
]


def block(selector: str) -> dict[str, str]:
    body = SHEET.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


LIGHT = block(":root")
DARK = block(':root[data-theme="dark"]')


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_dark_by_the_systems_wish_equals_dark_by_data_theme() -> None:
    assert block(':root:not([data-theme="light"])') == DARK


def test_dark_gives_no_name_that_light_does_not_have() -> None:
    assert set(DARK) <= set(LIGHT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_is_readable_on_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_ON_GROUND)
def test_the_edges_of_controls_and_the_focus_ring_stand_out(
    theme: dict[str, str], edge: str, ground: str
) -> None:
    assert contrast(theme[edge], theme[ground]) >= 3
