"""Decides how a buyer is asked whether it is for a government office, at the checkout and at the counter."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from marketplace.kit.typed_words import one_line


class OfficeForm(FlaskForm):
    """Two fields that nobody has to answer."""

    instansi = BooleanField(_l("Pesanan ini untuk kantor pemerintah, sekolah negeri, atau pemerintah desa"))
    nama_instansi = StringField(
        _l("Nama instansi"), [Length(max=120, message=_l("Nama instansi paling banyak 120 huruf."))]
    )

    @property
    def office(self) -> str | None:
        """The office in one line, as in `Order.office`: empty if only the box is ticked, None for nobody."""
        name = one_line(self.nama_instansi.data)
        return name if name or self.instansi.data else None
