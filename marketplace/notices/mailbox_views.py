"""Decides how a demo shows the e-mails that it writes instead of sending. Production has no such pages."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import anyone
from marketplace.config import settings
from marketplace.kit.errors import NotFound

blueprint = Blueprint("mailbox", __name__)
MOST = 50
NAME = re.compile(r"kabar-[0-9]+-[0-9]+")


@blueprint.get("/simulasi/surat")
@anyone("demo mode only: there is no such page in production")
def box() -> ResponseReturnValue:
    """The newest e-mails."""
    paths = sorted(settings().mail_dir.glob("kabar-*.eml"), key=_age, reverse=True)[:MOST]
    return render_template("notices/mailbox.html", letters=[(path.stem, _read(path)) for path in paths])


@blueprint.get("/simulasi/surat/<name>")
@anyone("demo mode only: there is no such page in production")
def one(name: str) -> ResponseReturnValue:
    """One e-mail, as plain words."""
    path = settings().mail_dir / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound
    letter = _read(path)
    part = letter.get_body(("plain",))
    return render_template("notices/letter.html", letter=letter, words=part.get_content() if part else "")


def _age(path: Path) -> tuple[float, str]:
    return path.stat().st_mtime, path.name


def _read(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return BytesParser(EmailMessage, policy=policy.default).parse(file)
