"""Decides who bears a provider's fee for a lost dispute: by rules that are added, and never changed."""

from datetime import datetime

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.errors import Invalid
from marketplace.payments.clawback_models import PLATFORM, SELLER, DisputeFeeRule

BEARERS = (PLATFORM, SELLER)


def bearer_at(at: datetime) -> str:
    """Who bears the fee of a dispute opened at a moment: by the rule that began last, else DesaMart."""
    begun = select(DisputeFeeRule.bearer).where(DisputeFeeRule.valid_from <= at)
    return db.session.scalar(begun.order_by(DisputeFeeRule.valid_from.desc()).limit(1)) or PLATFORM


def add_rule(bearer: str, *, valid_from: datetime, created_by: int | None, at: datetime) -> DisputeFeeRule:
    """Add a rule for disputes opened from `valid_from` on.

    Raises:
        Invalid: a moment that is over, an unknown bearer, or a second rule for the same moment.
    """
    if valid_from < at:
        raise Invalid("Aturan hanya bisa mulai sekarang atau nanti, bukan di masa lalu.", "mulai")
    if bearer not in BEARERS:
        raise Invalid("Pilih siapa yang menanggung biayanya.", "penanggung")
    if db.session.scalar(select(DisputeFeeRule.id).where(DisputeFeeRule.valid_from == valid_from)):
        raise Invalid("Sudah ada aturan yang mulai pada saat yang sama.", "mulai")
    rule = DisputeFeeRule(bearer=bearer, valid_from=valid_from, created_by=created_by, created_at=at)
    db.session.add(rule)
    db.session.flush()
    return rule


def all_rules() -> list[DisputeFeeRule]:
    """Every rule, the one that begins last on top."""
    return list(db.session.scalars(select(DisputeFeeRule).order_by(DisputeFeeRule.valid_from.desc())))
