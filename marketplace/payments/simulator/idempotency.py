"""Decides what a repeated request to Stripe gets: the first answer again, or a refusal.

Source: https://docs.stripe.com/api/idempotent_requests: the first answer is kept under its key for 24 hours,
other parameters under the same key are an error, and a request that fails validation keeps nothing.
"""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta

from marketplace.payments.simulator.memory import Memory
from marketplace.payments.simulator.parameters import Refusal

Pairs = list[tuple[str, str]]

KEPT_FOR = timedelta(hours=24)

ABANDONED_AFTER = timedelta(seconds=60)
"""A request that began and never ended, because its process died, frees its key after this."""


class KeptAnswers:
    """The answers by idempotency key."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def once(
        self, key: str, path: str, pairs: Pairs, work: Callable[[], str], *, at: datetime
    ) -> tuple[str, bool]:
        """Does the work for the first request with a key; returns the answer and whether it is a repeat.

        Raises Refusal: the key belongs to another request (400), or the first one is still at work (409).
        """
        if len(key) > 255:
            raise Refusal("Idempotency keys can be at most 255 characters long.")
        fingerprint = hashlib.sha256(json.dumps(sorted(pairs)).encode()).hexdigest()
        kept = self._claim(key, path, fingerprint, at)
        if kept is not None:
            return kept, True
        try:
            body = work()
        except BaseException:
            with self._memory.writing() as db:
                db.execute("DELETE FROM idempotency WHERE key = ?", (key,))
            raise
        with self._memory.writing() as db:
            db.execute("UPDATE idempotency SET body = ? WHERE key = ?", (body, key))
        return body, False

    def _claim(self, key: str, path: str, fingerprint: str, at: datetime) -> str | None:
        present = int(at.timestamp())
        with self._memory.writing() as db:
            db.execute(
                "DELETE FROM idempotency WHERE key = ? AND (created <= ? OR (body IS NULL AND created <= ?))",
                (key, int((at - KEPT_FOR).timestamp()), int((at - ABANDONED_AFTER).timestamp())),
            )
            row = db.execute("SELECT * FROM idempotency WHERE key = ?", (key,)).fetchone()
            if row is not None:
                return _answer_of(row, path, fingerprint)
            db.execute(
                "INSERT INTO idempotency (key, path, fingerprint, created) VALUES (?, ?, ?, ?)",
                (key, path, fingerprint, present),
            )
        return None


def _answer_of(row: sqlite3.Row, path: str, fingerprint: str) -> str:
    key = row["key"]
    if row["path"] != path:
        raise Refusal(
            "Keys for idempotent requests can only be used for the same endpoint they were first used for "
            f"('{path}' vs '{row['path']}'). Try using a key other than '{key}' if you meant to execute a "
            "different request.",
            kind="idempotency_error",
        )
    if row["fingerprint"] != fingerprint:
        raise Refusal(
            "Keys for idempotent requests can only be used with the same parameters they were first used "
            f"with. Try using a key other than '{key}' if you meant to execute a different request.",
            kind="idempotency_error",
        )
    if row["body"] is None:
        raise Refusal(
            f"There is currently another in-progress request using this Idempotent Key: {key}. "
            "Please try again later.",
            code="idempotency_key_in_use",
            status=409,
        )
    return str(row["body"])
