"""Decides how a parcel from one village can reach a destination, and what each way costs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from marketplace.kit.texts import noted
from marketplace.logistics.price_list import AnyRow, PriceList, price_list
from marketplace.logistics.weights import billable_kg, fee

PICKUP, OWN, ENTRUSTED, COURIER, SERVICE = "ambil", "antar", "titip", "ekspedisi", "jasa"
PROVINCE_LENGTH = 2
# Ways by what the product allows. A basket may go only in a way that suits all of its goods.
WAYS = {
    "nasional": {PICKUP, OWN, ENTRUSTED, COURIER},
    "lokal": {PICKUP, OWN, ENTRUSTED},
    "jemput": {PICKUP},
    "jasa": {SERVICE},
}
_LOCAL = (
    (OWN, noted("Diantar penjual"), noted("Penjual atau kurir desa mengantar ke alamat Anda.")),
    (
        ENTRUSTED,
        noted("Titip travel atau bus"),
        noted("Diambil di agen travel atau terminal terdekat. Tidak ada nomor lacak."),
    ),
)


@dataclass(frozen=True)
class DeliveryOffer:
    """A way to send: `key` is the form's value, `fee` rupiah, `days_*` how long it takes.

    `cash` tells whether the buyer may pay when the goods are handed over.
    """

    key: str
    method: str
    service: str
    label: str
    fee: int
    days_min: int
    days_max: int
    hint: str
    cash: bool


def offers(
    *, origin: str, destination: str, weight_g: int, fulfilments: Iterable[str]
) -> list[DeliveryOffer]:
    """All ways from a village to a destination (region codes) for `weight_g` grams, the simplest first.

    `fulfilments` are those of all goods in the parcel; a way must suit every one of them.
    """
    ways = set.intersection(*(WAYS[kind] for kind in fulfilments))
    known = price_list()
    tariffs = known.tariffs.get(_zone(known, origin, destination), {})
    found = []
    if SERVICE in ways:
        found.append(
            _free(
                SERVICE, noted("Layanan di tempat"), noted("Anda datang ke desa pada waktu yang disepakati.")
            )
        )
    if "lokal" in tariffs:
        found += [_local(*way, tariffs["lokal"], weight_g) for way in _LOCAL if way[0] in ways]
    if PICKUP in ways and _same_province(origin, destination):
        found.append(_free(PICKUP, noted("Ambil sendiri"), noted("Ambil di toko atau gerai desa.")))
    if COURIER in ways:
        found += _couriers(known, tariffs, weight_g)
    return found


def _zone(known: PriceList, origin: str, destination: str) -> str:
    """Z0 in the same district, Z1 in the same regency, else by the longest prefix of the destination."""
    if origin[:8] == destination[:8]:
        return "Z0"
    if origin[:5] == destination[:5]:
        return "Z1"
    prefixes = [destination[:length] for length in (13, 8, 5, 2)]
    return next((known.zones[prefix] for prefix in prefixes if prefix in known.zones), "")


def _same_province(origin: str, destination: str) -> bool:
    return origin[:PROVINCE_LENGTH] == destination[:PROVINCE_LENGTH]


def _free(method: str, label: str, hint: str) -> DeliveryOffer:
    return DeliveryOffer(method, method, "", label, 0, 0, 1, hint, cash=True)


def _local(method: str, label: str, hint: str, tariff: AnyRow, weight_g: int) -> DeliveryOffer:
    billable = billable_kg(weight_g, min_kg=tariff.min_kg, rounding="ceil")
    cost = fee(
        billable, min_kg=tariff.min_kg, price_first=tariff.price_first, price_next_kg=tariff.price_next_kg
    )
    return DeliveryOffer(
        method, method, "", label, cost, tariff.days_min, tariff.days_max, hint, cash=method == OWN
    )


def _couriers(known: PriceList, tariffs: Mapping[str, AnyRow], weight_g: int) -> list[DeliveryOffer]:
    """Courier services with a tariff for this zone; freight only from its minimum weight on."""
    found = []
    for service in known.services:
        tariff = tariffs.get(service.kind)
        too_light = tariff is not None and service.kind == "kargo" and weight_g < service.min_weight_g
        if tariff is None or too_light or service.kind in ("lokal", "ambil"):
            continue
        min_kg = max(tariff.min_kg, -(-service.min_weight_g // 1000))
        billable = billable_kg(weight_g, min_kg=min_kg, rounding=service.weight_rounding)
        cost = fee(
            billable, min_kg=min_kg, price_first=tariff.price_first, price_next_kg=tariff.price_next_kg
        )
        found.append(
            DeliveryOffer(
                f"{COURIER}:{service.code}",
                COURIER,
                service.code,
                f"{service.courier_name} {service.service_name}",
                cost,
                tariff.days_min,
                tariff.days_max,
                _("Ditimbang %(weight)s kg. Tarif contoh.", weight=billable),
                cash=service.cash_on_delivery,
            )
        )
    return sorted(found, key=lambda offer: (offer.fee, offer.label))
