"""Decides what a static QRIS says and how it is made payable with an exact amount. Pure rules.

The text is EMVCo's "merchant presented mode" as Bank Indonesia uses it: tags with lengths, the last one (63)
a checksum over all before it (EMV QRCPS-MPM 1.1; Bank Indonesia's PADG 21/18/PADG/2019 for Indonesia).
"""

from dataclasses import dataclass

import qriskit
from flask_babel import gettext as _
from qriskit.errors import QRISParseError

from marketplace.kit.errors import Invalid
from marketplace.kit.texts import noted

LONGEST = 512
"""QRIS texts have 150 to 250 signs; a QR code that a telephone reads off a sticker has no room for more."""

_ADVICE = noted("Kirim foto stiker QRIS yang diberikan bank atau penyedia Anda.")


class UnusableQris(Invalid):
    """A text that is no static QRIS in rupiah; the message says what is wrong with it."""


@dataclass(frozen=True)
class Merchant:
    """What a static QRIS says: its text, whose it is (as the payer's application shows it), and its NMID."""

    text: str
    name: str
    city: str
    nmid: str


def read(text: str) -> Merchant:
    """Read a static QRIS.

    Raises:
        UnusableQris: no QRIS, a broken checksum, another currency or country, or made for one payment only.
    """
    code = _parsed("".join(text.split("\n")).strip())
    _refuse(code)
    return Merchant(
        text=code.dumps(),
        name=(code.merchant_name or "").strip(),
        city=(code.merchant_city or "").strip(),
        nmid=(code.nmid or "").strip(),
    )


def payable(text: str, amount: int) -> str:
    """The same QRIS with `amount` rupiah in it: the payer's application asks for nothing more.

    Tag 01 becomes 12 (dynamic), tag 54 holds the amount, tips are left out, and the checksum is made anew.

    Raises:
        UnusableQris: as in `read`.
        ValueError: an amount that no payment can have.
    """
    code = _parsed(text)
    _refuse(code)
    return str(code.to_dynamic(amount).dumps())


def _parsed(text: str) -> qriskit.QRIS:
    if not text.startswith("0002") or len(text) > LONGEST:
        raise UnusableQris(_("Ini bukan QRIS. %(advice)s", advice=_(_ADVICE)))
    try:
        return qriskit.parse(text)
    except QRISParseError as error:
        raise UnusableQris(_("QRIS ini terpotong atau rusak. %(advice)s", advice=_(_ADVICE))) from error


def _refuse(code: qriskit.QRIS) -> None:
    """The first thing that is wrong, in the order in which its owner can do something about it."""
    wrong = {issue.code for issue in qriskit.validate(code) if issue.severity == "error"}
    if {"crc.missing", "crc.mismatch", "crc.not_last"} & wrong:
        raise UnusableQris(
            _(
                "Angka pemeriksa QRIS ini tidak cocok, jadi ada huruf yang salah baca. %(advice)s",
                advice=_(_ADVICE),
            )
        )
    if "currency.invalid" in wrong or "country.invalid" in wrong:
        raise UnusableQris("Kode ini bukan QRIS rupiah dari Indonesia, jadi tidak bisa dipakai di sini.")
    if code.is_dynamic or code.amount is not None:
        raise UnusableQris("QRIS ini sudah berisi jumlah untuk satu pembayaran. Kirim QRIS statis toko Anda.")
    if wrong or not (code.merchant_name or "").strip():
        raise UnusableQris(_("Isi QRIS ini tidak lengkap. %(advice)s", advice=_(_ADVICE)))
