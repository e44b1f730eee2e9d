"""Decides which ways to pay a checkout may offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext

from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted
from marketplace.logistics.quotes import PICKUP, SERVICE, DeliveryOffer
from marketplace.orders.placing import PaymentTerms
from marketplace.payments.gateway import providers
from marketplace.payments.midtrans_provider import MIDTRANS
from marketplace.payments.models import QRIS, TRANSFER
from marketplace.payments.stripe_provider import STRIPE
from marketplace.sellers import money_accounts
from marketplace.sellers.models import Shop, SoldBy

# A bank's counter or machine may be a village away, and banks rest at night: a day covers one way to it.
TRANSFER_WAITS = timedelta(hours=24)
# Whoever pays by QRIS has the telephone at hand; the goods of others should not wait longer than half a day.
QRIS_WAITS = timedelta(hours=6)


@dataclass(frozen=True)
class PaymentMethod:
    """A way to pay, for the form: value, name, a sentence that says what happens."""

    code: str
    label: str
    hint: str


CASH = PaymentMethod(
    "cod",
    noted("Bayar tunai saat barang diterima"),
    noted("Siapkan uang pas untuk setiap penjual."),
)
AT_PICKUP = PaymentMethod(
    "ambil",
    noted("Bayar tunai saat mengambil"),
    noted("Bayar di toko atau gerai desa saat mengambil barang."),
)
CARD = PaymentMethod(
    "stripe",
    noted("Kartu debit atau kredit"),
    noted("Anda diarahkan ke halaman pembayaran Stripe yang aman."),
)
WALLET = PaymentMethod(
    "midtrans",
    noted("QRIS, dompet digital, atau virtual account"),
    noted("Anda diarahkan ke halaman Midtrans yang aman: pindai QRIS, buka dompet digital, atau transfer."),
)
BY_TRANSFER = PaymentMethod(
    TRANSFER,
    noted("Transfer bank ke penjual"),
    noted("Langsung ke rekening penjual atau gerai desanya; kirim foto bukti."),
)
BY_QRIS = PaymentMethod(
    QRIS,
    noted("QRIS penjual"),
    noted("Pindai dengan aplikasi bank atau dompet digital; jumlahnya sudah terisi."),
)

_TERMS = {
    "cod": PaymentTerms("cod", CASH.label, "seller", prepaid=False),
    "ambil": PaymentTerms("ambil", AT_PICKUP.label, "seller", prepaid=False),
    TRANSFER: PaymentTerms(TRANSFER, BY_TRANSFER.label, "seller", prepaid=True, waits=TRANSFER_WAITS),
    QRIS: PaymentTerms(QRIS, BY_QRIS.label, "seller", prepaid=True, waits=QRIS_WAITS),
    "stripe": PaymentTerms("stripe", CARD.label, "platform", prepaid=True, waits=STRIPE.page_lives),
    "midtrans": PaymentTerms("midtrans", WALLET.label, "platform", prepaid=True, waits=MIDTRANS.page_lives),
}


def terms(code: str) -> PaymentTerms:
    """The terms of a way to pay.

    Raises:
        Invalid: there is no such way.
    """
    if code not in _TERMS:
        raise Invalid("Pilih cara pembayaran.", "pembayaran")
    return _TERMS[code]


def offered(
    per_shop: Sequence[Sequence[DeliveryOffer]], shops: Sequence[Shop | SoldBy] = ()
) -> list[PaymentMethod]:
    """Ways to pay that some choice among each shop's delivery offers allows; those past DesaMart first.

    Transfer and QRIS need an account of every one of the `shops`, its own or that of its village's counter; a
    provider has to be set up.
    """
    found = []
    if per_shop and all(any(offer.cash for offer in offers) for offers in per_shop):
        found.append(CASH)
    if per_shop and all(any(offer.method in (PICKUP, SERVICE) for offer in offers) for offers in per_shop):
        found.append(AT_PICKUP)
    kinds = money_accounts.accepted_by_all(shops) if shops else set()
    for way, kind in ((BY_TRANSFER, money_accounts.BANK), (BY_QRIS, money_accounts.QRIS)):
        if kind in kinds:
            found.append(way)
    return [*found, *(way for way in (WALLET, CARD) if way.code in providers())]


def label(code: str) -> str:
    """The name of a way to pay, for pages about an order."""
    return gettext(_TERMS[code].label) if code in _TERMS else code
