"""Decides how a basket becomes an order on the page: destination, ways, total; then it binds, and only once.

The total that the buyer saw travels with the form. If what would be bound has another one, nothing is bound.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from marketplace.accounts.guards import anyone
from marketplace.accounts.registering import plain_name, plain_phone
from marketplace.config import settings
from marketplace.extensions import db, limiter
from marketplace.kit import idempotency
from marketplace.kit.clock import now
from marketplace.kit.codes import new_token, token_hash
from marketplace.kit.errors import Conflict, DomainError, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.patience import Busy
from marketplace.kit.queueing import Queue
from marketplace.kit.transaction import transaction
from marketplace.kit.typed_words import one_line
from marketplace.orders import baskets, carts, cash
from marketplace.orders.baskets import ShopGroup
from marketplace.orders.cash import CashLimits
from marketplace.orders.models import Order
from marketplace.orders.placing import Buyer, Placed, SoldOut, buyer_key, place_order
from marketplace.payments import asking, methods, starting
from marketplace.payments.asking import AccountChanged
from marketplace.regions import picking
from marketplace.regions import queries as regions
from marketplace.storefront import basket, checkout_form
from marketplace.storefront.checkout_form import LONGEST_KEY, CheckoutForm, Part, plain_address
from marketplace.storefront.furniture import cart_token, visitor, wishes

blueprint = Blueprint("checkout", __name__)
PLACED = "placed"
# One counts, one waits for the database, one is ready: more threads of a process only get in their way.
_QUEUE = Queue(3)
NOT_CONTENT = ("csrf_token", "kunci", "aksi")


@blueprint.get("/checkout")
@anyone("guests buy too")
def checkout() -> ResponseReturnValue:
    """Ask for the destination first; with it, show ways, fees and the total."""
    groups = baskets.groups(wishes(), at=now())
    if not groups or baskets.problems(groups):
        return redirect("/keranjang", 303)
    code = request.args.get("wilayah", "")
    if code:
        regions.place(code)
    state = picking.pick(request.args)
    last = _last_order()
    if state.place is None:
        return render_template("storefront/destination.html", state=state, last=last, groups=groups)
    found = checkout_form.parts(groups, state.place.code)
    form = checkout_form.form_of(_shops(groups), _first_values(state.place.code, last))
    return _page(form, found)


@blueprint.post("/checkout")
@anyone("guests buy too")
@limiter.limit(lambda: f"{settings().orders_per_minute}/minute")
def place() -> ResponseReturnValue:
    """Place the order; the same form sent again leads to the same order."""
    if request.form.get("aksi") == "hitung":
        return _again()
    form = checkout_form.sent_form(request.form)
    if not form.validate():
        return _again(refused=True)
    try:
        with _QUEUE.entered():
            answer, again = _place_anew(form)
    except SoldOut:
        return _sold_out()
    except (Invalid, Conflict, Busy) as refusal:
        return _again(refusal, refused=True)
    session[PLACED] = answer["number"]
    return _to_payment(answer, again=again)


def _again(refusal: DomainError | None = None, *, refused: bool = False) -> ResponseReturnValue:
    """The page once more, counted anew, with all that was typed, and the reasons if it was refused.

    What emptied or changed the basket may have been this very form, sent a moment ago: that order is shown.
    """
    wishes = carts.wishes(visitor(), cart_token())
    groups = baskets.groups(wishes, at=now())
    done = _earlier()
    if done:
        return _to_order(done)
    if not groups:
        return basket.page(at=now(), said=[_("Keranjang Anda kosong, jadi tidak ada yang dipesan.")]), 422
    if baskets.problems(groups):
        return _sold_out()
    form = checkout_form.form_of(_shops(groups))
    if refused:
        form.validate()
    if refusal:
        _explain(form, refusal)
    status = refusal.status if refusal else 422
    return _page(form, checkout_form.parts(groups, _destination())), status if refused else 200


def _shops(groups: Sequence[ShopGroup]) -> list[tuple[str, str]]:
    return [(group.shop.slug, group.shop.name) for group in groups]


def _place_anew(form: CheckoutForm) -> tuple[dict[str, Any], bool]:
    """Place the order; an account that changes meanwhile, which no buyer has seen yet, is asked for again."""
    try:
        return _place(form)
    except AccountChanged:
        return _place(form)


def _place(form: CheckoutForm) -> tuple[dict[str, Any], bool]:
    """Bind the order in one transaction; what was answered is kept with the form's key.

    With the answer: whether this form was answered so before.
    """
    buyer = Buyer(
        name=plain_name(form.nama.data or ""),
        phone=plain_phone(form.telepon.data or ""),
        region_code=form.wilayah.data or "",
        address=plain_address(form.alamat.data or ""),
        landmark=one_line(form.patokan.data),
        office=form.office,
    )
    terms = methods.terms(form.pembayaran.data or "")
    who, key, asked = _actor(), _key(), _asked()
    with transaction(gathers=True):
        # Two presses at once: the second waits here, and then finds what the first one answered.
        carts.lock_own(visitor(), cart_token())
        told = idempotency.ask_earlier(who, key)
        wishes = carts.wishes(visitor(), cart_token())
        earlier = idempotency.answer_of(told, asked) if key else None
        if earlier:
            return dict(json.loads(earlier)), True
        if not wishes:
            raise Invalid(_("Keranjang Anda baru saja berubah. Periksa lagi."))
        direct = asking.open_for(wishes, terms, at=now())
        placed = place_order(
            wishes,
            buyer=buyer,
            choices=checkout_form.choices(form),
            notes=checkout_form.notes(form),
            payment=terms,
            user=visitor(),
            secret=settings().secret_key,
            at=direct.at,
            code_for=direct.code_for,
            cash_limits=CashLimits(settings().cash_orders_open, settings().cash_rupiah_open),
        )
        direct.ask(placed)
        starting.check_amount(terms.code, placed.total)
        _same_total(form, placed)
        answer = {"id": placed.order_id, "number": placed.number, "token": placed.token}
        answer["card"] = terms.receiver == "platform"
        if key:
            idempotency.remember(who, key, asked, json.dumps(answer), at=now())
    return answer, False


def _same_total(form: CheckoutForm, placed: Placed) -> None:
    """Refuse if the buyer saw another total. Programs that send none agree to what it is."""
    seen = (form.total.data or "").strip()
    # The codes of transfers are chosen now, so nobody has seen them; they are shown as rows of their own.
    total = placed.total - sum(part.payment_code for part in placed.parts)
    if seen and seen != str(total):
        raise Invalid(
            _(
                "Total sekarang %(total)s karena pilihan, harga, atau isi keranjang berubah. "
                "Periksa, lalu tekan pesan sekali lagi.",
                total=rupiah(total),
            ),
            "total",
        )


def _to_payment(answer: Mapping[str, Any], *, again: bool) -> ResponseReturnValue:
    """On to the provider's page for card payments; if it does not answer, the order page offers it again.

    A form that comes `again` may be of an order that is paid by now: then there is nothing to be sorry for.
    """
    if not answer["card"]:
        return _to_order(answer)
    user = visitor()
    try:
        address = starting.begin(
            answer["id"],
            public_url=settings().public_url,
            token=answer["token"],
            email=user.email if user else None,
            at=now(),
        )
    except DomainError:
        words = _(
            "Pesanan tercatat, tetapi pembayaran belum bisa dibuka. Tekan “Bayar sekarang” sebentar lagi."
        )
        if not again:
            flash(words, "warning")
        return _to_order(answer)
    return redirect(address, 303)


def _to_order(answer: Mapping[str, Any]) -> ResponseReturnValue:
    return redirect(f"/pesanan/{answer['number']}?{urlencode({'token': answer['token']})}", 303)


def _sold_out() -> ResponseReturnValue:
    """Something went to somebody else: take it out, say so, and go on with what is left."""
    with transaction():
        carts.lock_own(visitor(), cart_token())
        wishes = carts.wishes(visitor(), cart_token())
        said = baskets.make_buyable(wishes, at=now())
    groups = baskets.groups(carts.wishes(visitor(), cart_token()), at=now())
    if not groups:
        return basket.page(at=now(), said=said), 422
    found = checkout_form.parts(groups, _destination())
    return _page(checkout_form.form_of(_shops(groups)), found, said), 422


def _page(form: CheckoutForm, found: list[Part], said: list[str] | None = None) -> str:
    checkout_form.show_choices(form, found)
    bound = _without_cash(form)
    total = checkout_form.chosen_total(form, found)
    form.total.data = str(total)
    form.kunci.data = form.kunci.data or new_token()
    code = form.wilayah.data or ""
    known = regions.full_labels([code]) if code else {}
    return render_template(
        "storefront/checkout.html",
        form=form,
        parts=found,
        rows=checkout_form.summary_rows(form, found),
        total=total,
        place=known.get(code, ""),
        said=[*(said or []), *bound],
    )


def _without_cash(form: CheckoutForm) -> list[str]:
    """Offer no cash to a phone that has refused too often, and say so; nothing before a phone is known."""
    try:
        key = buyer_key(plain_phone(form.telepon.data or ""), settings().secret_key)
    except Invalid:
        return []
    if not cash.is_bound(key, at=now()):
        return []
    checkout_form.leave_out(form, cash.WAYS)
    # Beside the field where it was asked for, else on top.
    return [] if form.pembayaran.errors else [cash.refusal_words()]


def _explain(form: CheckoutForm, refusal: DomainError) -> None:
    if isinstance(refusal, Invalid) and refusal.field and refusal.field in form and refusal.field != "total":
        form[refusal.field].errors = [refusal.message]
    else:
        form.form_errors.append(refusal.message)


def _first_values(code: str, last: Mapping[str, str] | None) -> dict[str, str]:
    """What is known before the buyer has typed: the last order's address if it goes to the same place."""
    user = visitor()
    values = {"wilayah": code, "nama": user.name if user else "", "telepon": user.phone if user else ""}
    if last:
        values |= {"nama": last["name"], "telepon": last["phone"]}
    if last and last["region_code"] == code:
        values |= {"alamat": last["address"], "patokan": last["landmark"]}
    return values


