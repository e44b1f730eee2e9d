"""Decides what a snapshot of figures holds, how it is written down, and what its hash is taken of."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from threading import Lock

from marketplace.indicators.figures import Coverage, Figure

Key = tuple[str, str]
# So many bytes are unpacked at once. The first HEAD of a body hold far more than the rows of its own region.
PORTION, HEAD = 1 << 16, 1 << 14
# How a row begins, and where its region is named: fields stand in their order, and codes hold no quotes.
_CODE, _REGION = b'{"code":"', b',"region":"'


@dataclass(frozen=True)
class Row:
    """One figure as it was: numbers in units of its indicator, the value written out, names of that day.

    The last two are not known of the first snapshots that were made.
    """

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
    lines: int | None = None
    revision_of_base: int = 0

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
        lines=figure.lines,
        revision_of_base=figure.base_revision,
    )


def parts_of(figure: Figure) -> tuple[str | None, int | None, int | None]:
    """The same of a figure that was not written down."""
    value = None if figure.value is None else str(figure.value)
    return value, figure.numerator, figure.denominator


def figure_of(live: Figure, kept: Row, revision: int = 0) -> Figure:
    """A figure as it was written down; its place and indicator are called as they are today.

    Of one that is locked (`revision`) what is counted today stands beside it, where that differs.
    """
    return Figure(
        indicator=live.indicator,
        place=live.place,
        period=live.period,
        value=None if kept.value is None else Decimal(kept.value),
        numerator=kept.numerator,
        denominator=kept.denominator,
        why=kept.why,
        cutoff=datetime.fromisoformat(kept.cutoff),
        coverage=Coverage(kept.known_villages, kept.villages),
        lines=live.lines if kept.lines is None else kept.lines,
        revision=revision,
        base_revision=kept.revision_of_base,
        recount=live if revision and kept.parts != parts_of(live) else None,
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
    """A stored body that is looked into here and there: it is in order, so only rows asked for are read.

    It is unpacked as far as was asked: a regency stands before everything that lies in it.
    """

    def __init__(self, body: bytes) -> None:
        self._packed, self._open = body, b""
        self._stream = zlib.decompressobj()
        self._lines: dict[Key, bytes] = {}
        self._last: Key = ("", "")
        self._alone = Lock()

    def get(self, key: Key) -> Row | None:
        """The row of a region's code and an indicator's; None where it was not written down."""
        line = self._lines.get(key)
        if line is None and not self._stream.eof:
            with self._alone:
                while self._last < key and not self._stream.eof:
                    self._unpack()
            line = self._lines.get(key)
        return None if line is None else _read(line)

    def _unpack(self) -> None:
        more = self._stream.decompress(self._packed, PORTION)
        if not (more or self._packed or self._stream.eof):
            raise ValueError("this body was cut off before the row that is asked for")
        text, self._packed = self._open + more, self._stream.unconsumed_tail
        *whole, self._open = text.split(b"\n")
        self._lines |= {_key_of(line): line for line in whole}
        if whole:
            self._last = _key_of(whole[-1])


@lru_cache(maxsize=32)
def kept(body: bytes) -> Kept:
    """The body to look into. Bodies never change, so those of a province's month stay unpacked."""
    return Kept(body)


def _key_of(line: bytes) -> Key:
    if not line.startswith(_CODE):
        raise ValueError("this is no row of a snapshot")
    region = line.index(_REGION) + len(_REGION)
    code = line[len(_CODE) : line.index(b'"', len(_CODE))]
    return line[region : line.index(b'"', region)].decode(), code.decode()


def _read(line: bytes) -> Row:
    return Row(**json.loads(line))
