"""Decides what a backup says of itself: when it was made, from what, and the settings that are no secret."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

from marketplace.config import Config
from marketplace.operations.backup.archive import BackupRefused

FORMAT = 1
# Addresses of databases and servers may carry passwords, so what is told is named one by one.
TOLD = (
    "mode", "public_url", "trusted_hosts", "search_url", "orders_per_minute", "cash_orders_open",
    "cash_rupiah_open", "platform_fee_bp", "payout_minimum", "payout_hold_days", "mail_from",
    "contact_email", "contact_phone",
)  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """`schema` is the revision of the tables, `engine` the database it came from, `made_at` in UTC."""

    format: int
    program: str
    made_at: str
    engine: str
    schema: str
    settings: dict[str, Any]

    def as_text(self) -> str:
        """As it stands in the backup."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


def of(config: Config, *, engine: str, schema: str, at: datetime) -> Manifest:
    """The manifest of a backup that is being made."""
    return Manifest(FORMAT, version("desamart"), at.isoformat(), engine, schema, told(config))


def told(config: Config) -> dict[str, Any]:
    """The settings that are no secret, as JSON knows them."""
    values: dict[str, Any] = json.loads(json.dumps({name: getattr(config, name) for name in TOLD}))
    return values


def read(text: str) -> Manifest:
    """The manifest of a backup.

    Raises:
        BackupRefused: it is none, or of a form that this version does not know.
    """
    try:
        fields = json.loads(text)
        if fields["format"] != FORMAT:
            raise BackupRefused(f"this backup has form {fields['format']!r}; this version reads {FORMAT}")
        found = Manifest(**fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BackupRefused("this is no backup of DesaMart: its manifest cannot be read") from error
    words = (found.program, found.made_at, found.engine, found.schema)
    if not all(isinstance(word, str) for word in words) or not isinstance(found.settings, dict):
        raise BackupRefused("this is no backup of DesaMart: its manifest cannot be read")
    return found


def different(here: Config, there: Manifest) -> list[str]:
    """A line for each setting that was another one where the backup was made."""
    now = told(here)
    return [
        f"{name} is {now[name]!r} here and was {there.settings[name]!r} there"
        for name in TOLD
        if name in there.settings and there.settings[name] != now[name]
    ]