def _last_order() -> dict[str, str] | None:
    """Where the signed-in person's last order went, with the place's full name."""
    user = visitor()
    if user is None:
        return None
    columns = (Order.name, Order.phone, Order.region_code, Order.address, Order.landmark)
    row = db.session.execute(
        select(*columns).where(Order.user_id == user.id).order_by(Order.id.desc()).limit(1)
    ).first()
    if row is None:
        return None
    return {**row._mapping, "place": regions.full_labels([row.region_code])[row.region_code]}


def _earlier() -> dict[str, Any] | None:
    key = _key()
    found = idempotency.earlier_answer(_actor(), key, _asked()) if key else None
    return dict(json.loads(found)) if found else None


def _actor() -> str:
    """Whose key it is, so that the keys of two visitors never meet."""
    user = visitor()
    return f"user:{user.id}" if user else f"cart:{token_hash(cart_token() or '')}"


def _key() -> str:
    key = request.form.get("kunci", "")
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(_("Kunci formulir ini tidak benar. Muat ulang halaman."), "kunci")
    return key


def _asked() -> str:
    return idempotency.content_hash(
        {name: request.form.getlist(name) for name in request.form if name not in NOT_CONTENT}
    )


def _destination() -> str:
    """The village of the form, or nothing if it is none; placing the order then says so beside its field."""
    code = request.form.get("wilayah", "")
    return code if code in regions.names([code]) else ""
