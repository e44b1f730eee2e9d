"""Decides how a visitor changes the language of the pages."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import anyone
from marketplace.extensions import csrf
from marketplace.kit import languages
from marketplace.kit.addresses import local_path

blueprint = Blueprint("language", __name__)


@blueprint.post("/bahasa")
@csrf.exempt  # Asked from every page, also by who has no session yet; a forged choice is a nuisance at most.
@anyone("a visitor chooses the language of the own pages")
def choose() -> ResponseReturnValue:
    """Keep `bahasa` (`id` or `en`) in the session, and go back to the page (`next`) it was asked from."""
    languages.choose(request.form.get("bahasa", ""))
    return redirect(local_path(request.form.get("next")), 303)
