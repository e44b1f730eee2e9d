"""Decides which class a score of the Indeks Desa Membangun is, by the thresholds that were published. Pure.

The thresholds are those of Permendesa 2/2016. Those of its successor, the Indeks Desa, are not published: its
class is never derived, only noted as given, and the two are never one line.
"""

from flask_babel import lazy_gettext as _l

IDM, INDEKS_DESA = "IDM", "Indeks Desa"
INDEXES = (IDM, INDEKS_DESA)
CLASSES = {
    "sangat tertinggal": _l("Sangat tertinggal"),
    "tertinggal": _l("Tertinggal"),
    "berkembang": _l("Berkembang"),
    "maju": _l("Maju"),
    "mandiri": _l("Mandiri"),
}
SCALE = 10_000
_UP_TO = ((4_907, "sangat tertinggal"), (5_989, "tertinggal"), (7_072, "berkembang"), (8_155, "maju"))
HIGHEST = {IDM: SCALE, INDEKS_DESA: 100 * SCALE}
LAST_YEAR_OF_IDM, FIRST_YEAR = 2024, 2016


def class_of(score: int) -> str:
    """The class of an IDM score in ten-thousandths (7072 is 0.7072), by the published thresholds.

    Raises:
        ValueError: not between 0 and 1.
    """
    if not 0 <= score <= SCALE:
        raise ValueError(score)
    return next((name for most, name in _UP_TO if score <= most), "mandiri")
