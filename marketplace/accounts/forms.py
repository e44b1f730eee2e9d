"""Decides what the sign-in and registration forms ask."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, Form, HiddenField, PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.accounts.passwords import LONGEST, weakness
from marketplace.accounts.registering import MOST_EMAIL, plain_email, plain_name, plain_phone
from marketplace.kit.errors import Invalid


def read_by(reader: Callable[[str], str]) -> Callable[[Form, Field], None]:
    """A validator: what `reader` refuses is said beside the field, in one go with all other reasons."""

    def check(_form: Form, field: Field) -> None:
        try:
            reader(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.message) from None

    return check


class SignInForm(FlaskForm):
    """E-mail and password, and the page to go on to."""

    email = EmailField(_l("Email"), [InputRequired(_l("Tulis email Anda.")), Length(max=MOST_EMAIL)])
    sandi = PasswordField(_l("Kata sandi"), [InputRequired(_l("Tulis kata sandi Anda."))])
    next = HiddenField()


class RegistrationForm(FlaskForm):
    """What an account needs."""

    nama = StringField(_l("Nama lengkap"), [InputRequired(_l("Tulis nama Anda.")), read_by(plain_name)])
    telepon = TelField(
        _l("Nomor telepon"), [InputRequired(_l("Tulis nomor telepon Anda.")), read_by(plain_phone)]
    )
    email = EmailField(_l("Email"), [InputRequired(_l("Tulis email Anda.")), read_by(plain_email)])
    sandi = PasswordField(
        _l("Kata sandi"),
        [InputRequired(_l("Buat kata sandi.")), Length(max=LONGEST, message=_l("Paling banyak 128 huruf."))],
    )
    next = HiddenField()

    def validate_sandi(self, field: Field) -> None:
        """Long enough, and not one that everybody tries first."""
        about = (self.nama.data or "", self.email.data or "", self.telepon.data or "")
        if field.data and (weak := weakness(field.data, about=about)):
            raise ValidationError(weak)


class NewPasswordForm(FlaskForm):
    """The password as it is, and as it is to be. What makes it weak is judged with the person at hand."""

    sandi = PasswordField(_l("Kata sandi sekarang"), [InputRequired(_l("Tulis kata sandi Anda."))])
    sandi_baru = PasswordField(_l("Kata sandi baru"), [InputRequired(_l("Buat kata sandi."))])
