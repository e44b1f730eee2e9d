"""Decides what the sign-in and registration forms ask."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField, TelField
from wtforms.validators import InputRequired, Length

from marketplace.accounts.passwords import LONGEST
from marketplace.accounts.registering import MOST_EMAIL, MOST_NAME


class SignInForm(FlaskForm):
    """E-mail and password, and the page to go on to."""

    email = EmailField(_l("Email"), [InputRequired(_l("Tulis email Anda.")), Length(max=MOST_EMAIL)])
    sandi = PasswordField(_l("Kata sandi"), [InputRequired(_l("Tulis kata sandi Anda."))])
    next = HiddenField()


class RegistrationForm(FlaskForm):
    """What an account needs."""

    nama = StringField(_l("Nama lengkap"), [InputRequired(_l("Tulis nama Anda.")), Length(max=MOST_NAME)])
    telepon = TelField(_l("Nomor telepon"), [InputRequired(_l("Tulis nomor telepon Anda."))])
    email = EmailField(_l("Email"), [InputRequired(_l("Tulis email Anda.")), Length(max=MOST_EMAIL)])
    sandi = PasswordField(
        _l("Kata sandi"),
        [InputRequired(_l("Buat kata sandi.")), Length(max=LONGEST, message=_l("Paling banyak 128 huruf."))],
    )
    next = HiddenField()
