"""Decides what the page of one direct payment shows and does, at the counter and at the shop's desk alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import person
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import rupiah
from marketplace.kit.transaction import transaction
from marketplace.payments import confirming, counter
from marketplace.payments.forms import ReceivedForm, RefusalForm
from marketplace.payments.models import PaymentAttempt


@dataclass(frozen=True)
class Place:
    """Where the page stands: its template and what that needs, how the payment is loaded, its address."""

    template: str
    context: dict[str, Any]
    load: Callable[[], PaymentAttempt]
    address: str


def show(place: Place, *, received: ReceivedForm | None = None, refusal: RefusalForm | None = None) -> str:
    """The payment with its proofs, and the two words that can be said about it."""
    attempt = place.load()
    return render_template(
        place.template,
        **place.context,
        attempt=attempt,
        child=attempt.splits[0].seller_order,
        account=attempt.account,
        proofs=counter.proofs_of(attempt),
        address=place.address,
        received=received or ReceivedForm(formdata=None, asked=attempt.amount),
        refusal=refusal or RefusalForm(formdata=None),
    )


def accept(place: Place) -> ResponseReturnValue:
    """Confirm the sum that came in. 422 for no sum; 409 when somebody was faster."""
    form = ReceivedForm(asked=place.load().amount)
    if not form.validate():
        return show(place, received=form), 422
    try:
        with transaction():
            attempt = place.load()
            verdict = confirming.accept(attempt.id, amount=form.amount, by=person().id, at=now())
            asked, number = attempt.amount, attempt.splits[0].seller_order.number
    except Conflict as refused:
        flash(refused.message, "error")
        return show(place), 409
    if verdict != "applied":
        words = {"got": rupiah(form.amount), "asked": rupiah(asked)}
        flash(
            _(
                "%(got)s dicatat, tetapi diminta %(asked)s. Pesanan belum lunas; keuangan akan memeriksanya.",
                **words,
            ),
            "warning",
        )
    else:
        flash(_("Pembayaran %(number)s dikonfirmasi.", number=number), "success")
    return redirect(place.address, 303)


def refuse(place: Place) -> ResponseReturnValue:
    """Refuse the waiting proof, with a reason for the buyer."""
    form = RefusalForm()
    place.load()
    if not form.validate():
        return show(place, refusal=form), 422
    try:
        with transaction():
            confirming.refuse(place.load().id, reason=form.alasan.data or "", by=person().id, at=now())
    except Conflict as refused:
        flash(refused.message, "error")
        return show(place), 409
    except Invalid as refused:
        form.alasan.errors = [refused.message]
        return show(place, refusal=form), 422
    flash(_("Bukti ditolak. Pembeli diberi tahu alasannya dan bisa mengirim bukti lain."), "success")
    return redirect(place.address, 303)
