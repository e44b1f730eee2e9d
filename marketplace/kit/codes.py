"""Decides what public numbers and addresses look like: order numbers, slugs, secret tokens."""

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime

from marketplace.kit.clock import day_wib

# Without I, L, O, U, 0 and 1: read out over a bad telephone line, nobody mistakes one for another.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def order_number(at: datetime) -> str:
    """A new order number such as `DM-261122-7K3Q9F`: the WIB day and six random letters."""
    return f"DM-{day_wib(at):%y%m%d}-{_letters(6)}"


def batch_number(at: datetime) -> str:
    """A new number of a batch of payouts, `PC-261122-7K3Q`: short, since banks cut off long references."""
    return f"PC-{day_wib(at):%y%m%d}-{_letters(4)}"


def slug(text: str) -> str:
    """An address part: small ASCII letters, digits, dashes; at most 60 characters; never empty."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "barang"


def new_token() -> str:
    """A secret of 256 bits for an address or a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token, so that a copy of the database opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))
