"""Decides how a route says who may enter it. The guard that acts on it stands in `accounts.guards`."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def anyone(reason: str) -> Callable[[View], View]:
    """Open to everybody, also without an account. `reason` says why; `desamart routes --json` shows it."""
    return declare("anyone", reason)


def declare(who: str, reason: str = "") -> Callable[[View], View]:
    """Mark a view with the kind of person it admits."""

    def mark(view: View) -> View:
        view._who_may_enter = (who, reason)  # type: ignore[attr-defined]
        return view

    return mark


def who_may_enter(view: Callable[..., Any]) -> tuple[str, str] | None:
    """The declaration of a view: (who, reason), or None when there is none."""
    return getattr(view, "_who_may_enter", None)
