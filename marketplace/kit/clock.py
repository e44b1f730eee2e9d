"""Decides what time means: stored as aware UTC; days and months are those of Asia/Jakarta (WIB)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")


def now() -> datetime:
    """The present, aware, UTC. Called by entry points only; everything below takes `at`."""
    return datetime.now(UTC)


def day_wib(at: datetime) -> date:
    """The calendar day in Asia/Jakarta of an aware moment."""
    return at.astimezone(WIB).date()


def month_of(day: date) -> str:
    """The month of a WIB day, as `2026-10`."""
    return f"{day.year:04d}-{day.month:02d}"


def month_wib(at: datetime) -> str:
    """The WIB month of an aware moment, as `2026-10`."""
    return month_of(day_wib(at))


def month_bounds(month: str) -> tuple[date, date]:
    """First day of the month `2026-10` and first day of the next one.

    Raises:
        ValueError: not a month.
    """
    first = date.fromisoformat(f"{month}-01")
    return first, (first + timedelta(days=32)).replace(day=1)


def previous_month(month: str, steps: int = 1) -> str:
    """The month `steps` months before `2026-10`."""
    first, _ = month_bounds(month)
    for _step in range(steps):
        first = (first - timedelta(days=1)).replace(day=1)
    return month_of(first)


def start_of_day(day: date) -> datetime:
    """The moment (UTC) at which a WIB day begins."""
    return datetime.combine(day, time(), WIB).astimezone(UTC)
