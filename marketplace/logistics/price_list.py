"""Decides where quotes find zones, tariffs and couriers: read once by each process, and again each minute.

They change by a command alone. Until another process has read them again it quotes the old fees; a checkout
binds no other total than the one its buyer saw.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import Row, select

from marketplace.extensions import db
from marketplace.logistics.models import CourierService, Tariff, TariffZone

SECONDS = 60
_KEPT = "desamart-price-list"
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class PriceList:
    """Zones by prefix of a region code, tariffs by zone and kind, courier services by code."""

    zones: Mapping[str, str]
    tariffs: Mapping[str, Mapping[str, AnyRow]]
    services: tuple[AnyRow, ...]


def price_list() -> PriceList:
    """The fees as this process knows them, at most a minute old."""
    kept: tuple[float, PriceList] | None = current_app.extensions.get(_KEPT)
    if kept and time.monotonic() - kept[0] < SECONDS:
        return kept[1]
    found = _read()
    # What has not been loaded yet will be soon.
    if found.tariffs:
        current_app.extensions[_KEPT] = (time.monotonic(), found)
    return found


def forget() -> None:
    """Read it again at the next question: the tables have just changed."""
    current_app.extensions.pop(_KEPT, None)


def _read() -> PriceList:
    tariffs: dict[str, dict[str, AnyRow]] = {}
    for row in db.session.execute(select(*Tariff.__table__.columns)):
        tariffs.setdefault(row.zone, {})[row.kind] = row
    zones = {row.code_prefix: row.zone for row in db.session.execute(select(*TariffZone.__table__.columns))}
    services = select(*CourierService.__table__.columns).order_by(CourierService.code)
    return PriceList(zones, tariffs, tuple(db.session.execute(services)))
