"""Decides how a refusal travels: a domain error carries its words and its status."""

from flask_babel import gettext


class DomainError(Exception):
    """Something asked for cannot be done; `message` is for the person who asked, in their language.

    What a refusal is raised with is a text in Indonesian, as in `_()`; one with parts comes through `_()`.
    """

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = gettext(message)


class NotFound(DomainError):
    """Not there, or not for this person: the two answer alike."""

    status = 404

    def __init__(self, message: str = "") -> None:
        super().__init__(message or gettext("Halaman atau data yang Anda cari tidak ada."))


class Invalid(DomainError):
    """Input that cannot be used; `field` names where the words belong."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """Somebody or something was faster; nothing was changed."""


class Unavailable(DomainError):
    """A service that DesaMart depends on does not answer now."""

    status = 503
