"""Decides which numbers of pieces are understood: plain ASCII digits, as many as sellers sell and have."""

from flask_babel import gettext as _

from marketplace.catalog import portions
from marketplace.catalog.goods import SoldProduct
from marketplace.kit.errors import Invalid
from marketplace.orders.carts import MOST_PIECES


class NotSoldSo(Invalid):
    """The seller does not sell this many; `instead` is what the field should hold, and can be bought."""

    def __init__(self, message: str, instead: int) -> None:
        super().__init__(message, "jumlah")
        self.instead = instead


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


def sold_so(product: SoldProduct, wanted: int, available: int | None, *, held: int = 0) -> None:
    """Whether the seller's minimum and step allow `wanted` pieces, of which `held` lie in the basket already.

    Raises:
        NotSoldSo: they do not; the message says what is allowed.
        Invalid: fewer are there than the seller sells at once.
    """
    reason = portions.refusal(product, wanted)
    if reason is None:
        return
    instead = portions.nearest(product, wanted)
    if available is not None and instead > available:
        raise Invalid(
            _("%(reason)s Stok tinggal %(left)s, jadi belum bisa dibeli.", reason=reason, left=available),
            "jumlah",
        )
    if instead <= held:
        instead += product.step
    raise NotSoldSo(
        _("%(reason)s Jumlahnya kami ubah ke yang terdekat.", reason=reason), max(1, instead - held)
    )
