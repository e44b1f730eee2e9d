"""Decides how passwords are judged and kept."""

import hashlib
import re
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import gettext as _

SHORTEST, SHORTEST_WITH_ROLE, LONGEST = 10, 12, 128
COMMON = Path(__file__).parent / "data" / "common_passwords.txt"
"""The 10,000 passwords of ten letters and more that leaked most often, of SecLists (MIT): the beginning of
each one's SHA-256, a line each."""
# What everybody here thinks of first: the site, its places, its roles, its trade.
HOUSE_WORDS = (
    "desamart", "desa", "mart", "lampung", "indonesia", "pesawaran", "pringsewu", "hanura", "podomoro",
    "password", "katasandi", "rahasia", "sandi", "admin", "operator", "petugas", "penjual", "pembeli",
    "keuangan", "program", "gerai", "toko", "smart", "economy", "village",
)  # fmt: skip
_HOUSE = re.compile("|".join(sorted(HOUSE_WORDS, key=len, reverse=True)))
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_nobody = _hasher.hash("tidak ada orang dengan sandi ini")


def weakness(password: str, *, about: tuple[str, ...] = (), least: int = SHORTEST) -> str | None:
    """Why a password cannot be used, in words for its owner; None when it can.

    `about` is what others know of the person (name, e-mail, phone). No kind of letters is asked for.
    """
    if len(password) < least:
        words = _(
            "Sandi paling sedikit %(least)s huruf. Rangkaian beberapa kata mudah diingat dan kuat.",
            least=least,
        )
        return str(words)
    if len(password) > LONGEST:
        return str(_("Sandi paling banyak %(most)s huruf.", most=LONGEST))
    if _everybodys(password.lower()) or _guessed(password.lower(), about):
        return str(_("Sandi ini terlalu mudah ditebak. Pakai rangkaian beberapa kata."))
    return None


def hashed(password: str) -> str:
    """What is kept of a password (argon2id)."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is right. For an unknown person (`kept` None): False, after the same time."""
    try:
        # What nobody can have is judged all the same, in the same time, and not cut to something shorter.
        _hasher.verify(kept or _nobody, password if len(password) <= LONGEST else "")
    except VerificationError:
        return False
    return kept is not None


def _everybodys(password: str) -> bool:
    """One of those that leaked most often. The list is read each time: few people choose one in a minute."""
    wanted = hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{wanted}\n" in COMMON.read_text()


def _guessed(password: str, about: tuple[str, ...]) -> bool:
    """Nothing but words of the house or the person's own, digits and signs; or three letters repeated."""
    own = {part for text in about for part in re.split(r"\W+", text.lower()) if len(part) > 3}
    left = password
    for word in sorted(own, key=len, reverse=True):
        left = left.replace(word, "")
    left = re.sub(r"[\W\d_]+", "", _HOUSE.sub("", left))
    return len(set(password)) < 4 or (len(left) < 4 and left != re.sub(r"[\W\d_]+", "", password))
