"""Decides how a demo product looks: our own illustration, set on a calm backdrop like a shop's card.

Pillow belongs to marketplace/kit/images.py, where pictures of strangers are taken in. This file is the one
named exception: it paints demo pictures from our own drawings and never opens anything that was sent to us.
"""

import io
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from marketplace.catalog.loading import categories
from marketplace.operations.demo.drawings import drawing_of

SIDE = 1200
QUALITY = 88
# Backdrops are painted at half size and enlarged: twice as fast, and softer, as a ground out of focus is.
HALF = SIDE // 2
HORIZON = 0.63

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The colours of a top category: the wall's light and deep end, the table, and one to stand out."""

    light: Colour
    deep: Colour
    table: Colour
    accent: Colour


@dataclass(frozen=True)
class Place:
    """Where a thing stands: its longer edge, its middle and its foot as shares of the card's side."""

    size: float
    middle: float
    foot: float
    soft: int = 0
    mirrored: bool = False


Draw = ImageDraw.ImageDraw
Ground = Callable[[Draw, Palette, Random], None]

_PALETTES: dict[str, tuple[str, str, str, str]] = {
    "makanan-ringan": ("#fff3d6", "#f4d59a", "#d99a5b", "#c8552f"),
    "minuman": ("#f8eadb", "#e2c3a4", "#a8704a", "#7a2f28"),
    "bumbu-dapur": ("#fdeadb", "#efc0a0", "#b9744e", "#8f3b2c"),
    "pangan-pokok": ("#f8f2d4", "#e3d296", "#c49a54", "#6f7f3a"),
    "buah-sayur": ("#eff6dc", "#c6dfa6", "#b98a56", "#4f8a48"),
    "ikan-laut": ("#e3f2f1", "#a9d0d2", "#b58e66", "#2f7c8c"),
    "ternak": ("#f4f1df", "#d3d6a8", "#b3874f", "#8a5a34"),
    "kriya": ("#f8e9e4", "#e4bdb2", "#9c6048", "#7a1f2e"),
    "herbal-perawatan": ("#eaf5ec", "#b8dac6", "#b9926a", "#3f8a6a"),
    "sarana-tani": ("#eef3da", "#c2d29a", "#94683f", "#4f7a34"),
    "komoditas": ("#f6ebd6", "#dcc09a", "#8f6242", "#6a4628"),
    "wisata-jasa": ("#e4f3f8", "#b4dae6", "#8fb87a", "#e39a3c"),
}


def compose(product_slug: str, icon: str, category_slug: str, view: int = 0) -> bytes:
    """JPEG, 1200x1200, of a demo product; the same arguments always give the same bytes.

    `view` 0 shows the thing whole, 1 shows it closer or in company, on another ground.
    Raises FileNotFoundError for an icon without a drawing, KeyError for a category that is not in the list.
    """
    top = _tops()[category_slug]
    random = Random(blake2b(f"{product_slug}/{view}".encode(), digest_size=8).digest())  # noqa: S311
    first = blake2b(product_slug.encode(), digest_size=2).digest()[0]
    ground = _GROUNDS[(first + view * 3) % len(_GROUNDS)]
    card = _backdrop(_palette(top, random), ground, random)
    thing = _taken(drawing_of(product_slug, icon), random, lying=ground is _mat)
    flatness = thing.height / max(thing.size)
    alone = _whole(flatness, random, lying=ground is _mat)
    for place in _nearer(top, flatness, random) if view else [alone]:
        _put(card, thing, place)
    out = io.BytesIO()
    card.save(out, "JPEG", quality=QUALITY, optimize=False)
    return out.getvalue()


@cache
def _tops() -> dict[str, str]:
    """Each category's top category."""
    return {row.slug: row.parent or row.slug for row in categories()}


# --- the ground ---


