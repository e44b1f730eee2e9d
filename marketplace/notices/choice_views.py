"""Decides the pages on which people choose what they hear, and the way out that an e-mail offers."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import anyone, person, signed_in
from marketplace.accounts.models import User
from marketplace.config import settings
from marketplace.extensions import csrf
from marketplace.kit.transaction import transaction
from marketplace.notices.choices import LABELS, OF_BUYERS, Ways, choose, leaving, stop_emails, ways_of
from marketplace.notices.rules import Topic
from marketplace.sellers.queries import has_shop

blueprint = Blueprint("notice_choices", __name__)
PAGE = "/akun/pemberitahuan/atur"


@blueprint.get("/akun/pemberitahuan/atur")
@signed_in
def choices() -> ResponseReturnValue:
    """What the person hears by which way."""
    user = person()
    topics = _topics(user)
    chosen = ways_of([user.id], topics)
    rows = [(topic, *LABELS[topic], chosen.get((user.id, topic), Ways())) for topic in topics]
    return render_template("notices/choices.html", rows=rows, email=user.email, mails=settings().sends_mail)


@blueprint.post("/akun/pemberitahuan/atur")
@signed_in
def change() -> ResponseReturnValue:
    """Keep what the person chose for the topics they were shown."""
    bells, emails = request.form.getlist("lonceng"), request.form.getlist("email")
    with transaction():
        user = person()
        for topic in _topics(user):
            choose(user.id, topic, Ways(topic in bells, topic in emails))
    flash(_("Pilihan Anda tersimpan."), "success")
    return redirect(PAGE, 303)


@blueprint.get("/email/berhenti/<token>")
@anyone("who holds an e-mail can end further ones; looking changes nothing")
def ask_to_leave(token: str) -> ResponseReturnValue:
    """Ask before e-mails about a topic end."""
    _user, topic = leaving(token, secret=settings().secret_key)
    return render_template("notices/leaving.html", token=token, topic=LABELS[topic][0], done=False)


@blueprint.post("/email/berhenti/<token>")
@anyone("who holds an e-mail can end further ones; mail programs send no cookie and no form token")
@csrf.exempt
def leave(token: str) -> ResponseReturnValue:
    """End e-mails about a topic. Answers a page at once: mail programs follow no redirect (RFC 8058)."""
    with transaction():
        user, topic = leaving(token, secret=settings().secret_key)
        stop_emails(user, topic)
    return render_template("notices/leaving.html", token=token, topic=LABELS[topic][0], done=True)


def _topics(user: User) -> tuple[Topic, ...]:
    """The topics that can concern a person: those of shops for who works in one, or for many of them."""
    return tuple(LABELS) if user.grants or has_shop(user) else OF_BUYERS
