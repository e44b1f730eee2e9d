"""Damages to what was locked: rows, hashes and steps of published figures."""

from tests.operations.damage import change

SNAPSHOT = "SELECT id FROM figure_snapshot"
DAMAGES = [
    change(
        "terbitan",
        "figure_snapshot",
        SNAPSHOT,
        f"content_hash = '{'0' * 64}'",
        "snapshot {row} (18.09, ",
        what="another hash",
    ),
    change(
        "terbitan",
        "figure_snapshot",
        SNAPSHOT,
        "row_count = row_count + 1",
        "rows, but",
        what="another number of rows",
    ),
]
