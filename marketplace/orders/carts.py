"""Decides what lies in a basket, of a person or of a browser without an account."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import User
from marketplace.catalog import pricing
from marketplace.catalog.models import Variant
from marketplace.extensions import db
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import Invalid
from marketplace.kit.transaction import locked
from marketplace.orders.models import Cart, CartLine

MOST_PIECES = 9_999
MOST_LINES = 100


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


def to_order(cart_id: int) -> Cart | None:
    """The basket, locked until the transaction ends; its lines are read, their goods are not."""
    alone = (
        select(Cart).where(Cart.id == cart_id).options(selectinload(Cart.lines).lazyload(CartLine.variant))
    )
    return db.session.scalar(locked(alone, of=Cart))


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


def empty(cart: Cart, *, at: datetime) -> None:
    """Take everything out. The caller flushes."""
    cart.lines.clear()
    cart.updated_at = at


def size(user: User | None, token: str | None) -> int:
    """How many different goods lie in the basket, for the number beside its icon."""
    owner = Cart.user_id == user.id if user else Cart.token_hash == token_hash(token or "")
    return db.session.scalar(select(func.count(CartLine.id)).join(Cart).where(owner)) or 0


def _sensible(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PIECES:
        raise Invalid(f"Jumlah harus antara 1 dan {MOST_PIECES}.", "jumlah")
    return quantity
