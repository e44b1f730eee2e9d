"""Decides the page where finance books that a provider's money arrived in the bank."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import administrator, person
from marketplace.kit.clock import day_wib, now
from marketplace.kit.errors import Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.payouts import queries, settling
from marketplace.payouts.forms import SettlementForm

blueprint = Blueprint("settlements", __name__)
PAGE = "/admin/dana-masuk"


@blueprint.get(PAGE)
@administrator
def settlements() -> ResponseReturnValue:
    """What lies at providers, what has arrived, and the form for the next arrival."""
    return _page(SettlementForm(formdata=None, lying=settling.lying_at_providers(), today=day_wib(now())))


@blueprint.post(PAGE)
@administrator
@once(lambda: PAGE)
def settle() -> ResponseReturnValue:
    """Book an arrival."""
    at = now()
    form = SettlementForm(lying=settling.lying_at_providers(), today=day_wib(at))
    if not form.validate() or form.tanggal.data is None:
        return _page(form), 422
    try:
        with transaction():
            settling.settle(
                form.penyedia.data,
                amount=form.amount,
                fee=form.fee,
                day=form.tanggal.data,
                reference=form.referensi.data or "",
                by=person(),
                at=at,
            )
    except Invalid as refusal:
        form[refusal.field or "jumlah"].errors = [refusal.message]
        return _page(form), 422
    flash(_("Dana masuk dicatat."), "success")
    return redirect(PAGE, 303)


def _page(form: SettlementForm) -> str:
    return render_template(
        "payouts/settlements.html",
        form=form,
        lying=settling.lying_at_providers(),
        in_bank=balance(accounts.BANK),
        provider_fees=balance(accounts.PROVIDER_FEES),
        page=queries.settlements(page_number(request.args.get("halaman"))),
    )
