"""Decides how an order to one of the desks is read: how often, how late and by whom something is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

MOST = {"kirim": 20, "tunda": 7 * 24 * 3600}


class BadOrder(Exception):
    """A field of the order cannot be read; the message names it."""


@dataclass(frozen=True)
class Telling:
    """What happens (`action`), how often (0 loses it) and how late it is told, and whether by a forger."""

    action: str
    times: int
    delay: timedelta
    forged: bool


def read_telling(
    form: Mapping[str, str],
    *,
    actions: Collection[str],
    silent: Collection[str],
    forgeable: Collection[str] = ("bayar",),
) -> Telling:
    """Reads `aksi kirim tunda tandatangan`; nothing is told of `silent` actions. Raises BadOrder."""
    action, mark = form.get("aksi", ""), form.get("tandatangan") or "benar"
    if action not in actions:
        raise BadOrder(f"aksi: salah satu dari {', '.join(actions)}")
    if mark not in ("benar", "palsu"):
        raise BadOrder("tandatangan: benar atau palsu")
    if mark == "palsu" and action not in forgeable:
        raise BadOrder(f"tandatangan palsu hanya untuk aksi {', '.join(forgeable)}")
    times = number(form, "kirim", most=MOST["kirim"])
    if times is not None and action in silent:
        raise BadOrder("kirim: aksi ini tidak diberitakan")
    delay = timedelta(seconds=number(form, "tunda", most=MOST["tunda"]) or 0)
    return Telling(action, 1 if times is None else times, delay, mark == "palsu")


def number(form: Mapping[str, str], name: str, *, most: int) -> int | None:
    """A whole number of a field, None where it is empty. Raises BadOrder."""
    text = form.get(name) or ""
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 15 or int(text) > most:
        raise BadOrder(f"{name}: bilangan bulat, paling banyak {most}")
    return int(text)
