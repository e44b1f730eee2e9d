"""Decides which ways to pay a checkout may offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.kit.errors import Invalid
from marketplace.logistics.quotes import PICKUP, SERVICE, DeliveryOffer
from marketplace.orders.placing import PaymentTerms
from marketplace.payments.stripe_provider import STRIPE


@dataclass(frozen=True)
class PaymentMethod:
    """A way to pay, for the form: value, name, a sentence that says what happens."""

    code: str
    label: str
    hint: str


CASH = PaymentMethod("cod", "Bayar tunai saat barang diterima", "Siapkan uang pas untuk setiap penjual.")
AT_PICKUP = PaymentMethod(
    "ambil", "Bayar tunai saat mengambil", "Bayar di toko atau gerai desa saat mengambil barang."
)
CARD = PaymentMethod(
    "stripe", "Kartu debit atau kredit", "Anda diarahkan ke halaman pembayaran Stripe yang aman."
)

_TERMS = {
    "cod": PaymentTerms("cod", CASH.label, platform_collects=False),
    "ambil": PaymentTerms("ambil", AT_PICKUP.label, platform_collects=False),
    "stripe": PaymentTerms("stripe", CARD.label, platform_collects=True, waits=STRIPE.page_lives),
}


def terms(code: str) -> PaymentTerms:
    """The terms of a way to pay.

    Raises:
        Invalid: there is no such way.
    """
    if code not in _TERMS:
        raise Invalid("Pilih cara pembayaran.", "pembayaran")
    return _TERMS[code]


def offered(per_shop: Sequence[Sequence[DeliveryOffer]]) -> list[PaymentMethod]:
    """Ways to pay that some choice among each shop's delivery offers allows; the direct ones first."""
    found = []
    if per_shop and all(any(offer.cash for offer in offers) for offers in per_shop):
        found.append(CASH)
    if per_shop and all(any(offer.method in (PICKUP, SERVICE) for offer in offers) for offers in per_shop):
        found.append(AT_PICKUP)
    return [*found, CARD]


def label(code: str) -> str:
    """The name of a way to pay, for pages about an order."""
    return _TERMS[code].label if code in _TERMS else code
