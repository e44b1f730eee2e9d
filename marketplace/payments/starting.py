"""Decides how a payment begins: an attempt of our own first, then the provider's page.

The attempt is stored before the provider is asked, and its key goes along: if the answer is lost, asking
again opens the same page, not a second one.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.catalog import stocking
from marketplace.extensions import db
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.transaction import locked, transaction
from marketplace.orders import placing
from marketplace.orders.deadlines import HOLD_AFTER_ATTEMPT
from marketplace.orders.models import Order, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments import closing
from marketplace.payments.gateway import ABILITIES, provider
from marketplace.payments.methods import label
from marketplace.payments.models import CANCELLED, CREATED, PENDING, PaymentAttempt, PaymentSplit
from marketplace.payments.provider import Abilities, CheckoutLine, CheckoutRequest, HostedCheckout

LONGEST_HOLD = timedelta(hours=12)


def begin(order_id: int, *, public_url: str, token: str, email: str | None, at: datetime) -> str:
    """Open the page of the order's provider for what is still to pay; answers its address.

    Opens transactions of its own, because the provider is asked between them. `token` goes into the way back.

    Raises:
        Conflict: nothing is left to pay, the goods cannot be held longer, or the buyer has just cancelled.
        OutOfStock: the goods went to somebody else meanwhile.
        ProviderUnavailable, ProviderRefused: the order stands; try again later.
    """
    with transaction():
        # Order, attempts, seller orders, stock: everybody locks in this sequence.
        order = _order(order_id)
        open_attempts = _open_attempts(order_id)
        unpaid = _unpaid(order_id)
        gateway = provider(order.payment_method)
        attempt = _usable(open_attempts, unpaid, at=at) or _new_attempt(order, unpaid, gateway.can, at=at)
        superseded = [other.id for other in open_attempts if other is not attempt]
        request = _request(attempt, public_url, token, email)
        attempt_id, address = attempt.id, attempt.address
    for other in superseded:
        closing.close(other)
    if address:
        return address
    page = gateway.open_checkout(request)
    if not _opened(attempt_id, page):
        closing.expire_page(gateway.can.code, page)
        raise Conflict("Pesanan ini baru saja berubah. Muat ulang halaman, lalu coba lagi.")
    return page.url


def _opened(attempt_id: int, page: HostedCheckout) -> bool:
    """Write down the page of an attempt; False when the attempt was ended while the provider was asked."""
    with transaction():
        rows = select(PaymentAttempt).where(PaymentAttempt.id == attempt_id)
        attempt = db.session.scalars(locked(rows, of=PaymentAttempt)).unique().one()
        # Also the page of an ended attempt must be known: should somebody pay there, we know for what.
        attempt.reference, attempt.address = page.reference, page.url
        if attempt.status == CREATED:
            attempt.status = PENDING
        return attempt.status != CANCELLED


def _order(order_id: int) -> Order:
    rows = select(Order).where(Order.id == order_id)
    return db.session.scalars(locked(rows, of=Order)).unique().one()


def _open_attempts(order_id: int) -> list[PaymentAttempt]:
    rows = (
        select(PaymentAttempt)
        .where(PaymentAttempt.order_id == order_id, PaymentAttempt.status.in_((CREATED, PENDING)))
        .order_by(PaymentAttempt.id.desc())
    )
    return list(db.session.scalars(locked(rows, of=PaymentAttempt)).unique())


def _unpaid(order_id: int) -> list[SellerOrder]:
    rows = (
        select(SellerOrder)
        .where(
            SellerOrder.order_id == order_id,
            SellerOrder.status == Status.AWAITING_PAYMENT.value,
            SellerOrder.platform_collects,
        )
        .order_by(SellerOrder.id)
    )
    unpaid = list(db.session.scalars(locked(rows, of=SellerOrder)).unique())
    if not unpaid:
        raise Conflict("Tidak ada yang perlu dibayar lagi untuk pesanan ini.")
    return unpaid


def _usable(
    open_attempts: Sequence[PaymentAttempt], unpaid: Sequence[SellerOrder], *, at: datetime
) -> PaymentAttempt | None:
    """An open attempt that asks exactly what is still to pay and whose page works long enough to be used."""
    wanted = {child.id: child.total for child in unpaid}
    for attempt in open_attempts:
        asked = {split.seller_order_id: split.asked for split in attempt.splits}
        fresh = attempt.expires_at is not None and attempt.expires_at - at > timedelta(minutes=2)
        reusable = attempt.status == PENDING or at - attempt.created_at < timedelta(seconds=30)
        if asked == wanted and fresh and reusable:
            return attempt
    return None


def _new_attempt(
    order: Order, unpaid: Sequence[SellerOrder], can: Abilities, *, at: datetime
) -> PaymentAttempt:
    if at - order.placed_at > LONGEST_HOLD:
        raise Conflict("Waktu pembayaran sudah lewat. Silakan pesan lagi.")
    expires_at = at + can.page_lives
    held_until = expires_at + HOLD_AFTER_ATTEMPT
    stocking.line_up([line.variant_id for child in unpaid for line in child.lines])
    for child in unpaid:
        child.deadline_at = held_until
        stocking.hold(placing.wanted(child), reference=child.number, expires_at=held_until, at=at)
    attempt = PaymentAttempt(
        key=f"dm-{uuid.uuid4().hex}",
        order_id=order.id,
        provider=can.code,
        amount=sum(child.total for child in unpaid),
        created_at=at,
        expires_at=expires_at,
        splits=[PaymentSplit(seller_order_id=child.id, asked=child.total) for child in unpaid],
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def check_amount(code: str, amount: int) -> None:
    """Refuse what the provider behind a way to pay does not take, before anything is bound.

    Raises:
        Invalid: less than its smallest payment, or more than its largest.
    """
    can = ABILITIES.get(code)
    if can is not None and amount < can.smallest:
        raise Invalid(
            _("%(code)s mulai dari %(smallest)s.", code=label(code), smallest=rupiah(can.smallest)),
            "pembayaran",
        )
    if can is not None and amount > can.largest:
        raise Invalid(
            _("%(code)s paling banyak %(largest)s.", code=label(code), largest=rupiah(can.largest)),
            "pembayaran",
        )


def _request(attempt: PaymentAttempt, public_url: str, token: str, email: str | None) -> CheckoutRequest:
    order = attempt.order
    page = f"{public_url}/pesanan/{order.number}"
    secret = f"token={token}&" if token else ""
    lines = tuple(
        CheckoutLine(f"{split.seller_order.shop.name}, {split.seller_order.number}", split.asked, 1)
        for split in attempt.splits
    )
    return CheckoutRequest(
        attempt_key=attempt.key,
        amount=attempt.amount,
        lines=lines,
        success_url=f"{page}?{secret}bayar=selesai",
        cancel_url=f"{page}?{secret}bayar=batal",
        email=email,
        expires_at=attempt.expires_at or attempt.created_at,
        reference=order.number,
    )
