"""Decides who waits for whom while facts are written, cells are counted, and figures are written down.

Each holds until the transaction ends. Facts come before cells, cells before publications.
"""

from marketplace.kit.outbox import hold_back
from marketplace.kit.transaction import alone_with


def facts_alone() -> None:
    """Nobody else writes facts or outcomes: the worker does, and hands nothing on meanwhile.

    Call it before any row is locked.
    """
    hold_back()


def cells_alone() -> None:
    """Nobody else counts cells: what is read of them is one state."""
    alone_with("indicators.cells")
