"""Decides what the pages of acts and baselines ask."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField

from marketplace.indicators.uplift import said
from marketplace.indicators.uplift.said import NAMES, WORD_OF, Draft
from marketplace.kit.errors import Invalid
from marketplace.kit.options import option


class SaidForm(FlaskForm):
    """What somebody says of a village: when, how much, and where it is written."""

    kode = StringField(_l("Kode desa"))
    tanggal = StringField(_l("Tanggal"))
    rupiah = StringField(_l("Rupiah"))
    sumber = StringField(_l("Sumber"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in (self.kode, self.tanggal, self.sumber):
            field.flags.required = True

    def told(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: field.data or "" for name, field in self._fields.items() if name != "csrf_token"}

    def refuse(self, refusal: Invalid) -> None:
        """Put the reason beside its field."""
        self[refusal.field if refusal.field in self else "kode"].errors = [refusal.message]


class ActForm(SaidForm):
    """An act of the programme."""

    tindakan = SelectField(
        _l("Tindakan"), choices=[option(word, NAMES[kind]) for kind, word in WORD_OF.items()]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tindakan.flags.required = True

    def draft(self, *, today: date) -> Draft:
        """What it says; raises as `said.act`."""
        return said.act(self.told(), today=today)


class BaselineForm(SaidForm):
    """What a survey found."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rupiah.flags.required = True

    def draft(self, *, today: date) -> Draft:
        """What it says; raises as `said.baseline`."""
        return said.baseline(self.told(), today=today)


class FileForm(FlaskForm):
    """A table of many."""

    berkas = FileField(_l("Berkas CSV atau XLSX"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.berkas.flags.required = True

    def refuse(self, refusal: Invalid) -> None:
        """Put the reason beside the file."""
        self.berkas.errors = [refusal.message]


class WithdrawForm(FlaskForm):
    """Taking back what was said, with a reason."""

    alasan = StringField(_l("Alasan menarik catatan ini"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.alasan.flags.required = True
