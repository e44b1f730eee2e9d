"""Decides what the import page asks: a file of goods, and perhaps a ZIP of photos."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import FileField

from marketplace.kit.sheets import MOST_BYTES
from marketplace.kit.zips import MOST_UNPACKED


class ImportForm(FlaskForm):
    """A CSV or XLSX file; photos by file name in a ZIP."""

    berkas = FileField(_l("Daftar barang (CSV atau XLSX)"))
    foto = FileField(_l("Foto-foto dalam satu ZIP"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Judged by what it holds, beside the form: the label must not call it optional.
        self.berkas.flags.required = True

    def sent(self) -> tuple[bytes, bytes, str]:
        """The bytes of the file and of the ZIP (one more than allowed at most), and the file's name."""
        name = self.berkas.data.filename or "" if isinstance(self.berkas.data, FileStorage) else ""
        return _bytes(self.berkas.data, MOST_BYTES), _bytes(self.foto.data, MOST_UNPACKED), name

    def blame(self, field: str | None, words: str) -> None:
        """Put a refusal beside its field."""
        self["foto" if field == "foto" else "berkas"].errors = [words]


def _bytes(file: object, most: int) -> bytes:
    return file.stream.read(most + 1) if isinstance(file, FileStorage) and file.filename else b""
