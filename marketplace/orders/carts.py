"""Decides what lies in a basket, of a person or of a browser without an account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from marketplace.accounts.models import User
from marketplace.catalog import pricing
from marketplace.catalog.models import Variant
from marketplace.extensions import db
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import Invalid
from marketplace.kit.rows import ask, rewrite, table_of
from marketplace.kit.transaction import locked
from marketplace.orders.models import Cart, CartLine

MOST_PIECES = 9_999
MOST_LINES = 100


class Wish(NamedTuple):
    """A line of a basket: so many pieces of a variant, that cost `seen_price` each when they were put in."""

    line_id: int
    cart_id: int
    variant_id: int
    quantity: int
    seen_price: int


_CART, _LINE = table_of(Cart), table_of(CartLine)
# Built once, since every page and every checkout asks some of them.
_COLUMNS = (_LINE.c.id, _LINE.c.cart_id, _LINE.c.variant_id, _LINE.c.quantity, _LINE.c.seen_price)
_JOINED = select(*_COLUMNS).join_from(_LINE, _CART, _CART.c.id == _LINE.c.cart_id).order_by(_LINE.c.id)
_OF_PERSON = _JOINED.where(_CART.c.user_id == bindparam("owner"))
_OF_BROWSER = _JOINED.where(_CART.c.token_hash == bindparam("owner"))
_COUNTED = select(func.count(_LINE.c.id)).join_from(_LINE, _CART, _CART.c.id == _LINE.c.cart_id)
_SIZE_OF_PERSON = _COUNTED.where(_CART.c.user_id == bindparam("owner"))
_SIZE_OF_BROWSER = _COUNTED.where(_CART.c.token_hash == bindparam("owner"))
_LOCK = select(_CART.c.id).where(_CART.c.id == bindparam("cart")).with_for_update()
_LINES = select(*_COLUMNS).where(_LINE.c.cart_id == bindparam("cart")).order_by(_LINE.c.id)
_TAKE_OUT = delete(_LINE).where(_LINE.c.cart_id == bindparam("cart"))
_TOUCH = update(_CART).where(_CART.c.id == bindparam("cart")).values(updated_at=bindparam("at"))


def current(user: User | None, token: str | None, *, to_change: bool = False) -> Cart | None:
    """The basket of this person, or of this browser; None when there is none yet.

    `to_change` locks it until the transaction ends, so that two presses at once follow each other.
    """
    if user is not None:
        rows = select(Cart).where(Cart.user_id == user.id)
    elif token:
        rows = select(Cart).where(Cart.token_hash == token_hash(token))
    else:
        return None
    return db.session.scalar(locked(rows, of=Cart) if to_change else rows)


def wishes(user: User | None, token: str | None) -> list[Wish]:
    """What lies in the basket of this person or browser, in the order in which it was put in. One query."""
    if user is not None:
        return _wishes(ask(_OF_PERSON, owner=user.id))
    return _wishes(ask(_OF_BROWSER, owner=token_hash(token))) if token else []


def to_order(cart_id: int) -> list[Wish]:
    """What lies in a basket, locked until the transaction ends; nothing when there is none any more."""
    ask(_LOCK, cart=cart_id).all()
    return _wishes(ask(_LINES, cart=cart_id))


def wishes_in(cart: Cart) -> list[Wish]:
    """What lies in a basket whose rows are at hand."""
    return [Wish(line.id, cart.id, line.variant_id, line.quantity, line.seen_price) for line in cart.lines]


def open_cart(user: User | None, token: str | None, *, at: datetime) -> tuple[Cart, str | None]:
    """The basket to change, made if there is none; and the token for the browser to keep, if one was made."""
    cart = current(user, token, to_change=True)
    if cart is not None:
        return cart, None
    fresh = new_token() if user is None else None
    cart = Cart(
        user_id=user.id if user else None,
        token_hash=token_hash(fresh) if fresh else None,
        updated_at=at,
        lines=[],
    )
    try:
        with db.session.begin_nested():
            db.session.add(cart)
    except IntegrityError:
        # The same person opened one in another tab at this very moment.
        return open_cart(user, token, at=at)
    return cart, fresh


def add(cart: Cart, variant: Variant, quantity: int, *, at: datetime) -> CartLine:
    """Put pieces into the basket, beside those that lie there.

    Raises:
        Invalid: a number that nobody can buy, or too many different goods.
    """
    line = next((line for line in cart.lines if line.variant_id == variant.id), None)
    wanted = _sensible(quantity + (line.quantity if line else 0))
    price = pricing.unit_price(variant.price, variant.tiers, wanted)
    if line is None:
        if len(cart.lines) >= MOST_LINES:
            raise Invalid("Keranjang sudah penuh. Selesaikan dulu pesanan yang ada.", "jumlah")
        line = CartLine(variant_id=variant.id, quantity=wanted, seen_price=price)
        cart.lines.append(line)
    line.quantity, line.seen_price, cart.updated_at = wanted, price, at
    db.session.flush()
    return line


def change(cart: Cart, line: CartLine, quantity: int, *, at: datetime) -> None:
    """Set the pieces of a line to `quantity`; 0 takes it out. The price shown is the present one from now on.

    Raises:
        Invalid: below 0, or more than anybody can buy.
    """
    if quantity == 0:
        cart.lines.remove(line)
    else:
        line.quantity = _sensible(quantity)
        line.seen_price = pricing.unit_price(line.variant.price, line.variant.tiers, line.quantity)
    cart.updated_at = at
    db.session.flush()


def adopt(user: User, token: str | None, *, at: datetime) -> None:
    """Someone signs in: what this browser's basket holds moves into the person's own."""
    guest = current(None, token, to_change=True)
    if guest is None:
        return
    own, _ = open_cart(user, None, at=at)
    held = {line.variant_id: line for line in own.lines}
    for line in list(guest.lines):
        if line.variant_id in held:
            held[line.variant_id].quantity = max(held[line.variant_id].quantity, line.quantity)
        else:
            own.lines.append(
                CartLine(variant_id=line.variant_id, quantity=line.quantity, seen_price=line.seen_price)
            )
    db.session.delete(guest)
    db.session.flush()


def empty(cart_id: int, *, at: datetime) -> None:
    """Take everything out. The session learns nothing of it."""
    rewrite(_TAKE_OUT, {"cart": cart_id})
    rewrite(_TOUCH, {"cart": cart_id, "at": at})


def size(user: User | None, token: str | None) -> int:
    """How many different goods lie in the basket, for the number beside its icon."""
    if user is not None:
        return int(ask(_SIZE_OF_PERSON, owner=user.id).scalar_one())
    return int(ask(_SIZE_OF_BROWSER, owner=token_hash(token or "")).scalar_one())


def _wishes(rows: Iterable[Any]) -> list[Wish]:
    return [Wish(*row) for row in rows]


def _sensible(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PIECES:
        raise Invalid(f"Jumlah harus antara 1 dan {MOST_PIECES}.", "jumlah")
    return quantity
