"""Decides what every page may use: the basket's size and cookie, unread notices, workplaces, demo mode."""

from typing import Any

from flask import Flask, g, session
from flask_babel import gettext as _
from flask_login import current_user

from marketplace.accounts.models import ADMIN, FINANCE, OFFICER, OPERATOR, User
from marketplace.config import Config, settings
from marketplace.kit import languages
from marketplace.notices import queries as notices
from marketplace.orders import carts
from marketplace.orders.carts import Wish
from marketplace.sellers import queries as sellers
from marketplace.sellers.helping import taken_by

CART = "cart"


def register(app: Flask) -> None:
    """Give the layouts what they show."""
    app.context_processor(_globals)


def visitor() -> User | None:
    """Who looks at the page, if signed in."""
    return current_user.user if current_user.is_authenticated else None


def actor() -> str:
    """The signed-in person, as the keys of forms name them; empty for guests."""
    user = visitor()
    return f"user:{user.id}" if user else ""


def cart_token() -> str | None:
    """The basket token of this browser."""
    token: str | None = session.get(CART)
    return token


def wishes() -> list[Wish]:
    """What lies in this visitor's basket; a page that shows it need not count it again for its icon."""
    found = carts.wishes(visitor(), cart_token())
    g.cart_count = len(found)
    return found


def keep_cart(token: str | None) -> None:
    """Let the browser keep its basket's token."""
    if token:
        session[CART] = token
        session.permanent = True


def _globals() -> dict[str, Any]:
    config: Config = settings()
    # An error page must not ask the database that just failed.
    calm = g.get("database_away", False)
    return {
        "cart_count": 0 if calm else _cart_count(),
        "unread_notices": 0 if calm else _unread_notices(),
        "demo_mode": config.demo,
        "workplaces": [] if calm else _workplaces(),
        "helping": None if calm else taken_by(visitor()),
        "contact_email": config.contact_email,
        "contact_phone": config.contact_phone,
        "language": languages.chosen(),
        "languages": languages.LANGUAGES,
    }


def _cart_count() -> int:
    if "cart_count" in g:
        return int(g.cart_count)
    user, token = visitor(), cart_token()
    return carts.size(user, token) if user or token else 0


def _unread_notices() -> int:
    """One look into an index for who is signed in, none for all others."""
    user = visitor()
    return notices.unread(user) if user else 0


def _workplaces() -> list[tuple[str, str]]:
    user = visitor()
    if user is None:
        return []
    places = [(_("Toko saya"), "/penjual/pesanan")] if sellers.has_shop(user) else []
    roles = {grant.role for grant in user.grants}
    if roles & {OFFICER, OPERATOR, ADMIN}:
        places.append((_("Angka desa"), "/program"))
    if roles & {OPERATOR, FINANCE, ADMIN}:
        places.append((_("Gerai desa"), "/gerai/pembayaran"))
    if roles & {ADMIN, FINANCE}:
        places.append((_("Pembukuan"), "/admin/pembukuan"))
    return places
