"""Decides what a snapshot of figures holds, how it is written down, and what its hash is taken of."""

import json
import re
import zlib
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256

from marketplace.indicators.figures import Coverage, Figure

Key = tuple[str, str]
# Codes hold no quotes, and names of fields stand in their order.
_KEY = re.compile(rb'\{"code":"(?P<code>[^"]*)".*,"region":"(?P<region>[^"]*)"')


@dataclass(frozen=True)
class Row:
    """One figure as it was: numbers in units of its indicator, the value written out, names of that day."""

    region: str
    name: str
    level: str
    period: str
    code: str
    value: str | None
    numerator: int | None
    denominator: int | None
    why: str | None
    unit: str
    formula_version: str
    cutoff: str
    known_villages: int
    villages: int

    @property
    def key(self) -> Key:
        """Which figure of the period it is: the region's code and the indicator's."""
        return self.region, self.code

    @property
    def parts(self) -> tuple[str | None, int | None, int | None]:
        """What makes two tellings of a figure the same: its value, numerator and denominator."""
        return self.value, self.numerator, self.denominator


def row(figure: Figure) -> Row:
    """A figure as a row."""
    return Row(
        region=figure.place.code,
        name=figure.place.name,
        level=figure.place.level,
        period=figure.period.key,
        code=figure.code,
        value=None if figure.value is None else str(figure.value),
        numerator=figure.numerator,
        denominator=figure.denominator,
        why=figure.why,
        unit=figure.indicator.unit,
        formula_version=figure.indicator.version,
        cutoff=figure.cutoff.isoformat(),
        known_villages=figure.coverage.known,
        villages=figure.coverage.villages,
    )


def figure_of(live: Figure, kept: Row) -> Figure:
    """A figure as it was locked; its place and indicator are called as they are today."""
    return replace(
        live,
        value=None if kept.value is None else Decimal(kept.value),
        numerator=kept.numerator,
        denominator=kept.denominator,
        why=kept.why,
        cutoff=datetime.fromisoformat(kept.cutoff),
        coverage=Coverage(kept.known_villages, kept.villages),
    )


def canonical(rows: Iterable[Row]) -> bytes:
    """The one way to write these rows down: a JSON object per line, by region and code, UTF-8."""
    lines = (
        json.dumps(asdict(each), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        for each in sorted(rows, key=lambda each: each.key)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def content_hash(text: bytes) -> str:
    """SHA-256 of canonical rows, in hexadecimal: what `sha256sum` says of the downloaded file."""
    return sha256(text).hexdigest()


def packed(text: bytes) -> bytes:
    """Canonical rows as they are stored."""
    return zlib.compress(text, 6)


def unpacked(body: bytes) -> bytes:
    """The canonical rows again."""
    return zlib.decompress(body)


def rows_in(body: bytes) -> dict[Key, Row]:
    """All rows of a stored body by key."""
    return {each.key: each for each in map(_read, unpacked(body).splitlines())}


class Kept:
    """A stored body that is looked into here and there: it is in order, so only rows asked for are read."""

    def __init__(self, body: bytes) -> None:
        self._lines = unpacked(body).splitlines()

    def get(self, key: Key) -> Row | None:
        """The row of a region's code and an indicator's; None where it was not locked."""
        place = bisect_left(self._lines, key, key=_key_of)
        if place == len(self._lines) or _key_of(self._lines[place]) != key:
            return None
        return _read(self._lines[place])


@lru_cache(maxsize=16)
def kept(body: bytes) -> Kept:
    """The body to look into. Bodies never change, so those of a province's month stay unpacked."""
    return Kept(body)


def _key_of(line: bytes) -> Key:
    found = _KEY.match(line)
    if not found:
        raise ValueError("this is no row of a snapshot")
    return found["region"].decode(), found["code"].decode()


def _read(line: bytes) -> Row:
    return Row(**json.loads(line))
