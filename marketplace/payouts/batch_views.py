"""Decides the pages of batches: what could be collected, the list, one batch, its files, its steps."""

from collections.abc import Callable

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import administrator, person
from marketplace.kit.clock import now
from marketplace.kit.csv_files import Cell, csv_response
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.once import once
from marketplace.kit.paging import page_number
from marketplace.kit.transaction import transaction
from marketplace.ledger import accounts
from marketplace.ledger.queries import balance
from marketplace.payouts import approving, bank_file, claiming, collecting, queries, sending, wording
from marketplace.payouts.claiming import Rules
from marketplace.payouts.forms import ReasonForm
from marketplace.payouts.models import PayoutBatch

blueprint = Blueprint("payout_batches", __name__)
for name in (
    "state",
    "tone",
    "provider",
    "line_kind",
    "line_title",
    "line_why",
    "category",
    "month",
    "obstacle",
    "moment",
    "masked",
):
    blueprint.add_app_template_filter(getattr(wording, name), f"payout_{name}")

LIST = "/admin/pencairan"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DETAILS_HEAD = (
    *("pencairan", "penerima", "status", "catatan", "nomor", "waktu", "barang", "jumlah", "satuan"),
    *("nilai_barang", "hak_penerima"),
)


def _address(batch: str) -> str:
    return f"{LIST}/{batch}"


@blueprint.get(LIST)
@administrator
def batches() -> ResponseReturnValue:
    """The batches, and what was sent long ago without a word from the bank."""
    page = queries.batches(page_number(request.args.get("halaman")))
    return render_template("payouts/batches.html", page=page, overdue=queries.overdue(at=now()))


@blueprint.get(f"{LIST}/kumpulkan")
@administrator
def preview() -> ResponseReturnValue:
    """Who would be paid what now, and why others would not."""
    rules = Rules.in_force()
    found = claiming.standings(rules, at=now())
    return render_template("payouts/preview.html", rules=rules, standings=found)


@blueprint.post(f"{LIST}/kumpulkan")
@administrator
@once(lambda: LIST)
def collect() -> ResponseReturnValue:
    """Collect a batch."""
    with transaction():
        batch = collecting.collect(Rules.in_force(), by=person(), at=now())
        number = batch.number if batch else ""
    if not number:
        flash(_("Sekarang belum ada yang bisa dicairkan."), "warning")
        return redirect(LIST, 303)
    flash(
        _("Kelompok %(number)s dikumpulkan. Sekarang orang lain memeriksa dan menyetujuinya.", number=number),
        "success",
    )
    return redirect(_address(number), 303)


@blueprint.get(f"{LIST}/<batch>")
@administrator
def one(batch: str) -> ResponseReturnValue:
    """One batch."""
    return _page(queries.batch_of(batch), ReasonForm(formdata=None))


@blueprint.post(f"{LIST}/<batch>/setujui")
@administrator
@once(_address)
def approve(batch: str) -> ResponseReturnValue:
    """Approve all drafts of a batch."""
    return _step(
        batch,
        lambda: approving.approve(batch, by=person(), at=now()),
        _("Kelompok disetujui. Unduh berkasnya untuk bank, lalu tandai sudah dikirim."),
    )


@blueprint.post(f"{LIST}/<batch>/batalkan")
@administrator
@once(_address)
def reject(batch: str) -> ResponseReturnValue:
    """Take all drafts of a batch back."""
    form = ReasonForm()
    try:
        return _step(
            batch,
            lambda: approving.reject_all(batch, by=person(), at=now(), reason=form.alasan.data or ""),
            _("Kelompok dibatalkan. Isinya bisa dikumpulkan lagi."),
        )
    except Invalid as refusal:
        form.alasan.errors = [refusal.message]
        return _page(queries.batch_of(batch), form), 422


@blueprint.post(f"{LIST}/<batch>/kirim")
@administrator
@once(_address)
def send(batch: str) -> ResponseReturnValue:
    """The bank has been told to pay all approved payouts of a batch."""
    return _step(
        batch,
        lambda: sending.send_all(batch, by=person(), at=now()),
        _("Semua pencairan yang disetujui ditandai sudah dikirim ke bank."),
    )


@blueprint.get(f"{LIST}/<batch>/berkas.<kind>")
@administrator
def file(batch: str, kind: str) -> ResponseReturnValue:
    """What the bank is handed."""
    found = queries.batch_of(batch)
    if kind == "xlsx":
        return _download(bank_file.as_xlsx(found), f"pencairan-{found.number}.xlsx", XLSX)
    return _download(bank_file.as_csv(found), f"pencairan-{found.number}.csv", "text/csv; charset=utf-8")


@blueprint.get(f"{LIST}/<batch>/rincian.csv")
@administrator
def details(batch: str) -> ResponseReturnValue:
    """Every order line of a batch."""
    found = queries.batch_of(batch)
    return csv_response(f"rincian-{found.number}", DETAILS_HEAD, _details(found))


def _page(batch: PayoutBatch, form: ReasonForm) -> str:
    return render_template(
        "payouts/batch.html",
        batch=batch,
        form=form,
        mine=batch.created_by == person().id,
        in_bank=balance(accounts.BANK),
    )


def _step(batch: str, step: Callable[[], PayoutBatch], done: str) -> ResponseReturnValue:
    """Take a step and go back to the batch; a step that is not possible now says why on the same page."""
    try:
        with transaction():
            step()
    except Conflict as refusal:
        flash(refusal.message, "error")
        return _page(queries.batch_of(batch), ReasonForm(formdata=None)), 409
    flash(done, "success")
    return redirect(_address(batch), 303)


def _download(content: bytes, filename: str, content_type: str) -> ResponseReturnValue:
    response = make_response(content)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _details(batch: PayoutBatch) -> list[list[Cell]]:
    payouts = {payout.id: payout for payout in batch.payouts}
    rows: list[list[Cell]] = []
    for line in queries.claimed(payouts):
        payout = payouts[line.payout_id]
        head: list[Cell] = [
            *(payout.number, payout.payee_name, wording.state(payout.status)),
            *(wording.line_kind(line.kind), line.order_number, wording.moment(line.happened_at)),
        ]
        # The order's part of the payout stands once, on the first of its goods.
        goods = line.goods or (None,)
        for place, item in enumerate(goods):
            named: list[Cell] = (
                [item.name, item.quantity, item.unit, item.total] if item else ["", None, "", None]
            )
            rows.append([*head, *named, line.amount if place == 0 else None])
    return rows
