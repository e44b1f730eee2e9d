"""Decides what an e-mail looks like: headers, plain words, simple HTML, and the way out of further ones."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask import current_app

from marketplace.config import Config
from marketplace.notices.choices import way_out
from marketplace.notices.models import NoticeMail
from marketplace.notices.rules import RULES, Weight

ALWAYS = frozenset((rule.kind, rule.topic) for rule in RULES if rule.weight is Weight.ALWAYS)


def letter(mail: NoticeMail, config: Config) -> EmailMessage:
    """The e-mail of a notice. Made again, it has the same Message-ID, so that its reader sees it once.

    Raises:
        ValueError: the person's address cannot stand in a header.
    """
    notice = mail.notice
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("DesaMart", addr_spec=config.mail_from)
    message["To"] = Address(addr_spec=notice.user.email)
    message["Subject"] = notice.title
    message["Date"] = format_datetime(mail.queued_at)
    message["Message-ID"] = f"<{name_of(mail)}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    leave = _way_out(mail, config)
    if leave:
        message["List-Unsubscribe"] = f"<{leave}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    words = {
        "notice": notice,
        "site": config.public_url,
        "leave": leave,
        "name": " ".join(notice.user.name.split()),
    }
    message.set_content(_rendered("notice.txt", words))
    message.add_alternative(_rendered("notice.html", words), subtype="html")
    return message


def name_of(mail: NoticeMail) -> str:
    """The name of an e-mail, as its Message-ID and the demo's files carry it."""
    return f"kabar-{mail.id}-{int(mail.queued_at.timestamp())}"


def _way_out(mail: NoticeMail, config: Config) -> str:
    """The address that ends e-mails about this topic; empty for what cannot be switched off."""
    notice = mail.notice
    if (notice.kind, notice.topic) in ALWAYS:
        return ""
    token = way_out(notice.user_id, notice.topic, secret=config.secret_key)
    return f"{config.public_url}/email/berhenti/{token}"


def _rendered(name: str, words: dict[str, object]) -> str:
    # Not `render_template`: what every page shows asks who is looking, and nobody is.
    return current_app.jinja_env.get_template(f"email/{name}").render(words)
