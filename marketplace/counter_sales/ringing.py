"""Decides how a sale over the counter becomes an order: placed, paid, walked to its end, in one transaction.

It takes every step that an order takes, all at one moment, so that stock, nota, ledger, shares and facts come
about as they do for any order. The operator acts for the sellers, which is written down for each of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog.goods import SoldVariant
from marketplace.counter_sales import wares
from marketplace.counter_sales.mandates import Mandate, mandates
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.texts import noted
from marketplace.kit.transaction import locked
from marketplace.logistics.quotes import PICKUP
from marketplace.orders import placing, steps
from marketplace.orders.carts import Wish
from marketplace.orders.models import SellerOrder
from marketplace.orders.placing import Buyer, OverTheCounter, Placed, PlacedPart, place_order
from marketplace.payments import asking, cash_in_hand, confirming, counter, methods
from marketplace.payments.models import QRIS, TRANSFER
from marketplace.sellers import assisting
from marketplace.sellers.models import Shop, ShopMember

CASH = "ambil"
WAYS = (CASH, QRIS, TRANSFER)
SOLD = noted("Menjual di gerai")
BUYER_NAME, PLACE = noted("Pembeli di gerai"), noted("Gerai desa")


@dataclass(frozen=True)
class Sale:
    """What goes over the counter of a village: pieces by variant id, how it is paid, perhaps a phone (E.164).

    `seen` is the total in rupiah that the operator has read before confirming, `office` as in `Order`.
    """

    village_code: str
    pieces: Mapping[int, int]
    payment: str
    seen: int
    phone: str = ""
    office: str | None = None


def ring_up(sale: Sale, *, operator: User, secret: str, at: datetime) -> Placed:
    """Sell it: the goods are gone, the money is there, each seller's order is completed. The caller commits.

    Raises:
        NotFound: the village is not in the operator's care, or goods are not of those they may sell.
        SoldOut: less is there than wanted.
        Invalid: nothing chosen, another total than was seen, or a way to pay that is not there; `field` names
            the place in the form.
        Conflict: a payment of the same sum into the same account is still open, or a consent has just ended.
    """
    may = mandates(operator, sale.village_code, at=at)
    if not sale.pieces:
        raise Invalid("Pilih dulu barangnya.")
    if sale.payment not in WAYS:
        raise Invalid("Pilih cara pembayaran.", "pembayaran")
    found = wares.check(list(sale.pieces), may.keys(), at=at)
    wishes = [Wish(0, 0, each, pieces, found[each].price) for each, pieces in sale.pieces.items()]
    # Shops before their accounts, as whoever changes an account takes them.
    shops = _line_up(found)
    direct = asking.open_for(wishes, methods.terms(sale.payment), at=at)
    actor = f"counter:{operator.id}"
    placed = place_order(
        wishes,
        buyer=Buyer(BUYER_NAME, sale.phone, sale.village_code, PLACE, office=sale.office),
        choices={each.product.shop.slug: PICKUP for each in found.values()},
        notes={},
        payment=direct.terms,
        user=None,
        secret=secret,
        at=at,
        code_for=placing.no_code,
        counter=OverTheCounter(actor, _works_in(shops, sale.phone)),
    )
    if placed.total != sale.seen:
        words = _(
            "Jumlahnya sekarang %(total)s. Periksa, lalu tekan sekali lagi.", total=rupiah(placed.total)
        )
        raise Invalid(words, "total")
    for part in sorted(placed.parts, key=lambda part: part.shop_id):
        _pay(direct, placed, part, operator=operator, at=at)
        _hand_over(part, actor=actor, at=at)
        note(may[part.shop_id], operator, SOLD, part.number, at=at)
    return placed


def note(mandate: Mandate, operator: User, what: str, number: str, *, at: datetime) -> None:
    """Write down what was done for a seller; in a shop of their own a person answers for themselves.

    Raises:
        HelpEnded, ShopStopped: the consent does not hold any more.
    """
    if mandate.consent_id is not None:
        assisting.write_act(mandate.consent_id, operator, what=what, object_=number, at=at)


def _line_up(found: Mapping[int, SoldVariant]) -> list[int]:
    """Lock the shops in id order, before the stock: their notas are numbered while the stock is held.

    Who gives money back holds a shop and then waits for stock; two outlets' sales hold several shops.
    """
    ids = sorted({each.product.shop_id for each in found.values()})
    rows = select(Shop.id).where(Shop.id.in_(ids)).order_by(Shop.id)
    db.session.execute(locked(rows, of=Shop)).all()
    return ids


def _works_in(shop_ids: list[int], phone: str) -> frozenset[int]:
    """In which of these shops the person with this phone works: what they buy there is no sale."""
    if not phone:
        return frozenset()
    rows = select(ShopMember.shop_id).join(User, User.id == ShopMember.user_id)
    return frozenset(db.session.scalars(rows.where(ShopMember.shop_id.in_(shop_ids), User.phone == phone)))


def _pay(direct: asking.Asking, placed: Placed, part: PlacedPart, *, operator: User, at: datetime) -> None:
    """Let the operator confirm what the account got; cash is written down when the goods are handed over.

    One after the other: two shops may share an account, and open transfers are told apart by their sums.
    """
    if direct.terms.code == CASH:
        return
    account = direct.accounts[part.shop_id]
    same = range(part.total, part.total + 1)
    if direct.terms.code == TRANSFER and asking.taken(account.number, same, at, recent=False):
        words = _(
            "Ada transfer lain sebesar %(total)s yang belum dikonfirmasi ke rekening ini. "
            "Konfirmasi itu dulu, atau pilih cara bayar lain.",
            total=rupiah(part.total),
        )
        raise Conflict(words)
    direct.ask(replace(placed, parts=[part]))
    attempt = counter.of_order(part.id)
    assert attempt is not None  # noqa: S101 - asked for a line above
    confirming.accept(attempt.id, amount=part.total, by=operator.id, at=at)


def _hand_over(part: PlacedPart, *, actor: str, at: datetime) -> None:
    """Every step of an order that is picked up, at one moment."""
    for step in (steps.accept, steps.pack, steps.mark_ready, steps.deliver):
        step(part.id, actor=actor, at=at)
    cash_in_hand.record(db.session.get_one(SellerOrder, part.id), at=at)
    steps.complete(part.id, actor=actor, at=at)
