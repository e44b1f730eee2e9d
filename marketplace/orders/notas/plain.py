"""Decides which letters of what people typed reach a paper: none that hides or turns round its neighbours."""

import unicodedata

# What the letters of the PDF's own fonts hold: Latin letters of Western Europe, “ ” … €.
PDF_LETTERS = "cp1252"
# Letters whose plain form Unicode does not tell, and signs that look like one that is there.
_LOOKALIKES = str.maketrans(
    {
        "Đ": "D",
        "đ": "d",
        "Ł": "L",
        "ł": "l",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{MODIFIER LETTER TURNED COMMA}": "'",
        "\N{MODIFIER LETTER APOSTROPHE}": "'",
        "\N{PRIME}": "'",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{FIGURE DASH}": "-",
        "\N{MINUS SIGN}": "-",
    }
)
_UNKNOWN = "?"


def one_line(text: str) -> str:
    """The text without control characters, marks of direction and invisible letters; a gap is one space."""
    kept = (" " if sign.isspace() else sign for sign in text if sign.isspace() or _shows(sign))
    return " ".join("".join(kept).split())


def for_pdf(text: str) -> str:
    """The text in the letters that every PDF reader has; a letter without a plain form becomes `?`."""
    spaced = text.replace("\u00a0", " ").replace("\u202f", " ")
    return "".join(_known(sign) for sign in unicodedata.normalize("NFC", spaced).translate(_LOOKALIKES))


def _shows(sign: str) -> bool:
    # Every category that begins with C hides: control, format (right-to-left marks), private, unassigned.
    return not unicodedata.category(sign).startswith("C")


def _known(sign: str) -> str:
    if _has(sign):
        return sign
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", sign) if not unicodedata.category(part).startswith("M")
    )
    return bare if bare and _has(bare) else "" if unicodedata.category(sign).startswith("M") else _UNKNOWN


def _has(text: str) -> bool:
    try:
        text.encode(PDF_LETTERS)
    except UnicodeEncodeError:
        return False
    return True
