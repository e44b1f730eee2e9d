"""Decides what a buyer is asked to pay straight to a seller: into which account, and by which exact amount.

Nobody tells us of a transfer, so its amount has to: a code of three digits is added, such that no other open
or recent transfer to the same account asks for the same sum.
"""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import lazyload

from marketplace.catalog.models import Product, Variant
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.transaction import locked
from marketplace.orders.carts import Wish
from marketplace.orders.placing import PaymentTerms, Placed, PlacedPart
from marketplace.payments.models import CREATED, DIRECT, PENDING, QRIS, TRANSFER, PaymentAttempt, PaymentSplit
from marketplace.sellers import money_accounts
from marketplace.sellers.models import MoneyAccount, Shop, SoldBy

LARGEST_CODE = 999
LARGEST_QRIS = 10_000_000
"""Rupiah of one QRIS payment: Bank Indonesia's limit (PADG 24/1/PADG/2022, since March 2022)."""

NOT_AGAIN = timedelta(days=14)
"""How long a transfer's amount is not asked for again: money that comes late still has one order."""


class AccountChanged(Conflict):
    """A seller changed the account in this very moment: asked again, the new one is found."""


@dataclass(frozen=True)
class Asking:
    """The account that each shop of one basket is paid into, by shop id; none for ways past a provider.

    `open_for` makes it; `code_for` goes into `place_order`, then `ask` writes the attempts.
    """

    terms: PaymentTerms
    accounts: Mapping[int, MoneyAccount]
    at: datetime
    _chosen: set[tuple[str, int]] = field(default_factory=set)

    def code_for(self, shop: Shop | SoldBy, amount: int) -> int:
        """Rupiah to add to `amount` so that a transfer into the shop's account is known by its sum.

        Raises:
            Conflict: every sum is taken.
        """
        if self.terms.code != TRANSFER:
            return 0
        number = self.accounts[shop.id].number
        sums = range(amount + 1, amount + LARGEST_CODE + 1)
        # Two shops of one basket may share the account of their village's counter.
        chosen = {total for into, total in self._chosen if into == number}
        free = sorted(
            set(sums) - chosen - taken(number, sums, self.at, recent=True)
            or set(sums) - chosen - taken(number, sums, self.at, recent=False)
        )
        if not free:
            raise Conflict(
                _("Terlalu banyak transfer ke %(name)s sekaligus. Pilih cara bayar lain.", name=shop.name)
            )
        total = secrets.choice(free)
        self._chosen.add((number, total))
        return total - amount

    def ask(self, placed: Placed) -> None:
        """Write one open attempt for each seller order; nothing for ways past a provider.

        Raises:
            Invalid: more than one QRIS can carry (field `pembayaran`).
        """
        if self.terms.code == QRIS and any(part.total > LARGEST_QRIS for part in placed.parts):
            words = _(
                "QRIS paling banyak %(most)s untuk satu penjual. Pilih cara bayar lain.",
                most=rupiah(LARGEST_QRIS),
            )
            raise Invalid(words, "pembayaran")
        if self.accounts:
            db.session.add_all(self._attempt(placed.order_id, part) for part in placed.parts)
            db.session.flush()

    def _attempt(self, order_id: int, part: PlacedPart) -> PaymentAttempt:
        return PaymentAttempt(
            key=f"dm-{uuid.uuid4().hex}",
            order_id=order_id,
            provider=self.terms.code,
            reference=part.number,
            status=PENDING,
            amount=part.total,
            created_at=self.at,
            expires_at=self.at + self.terms.waits,
            account_id=self.accounts[part.shop_id].id,
            splits=[PaymentSplit(seller_order_id=part.id, asked=part.total)],
        )


def open_for(wishes: Sequence[Wish], terms: PaymentTerms, *, at: datetime) -> Asking:
    """Get ready to ask for the money of a basket, before its stock is locked.

    The accounts are locked in id order until the transaction ends, so that two orders at once choose
    different sums.

    Raises:
        Invalid: a shop has no account for this way (field `pembayaran`).
        AccountChanged: the account that was found ended while its lock was waited for.
    """
    if terms.code not in DIRECT:
        return Asking(terms, {}, at)
    kind = money_accounts.BANK if terms.code == TRANSFER else money_accounts.QRIS
    shops = _shops([wish.variant_id for wish in wishes])
    found = money_accounts.accounts_of(shops, kind)
    missing = next((shop for shop in shops if shop.id not in found), None)
    if missing:
        raise Invalid(
            _(
                "%(name)s belum menerima %(label)s. Pilih cara bayar lain.",
                name=missing.name,
                label=terms.label,
            ),
            "pembayaran",
        )
    ids = {account.id for account in found.values()}
    # A shop and its village's counter may each have written down the same account at the bank.
    numbers = {account.number for account in found.values()} - {""}
    of_these = or_(MoneyAccount.id.in_(ids), MoneyAccount.number.in_(numbers))
    rows = select(MoneyAccount).where(of_these, MoneyAccount.ended_at.is_(None)).order_by(MoneyAccount.id)
    if not ids <= {account.id for account in db.session.scalars(locked(rows, of=MoneyAccount))}:
        raise AccountChanged("Rekening penjual baru saja berganti. Periksa, lalu tekan pesan sekali lagi.")
    return Asking(terms, found, at)


def _shops(variant_ids: Sequence[int]) -> Sequence[Shop]:
    """Whose goods these are; the villages' names are not needed."""
    ids = select(Product.shop_id).join(Variant).where(Variant.id.in_(variant_ids))
    return db.session.scalars(select(Shop).where(Shop.id.in_(ids)).options(lazyload(Shop.village))).all()


def taken(number: str, sums: range, at: datetime, *, recent: bool) -> set[int]:
    """Which of these sums an open transfer into the account asks for, or also a `recent` one did.

    What counts is the `number` at the bank: changed away and back again it stands in several rows, and shops
    may share one.
    """
    is_open = PaymentAttempt.status.in_((CREATED, PENDING))
    counts = or_(is_open, PaymentAttempt.created_at > at - NOT_AGAIN) if recent else is_open
    rows = select(PaymentAttempt.amount).where(
        PaymentAttempt.account_id.in_(select(MoneyAccount.id).where(MoneyAccount.number == number)),
        PaymentAttempt.amount.between(sums[0], sums[-1]),
        PaymentAttempt.provider == TRANSFER,
        counts,
    )
    return set(db.session.scalars(rows))
