"""Decides what the open data hold: rows of figures, the dictionary, the log of revisions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators import dictionary
from marketplace.indicators.figures import Figure
from marketplace.indicators.periods import Period, period
from marketplace.indicators.publishing import public
from marketplace.indicators.publishing.bps_codes import bps
from marketplace.indicators.publishing.models import FigureSnapshot, PublicationStep
from marketplace.indicators.publishing.releasing import releases
from marketplace.kit.csv_files import Cell
from marketplace.kit.texts import noted
from marketplace.regions.models import LEVELS, VILLAGE
from marketplace.regions.queries import LAMPUNG

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "CC BY 4.0"
PUBLISHER = "DesaMart Lampung"
HEAD = (
    *("kode_wilayah", "kode_bps", "nama_wilayah", "tingkat", "periode", "indikator", "nilai", "pembilang"),
    *("penyebut", "satuan", "versi_rumus", "data_sampai", "desa_berdata", "desa", "disamarkan", "revisi"),
)
FORMATS = {
    "indikator.csv": ("text/csv", noted("Angka indikator per wilayah dan periode (CSV)")),
    "indikator.json": ("application/json", noted("Angka indikator per wilayah dan periode (JSON)")),
    "kamus.json": ("application/json", noted("Kamus data: arti, rumus, satuan, dan sumber setiap indikator")),
    "revisi.json": ("application/json", noted("Catatan revisi angka yang sudah dikunci")),
}


def periods() -> list[Period]:
    """Every released period, months, quarters and years in the order of their keys."""
    return [period(row.period_key) for row in releases()]


def figures(*, at: datetime) -> Iterator[tuple[Figure, bool, int]]:
    """Every public figure, whether it is suppressed, and its revision (0: not locked yet).

    Villages are named where they are shown; of the larger places those that are not are marked as suppressed.
    Held at once: one level of one period.
    """
    newest = _newest_revisions()
    for each in periods():
        for level in LEVELS:
            for figure, suppressed in public.figures(LAMPUNG, level, each, at=at, hidden=level != VILLAGE):
                if not (suppressed and level == VILLAGE):
                    yield figure, suppressed, newest.get((figure.place.code[:5], each.key), 0)


def csv_rows(*, at: datetime) -> Iterator[tuple[Cell, ...]]:
    """The rows of `indikator.csv`; what is suppressed has no value, numerator or denominator."""
    for figure, suppressed, revision in figures(at=at):
        kept = (None, None, None) if suppressed else (figure.value, figure.numerator, figure.denominator)
        yield (
            *(figure.place.code, bps(figure.place.code), figure.place.name, figure.place.level),
            *(figure.period.key, figure.code, *kept, figure.indicator.unit, figure.indicator.version),
            *(figure.cutoff.isoformat(), None if suppressed else figure.coverage.known),
            *(figure.coverage.villages, "ya" if suppressed else "tidak", revision),
        )


def json_rows(*, at: datetime) -> Iterator[dict[str, Any]]:
    """The rows of `indikator.json`: those of the API, with names, BPS codes and revisions."""
    for figure, suppressed, revision in figures(at=at):
        more = {"name": figure.place.name, "level": figure.place.level, "bps": bps(figure.place.code)}
        yield public.item(figure, suppressed) | more | {"revision": revision}


def revision_log() -> list[dict[str, Any]]:
    """What was locked and revised, newest first, with its reason. Regions are named by code.

    `by` is `officers`, or `command` where the last step was taken on the server in nobody's name.

    Without the hash: it is taken of hidden rows too, and of a small region somebody could guess them by it.
    """
    rows = db.session.execute(
        select(
            FigureSnapshot.region_code,
            FigureSnapshot.period_key,
            FigureSnapshot.revision,
            FigureSnapshot.reason,
            FigureSnapshot.made_at,
            PublicationStep.by,
        )
        .join(PublicationStep, PublicationStep.snapshot_id == FigureSnapshot.id)
        .order_by(FigureSnapshot.id.desc())
    )
    return [
        {
            "region": row.region_code,
            "period": row.period_key,
            "revision": row.revision,
            "reason": row.reason,
            "at": row.made_at.isoformat(),
            "by": "command" if row.by is None else "officers",
        }
        for row in rows
    ]


def words(*, at: datetime) -> dict[str, Any]:
    """`kamus.json`: the entries of the dictionary, and what goes for all of them."""
    return {
        **dictionary.as_json(),
        "licence": LICENCE,
        "updated": at.isoformat(),
        "columns": list(HEAD),
        "suppression": (
            "Sel dengan kurang dari 3 penjual atau 5 pesanan, atau yang hampir seluruhnya dari satu penjual, "
            "disamarkan, juga sel lain yang bersamanya akan membuka sel itu. Desa yang disamarkan tidak ada "
            "di berkas; wilayah lain bertanda ya."
        ),
    }


def _newest_revisions() -> dict[tuple[str, str], int]:
    rows = db.session.execute(
        select(FigureSnapshot.region_code, FigureSnapshot.period_key, FigureSnapshot.revision).order_by(
            FigureSnapshot.revision
        )
    )
    return {(row.region_code, row.period_key): row.revision for row in rows}
