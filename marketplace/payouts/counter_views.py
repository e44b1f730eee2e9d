"""Decides the pages of money of a village's counter: the same as a shop's, for its operator."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import counter, person, region_scopes, within
from marketplace.accounts.models import ADMIN, FINANCE, OPERATOR
from marketplace.kit.clock import now
from marketplace.kit.csv_files import csv_response
from marketplace.kit.errors import NotFound
from marketplace.payouts import money_page, statement
from marketplace.payouts.payees import Payee
from marketplace.regions.models import VILLAGE, Region
from marketplace.regions.queries import region

blueprint = Blueprint("counter_balance", __name__)


@blueprint.get("/gerai/saldo")
@counter
def money() -> ResponseReturnValue:
    """How the village's money stands, and the lines that make it so."""
    village = _village()
    return render_template(
        "payouts/counter_balance.html",
        village=village,
        money=money_page.read(Payee(village_code=village.code), at=now()),
    )


@blueprint.get("/gerai/saldo/laporan")
@counter
def report() -> ResponseReturnValue:
    """The statement of a month, for paper."""
    village, span = _village(), money_page.asked_span()
    payee = Payee(village_code=village.code)
    return render_template(
        "payouts/statement.html",
        name=village.name,
        place=village.code,
        back="/gerai/saldo",
        span=span,
        totals=statement.totals(payee, span),
        lines=list(statement.all_lines(payee, span)),
        printed_at=now(),
    )


@blueprint.get("/gerai/saldo.csv")
@counter
def file() -> ResponseReturnValue:
    """The statement as a file."""
    village, span = _village(), money_page.asked_span()
    rows = money_page.csv_rows(Payee(village_code=village.code), span)
    return csv_response(money_page.file_name(village.code, span), money_page.CSV_HEAD, rows)


def _village() -> Region:
    """The village asked for (`desa`), or the first one of which the person is the operator.

    Raises:
        NotFound: none, or one that is not theirs.
    """
    scopes = region_scopes(person(), OPERATOR, FINANCE, ADMIN)
    code = request.args.get("desa") or next((scope for scope in sorted(scopes) if scope), "")
    if not code or not any(within(code, scope) for scope in scopes):
        raise NotFound
    found = region(code)
    if found.level != VILLAGE:
        raise NotFound
    return found
