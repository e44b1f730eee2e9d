"""Decides how the simulated Stripe answers its API: who may ask, repeated requests, each endpoint.

Sources: https://docs.stripe.com/api/authentication, …/api/errors, …/api/checkout/sessions/expire.
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from marketplace.payments.simulator import disputes, refunds
from marketplace.payments.simulator.checkout_rules import read_session
from marketplace.payments.simulator.idempotency import KeptAnswers
from marketplace.payments.simulator.objects import SimulatedSession, payment_intent_object, session_object
from marketplace.payments.simulator.parameters import Refusal, Tree, tree_of
from marketplace.payments.simulator.world import NoSuchSession, NotOpen, StripeWorld

_SESSIONS = "/v1/checkout/sessions"
_INTENTS = "/v1/payment_intents"
_REFUNDS = "/v1/refunds"
_DISPUTES = "/v1/disputes"


@dataclass(frozen=True)
class ApiAnswer:
    """Status, JSON text and headers of one answer."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


class StripeApi:
    """The endpoints DesaMart uses, over one remembered world.

    `public_url` gives the address (without a final slash) under which the simulator's pages are reached.
    """

    def __init__(self, world: StripeWorld, *, secret_key: str, public_url: Callable[[], str]) -> None:
        self._world = world
        self._answers = KeptAnswers(world.memory)
        self._secret_key = secret_key
        self._public_url = public_url

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], form: str, *, at: datetime
    ) -> ApiAnswer:
        """Answers one request. `form` is the urlencoded body, or a GET's query string."""
        extra = {"Request-Id": f"req_{secrets.token_hex(7)}", "Content-Type": "application/json"}
        known = {name.lower(): value for name, value in headers.items()}
        try:
            self._check_key(known.get("authorization", ""))
            body, replayed = self._carry_out(method.upper(), path, known, form, at)
        except Refusal as refusal:
            return ApiAnswer(refusal.status, json.dumps(refusal.body), extra)
        if replayed:
            extra["Idempotent-Replayed"] = "true"
        return ApiAnswer(200, body, extra)

    def page_of(self, session: SimulatedSession) -> str:
        """The address of a session's payment page."""
        return f"{self._public_url()}/bayar/{session.id}"

    def _check_key(self, authorization: str) -> None:
        given = _key_in(authorization)
        if not given:
            raise Refusal("You did not provide an API key.", status=401)
        if not hmac.compare_digest(given.encode(), self._secret_key.encode()):
            raise Refusal(f"Invalid API Key provided: {given[:8]}***", status=401)

    def _carry_out(
        self, method: str, path: str, headers: Mapping[str, str], form: str, at: datetime
    ) -> tuple[str, bool]:
        pairs = parse_qsl(form, keep_blank_values=True)
        key = headers.get("idempotency-key", "")
        if method != "POST" or not key:
            return json.dumps(self._run(method, path, tree_of(pairs), at)), False
        return self._answers.once(
            key, path, pairs, lambda: json.dumps(self._run(method, path, tree_of(pairs), at)), at=at
        )

    def _run(self, method: str, path: str, tree: Tree, at: datetime) -> Tree:
        if (method, path) == ("POST", _SESSIONS):
            params = read_session(tree, at)
            return self._show(self._world.open_session(params, at=at))
        if path == _REFUNDS and method in ("GET", "POST"):
            answer = refunds.create if method == "POST" else refunds.listed
            return answer(self._world, tree, at=at)
        if (method, path) == ("GET", _DISPUTES):
            return disputes.listed(self._world, tree, at=at)
        collection, _, name = path.removesuffix("/expire").rpartition("/")
        action = "expire" if path.endswith("/expire") else "retrieve"
        endpoints: dict[tuple[str, str, str], Callable[[str, datetime], Tree]] = {
            ("GET", _SESSIONS, "retrieve"): self._retrieve,
            ("POST", _SESSIONS, "expire"): self._expire,
            ("GET", _INTENTS, "retrieve"): self._retrieve_intent,
            ("GET", _DISPUTES, "retrieve"): lambda name, at: disputes.retrieve(self._world, name),  # noqa: ARG005
            ("GET", _REFUNDS, "retrieve"): lambda name, at: refunds.retrieve(self._world, name, at=at),
        }
        endpoint = endpoints.get((method, collection, action))
        if endpoint is None or not name:
            raise Refusal(f"Unrecognized request URL ({method}: {path}).", status=404)
        for parameter in tree:
            raise Refusal(
                f"Received unknown parameter: {parameter}", code="parameter_unknown", param=parameter
            )
        return endpoint(name, at)

    def _retrieve(self, session_id: str, at: datetime) -> Tree:
        try:
            return self._show(self._world.session(session_id, at=at))
        except NoSuchSession as error:
            raise _missing("checkout.session", session_id, "session") from error

    def _expire(self, session_id: str, at: datetime) -> Tree:
        try:
            event = self._world.expire(session_id, at=at)
            self._world.send_later(event, times=1, due_at=at)
        except NotOpen as error:
            raise Refusal(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has '
                f"a status of `{error.status}`."
            ) from error
        except NoSuchSession as error:
            raise _missing("checkout.session", session_id, "session") from error
        return self._retrieve(session_id, at)

    def _retrieve_intent(self, intent_id: str, at: datetime) -> Tree:
        try:
            return payment_intent_object(self._world.session_of_intent(intent_id, at=at))
        except NoSuchSession as error:
            raise _missing("payment_intent", intent_id, "intent") from error

    def _show(self, session: SimulatedSession) -> Tree:
        return session_object(session, self.page_of(session))


def _key_in(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _missing(kind: str, name: str, param: str) -> Refusal:
    return Refusal(f"No such {kind}: {name}", code="resource_missing", param=param, status=404)
