"""Decides what a village is called where it lies: desa, pekon, kampung, tiyuh or kelurahan."""

DESA, KELURAHAN = "desa", "kelurahan"

# The regencies of Lampung whose villages carry a word of their own; everywhere else a village is a "desa".
_TERMS = {
    "18.02": "kampung",
    "18.04": "pekon",
    "18.05": "kampung",
    "18.06": "pekon",
    "18.08": "kampung",
    "18.10": "pekon",
    "18.12": "tiyuh",
    "18.13": "pekon",
}
_CITY_FROM = 71


def is_city(code: str) -> bool:
    """Whether the place of this code (regency level or below) lies in a kota; they are numbered from 71."""
    return len(code) >= 5 and int(code[3:5]) >= _CITY_FROM


def village_term(code: str) -> str:
    """The everyday word for a village: of a village code its own, of a regency or district the usual one.

    Urban villages (numbered 1xxx), and villages of a city when only the city is known, are kelurahan.
    """
    if len(code) == 13 and code[9] == "1":
        return KELURAHAN
    if len(code) < 13 and is_city(code):
        return KELURAHAN
    return _TERMS.get(code[:5], DESA)
