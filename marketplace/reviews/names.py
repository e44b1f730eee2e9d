"""Decides how a buyer is named beside a review: enough to be a person, too little to be found. Pure rules."""

from marketplace.kit.typed_words import one_line

LONGEST = 20
# "Bu R." names nobody; with these the name begins one word later.
_TITLES = {"bu", "ibu", "pak", "bapak", "mas", "mbak", "h.", "hj.", "haji", "dr.", "ust.", "ustaz"}


def short_name(name: str) -> str:
    """Budi Pembeli is Budi P., Bu Rahma Wati is Bu Rahma W.; who has one name keeps it."""
    words = one_line(name).split()
    if not words:
        return "Pembeli"
    head = 2 if words[0].lower() in _TITLES and len(words) > 1 else 1
    first = " ".join(words[:head])[:LONGEST]
    return f"{first} {words[-1][0].upper()}." if len(words) > head else first
