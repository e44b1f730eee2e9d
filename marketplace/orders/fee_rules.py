"""Decides which fee rules there are: rules are added, from now on or later, and never changed."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import bindparam, select

from marketplace.extensions import db
from marketplace.kit.clock import start_of_day
from marketplace.kit.errors import Invalid
from marketplace.kit.lanes import Rows
from marketplace.kit.rows import ask, table_of
from marketplace.orders import fees
from marketplace.orders.fees import Rates, Rule
from marketplace.orders.models import FeeRule
from marketplace.regions.models import Region

SINCE_EVER = start_of_day(date(2020, 1, 1))
"""Before the first sale of any market, so that the first rule covers all of them."""

_RULE = table_of(FeeRule)
# Built once, since every checkout asks it.
_BEGUN = select(_RULE.c.receiver, _RULE.c.scope, _RULE.c.bp, _RULE.c.valid_from).where(
    _RULE.c.valid_from <= bindparam("at")
)


def begun(*, at: datetime) -> Rows:
    """The rules that have begun by a moment, for `rates_at`; asked with whatever else is asked next."""
    return ask(_BEGUN, at=at)


def rates_at(village_codes: Iterable[str], rules: Rows, *, at: datetime) -> dict[str, Rates]:
    """The rates at which shops of these villages sell at a moment. `rules` have `begun` by then."""
    known = [Rule(*row) for row in rules]
    return {code: fees.rates_for(known, code, at) for code in village_codes}


def add_rule(
    receiver: str, bp: int, *, scope: str = "", valid_from: datetime, created_by: int | None, at: datetime
) -> FeeRule:
    """Add a rule of `bp` basis points from `valid_from` on. Sales before it keep what was copied into them.

    Raises:
        Invalid: a moment that is over, an unknown receiver or region, a rate out of bounds, or a second rule
            for the same moment. `field` names the field of the page.
    """
    if valid_from < at:
        raise Invalid("Aturan hanya bisa mulai sekarang atau nanti, bukan di masa lalu.", "mulai")
    if receiver not in (fees.PLATFORM, fees.VILLAGE):
        raise Invalid("Pilih penerima biayanya.", "penerima")
    if not 0 <= bp <= fees.HIGHEST_BP:
        raise Invalid("Tarif dari 0 sampai 30 persen.", "tarif")
    if scope and receiver == fees.PLATFORM:
        raise Invalid("Biaya DesaMart berlaku untuk semua desa. Kosongkan wilayahnya.", "wilayah")
    if scope and db.session.get(Region, scope) is None:
        raise Invalid("Wilayah ini tidak ada. Isi kode seperti 18.09.10.2004.", "wilayah")
    same = select(FeeRule.id).where(
        FeeRule.receiver == receiver, FeeRule.scope == scope, FeeRule.valid_from == valid_from
    )
    if db.session.scalar(same):
        raise Invalid("Sudah ada aturan yang mulai pada saat yang sama.", "mulai")
    rule = FeeRule(
        receiver=receiver, scope=scope, bp=bp, valid_from=valid_from, created_by=created_by, created_at=at
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def seed(bp: int, *, at: datetime) -> None:
    """Where no rule stands yet, begin with DesaMart's rate from the settings and nothing for villages."""
    if db.session.scalar(select(FeeRule.id).limit(1)):
        return
    for receiver, first in ((fees.PLATFORM, bp), (fees.VILLAGE, 0)):
        db.session.add(FeeRule(receiver=receiver, scope="", bp=first, valid_from=SINCE_EVER, created_at=at))


def all_rules() -> list[FeeRule]:
    """Every rule, the one that begins last on top."""
    rows = select(FeeRule).order_by(FeeRule.valid_from.desc(), FeeRule.id.desc())
    return list(db.session.scalars(rows))


def stand(rules: Iterable[FeeRule], *, at: datetime) -> dict[int, str]:
    """How each rule stands, by id: `coming`, `now` or `past`."""
    rows = list(rules)
    current = set(fees.in_force([_rule(row) for row in rows], at))
    return {
        row.id: "coming" if row.valid_from > at else "now" if _rule(row) in current else "past"
        for row in rows
    }


def _rule(row: FeeRule) -> Rule:
    return Rule(row.receiver, row.scope, row.bp, row.valid_from)
