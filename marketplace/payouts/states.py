"""Decides the life of a payout: which states there are, their names, which may follow which.

A trigger in the database refuses every other step (migration `2026-11-22_payouts.py`).
"""

from enum import StrEnum

from marketplace.kit.texts import noted


class Status(StrEnum):
    """States of a payout, as in docs/states.md."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


S = Status

ALLOWED: dict[Status, frozenset[Status]] = {
    S.DRAFT: frozenset({S.APPROVED, S.REJECTED}),
    S.APPROVED: frozenset({S.SENT}),
    S.SENT: frozenset({S.CONFIRMED, S.FAILED}),
    S.FAILED: frozenset({S.SENT}),
    S.CONFIRMED: frozenset(),
    S.REJECTED: frozenset(),
}

LABELS: dict[str, str] = {
    S.DRAFT: noted("Menunggu persetujuan"),
    S.APPROVED: noted("Disetujui"),
    S.SENT: noted("Dikirim ke bank"),
    S.FAILED: noted("Gagal dikirim"),
    S.CONFIRMED: noted("Sudah diterima"),
    S.REJECTED: noted("Dibatalkan"),
}

TONES: dict[str, str] = {
    S.DRAFT: "wait",
    S.APPROVED: "info",
    S.SENT: "info",
    S.FAILED: "bad",
    S.CONFIRMED: "ok",
}

# The money is claimed and has not arrived: no other payout may take the same entries.
ON_THE_WAY = (S.DRAFT, S.APPROVED, S.SENT, S.FAILED)
