"""Writes the part of docs/states.md that follows from the code: `.venv/bin/python -m scripts.states_page`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from marketplace.orders.deadlines import ENDS_AS, deadline_of
from marketplace.orders.states import ALLOWED, ENDED, LABELS, OPEN, UNDELIVERED, Status

AT = datetime(2026, 11, 22, tzinfo=UTC)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
BEGIN, END = "<!-- written by scripts/states_page.py -->", "<!-- end of what is written -->"


def generated() -> str:
    """The table of steps and its drawing, as Markdown."""
    head = ["| SellerOrder | on the page | leaves to | by itself |", "|---|---|---|---|"]
    rows = [f"| {_code(s)} | {LABELS[s]} | {_codes(_targets(s))} | {_by_itself(s)} |" for s in Status]
    edges = [f"    {origin} --> {target}" for origin in Status for target in _targets(origin)]
    ends = [f"    {status} --> [*]" for status in ENDED if not ALLOWED[status]]
    drawing = [
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> awaiting_payment",
        "    [*] --> awaiting_confirmation",
    ]
    sets = [
        f"The seller has something to do in {_codes(OPEN)}.",
        f"Without delivery end {_codes(UNDELIVERED)}: goods go back, and what was paid is owed back.",
    ]
    return "\n".join([*head, *rows, "", *sets, "", *drawing, *edges, *ends, "```"])


def page(text: str) -> str:
    """The page with its written part made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{generated()}\n\n{END}{after}"


def _targets(status: Status) -> list[Status]:
    return [target for target in Status if target in ALLOWED[status]]


def _by_itself(status: Status) -> str:
    if status not in ENDS_AS:
        return ""
    until = deadline_of(status, AT)
    return (
        f"{_length(until - AT)}: {_code(ENDS_AS[status])}"
        if until
        else f"end of the hold: {_code(ENDS_AS[status])}"
    )


def _length(lasts: timedelta) -> str:
    hours = int(lasts.total_seconds()) // 3600
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def _code(status: Status) -> str:
    return f"`{status}`"


def _codes(statuses: list[Status] | tuple[Status, ...]) -> str:
    return " ".join(map(_code, statuses)) or "nothing"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
