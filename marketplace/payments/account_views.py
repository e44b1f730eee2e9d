"""Decides the pages on which a shop, or the operator of a village, says where money is to go."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.accounts.guards import counter, member_of_shop, person, region_scopes, within
from marketplace.accounts.models import ADMIN, OPERATOR
from marketplace.kit.clock import now
from marketplace.kit.errors import NotFound
from marketplace.kit.once import once
from marketplace.kit.transaction import transaction
from marketplace.payments import account_pages
from marketplace.payments.account_forms import BankForm, QrisForm
from marketplace.payments.account_pages import Owner
from marketplace.regions import queries as regions
from marketplace.regions.models import VILLAGE
from marketplace.sellers import money_accounts
from marketplace.sellers.desk import owner_desk, welcome

blueprint = Blueprint("money_accounts", __name__)
welcome(blueprint)


def _of_shop_page() -> str:
    return "/penjual/rekening"


def _of_village_page() -> str:
    return f"/gerai/rekening?{urlencode({'desa': request.values.get('desa', '')})}"


@blueprint.get("/penjual/rekening")
@member_of_shop
def of_shop() -> ResponseReturnValue:
    """Where the shop gets its money."""
    return account_pages.show(_shop())


@blueprint.post("/penjual/rekening/bank")
@member_of_shop
@once(_of_shop_page)
def shop_bank() -> ResponseReturnValue:
    """Another bank account of the shop."""
    return _bank(_shop)


@blueprint.post("/penjual/rekening/qris")
@member_of_shop
@once(_of_shop_page)
def shop_qris() -> ResponseReturnValue:
    """Another static QRIS of the shop."""
    return _qris(_shop)


@blueprint.get("/gerai/rekening")
@counter
def of_village() -> ResponseReturnValue:
    """Where the counter of a village gets money for shops without an account of their own."""
    if not _village_code():
        return render_template("payments/counter_accounts_choice.html", villages=_villages())
    return account_pages.show(_village())


@blueprint.post("/gerai/rekening/bank")
@counter
@once(_of_village_page)
def village_bank() -> ResponseReturnValue:
    """Another bank account of the counter."""
    return _bank(_village)


@blueprint.post("/gerai/rekening/qris")
@counter
@once(_of_village_page)
def village_qris() -> ResponseReturnValue:
    """Another static QRIS of the counter."""
    return _qris(_village)


def _bank(load: Callable[[], Owner]) -> ResponseReturnValue:
    form, owner = BankForm(), load()
    if not form.validate():
        return account_pages.show(owner, bank=form), 422
    with transaction():
        load().use(account_pages.bank_account(form, by=person().id), now())
    flash(_("Rekening disimpan. Pesanan baru memakai rekening ini."), "success")
    return redirect(owner.address, 303)


def _qris(load: Callable[[], Owner]) -> ResponseReturnValue:
    form, owner = QrisForm(), load()
    account = account_pages.qris_account(form, by=person().id)
    if account is None:
        return account_pages.show(owner, qris=form), 422
    with transaction():
        load().use(account, now())
    flash(_("QRIS disimpan. Pesanan baru memakai QRIS ini."), "success")
    return redirect(owner.address, 303)


def _shop() -> Owner:
    here = owner_desk()
    return Owner(
        "payments/seller_accounts.html",
        {"desk": here},
        _of_shop_page(),
        lambda: money_accounts.history_of_shop(here.shop),
        lambda account, at: money_accounts.use_for_shop(here.shop, account, at=at),
    )


def _village() -> Owner:
    """The village asked for, or the only one of this operator.

    Raises:
        NotFound: no village, or not in this person's care.
    """
    code = _village_code()
    if not any(within(code, scope) for scope in _scopes()):
        raise NotFound
    village = regions.region(code)
    if village.level != VILLAGE:
        raise NotFound
    return Owner(
        "payments/counter_accounts.html",
        {"village": regions.label(village), "code": code},
        f"/gerai/rekening?{urlencode({'desa': code})}",
        lambda: money_accounts.history_of_village(code),
        lambda account, at: money_accounts.use_for_village(code, account, at=at),
    )


def _scopes() -> list[str]:
    """Finance confirms money, but where it goes is said by the village itself."""
    return region_scopes(person(), OPERATOR, ADMIN)


def _village_code() -> str:
    asked = request.values.get("desa", "").strip()
    scopes = _scopes()
    return asked or (scopes[0] if len(scopes) == 1 and scopes[0].count(".") == 3 else "")


def _villages() -> list[tuple[str, str]]:
    """The villages of an operator, to choose from; none where there are too many to list."""
    codes = [scope for scope in _scopes() if scope.count(".") == 3]
    codes += [row.code for scope in _scopes() if scope.count(".") == 2 for row in regions.children(scope)]
    return sorted(regions.full_labels(codes).items(), key=lambda row: row[1])
