"""Decides which numbers of pieces are understood: plain ASCII digits, nothing else."""

from flask_babel import gettext as _

from marketplace.kit.errors import Invalid
from marketplace.orders.carts import MOST_PIECES


def pieces(text: str | None, *, least: int = 1) -> int:
    """The number of pieces that somebody typed.

    Raises:
        Invalid: not a whole number in plain digits, below `least`, or more than anybody can buy.
    """
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit()):
        raise Invalid(_("Tulis jumlah dengan angka bulat, misalnya 2."), "jumlah")
    number = int(plain[:20])
    if not least <= number <= MOST_PIECES:
        words = _("Jumlah harus antara %(least)s dan %(most)s.", least=least, most=MOST_PIECES)
        raise Invalid(words, "jumlah")
    return number


def within_stock(wanted: int, available: int | None) -> int:
    """The same number, if so many are there (`available` None: made to order).

    Raises:
        Invalid: fewer are there; the message says how many.
    """
    if available == 0:
        raise Invalid(_("Barang ini sedang habis."), "jumlah")
    if available is not None and wanted > available:
        raise Invalid(_("Stok tinggal %(left)s. Kurangi jumlahnya.", left=available), "jumlah")
    return wanted
