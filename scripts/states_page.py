"""Writes the part of docs/states.md that follows from the code: `.venv/bin/python -m scripts.states_page`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from marketplace.orders.deadlines import ENDS_AS, deadline_of
from marketplace.orders.states import ALLOWED, ENDED, LABELS, OPEN, UNDELIVERED, Status
from marketplace.payouts import states as payouts

AT = datetime(2026, 11, 22, tzinfo=UTC)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
BEGIN, END = "<!-- written by scripts/states_page.py -->", "<!-- end of what is written -->"
PAYOUTS_BEGIN = "<!-- payouts, written by scripts/states_page.py -->"


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


def generated_payouts() -> str:
    """The steps of a payout and their drawing, as Markdown."""
    head = ["| payout | on the page | leaves to |", "|---|---|---|"]
    targets = {
        status: [to for to in payouts.Status if to in payouts.ALLOWED[status]] for status in payouts.Status
    }
    rows = [
        f"| `{status}` | {payouts.LABELS[status]} | {' '.join(f'`{to}`' for to in some) or 'nothing'} |"
        for status, some in targets.items()
    ]
    edges = [f"    {status} --> {to}" for status, some in targets.items() for to in some]
    ends = [f"    {status} --> [*]" for status, some in targets.items() if not some]
    drawing = ["```mermaid", "stateDiagram-v2", "    [*] --> draft", *edges, *ends, "```"]
    return "\n".join([*head, *rows, "", *drawing])


def page(text: str) -> str:
    """The page with its written parts made anew."""
    return _with(_with(text, BEGIN, generated()), PAYOUTS_BEGIN, generated_payouts())


def _with(text: str, begin: str, part: str) -> str:
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n\n{part}\n\n{END}{after}"


def _targets(status: Status) -> list[Status]:
    return [target for target in Status if target in ALLOWED[status]]


def _by_itself(status: Status) -> str:
    if status not in ENDS_AS:
        return ""
    end, until = _code(ENDS_AS[status]), deadline_of(status, AT, prepaid=True)
    if until is None:
        return f"end of the hold: {end}"
    only = "" if deadline_of(status, AT, prepaid=False) else ", if paid before"
    return f"{_length(until - AT)}{only}: {end}"


def _length(lasts: timedelta) -> str:
    hours = int(lasts.total_seconds()) // 3600
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def _code(status: Status) -> str:
    return f"`{status}`"


def _codes(statuses: list[Status] | tuple[Status, ...]) -> str:
    return " ".join(map(_code, statuses)) or "nothing"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
