"""Decides in which units goods are sold and what one weighs on its way when the seller does not say."""

import re

# Unit -> (grams on the way, grams of content where the unit itself says them). The weights on the way are the
# middle ones of the demo goods, packaging included; a place, a night or a visit does not travel.
UNITS: dict[str, tuple[int, int | None]] = {
    "bungkus": (320, None),
    "kg": (1150, 1000),
    "ons": (150, 100),
    "botol": (420, None),
    "liter": (1100, None),
    "buah": (550, None),
    "ikat": (300, None),
    "karung": (25_200, None),
    "kotak": (270, None),
    "paket": (1150, None),
    "lembar": (450, None),
    "butir": (1350, None),
    "sisir": (1200, None),
    "tandan": (9500, None),
    "batang": (500, None),
    "potong": (700, None),
    "loyang": (700, None),
    "toples": (600, None),
    "kemasan": (950, None),
    "set": (1900, None),
    "ekor": (1800, None),
    "ton": (1_000_000, 1_000_000),
    "orang": (0, None),
    "malam": (0, None),
    "perahu": (0, None),
}
HEAVIEST = 5_000_000
_WEIGHT = re.compile(r"(\d{1,7})(?:,(\d{1,3}))?\s*(g|gr|gram|ons|kg|kilo)?\.?", re.IGNORECASE)
_GRAMS = {"g": 1, "gr": 1, "gram": 1, "ons": 100, "kg": 1000, "kilo": 1000}


def way_weight(unit: str) -> int:
    """Grams that one `unit` is taken to weigh on its way; 500 for a unit of the seller's own."""
    return UNITS.get(unit, (500, None))[0]


def net_weight(unit: str) -> int | None:
    """Grams of content of one `unit`, where the unit says so."""
    return UNITS.get(unit, (0, None))[1]


def parse_weight(text: str) -> int:
    """Read what people type for a weight: `250`, `250 gr`, `2 ons`, `1,5 kg`, `1.500`; whole grams.

    Raises:
        ValueError: not a weight, or above five tonnes.
    """
    plain = re.sub(r"(?<=\d)\.(?=\d{3}(?:\D|$))", "", text.strip())
    match = _WEIGHT.fullmatch(plain)
    if not match or not text.isascii():
        raise ValueError(text)
    whole, part, unit = match.groups()
    if part and not unit:
        raise ValueError(text)
    factor = _GRAMS[(unit or "g").lower()]
    grams = int(whole) * factor + int((part or "0").ljust(3, "0")) * factor // 1000
    if grams > HEAVIEST:
        raise ValueError(text)
    return grams
