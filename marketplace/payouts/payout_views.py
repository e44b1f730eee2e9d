"""Decides the page of one payout for those who pay out: its order lines, its history, its steps."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import administrator, person
from marketplace.kit.clock import now
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.row_numbers import row_number
from marketplace.kit.transaction import transaction
from marketplace.payouts import approving, claiming, queries, sending
from marketplace.payouts.forms import ReasonForm, ReferenceForm
from marketplace.payouts.models import Payout

blueprint = Blueprint("payouts", __name__)
PAGE = "/admin/pencairan/<batch>/<number>"


def _address(batch: str, number: str) -> str:
    return f"/admin/pencairan/{batch}/{number}"


@blueprint.get(PAGE)
@administrator
def one(batch: str, number: str) -> ResponseReturnValue:
    """One payout."""
    return _page(queries.payout_of(batch, number))


@blueprint.post(f"{PAGE}/batalkan")
@administrator
@once(_address)
def reject(batch: str, number: str) -> ResponseReturnValue:
    """Take a draft back."""
    form = ReasonForm()
    return _step(
        queries.payout_of(batch, number),
        lambda: approving.reject(number, by=person(), at=now(), reason=form.alasan.data or ""),
        _("Pencairan dibatalkan. Isinya bisa dikumpulkan lagi."),
        why=form,
    )


@blueprint.post(f"{PAGE}/kirim")
@administrator
@once(_address)
def send(batch: str, number: str) -> ResponseReturnValue:
    """The bank has been told to pay."""
    return _step(
        queries.payout_of(batch, number),
        lambda: sending.send(number, by=person(), at=now()),
        _("Ditandai sudah dikirim ke bank."),
    )


@blueprint.post(f"{PAGE}/diterima")
@administrator
@once(_address)
def confirm(batch: str, number: str) -> ResponseReturnValue:
    """The bank has paid."""
    form = ReferenceForm()
    return _step(
        queries.payout_of(batch, number),
        lambda: sending.confirm(number, by=person(), at=now(), reference=form.referensi.data or ""),
        _("Uangnya sudah diterima. Penerima melihatnya di halaman saldo."),
        named=form,
    )


@blueprint.post(f"{PAGE}/gagal")
@administrator
@once(_address)
def fail(batch: str, number: str) -> ResponseReturnValue:
    """The bank has not paid."""
    form = ReasonForm()
    return _step(
        queries.payout_of(batch, number),
        lambda: sending.fail(number, by=person(), at=now(), reason=form.alasan.data or ""),
        _("Ditandai gagal. Perbaiki sebabnya, lalu kirim ulang pencairan yang sama."),
        why=form,
    )


@blueprint.post(f"{PAGE}/kirim-ulang")
@administrator
@once(_address)
def send_again(batch: str, number: str) -> ResponseReturnValue:
    """Tell the bank once more, with the account in use."""
    account = row_number(request.form.get("rekening"))
    return _step(
        queries.payout_of(batch, number),
        lambda: sending.send_again(number, to=account, by=person(), at=now()),
        _("Ditandai dikirim ulang ke bank, dengan nomor pencairan yang sama."),
    )


def _step(
    payout: Payout,
    step: Callable[[], Payout],
    done: str,
    *,
    why: ReasonForm | None = None,
    named: ReferenceForm | None = None,
) -> ResponseReturnValue:
    """Take a step and go back to the payout; a refused one answers with the same page and the reason."""
    batch, number = payout.batch.number, payout.number
    try:
        with transaction():
            step()
    except Invalid as refusal:
        form = why or named
        if form and refusal.field in form:
            form[refusal.field].errors = [refusal.message]
        else:
            flash(refusal.message, "error")
        return _page(queries.payout_of(batch, number), why=why, named=named), 422
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(queries.payout_of(batch, number)), 409
    flash(done, "success")
    return redirect(_address(batch, number), 303)


def _page(payout: Payout, *, why: ReasonForm | None = None, named: ReferenceForm | None = None) -> str:
    return render_template(
        "payouts/payout.html",
        payout=payout,
        page=queries.claimed_page(payout.id, page_number(request.args.get("halaman"))),
        account=claiming.account_in_use(payout),
        why=why or ReasonForm(formdata=None),
        named=named or ReferenceForm(formdata=None),
    )
