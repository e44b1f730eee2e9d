"""Decides how passwords are judged and kept."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask_babel import gettext as _

SHORTEST, LONGEST = 10, 128
_COMMON = {
    "password",
    "1234567890",
    "12345678910",
    "qwertyuiop",
    "indonesia",
    "lampung",
    "desamart",
    "rahasia",
    "katasandi",
}
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_nobody = _hasher.hash("tidak ada orang dengan sandi ini")


def weakness(password: str) -> str | None:
    """Why a password cannot be used, in words for its owner; None when it can."""
    if len(password) < SHORTEST:
        words = _("Sandi paling sedikit %(least)s huruf.", least=SHORTEST)
        return f"{words} {_('Rangkaian beberapa kata mudah diingat dan kuat.')}"
    if len(password) > LONGEST:
        return str(_("Sandi paling banyak %(most)s huruf.", most=LONGEST))
    plain = password.lower().rstrip("0123456789!.?")
    if plain in _COMMON or password.lower() in _COMMON or len(set(password)) < 4:
        return str(_("Sandi ini terlalu mudah ditebak. Pakai rangkaian beberapa kata."))
    return None


def hashed(password: str) -> str:
    """What is kept of a password (argon2id)."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is right. For an unknown person (`kept` None): False, after the same time."""
    try:
        _hasher.verify(kept or _nobody, password[:LONGEST])
    except VerificationError:
        return False
    return kept is not None
