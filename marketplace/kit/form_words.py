"""Decides what a form says of a field that has no words of its own for it."""

from flask_wtf import FlaskForm

from marketplace.kit.languages import said
from marketplace.kit.texts import noted

_OURS = {
    "This field is required.": noted("Isi bagian ini."),
    "Not a valid choice.": noted("Pilih salah satu yang ada di daftar."),
    "Not a valid choice": noted("Pilih salah satu yang ada di daftar."),
    "Not a valid date value.": noted("Tulis tanggal, misalnya 2026-12-01."),
    "Not a valid integer value.": noted("Tulis dengan angka."),
    "Invalid input.": noted("Isian ini tidak bisa dipakai."),
    "Invalid Choice: could not coerce.": noted("Pilih salah satu yang ada di daftar."),
}
_LONG = "Field cannot be longer than %(max)d characters."


class FormWords:
    """Stands where WTForms looks for translations of what it says itself, which is English."""

    def gettext(self, text: str) -> str:
        """Our words for theirs, in the language of the running request."""
        return said(_OURS[text]) if text in _OURS else text

    def ngettext(self, one: str, many: str, number: int) -> str:
        """The same for a number; the places in them stay for WTForms to fill."""
        if many == _LONG:
            return said(noted("Paling banyak %(max)d huruf."))
        return one if number == 1 else many


_WORDS = FormWords()


def register() -> None:
    """Let all forms speak so."""
    FlaskForm.Meta.get_translations = lambda _meta, _form: _WORDS
