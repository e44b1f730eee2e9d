"""Decides the page of fee rules: which rule is in force, which comes, which is over, and adding one."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import administrator, person
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid, NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.orders import fee_form, fee_rules
from marketplace.orders.fee_form import FeeRuleForm
from marketplace.regions.queries import names

blueprint = Blueprint("fee_rules", __name__)
PAGE = "/admin/biaya"


@blueprint.get(PAGE)
@administrator
def rules() -> ResponseReturnValue:
    """All rules; with a rule in the address, the sentence that says what it would do."""
    if "tarif" not in request.args:
        return _page(FeeRuleForm(formdata=None, at=now()))
    form = FeeRuleForm(request.args, at=now(), meta={"csrf": False})
    if form.validate():
        try:
            return _page(FeeRuleForm(request.args, at=form.at), preview=fee_form.preview(form))
        except NotFound:
            form.wilayah.errors = [_("Wilayah ini tidak ada. Isi kode seperti 18.09.10.2004.")]
    return _page(form), 422


@blueprint.post(PAGE)
@administrator
@once(lambda: PAGE)
def add() -> ResponseReturnValue:
    """Add a rule; the ones that stand stay as they are."""
    form = FeeRuleForm(at=now())
    if not form.validate():
        return _page(form), 422
    try:
        with transaction():
            fee_rules.add_rule(
                form.penerima.data,
                form.bp,
                scope=form.scope,
                valid_from=form.valid_from,
                created_by=person().id,
                at=form.at,
            )
    except Invalid as refusal:
        form[refusal.field or "tarif"].errors = [refusal.message]
        return _page(form), 422
    flash(_("Aturan biaya disimpan. Penjualan yang sudah ada tidak berubah."), "success")
    return redirect(PAGE, 303)


def _page(form: FeeRuleForm, preview: str = "") -> str:
    rows = fee_rules.all_rules()
    return render_template(
        "orders/fee_rules.html",
        rules=rows,
        stands=fee_rules.stand(rows, at=form.at),
        places=names({row.scope for row in rows if row.scope}),
        form=form,
        preview=preview,
        percent=fee_form.percent,
    )
