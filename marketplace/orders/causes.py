"""Decides why goods did not stay with a buyer, and which of these reasons count against cash. Pure rules."""

from enum import StrEnum

from marketplace.kit.texts import noted


class Cause(StrEnum):
    """What a seller order's event remembers beside its words; most events have none."""

    NONE = ""
    NOT_HOME = "not_home"
    WRONG_ADDRESS = "wrong_address"
    REFUSED = "refused"
    NOT_COLLECTED = "not_collected"
    OTHER = "other"


WORDS: dict[Cause, str] = {
    Cause.NOT_HOME: noted("Tidak ada orang di rumah"),
    Cause.WRONG_ADDRESS: noted("Alamat tidak ditemukan"),
    Cause.REFUSED: noted("Pembeli menolak menerima"),
    Cause.NOT_COLLECTED: noted("Tidak diambil pembeli"),
}
# The buyer did not take what was ordered: these bound paying in cash (see `orders/cash.py`).
REFUSALS = (Cause.REFUSED, Cause.NOT_COLLECTED)
