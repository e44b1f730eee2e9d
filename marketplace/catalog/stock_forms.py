"""Decides what the stock page asks: pieces that came, pieces that went otherwise, and how goods are made."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, RadioField, StringField
from wtforms.validators import Length, ValidationError

from marketplace.catalog.counting import Count
from marketplace.catalog.forms import whole_number
from marketplace.catalog.shelving import LESS, MORE, NEEDS_WORDS
from marketplace.kit.options import option

LONGEST_ID = 18
_SHORT = Length(max=180, message=_l("Paling banyak 180 huruf."))


def read_counts(form: Mapping[str, str]) -> dict[int, Count]:
    """The rows of the page of all counts: `jumlah-<variant>` as typed, `semula-<variant>` as shown.

    What was shown and cannot be read counts as another shelf than there is.
    """
    found = {}
    for name, shown in form.items():
        number = name.removeprefix("semula-")
        if number != name and number.isascii() and number.isdigit() and len(number) <= LONGEST_ID:
            seen, typed = whole_number(shown), form.get(f"jumlah-{number}", shown)
            found[int(number)] = Count(-1 if seen is None else seen, whole_number(typed))
    return found


class _Pieces(FlaskForm):
    """How many pieces, as people type them."""

    jumlah = StringField(_l("Jumlah"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.jumlah.flags.required = True

    def validate_jumlah(self, field: Field) -> None:
        """Whole pieces, at least one."""
        if not whole_number(field.data):
            raise ValidationError(_l("Tulis jumlahnya dengan angka, misalnya 20."))

    @property
    def pieces(self) -> int:
        """What the valid form says."""
        return whole_number(self.jumlah.data) or 0


class AddForm(_Pieces):
    """Pieces that came in."""

    jumlah = StringField(_l("Jumlah yang masuk"), id="jumlah-masuk")
    catatan = StringField(_l("Catatan"), [_SHORT], id="catatan-masuk")


class CorrectForm(_Pieces):
    """Pieces that went or turned up otherwise, with the reason."""

    alasan = RadioField(
        _l("Apa yang terjadi?"),
        choices=[option(key, _l(words)) for key, words in (LESS | MORE).items()],
        validate_choice=False,
    )
    jumlah = StringField(_l("Berapa buah"), id="jumlah-koreksi")
    catatan = StringField(_l("Catatan"), [_SHORT], id="catatan-koreksi")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alasan.flags.required = True

    def validate_alasan(self, field: Field) -> None:
        """One of the list."""
        if field.data not in LESS | MORE:
            raise ValidationError(_l("Pilih apa yang terjadi."))

    def validate_catatan(self, field: Field) -> None:
        """Another reason needs words."""
        if self.alasan.data in NEEDS_WORDS and not (field.data or "").strip():
            raise ValidationError(_l("Tulis apa yang terjadi."))