def _rgb(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _palette(top: str, random: Random) -> Palette:
    """The category's colours with a breath more or less warmth, which keeps neighbours on a shelf apart."""
    colours = Palette(*(_rgb(text) for text in _PALETTES[top]))
    towards = random.choice((colours.light, (250, 226, 190), colours.accent))
    return replace(colours, deep=_mix(colours.deep, towards, random.uniform(0.0, 0.14)))


def _backdrop(colours: Palette, paint: Ground, random: Random) -> Image.Image:
    fall = Image.linear_gradient("L").resize((HALF, HALF))
    ends = zip(colours.light, colours.deep, strict=True)
    card = Image.merge(
        "RGB", [fall.point([round(a + (b - a) * v / 255) for v in range(256)]) for a, b in ends]
    )
    paint(ImageDraw.Draw(card), colours, random)
    # Drawn edges are steps; out of focus they are none.
    return _lit(card.filter(ImageFilter.BoxBlur(1)), random).resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def _lit(card: Image.Image, random: Random) -> Image.Image:
    """Light from the upper left that falls off towards the far corner."""
    x, y = round(HALF * random.uniform(-0.75, -0.55)), round(HALF * random.uniform(-0.8, -0.65))
    far = Image.radial_gradient("L").resize((HALF * 2, HALF * 2)).crop((-x, -y, -x + HALF, -y + HALF))
    shade = Image.new("RGB", card.size, (70, 34, 30))
    glow = Image.new("RGB", card.size, (255, 250, 232))
    card = Image.composite(glow, card, far.point([max(0, 96 - v) for v in range(256)]))
    return Image.composite(shade, card, far.point([max(0, v - 110) // 3 for v in range(256)]))


def _table(draw: Draw, colours: Palette, random: Random) -> None:
    """Planks of a colours.table before a wall with the sun's disc."""
    edge = round(HALF * HORIZON)
    _disc(draw, random, colours)
    for number in range(6):
        top = edge + round((HALF - edge) * (number / 6) ** 1.35)
        shade = _mix(
            _mix(colours.table, colours.light, 0.34 - number * 0.03), colours.deep, random.uniform(0, 0.2)
        )
        draw.rectangle((0, top, HALF, HALF), fill=shade)
        draw.line((0, top, HALF, top), fill=_mix(shade, (60, 30, 20), 0.28), width=1 + number // 3)
        draw.line((0, top + 2, HALF, top + 2), fill=_mix(shade, colours.light, 0.4), width=1)
    draw.rectangle((0, edge - 3, HALF, edge + 2), fill=_mix(colours.table, colours.light, 0.62))


def _disc(draw: Draw, random: Random, colours: Palette) -> None:
    x, y, radius = HALF * random.uniform(0.42, 0.58), HALF * random.uniform(0.4, 0.46), HALF * 0.36
    draw.ellipse(
        (x - radius, y - radius, x + radius, y + radius), fill=_mix(colours.light, (255, 255, 250), 0.55)
    )


def _mat(draw: Draw, colours: Palette, random: Random) -> None:
    """A woven mat, seen from above, in two near tones."""
    step = random.choice((26, 30, 34))
    tones = [_mix(colours.light, colours.deep, share) for share in (0.25, 0.6, 0.85)]
    for row in range(HALF // step + 2):
        for column in range(HALF // step + 2):
            x, y = column * step - step // 2, row * step - step // 2
            across = (row + column) % 2
            tone = tones[across] if (row * 3 + column * 5) % 7 else tones[2]
            draw.rounded_rectangle((x + 1, y + 1, x + step - 2, y + step - 2), 5, fill=tone)
            for part in (0.34, 0.67):
                at = round(step * part)
                strand = (3, at, step - 4, at) if across else (at, 3, at, step - 4)
                draw.line(
                    (x + strand[0], y + strand[1], x + strand[2], y + strand[3]),
                    fill=_mix(tone, colours.table, 0.16),
                )


def _leaves(draw: Draw, colours: Palette, random: Random) -> None:
    """Large leaves in the corners and a round stand under the thing."""
    _disc(draw, random, colours)
    low = HALF * 0.72
    for corner_x, corner_y, towards in ((0, 0, 40), (HALF, 0, 140), (0, low, -30), (HALF, low, 210)):
        for number in range(3):
            tone = _mix(colours.deep, colours.accent, 0.13 + number * 0.07)
            angle = math.radians(towards + (number - 1) * 34 + random.uniform(-9, 9))
            _leaf(draw, (corner_x, corner_y), angle, HALF * random.uniform(0.26, 0.38), tone)
    y, tone = HALF * 0.86, _mix(colours.table, colours.light, 0.3)
    draw.rectangle((0, y - 40, HALF, HALF), fill=_mix(colours.deep, colours.table, 0.22))
    draw.ellipse((HALF * 0.06, y - 58, HALF * 0.94, y + 70), fill=_mix(tone, (60, 30, 20), 0.18))
    draw.ellipse((HALF * 0.06, y - 72, HALF * 0.94, y + 52), fill=tone)


def _leaf(draw: Draw, root: tuple[float, float], angle: float, length: float, tone: Colour) -> None:
    cos, sin = math.cos(angle), math.sin(angle)
    outline = []
    for number in range(25):
        along, side = (number / 12, 1) if number <= 12 else ((24 - number) / 12, -1)
        away, out = along * length, math.sin(math.pi * along**0.8) * length * 0.2 * side
        outline.append((root[0] + cos * away - sin * out, root[1] + sin * away + cos * out))
    draw.polygon(outline, fill=tone)
    tip = (root[0] + cos * length * 0.96, root[1] + sin * length * 0.96)
    draw.line((*root, *tip), fill=_mix(tone, (255, 255, 240), 0.35), width=2)


def _cloth(draw: Draw, colours: Palette, random: Random) -> None:
    """A cloth on the colours.table with one band of rhombs, as tapis is woven."""
    edge = round(HALF * HORIZON)
    _disc(draw, random, colours)
    cloth = _mix(colours.accent, colours.light, 0.22)
    gold = (236, 196, 104)
    draw.rectangle((0, edge, HALF, HALF), fill=_mix(cloth, colours.light, 0.3))
    draw.rectangle((0, edge, HALF, edge + 5), fill=_mix(gold, colours.light, 0.4))
    band, step = round(HALF * 0.9), 40
    draw.rectangle((0, band - 24, HALF, band + 24), fill=_mix(cloth, (50, 16, 28), 0.25))
    for line in (band - 30, band + 29):
        draw.rectangle((0, line, HALF, line + 2), fill=gold)
    for x in range(step // 2, HALF, step):
        for reach, fill in ((18, gold), (11, _mix(cloth, (50, 16, 28), 0.25)), (5, gold)):
            draw.regular_polygon((x, band, reach), 4, rotation=45, fill=fill)


_GROUNDS = (_table, _leaves, _cloth, _mat)


# --- the thing ---


def _taken(file: Path, random: Random, *, lying: bool) -> Image.Image:
    """The drawing without its empty margin, now and then mirrored; what lies on a mat lies a hair askew."""
    with Image.open(file) as opened:
        thing = opened.convert("RGBA")
    if random.random() < 0.4:
        thing = thing.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if lying:
        thing = thing.rotate(random.uniform(-3, 3), Image.Resampling.BILINEAR)
    return thing.crop(thing.getchannel("A").point([0] * 40 + [255] * 216).getbbox())


def _put(card: Image.Image, thing: Image.Image, place: Place) -> None:
    scale = SIDE * place.size / max(thing.size)
    width, height = round(thing.width * scale), round(thing.height * scale)
    drawn = thing.resize((width, height), Image.Resampling.BICUBIC)
    if place.mirrored:
        drawn = drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if place.soft:
        drawn = drawn.filter(ImageFilter.BoxBlur(place.soft))
    x, y = round(SIDE * place.middle - width / 2), round(SIDE * place.foot - height)
    shade, edge = _shade(drawn)
    fall = round(SIDE * place.size / 31)
    card.paste((64, 30, 28), (x + fall - edge, y + fall - edge), shade)
    card.paste(drawn, (x, y), drawn)


def _shade(drawn: Image.Image) -> tuple[Image.Image, int]:
    """The soft shadow of a drawn thing, and by how much it is wider on each side."""
    small = (drawn.width // 10, drawn.height // 10)
    soft = Image.new("L", (small[0] + 12, small[1] + 12))
    soft.paste(drawn.getchannel("A").resize(small, Image.Resampling.BOX), (6, 6))
    soft = soft.filter(ImageFilter.GaussianBlur(3)).point([v * 32 // 100 for v in range(256)])
    return soft.resize((drawn.width + 120, drawn.height + 120), Image.Resampling.BILINEAR), 60


def _whole(flatness: float, random: Random, *, lying: bool) -> Place:
    """One thing: in the middle of a mat, else on the table, the further back the flatter it is."""
    size = random.uniform(0.78, 0.83)
    height = size * flatness
    foot = 0.5 + height / 2 if lying else 0.925 - 0.25 * max(0.0, 0.72 - height)
    return Place(size, 0.5 + random.uniform(-0.015, 0.015), foot)


def _nearer(top: str, flatness: float, random: Random) -> list[Place]:
    """The second picture: from close by, or three of a kind, the ones behind a little out of focus."""
    side = random.choice((-1, 1))
    # A village with three suns or a herd of one cow would be odd: scenes and animals are shown closer.
    if top in ("wisata-jasa", "ternak") or random.random() < 0.4:
        return [Place(1.06, 0.5 + side * 0.06, max(0.5 + 0.53 * flatness, 0.9))]
    return [
        Place(0.5, 0.5 - side * 0.24, 0.745, soft=2, mirrored=True),
        Place(0.52, 0.5 + side * 0.24, 0.775, soft=1),
        Place(0.64, 0.5 - side * 0.02, 0.93),
    ]
