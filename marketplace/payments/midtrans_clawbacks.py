"""Decides what Midtrans' answer says about money that went back: each refund it lists, a chargeback, a void.

Source: https://docs.midtrans.com/docs/transaction-status-cycle, …/docs/get-status-api-requests.
What is told of a chargeback is its state only; see docs/midtrans-simulator.md.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from marketplace.payments.provider import Movement, TakenBack, TakenKind

OURS = "dmr-"
"""Our refunds travel as `<key>-<try>`; Midtrans names those itself that were made in its pages."""

Answer = Mapping[str, Any]
Rupiah = Callable[[object], int | None]
Moment = Callable[[object, datetime], datetime]


def told(answer: Answer, rupiah: Rupiah, moment: Moment, *, at: datetime) -> tuple[TakenBack, ...]:
    """Everything that went back of one payment, as far as the answer about it tells."""
    refunds = tuple(
        _refund(one, answer, rupiah, moment(one.get("created_at"), at))
        for one in answer.get("refunds") or []
        if isinstance(one, dict)
    )
    status = str(answer.get("transaction_status", ""))
    gross = rupiah(answer.get("gross_amount"))
    if status == "cancel":
        return (*refunds, _level(answer, "refund", gross, at=at))
    if status in ("refund", "partial_refund") and not refunds:
        whole = gross if status == "refund" else rupiah(answer.get("refund_amount"))
        return (_level(answer, "refund", whole, at=at),)
    if status not in ("chargeback", "partial_chargeback"):
        return refunds
    whole = gross if status == "chargeback" else _partly(answer, rupiah)
    back = sum(refund.amount or 0 for refund in refunds)
    charged = whole - back if whole is not None and whole > back else None
    return (*refunds, _level(answer, "dispute", charged, at=at))


def state_of(taken: tuple[TakenBack, ...]) -> str:
    """What tells one state of a payment of which some went back from the next; empty while nothing did."""
    if not taken:
        return ""
    arrived = sum(one.arrived for one in taken)
    return f":{len(taken)}:{arrived}:{sum(one.level or 0 for one in taken)}"


def _refund(one: Answer, answer: Answer, rupiah: Rupiah, made: datetime) -> TakenBack:
    key, amount = str(one.get("refund_key") or ""), rupiah(one.get("refund_amount"))
    ours = key.rpartition("-")[0] if key.startswith(OURS) else ""
    # A key that somebody typed there names a refund of this payment only; of another it may come again.
    theirs = f"{answer.get('transaction_id', '')}:{key or one.get('refund_chargeback_id')}"
    return TakenBack(
        name=key if ours else theirs,
        kind="refund",
        standing="final",
        amount=amount,
        currency=str(answer.get("currency", "IDR")).upper(),
        opened_at=made,
        moves=(Movement("out", amount, 0, made),) if amount else (),
        ours=ours,
        why=str(one.get("reason", "")),
        arrived=bool(one.get("bank_confirmed_at")),
        asked=True,
    )


def _level(answer: Answer, kind: TakenKind, amount: int | None, *, at: datetime) -> TakenBack:
    """Of a chargeback, a captured card that is voided, a refund that is not listed: what it comes to."""
    return TakenBack(
        name=f"{kind}:{answer.get('transaction_id', '')}",
        kind=kind,
        standing="final",
        amount=amount,
        currency=str(answer.get("currency", "IDR")).upper(),
        opened_at=at,
        moves=(),
        why=str(answer.get("transaction_status", "")),
        level=amount,
        asked=True,
    )


def _partly(answer: Answer, rupiah: Rupiah) -> int | None:
    for name in ("refund_chargeback_amount", "refund_amount"):
        found = rupiah(answer.get(name))
        if found is not None:
            return found
    return None
