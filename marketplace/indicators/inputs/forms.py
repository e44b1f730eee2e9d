"""Decides what the forms of inputs ask: one form per kind, whose fields are the columns of its file."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField, HiddenField, SelectField, StringField

from marketplace.indicators.inputs import idm, kinds
from marketplace.indicators.inputs.kinds import Kind
from marketplace.kit.options import option
from marketplace.kit.sheets import MOST_BYTES

_REQUIRED = {"required": True}


def _field(label: str) -> Any:
    return StringField(label, render_kw=_REQUIRED)


def _choice(label: str, choices: dict[str, str]) -> Any:
    offered = [option("", _l("Pilih…")), *(option(key, name) for key, name in choices.items())]
    return SelectField(label, choices=offered, validate_choice=False)


_FIELDS: dict[str, dict[str, Any]] = {
    kinds.HOUSEHOLDS: {"jumlah": _field(_l("Banyaknya keluarga")), "tanggal": _field(_l("Per tanggal"))},
    kinds.STATUS: {
        "indeks": _choice(_l("Indeks"), {name: name for name in idm.INDEXES}),
        "tahun": _field(_l("Tahun")),
        "skor": StringField(_l("Skor")),
        "status": _choice(_l("Status"), idm.CLASSES),
    },
    kinds.FOCUS: {
        "kategori": _choice(_l("Kategori"), kinds.FOCUSES),
        "tanggal": _field(_l("Sejak tanggal")),
    },
    kinds.LOCUS: {
        "lokus": _choice(_l("Desa lokus?"), {kinds.YES: _l("Ya"), kinds.NO: _l("Tidak")}),
        "tanggal": _field(_l("Sejak tanggal")),
    },
    kinds.JOINED: {"tanggal": _field(_l("Tanggal bergabung"))},
    kinds.OUTLET_DAYS: {"bulan": _field(_l("Bulan")), "hari": _field(_l("Banyaknya hari buka"))},
}
_OPTIONAL = ("skor", "status")


class InputForm(FlaskForm):
    """The columns of one kind, and the source."""

    sumber = StringField(_l("Sumber"), render_kw={"maxlength": 200})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            # Judged by `reading`, as the rows of a file are; here only for the label and the screen reader.
            if field.name not in (*_OPTIONAL, "csrf_token"):
                field.flags.required = True

    def said(self, code: str) -> dict[str, str]:
        """What was typed, by column, for a village."""
        typed = {field.name: field.data or "" for field in self if field.name != "csrf_token"}
        return {kinds.CODE: code, **typed}

    def blame(self, column: str | None, words: str) -> None:
        """Put a refusal beside its field."""
        self[column if column in self else kinds.SOURCE].errors = [words]


def form_for(kind: Kind, **options: Any) -> InputForm:
    """The form of a kind; `options` as for any form."""
    made: type[InputForm] = type("KindForm", (InputForm,), dict(_FIELDS[kind.key]))
    return made(**options)


class WithdrawForm(FlaskForm):
    """Which row, and why."""

    baris = HiddenField()
    alasan = StringField(_l("Mengapa ditarik"), render_kw={"maxlength": 200})


class UploadForm(FlaskForm):
    """A CSV or XLSX file."""

    berkas = FileField(_l("Berkas CSV atau XLSX"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.berkas.flags.required = True

    def sent(self) -> tuple[bytes, str]:
        """The bytes of the file (one more than allowed at most) and its name."""
        file = self.berkas.data
        if not isinstance(file, FileStorage) or not file.filename:
            return b"", ""
        return file.stream.read(MOST_BYTES + 1), file.filename
