"""Decides the words in which every payment provider speaks to us, whatever it calls things itself.

Amounts here are whole rupiah; a provider's own unit never leaves that provider's module.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from marketplace.kit.errors import DomainError, Unavailable

TakenKind = Literal["refund", "dispute"]
ReportKind = Literal["paid", "pending", "idle", "failed", "expired", "refund", "dispute"]
"""`idle`: nothing is under way on the page; nobody has begun there, or only what was denied. `refund` and
`dispute` are about money that was paid before."""

Standing = Literal["open", "final", "over"]
"""Of a dispute: being judged, lost, won. Of a refund: not made yet, made, given up."""

RefundKind = Literal["succeeded", "pending", "failed"]
Receiver = Literal["platform", "seller"]


class ProviderUnavailable(Unavailable):
    """The provider did not answer, or cannot work now; the same request may be sent again later."""


class ProviderRefused(DomainError):
    """The provider understood the request and said no; sending it again unchanged will not help.

    `reason` is the provider's own wording: for the log and for officers, never for a buyer's page.
    """

    status = 502

    def __init__(self, message: str, *, reason: str, code: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.code = code


class NotRefundable(ProviderRefused):
    """This money never goes back through the provider, whoever asks and whenever; a person has to send it."""


class BadSignature(DomainError):
    """A message claims to come from the provider, but its signature is missing, false or too old."""

    status = 400


@dataclass(frozen=True)
class CheckoutLine:
    """One thing the buyer pays for, as the provider's page lists it: rupiah for one piece, and how many."""

    name: str
    amount: int
    quantity: int


@dataclass(frozen=True)
class CheckoutRequest:
    """What is asked of the provider for one payment attempt.

    `attempt_key` names the attempt at the provider: asking twice with the same key and the same values opens
    one checkout only. `amount` is the whole sum in rupiah and must be the sum of the lines. `expires_at` is
    aware. `reference` is our order number, `email` pre-fills the provider's form.
    """

    attempt_key: str
    amount: int
    lines: tuple[CheckoutLine, ...]
    success_url: str
    cancel_url: str
    email: str | None
    expires_at: datetime
    reference: str


@dataclass(frozen=True)
class HostedCheckout:
    """The provider's page where the buyer pays: reference there, address, and until when it works (UTC)."""

    reference: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Movement:
    """What left our balance at the provider in one go (`amount` above zero) or came back, and its fee."""

    name: str
    amount: int
    fee: int
    happened_at: datetime


@dataclass(frozen=True)
class TakenBack:
    """A refund or a dispute as the provider shows it, whoever asked for it.

    `name` is the provider's. `moves` is all that it moved so far: of two words about it, the later one has
    all of the earlier. Where a provider tells only how much it comes to, that is `level`. `amount` is whole
    rupiah, or None where it is not. `ours` is the key of our refund, if it is one; `arrived`, whether the
    provider is done with it. `why` is the provider's word for the reason. `asked`: this is how it stands
    now, and no message that may have been overtaken.
    """

    name: str
    kind: TakenKind
    standing: Standing
    amount: int | None
    currency: str
    opened_at: datetime
    moves: tuple[Movement, ...]
    ours: str = ""
    why: str = ""
    level: int | None = None
    arrived: bool = False
    asked: bool = False


@dataclass(frozen=True)
class ProviderReport:
    """What the provider says happened to one checkout, or to what was paid there (`refund`, `dispute`).

    `event_id` is unique per happening, so a repeated message is recognised. `reference` is the provider's
    checkout. `amount` is whole rupiah, or None where the sum is no whole number of rupiah or not in rupiah at
    all: None equals no asked amount. `currency` is the ISO code in capitals. `raw` is the provider's text.

    `money` is the provider's name for what was paid, where it tells one. A report about a refund or a dispute
    has that for its `reference`. `taken` is what it tells of refunds and disputes; if such a report tells
    nothing by name, it is a reason to ask.
    """

    event_id: str
    kind: ReportKind
    reference: str
    amount: int | None
    currency: str
    happened_at: datetime
    raw: str
    money: str = ""
    taken: tuple[TakenBack, ...] = ()


@dataclass(frozen=True)
class RefundRequest:
    """What a provider is asked to send back: `amount` rupiah of the checkout called `reference` there.

    `key` names our refund, `attempt` counts its tries from 1. Asking again with the same two is safe at any
    time: it finds what was sent. Another attempt sends again only what failed before.
    """

    key: str
    attempt: int
    reference: str
    amount: int


@dataclass(frozen=True)
class RefundReport:
    """What the provider says of one refund: its name there, whether the money went, and if not, why.

    `amount` is whole rupiah, or None where it is no whole number of rupiah. After a `final` failure no other
    try will help.
    """

    reference: str
    kind: RefundKind
    amount: int | None
    why: str = ""
    final: bool = False


@dataclass(frozen=True)
class Abilities:
    """What a provider can do, known without asking it.

    `code` names it in orders, payments and the ledger. `receiver` has the money once it is paid. A payment
    is between `smallest` and `largest` rupiah; `page_lives` is how long its page takes one. `refunds` says
    whether money can go back through it, `part_refunds` whether less than a whole payment can, and
    `refunds_by_key` whether a refund may be asked for again without the risk of sending it twice. `pages`
    are the origins of its pages, to which our forms may lead. `ends_for_good` says whether a page that it
    calls expired or failed is never paid any more.
    """

    code: str
    receiver: Receiver
    smallest: int
    largest: int
    page_lives: timedelta
    refunds: bool
    part_refunds: bool
    refunds_by_key: bool
    pages: tuple[str, ...]
    ends_for_good: bool


class PaymentProvider(Protocol):
    """Somebody at whose page a buyer pays.

    Every method raises ProviderUnavailable when there is no answer, ProviderRefused when the answer is no.
    """

    @property
    def can(self) -> Abilities:
        """What this provider can do."""

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """Open the page for one attempt; the same attempt key opens one checkout only."""

    def expire(self, page: HostedCheckout) -> None:
        """Close a page, so that nobody can pay there; one that is closed or paid already is no error."""

    def status(self, reference: str, *, at: datetime) -> ProviderReport:
        """Ask how a checkout stands; the same state has the same event id."""

    def refund(self, request: RefundRequest) -> RefundReport:
        """Send money back, or tell how an earlier try of the same refund went.

        Raises NotRefundable when it never will.
        """

    def taken_back(self, money: str, *, at: datetime) -> Sequence[ProviderReport]:
        """Ask what went back of a payment, by its name there; the same state has the same event id."""

    def read_webhook(
        self, payload: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> ProviderReport | None:
        """What a message says, once it is sure who sent it; None for one that is of no use here.

        Raises BadSignature for a forged, garbled or outdated one.
        """
