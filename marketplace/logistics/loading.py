"""Decides which couriers, zones and tariffs there are: the supplied tables, written over what stands."""

import csv
from pathlib import Path

from marketplace.extensions import db
from marketplace.logistics import price_list
from marketplace.logistics.models import CourierService, Tariff, TariffZone

DATA = Path(__file__).parent / "data"


def load() -> None:
    """Write couriers, zones and demo tariffs from `data/`. Repeating it changes nothing. Flushes only."""
    for row in _rows("kurir_layanan.csv"):
        db.session.merge(
            CourierService(
                code=f"{row['courier_code']}-{row['service_code']}",
                courier_code=row["courier_code"],
                courier_name=row["courier_name"],
                service_name=row["service_name"],
                kind=row["kind"],
                min_weight_g=int(row["min_charge_kg"]) * 1000,
                weight_rounding=row["weight_rounding"],
                cash_on_delivery=row["cod"] == "1",
            )
        )
    for row in _rows("ongkir_zona_demo.csv"):
        db.session.merge(TariffZone(code_prefix=row["code_prefix"], zone=row["zone"]))
    for row in _rows("ongkir_tarif_demo.csv"):
        db.session.merge(
            Tariff(
                zone=row["zone"],
                kind=row["kind"],
                min_kg=int(row["min_kg"]),
                price_first=int(row["price_first"]),
                price_next_kg=int(row["price_next_kg"]),
                days_min=int(row["etd_min_days"]),
                days_max=int(row["etd_max_days"]),
            )
        )
    db.session.flush()
    price_list.forget()


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
