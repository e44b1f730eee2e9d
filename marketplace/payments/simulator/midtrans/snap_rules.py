"""Decides which pages the simulated Snap would open, and what it says to the others.

Source: https://docs.midtrans.com/reference/request-body-json-parameter and the objects linked from there; the
wording of refusals from reports named in docs/midtrans-simulator.md.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Tree = dict[str, Any]

LONGEST_ORDER_ID = 50
LONGEST_NAME = 50
UNITS = {"minute": 60, "minutes": 60, "hour": 3600, "hours": 3600, "day": 86400, "days": 86400}
SHORTEST_PAGE, LONGEST_PAGE = timedelta(minutes=5), timedelta(days=7)
DEFAULT_LIFE = timedelta(hours=24)
KNOWN = {
    "transaction_details", "item_details", "customer_details", "expiry", "page_expiry", "callbacks",
}  # fmt: skip
_ORDER_ID = re.compile(r"[A-Za-z0-9._~-]+")


class SnapRefusal(Exception):
    """Midtrans says no: the HTTP status, and one sentence for each thing that is wrong."""

    def __init__(self, *messages: str, status: int = 400) -> None:
        super().__init__("; ".join(messages))
        self.status = status
        self.messages = list(messages)


def read_page(body: object, at: datetime) -> tuple[str, int, int, Tree]:
    """Order id, rupiah, the end of the page's time (epoch seconds) and all else, of a request that is right.

    Raises SnapRefusal with everything that is wrong. A field that Midtrans knows and the simulator does not
    is refused by name, so that nobody takes the simulator's silence for Midtrans' consent.
    """
    if not isinstance(body, dict):
        raise SnapRefusal("the request body is not valid JSON")
    unknown = [f"The simulator does not cover {name}" for name in body if name not in KNOWN]
    details = _object(body, "transaction_details")
    wrong = [*unknown, *_order_id(details), *_gross_amount(details), *_items(body, details)]
    lives_until, late = _life(body, at)
    wrong += [*late, *_callbacks(_object(body, "callbacks"))]
    if wrong:
        raise SnapRefusal(*wrong)
    return details["order_id"], details["gross_amount"], lives_until, body


def _object(body: Mapping[str, Any], name: str) -> Tree:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _order_id(details: Tree) -> list[str]:
    order_id = details.get("order_id")
    if not order_id:
        return ["transaction_details.order_id is required"]
    if not isinstance(order_id, str) or not _ORDER_ID.fullmatch(order_id):
        return ["transaction_details.order_id contains characters that are not allowed"]
    return ["transaction_details.order_id is too long"] if len(order_id) > LONGEST_ORDER_ID else []


def _gross_amount(details: Tree) -> list[str]:
    amount = details.get("gross_amount")
    if amount is None:
        return ["transaction_details.gross_amount is required"]
    if not _whole(amount):
        return ["transaction_details.gross_amount must be a number"]
    return [] if amount >= 1 else ["transaction_details.gross_amount must be greater than or equal to 0.01"]


def _items(body: Tree, details: Tree) -> list[str]:
    items = body.get("item_details", [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return ["item_details must be a list"]
    for item in items:
        if not _whole(item.get("price")) or not _whole(item.get("quantity")) or item["quantity"] < 1:
            return ["item_details price and quantity must be numbers"]
        if not isinstance(item.get("name"), str) or len(item["name"]) > LONGEST_NAME:
            return ["item_details.name too long"]
    total = sum(item["price"] * item["quantity"] for item in items)
    if items and total != details.get("gross_amount"):
        return ["transaction_details.gross_amount is not equal to the sum of item_details"]
    return []


def _life(body: Tree, at: datetime) -> tuple[int, list[str]]:
    """Until when a payment may be made: the page's own time or the payment's, whichever ends first."""
    ends = [at + DEFAULT_LIFE]
    for name in ("expiry", "page_expiry"):
        rule = _object(body, name)
        if not rule:
            continue
        duration, unit = rule.get("duration"), UNITS.get(str(rule.get("unit")))
        if not _whole(duration) or unit is None:
            return 0, [f"{name} format is invalid"]
        life = timedelta(seconds=int(str(duration)) * unit)
        if name == "page_expiry" and not SHORTEST_PAGE <= life <= LONGEST_PAGE:
            return 0, ["page_expiry must be between 5 minutes and 7 days"]
        try:
            begins = _start(rule["start_time"]) if "start_time" in rule else at
        except (TypeError, ValueError):
            return 0, ["expiry.start_time format is invalid"]
        ends.append(begins + life)
    over = int(min(ends).timestamp())
    return over, (["expiry time is in the past"] if over <= at.timestamp() else [])


def _start(told: str) -> datetime:
    return datetime.strptime(told, "%Y-%m-%d %H:%M:%S %z")


def _callbacks(callbacks: Tree) -> list[str]:
    addresses = [callbacks[name] for name in ("finish", "error") if name in callbacks]
    fine = all(isinstance(address, str) and address.startswith("http") for address in addresses)
    return [] if fine else ["callbacks must be addresses"]


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
