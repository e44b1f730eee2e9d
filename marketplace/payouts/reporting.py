"""Decides what the `desamart payouts` commands tell about batches, to programs and to people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.money import rupiah
from marketplace.payouts.models import PayoutBatch
from marketplace.payouts.queries import PER_PAGE


def newest() -> list[dict[str, Any]]:
    """The newest batches, the newest first."""
    rows = select(PayoutBatch).order_by(PayoutBatch.id.desc()).limit(PER_PAGE)
    return [batch(one) for one in db.session.scalars(rows).unique()]


def batch(found: PayoutBatch) -> dict[str, Any]:
    """One batch with its payouts; amounts are whole rupiah, moments UTC."""
    return {
        "number": found.number,
        "created_at": found.created_at.isoformat(),
        "approved_at": found.approved_at.isoformat() if found.approved_at else None,
        "payouts": [
            {
                "number": payout.number,
                "payee": payout.payee_name,
                "village": payout.village_code,
                "status": payout.status,
                "gross": payout.gross,
                "set_off": payout.set_off,
                "net": payout.net,
            }
            for payout in found.payouts
        ],
    }


def as_text(told: Sequence[dict[str, Any]]) -> str:
    """The same for people."""
    lines = []
    for one in told:
        lines.append(f"{one['number']}  {one['created_at'][:16]} UTC")
        lines += [
            f"  {payout['number']:20} {payout['status']:10} {rupiah(payout['net']):>16}  {payout['payee']}"
            for payout in one["payouts"]
        ]
    return "\n".join(lines) or "Belum ada pencairan."
