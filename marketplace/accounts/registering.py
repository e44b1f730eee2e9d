"""Decides how somebody gets an account: which names, phones, e-mails and passwords are taken."""

import re
from datetime import datetime
from functools import lru_cache

import phonenumbers
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from marketplace.accounts import passwords
from marketplace.accounts.models import User
from marketplace.extensions import db
from marketplace.kit.errors import Invalid

MOST_EMAIL, MOST_NAME = 254, 80
# One @, no spaces, a dot behind it: whether the address exists, only a message to it can tell.
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)+")


def applicant(name: str, phone: str, email: str, password: str, at: datetime) -> User:
    """Who wants an account, for `register`. A phone is read as an Indonesian one unless it names its country.

    Hashing the password takes a while. Do it before the transaction, or everybody else waits to write.

    Raises:
        Invalid: something cannot be used; `field` names it.
    """
    name, email = plain_name(name), plain_email(email)
    number = plain_phone(phone)
    if weak := passwords.weakness(password, about=(name, email, number)):
        raise Invalid(weak, "sandi")
    kept = passwords.hashed(password)
    return User(email=email, name=name, phone=number, password_hash=kept, created_at=at, disabled_at=None)


def register(user: User) -> User:
    """Create the account of an `applicant`.

    An e-mail that is taken already gets the same time and an answer that says no more than the form must.

    Raises:
        Invalid: the e-mail is taken.
    """
    try:
        # The database judges, because the same form may come twice at once.
        with db.session.begin_nested():
            db.session.add(user)
    except IntegrityError:
        raise Invalid(
            "Akun dengan data ini tidak bisa dibuat. Jika Anda pernah mendaftar, silakan masuk.", "email"
        ) from None
    return user


def plain_name(text: str) -> str:
    """A name with single spaces and without control characters.

    Raises:
        Invalid: empty or longer than 80 letters.
    """
    name = " ".join("".join(letter for letter in text if letter.isprintable()).split())
    if not 1 <= len(name) <= MOST_NAME:
        raise Invalid(_("Tulis nama Anda, paling banyak %(most)s huruf.", most=MOST_NAME), "nama")
    return name


def plain_email(text: str) -> str:
    """The e-mail address in small letters, without spaces around it.

    Raises:
        Invalid: not an address.
    """
    email = text.strip().lower()
    if len(email) > MOST_EMAIL or not _EMAIL.fullmatch(email):
        raise Invalid("Tulis alamat email yang lengkap, misalnya nama@contoh.id.", "email")
    return email


@lru_cache(maxsize=64)
def plain_phone(text: str) -> str:
    """A phone number as E.164, such as +6281234567890; without a country it is an Indonesian one.

    The latest answers are kept: a form is judged with them, then read, and both cost as much as a query.

    Raises:
        Invalid: not a possible number.
    """
    refused = Invalid("Tulis nomor telepon yang lengkap, misalnya 0812 3456 7890.", "telepon")
    if not text.isascii() or len(text) > 30:
        raise refused
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException:
        raise refused from None
    if not phonenumbers.is_possible_number(number):
        raise refused
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
