"""Decides how many rows become one JSON object: an `items` list, written while it is read."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

BATCH = 500


def listed(rows: Iterable[dict[str, Any]], **about: Any) -> Iterator[str]:
    """A JSON object with `about` and `items`, some hundred rows at a time."""
    head = "".join(
        f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}," for key, value in about.items()
    )
    some, first = [f'{{{head}"items":['], True
    for row in rows:
        some.append(("" if first else ",") + json.dumps(row, ensure_ascii=False, separators=(",", ":")))
        first = False
        if len(some) > BATCH:
            yield "".join(some)
            some = []
    yield "".join([*some, "]}\n"])
