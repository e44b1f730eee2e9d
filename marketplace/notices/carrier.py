"""Decides how an e-mail leaves: through the mail server of the settings, or into the demo's folder.

The only file that knows SMTP. Every wait has an end; no password travels in the clear to another machine.
"""

import os
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from marketplace.config import Config

PATIENCE = 10.0  # seconds for each answer
PORTS = {"smtp": 587, "smtps": 465}
HERE = ("localhost", "127.0.0.1", "::1")
Send = Callable[[EmailMessage], None]


class Away(Exception):
    """There is no mail server that takes anything now; nothing is said about the single e-mail."""


class Refused(Exception):
    """The mail server does not take this e-mail: for now, or (`for_good`) never."""

    def __init__(self, words: str, *, for_good: bool) -> None:
        super().__init__(words)
        self.for_good = for_good


@contextmanager
def opened(config: Config) -> Iterator[Send]:
    """A way out for e-mails, for the block. Sending may raise `Away` or `Refused`.

    Raises:
        Away: nobody answers, or not as it should be.
    """
    if not config.smtp_url:
        yield lambda message: _write(message, config.mail_dir)
        return
    server = _connected(urlsplit(config.smtp_url))
    try:
        yield lambda message: _send(server, message)
    finally:
        server.close()


def _connected(url: SplitResult) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    try:
        if url.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port, timeout=PATIENCE, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, port, timeout=PATIENCE)
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_words(error)) from error
    try:
        _introduce(server, url)
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise Away(_words(error)) from error
    return server


def _introduce(server: smtplib.SMTP, url: SplitResult) -> None:
    server.ehlo_or_helo_if_needed()
    if url.scheme == "smtp" and url.hostname not in HERE:
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif url.username:
            raise smtplib.SMTPNotSupportedError("no encryption is offered, so the password stays here")
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


def _send(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        [(code, words)] = error.recipients.values()
        raise Refused(f"{code} {words!r}", for_good=code >= 500) from error
    except smtplib.SMTPResponseException as error:
        raise Refused(_words(error), for_good=error.smtp_code >= 500) from error
    except smtplib.SMTPNotSupportedError as error:
        raise Refused(_words(error), for_good=True) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Away(_words(error)) from error


def _write(message: EmailMessage, folder: Path) -> None:
    name = message["Message-ID"].strip("<>").partition("@")[0]
    fresh = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(message.as_bytes())
        fresh.replace(folder / f"{name}.eml")
    except OSError as error:
        raise Away(_words(error)) from error


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
