"""Decides whether the index tells the truth: what it holds, and where that differs from the goods."""

from marketplace.config import settings
from marketplace.search import documents as expected_documents
from marketplace.search import rebuilding, storage
from marketplace.search.in_database import following


def documents() -> dict[int, str]:
    """Product id -> digest of its document in the index; see `search.documents.Document.digest`.

    Raises:
        Unreadable: there is no index, or it is damaged.
    """
    config = settings()
    if config.searches_database:
        return following.stored()
    return rebuilding.stored(storage.opened(config.index_dir))


def divergence() -> list[str]:
    """A line for every product the index lacks, holds in an old form, or holds although not for sale."""
    config = settings()
    if not (config.searches_files or config.searches_database):
        return []
    try:
        held = documents()
    except storage.Unreadable as reason:
        return [f"index: {reason}"]
    expected = {document.product_id: document.digest for document in expected_documents.read_all()}
    problems = [(number, "missing") for number in expected.keys() - held.keys()]
    problems += [(number, "superfluous") for number in held.keys() - expected.keys()]
    problems += [
        (number, "stale") for number in held.keys() & expected.keys() if held[number] != expected[number]
    ]
    return [f"product {number}: {problem}" for number, problem in sorted(problems)]
