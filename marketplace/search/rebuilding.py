"""Decides how the index is made from nothing: beside the one in use, and swapped in when it is complete."""

from pathlib import Path
from typing import Any

from marketplace.config import settings
from marketplace.kit.errors import Unavailable
from marketplace.search import documents, storage
from marketplace.search.in_database import following
from marketplace.search.progress import Progress, expected

PATIENCE = 120.0
_MEGABYTES = 64


def rebuild(progress: Progress | None = None) -> int:
    """Build the index anew from the database; answers how many products it holds.

    Searching goes on in the old index. Marks stay: what changed meanwhile is written afterwards.

    Raises:
        Unavailable: another process has been writing for two minutes.
    """
    config = settings()
    top = config.index_dir
    with storage.turn(top, patience=PATIENCE) as held:
        if not held:
            raise Unavailable("Indeks sedang ditulis oleh proses lain. Coba lagi sebentar.")
        return following.build(progress) if config.searches_database else build(top, progress)


def build(top: Path, progress: Progress | None = None) -> int:
    """As `rebuild`, for who has the turn to write."""
    index = storage.fresh(top)
    everything, done = expected(), 0
    with storage.writing(index, limitmb=_MEGABYTES) as writer:
        for done, document in enumerate(documents.read_all(), start=1):
            writer.add_document(**storage.fields(document))
            if progress and done % 100 == 0:
                progress(done, max(done, everything))
    storage.publish(top, index)
    storage.clear(top, index)
    if progress:
        progress(done, done)
    return done


def stored(index: Any) -> dict[int, str]:
    """Product id -> digest of every document.

    Raises:
        Unreadable: the index is damaged.
    """
    try:
        with index.searcher() as searcher:
            return {int(fields["id"]): fields["digest"] for fields in searcher.reader().all_stored_fields()}
    except Exception as error:
        # As in `storage.opened`: damaged files fail in many ways.
        raise storage.Unreadable(f"{type(error).__name__}: {error}") from error
