"""Decides whether what people decided about money that did not fit agrees with what was said and paid."""

from sqlalchemy import String, case, cast, literal, or_, select

from marketplace.ledger import accounts
from marketplace.operations.comparing import Rows, say
from marketplace.operations.payout_postings import Line
from marketplace.payments import parked
from marketplace.payments.gateway import HOLDING
from marketplace.payments.models import (
    COUNTED,
    PAID,
    PAID_LATE,
    PARKED,
    ParkedDecision,
    PaymentAttempt,
    ProviderEvent,
)

_NAME = literal(parked.posting_name(0).removesuffix("0")) + cast(ParkedDecision.event_id, String)


def rows(line: Line) -> list[Rows]:
    """Every line that should be booked: our bank sent back what still lies at a provider."""

    def returned(account: object, amount: object) -> Rows:
        booked = line(ParkedDecision.decided_at, parked.POSTING, _NAME, account, amount)
        return booked.join_from(ParkedDecision, ProviderEvent).where(ParkedDecision.returned > 0)

    at_provider = literal(accounts.clearing("")) + ProviderEvent.provider
    return [
        returned(at_provider, ParkedDecision.returned),
        returned(accounts.BANK, -ParkedDecision.returned),
    ]


def returned_for(provider: str) -> Rows:
    """What lies at a provider because our bank sent it back in its place, in rupiah."""
    sent = select(ParkedDecision.returned).join_from(ParkedDecision, ProviderEvent)
    return sent.where(ProviderEvent.provider == provider)


def counted() -> Rows:
    """What a person let count, by the reference of the attempt: its word stands for the provider's."""
    return select(PaymentAttempt.reference, ParkedDecision.counted).join_from(ParkedDecision, PaymentAttempt)


def decisions() -> list[str]:
    """Only parked events are decided about; what counts is what was asked; what was held is there or back."""
    others = (
        select(ParkedDecision.event_id, ProviderEvent.verdict)
        .join_from(ParkedDecision, ProviderEvent)
        .where(ProviderEvent.verdict != PARKED)
    )
    elsewhere = or_(
        PaymentAttempt.amount != ParkedDecision.counted,
        PaymentAttempt.provider != ProviderEvent.provider,
        PaymentAttempt.status.not_in((PAID, PAID_LATE)),
    )
    unlike = (
        select(ParkedDecision.event_id, ParkedDecision.counted, PaymentAttempt.key)
        .join_from(ParkedDecision, ProviderEvent)
        .join_from(ParkedDecision, PaymentAttempt)
        .where(elsewhere)
    )
    explained = ParkedDecision.returned + case(
        (ParkedDecision.outcome == COUNTED, ParkedDecision.counted), else_=0
    )
    lost = (
        select(ParkedDecision.event_id, ProviderEvent.amount, explained)
        .join_from(ParkedDecision, ProviderEvent)
        .where(
            ProviderEvent.provider.in_(HOLDING),
            or_(ParkedDecision.outcome == COUNTED, ParkedDecision.returned > 0),
            ProviderEvent.amount != explained,
        )
    )
    return [
        *say(others, "event {0}: was decided about, but it is {1}"),
        *say(unlike, "event {0}: counts with {1}, which payment {2} is not paid by"),
        *say(lost, "event {0}: said {1}, of which {2} counts or went back"),
    ]
