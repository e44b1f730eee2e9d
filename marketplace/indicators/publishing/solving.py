"""Decides which hidden cells could be worked out from the shown ones. Pure arithmetic; nothing is guessed.

What a reader knows are sums over blocks: the villages of a shown place that lie in no smaller shown place.
An unknown (a village in a month) stands in one block of its month and one of its longer periods, so it is an
edge between two nodes, and the solutions that leave every known sum as it is are the circulations of that
graph. One of them is drawn at random: a cell it leaves at zero is determined, every other one is not (a
mistake has odds of one in 2^61, and the draw is the same every time).
"""

import random
from collections import defaultdict
from collections.abc import Hashable, Sequence

Node = Hashable | None
PRIME = (1 << 61) - 1
SEED = 1861


def circulation(edges: Sequence[tuple[Node, Node]]) -> list[int]:
    """A random solution with sum zero at every node, per edge. None is the ground: nothing is known there."""
    beside: dict[Node, list[tuple[int, Node]]] = defaultdict(list)
    for number, (one, other) in enumerate(edges):
        if one != other:
            beside[one].append((number, other))
            beside[other].append((number, one))
    order, up = _forest(beside)
    draw = random.Random(SEED)  # noqa: S311 - no secret: the same draw every time is wanted
    in_tree = {number for number, _over in up.values()}
    values = [0 if number in in_tree else draw.randrange(1, PRIME) for number in range(len(edges))]
    sums: dict[Node, int] = defaultdict(int)
    for (one, other), value in zip(edges, values, strict=True):
        if one != other:
            sums[one] += value
            sums[other] += value
    for node in reversed(order):
        if node in up:
            number, over = up[node]
            values[number] = -sums[node] % PRIME
            sums[over] += values[number]
    return values


def _forest(
    beside: dict[Node, list[tuple[int, Node]]],
) -> tuple[list[Node], dict[Node, tuple[int, Node]]]:
    """Nodes from the roots on, the ground first, and for each but the roots the edge that leads to it."""
    order: list[Node] = []
    up: dict[Node, tuple[int, Node]] = {}
    seen: set[Node] = set()
    for root in [None, *beside]:
        if root in seen:
            continue
        seen.add(root)
        order.append(root)
        at = len(order) - 1
        while at < len(order):
            node = order[at]
            at += 1
            for number, other in beside.get(node, ()):
                if other not in seen:
                    seen.add(other)
                    up[other] = (number, node)
                    order.append(other)
    return order, up
