"""Decides what lies in a basket, of a person or of a browser without an account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, func, select, update

from marketplace.accounts.models import User
from marketplace.catalog import pricing
from marketplace.catalog.goods import SoldVariant
from marketplace.catalog.models import Variant
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import Invalid
from marketplace.kit.rows import add_unless_taken, ask, lock, rewrite, table_of
from marketplace.kit.transaction import append
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


_CARRIED = ("variant_id", "quantity", "seen_price")
_CART, _LINE = table_of(Cart), table_of(CartLine)
# Built once, since every page and every checkout asks some of them.
_COLUMNS = (_LINE.c.id, _LINE.c.cart_id, _LINE.c.variant_id, _LINE.c.quantity, _LINE.c.seen_price)
_JOINED = select(*_COLUMNS).join_from(_LINE, _CART, _CART.c.id == _LINE.c.cart_id).order_by(_LINE.c.id)
_OF_PERSON = _JOINED.where(_CART.c.user_id == bindparam("owner"))
_OF_BROWSER = _JOINED.where(_CART.c.token_hash == bindparam("owner"))
_COUNTED = select(func.count(_LINE.c.id)).join_from(_LINE, _CART, _CART.c.id == _LINE.c.cart_id)
_SIZE_OF_PERSON = _COUNTED.where(_CART.c.user_id == bindparam("owner"))
_SIZE_OF_BROWSER = _COUNTED.where(_CART.c.token_hash == bindparam("owner"))
_LOCK = select(_CART.c.id).with_for_update()
_LOCK_THIS = _LOCK.where(_CART.c.id == bindparam("cart"))
_LOCK_OF_PERSON = _LOCK.where(_CART.c.user_id == bindparam("owner"))
_LOCK_OF_BROWSER = _LOCK.where(_CART.c.token_hash == bindparam("owner"))
_LINES = select(*_COLUMNS).where(_LINE.c.cart_id == bindparam("cart")).order_by(_LINE.c.id)
_TAKE_OUT_ALL = delete(_LINE).where(_LINE.c.cart_id == bindparam("cart"))
_TAKE_OUT = delete(_LINE).where(_LINE.c.id == bindparam("line"))
_SET = (
    update(_LINE)
    .where(_LINE.c.id == bindparam("line"))
    .values(quantity=bindparam("pieces"), seen_price=bindparam("price"))
)
_TOUCH = update(_CART).where(_CART.c.id == bindparam("cart")).values(updated_at=bindparam("at"))
_REMOVE = delete(_CART).where(_CART.c.id == bindparam("cart"))


def wishes(user: User | None, token: str | None) -> list[Wish]:
    """What lies in the basket of this person or browser, in the order in which it was put in. One query."""
    if user is not None:
        return _wishes(ask(_OF_PERSON, owner=user.id))
    return _wishes(ask(_OF_BROWSER, owner=token_hash(token))) if token else []


def to_order(cart_id: int) -> list[Wish]:
    """What lies in a basket, locked until the transaction ends; nothing when there is none any more."""
    lock(_LOCK_THIS, cart=cart_id)
    return _lines(cart_id)


def lock_own(user: User | None, token: str | None) -> None:
    """Lock the basket of this person or browser until the transaction ends, before it is read."""
    if user is not None:
        lock(_LOCK_OF_PERSON, owner=user.id)
    elif token:
        lock(_LOCK_OF_BROWSER, owner=token_hash(token))


def own_to_order(cart_id: int, user: User | None, token: str | None) -> list[Wish]:
    """The same for who read the id before; nothing when that basket is no longer theirs.

    A basket may go (somebody signs in) and its id come back as another person's.
    """
    return _lines(cart_id) if _locked(user, token) == cart_id else []


def open_cart(user: User | None, token: str | None, *, at: datetime) -> tuple[int, str | None]:
    """The id of the basket to change, made if there is none; and the token for the browser, if one was made.

    It is locked until the transaction ends, so that two presses at once follow each other.
    """
    found = _locked(user, token)
    if found is not None:
        return found, None
    fresh = new_token() if user is None else None
    row = {"user_id": user.id if user else None, "token_hash": token_hash(fresh) if fresh else None}
    made = add_unless_taken(Cart, row | {"updated_at": at}, unique="token_hash" if fresh else "user_id")
    # Where none was made, the same person opened one in another tab at this very moment.
    return (made, fresh) if made is not None else open_cart(user, token, at=at)


def add(cart_id: int, variant: Variant | SoldVariant, quantity: int, *, at: datetime) -> None:
    """Put pieces into the basket, beside those that lie there.

    Raises:
        Invalid: a number that nobody can buy, or too many different goods.
    """
    lines = _lines(cart_id)
    line = next((line for line in lines if line.variant_id == variant.id), None)
    wanted = _sensible(quantity + (line.quantity if line else 0))
    price = pricing.unit_price(variant.price, variant.tiers, wanted)
    if line is not None:
        rewrite(_SET, {"line": line.line_id, "pieces": wanted, "price": price})
    elif len(lines) >= MOST_LINES:
        raise Invalid("Keranjang sudah penuh. Selesaikan dulu pesanan yang ada.", "jumlah")
    else:
        row = {"cart_id": cart_id, "variant_id": variant.id, "quantity": wanted, "seen_price": price}
        append(CartLine, row)
    rewrite(_TOUCH, {"cart": cart_id, "at": at})


def change(line: Wish, variant: SoldVariant, quantity: int, *, at: datetime) -> None:
    """Set the pieces of a line to `quantity`; 0 takes it out. The price shown is the present one from now on.

    Raises:
        Invalid: below 0, or more than anybody can buy.
    """
    if quantity == 0:
        rewrite(_TAKE_OUT, {"line": line.line_id})
    else:
        price = pricing.unit_price(variant.price, variant.tiers, _sensible(quantity))
        rewrite(_SET, {"line": line.line_id, "pieces": quantity, "price": price})
    rewrite(_TOUCH, {"cart": line.cart_id, "at": at})


def adopt(user: User, token: str | None, *, at: datetime) -> None:
    """Someone signs in: what this browser's basket holds moves into the person's own."""
    guest = _locked(None, token)
    if guest is None:
        return
    own, _ = open_cart(user, None, at=at)
    held = {line.variant_id: line for line in _lines(own)}
    for wish in _lines(guest):
        mine = held.get(wish.variant_id)
        if mine is None:
            append(CartLine, {"cart_id": own} | {name: getattr(wish, name) for name in _CARRIED})
        elif mine.quantity < wish.quantity:
            rewrite(_SET, {"line": mine.line_id, "pieces": wish.quantity, "price": mine.seen_price})
    rewrite(_TAKE_OUT_ALL, {"cart": guest})
    rewrite(_REMOVE, {"cart": guest})


def empty(cart_id: int, *, at: datetime) -> None:
    """Take everything out."""
    rewrite(_TAKE_OUT_ALL, {"cart": cart_id})
    rewrite(_TOUCH, {"cart": cart_id, "at": at})


def size(user: User | None, token: str | None) -> int:
    """How many different goods lie in the basket, for the number beside its icon."""
    if user is not None:
        return int(ask(_SIZE_OF_PERSON, owner=user.id).scalar_one())
    return int(ask(_SIZE_OF_BROWSER, owner=token_hash(token or "")).scalar_one())


def _locked(user: User | None, token: str | None) -> int | None:
    """The id of the basket of this person, or of this browser, locked; None when there is none."""
    found: int | None = None
    if user is not None:
        found = ask(_LOCK_OF_PERSON, owner=user.id).scalar()
    elif token:
        found = ask(_LOCK_OF_BROWSER, owner=token_hash(token)).scalar()
    return found


def _lines(cart_id: int) -> list[Wish]:
    return _wishes(ask(_LINES, cart=cart_id))


def _wishes(rows: Iterable[Any]) -> list[Wish]:
    return [Wish(*row) for row in rows]


def _sensible(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PIECES:
        raise Invalid(_("Jumlah harus antara 1 dan %(most)s.", most=MOST_PIECES), "jumlah")
    return quantity
