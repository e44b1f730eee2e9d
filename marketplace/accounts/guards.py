"""Decides who may enter a page. Every route carries one declaration; a route without one is closed.

The declaration admits a kind of person; which rows they reach is decided by loading through their owner.
"""

from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts.models import ADMIN, FINANCE, OFFICER, OPERATOR, User
from marketplace.kit import access
from marketplace.kit.access import View, declare, who_may_enter
from marketplace.kit.addresses import HOME, local_path
from marketplace.kit.errors import NotFound

# Beside its sisters, so that a view finds all declarations in one place.
anyone = access.anyone
FILES = {
    "static": "files of the design, the same for everybody",
    "asset": "files of the design, the same for everybody",
}


def signed_in(view: View) -> View:
    """Open to everybody with an account."""
    return declare("signed-in")(view)


def member_of_shop(view: View) -> View:
    """Open to people with an account; the shop is loaded through their membership, so that others get 404."""
    return declare("shop-member")(view)


def officer(view: View) -> View:
    """Open to officers (and administrators); their region decides which rows they reach."""
    return declare("officer")(view)


def administrator(view: View) -> View:
    """Open to administrators and the finance role."""
    return declare("administrator")(view)


def counter(view: View) -> View:
    """Open to those who act for a village or the platform; their region decides which rows they reach."""
    return declare("counter")(view)


def person() -> User:
    """The signed-in person.

    Raises:
        NotFound: nobody is signed in.
    """
    if not current_user.is_authenticated:
        raise NotFound
    user: User = current_user.user
    return user


def region_scopes(user: User, *roles: str) -> list[str]:
    """The region codes that a person's roles cover; an empty code covers everything."""
    return [grant.scope for grant in user.grants if grant.role in roles]


def within(code: str, scope: str) -> bool:
    """Whether a region code lies in a scope: equal, or below it at a dot (18.09 does not cover 18.091)."""
    return not scope or code == scope or code.startswith(f"{scope}.")


def register(app: Flask) -> None:
    """Let the guard stand before every request."""
    app.before_request(_guard)


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint in FILES:
        return None
    declared = who_may_enter(current_app.view_functions[request.endpoint])
    if declared is None:
        raise NotFound
    who = declared[0]
    if who == "anyone" and request.method != "POST":
        return None
    # Looked up before the view opens its transaction: noting that the session is in use needs one of its own.
    known = current_user.is_authenticated
    if who == "anyone":
        return None
    if not known:
        return redirect(f"/masuk?{urlencode({'next': _wanted()})}", 303)
    if not _admits(who, current_user.user):
        raise NotFound
    return None


def _wanted() -> str:
    """Where to go on after signing in: the page asked for; for a form, the page on which it stood."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    stood_on = urlsplit(request.referrer or "")
    if stood_on.netloc != request.host:
        return HOME
    return local_path(stood_on._replace(scheme="", netloc="", fragment="").geturl())


def _admits(who: str, user: User) -> bool:
    roles = {grant.role for grant in user.grants}
    needed = {
        "officer": {OFFICER, OPERATOR, ADMIN},
        "administrator": {ADMIN, FINANCE},
        "counter": {OPERATOR, FINANCE, ADMIN},
    }.get(who)
    return needed is None or bool(roles & needed)
