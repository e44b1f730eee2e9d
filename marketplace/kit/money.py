"""Decides how rupiah are written, read and divided. Amounts are whole rupiah in plain integers; no floats."""

import re
from collections.abc import Sequence

MOST = 10**12
_DIGITS = re.compile(r"(?:rp\.?\s*)?(\d{1,3}(?:[.\s]\d{3})+|\d+)(?:,00|,-)?", re.IGNORECASE)


def rupiah(amount: int) -> str:
    """Write whole rupiah as `Rp12.500`; negative amounts as `-Rp12.500`."""
    digits = f"{abs(amount):,}".replace(",", ".")
    return f"-Rp{digits}" if amount < 0 else f"Rp{digits}"


def parse_rupiah(text: str) -> int:
    """Read what people type for a price: `12500`, `12.500`, `Rp 12.500`, `Rp12.500,00`.

    Only ASCII digits in the Indonesian grouping are read, so that 12.50 or 1e3 is refused, not guessed.

    Raises:
        ValueError: not an amount of whole rupiah, or above one trillion.
    """
    match = _DIGITS.fullmatch(text.strip())
    if not match or not text.isascii():
        raise ValueError(text)
    amount = int(re.sub(r"\D", "", match.group(1)))
    if amount > MOST:
        raise ValueError(text)
    return amount


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` rupiah by `weights`, to the last rupiah, by largest remainder.

    Equal remainders go to the earlier share, so the answer is always the same. Zeros alone divide evenly.

    Raises:
        ValueError: no weights, or a negative one.
    """
    if not weights or min(weights) < 0:
        raise ValueError("weights must be given and not negative")
    if sum(weights) == 0:
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def rate(amount: int, basis_points: int) -> int:
    """A fee of `basis_points` (1/100 %) on `amount` rupiah, rounded half up to whole rupiah."""
    return (amount * basis_points + 5_000) // 10_000


def proportion(amount: int, part: int, whole: int) -> int:
    """`amount` rupiah for `whole` of something, said for `part` of it; rounded half up to whole rupiah."""
    return (2 * amount * part + whole) // (2 * whole)
