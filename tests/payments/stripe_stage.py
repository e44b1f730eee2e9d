"""A stage for the Stripe tests: a simulated world, the real SDK before it, and a bare site around it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, request

from marketplace.config import PROJECT
from marketplace.payments.provider import CheckoutLine, CheckoutRequest, HostedCheckout
from marketplace.payments.simulator.delivery import deliver_due
from marketplace.payments.simulator.loopback import LoopbackClient
from marketplace.payments.simulator.stripe_api import ApiAnswer, StripeApi
from marketplace.payments.simulator.views import make_simulator
from marketplace.payments.simulator.world import StripeWorld
from marketplace.payments.stripe_provider import StripeGateway

KEY = "sk_test_rahasia"
WEBHOOK_SECRET = "whsec_rahasia"
SITE = "http://stripe.test/simulasi/stripe"
SESSIONS = "/v1/checkout/sessions"
UNIT_AMOUNT = "line_items[0][price_data][unit_amount]"
NOON = datetime(2026, 10, 5, 5, 0, tzinfo=UTC)


def a_request(**changes: object) -> CheckoutRequest:
    """An order of Rp52.500 to be paid within 31 minutes of NOON."""
    return replace(
        CheckoutRequest(
            attempt_key="attempt-1",
            amount=52_500,
            lines=(
                CheckoutLine("Keripik pisang 250 g", 12_500, 3),
                CheckoutLine("Ongkos kirim: Keripik Bu Sari", 15_000, 1),
            ),
            success_url="https://desamart.test/pesanan/DM-1?token=x&sesi={CHECKOUT_SESSION_ID}",
            cancel_url="https://desamart.test/pesanan/DM-1?token=x",
            email="pembeli@desamart.test",
            expires_at=NOON + timedelta(minutes=31),
            reference="DM-1",
        ),
        **changes,  # type: ignore[arg-type]
    )


def page_of(name: str) -> HostedCheckout:
    """The page of a session, for who has only its name."""
    return HostedCheckout(name, f"{SITE}/bayar/{name}", NOON)


def a_form(**changes: str | None) -> dict[str, str]:
    """The smallest form that opens a session of Rp12.500; None takes a field away."""
    form = {
        "mode": "payment",
        "success_url": "https://desamart.test/ya",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "idr",
        "line_items[0][price_data][unit_amount]": "1250000",
        "line_items[0][price_data][product_data][name]": "Kopi robusta 100 g",
    }
    for name, value in changes.items():
        if value is None:
            form.pop(name)
        else:
            form[name] = value
    return form


@dataclass
class Stage:
    """World, API and gateway on one clock."""

    path: Path
    at: datetime = NOON
    key: str = KEY
    heard: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    ear_status: int = 200

    def __post_init__(self) -> None:
        """Sets everything up on the file."""
        self.world = StripeWorld(self.path)
        self.api = StripeApi(self.world, secret_key=KEY, public_url=lambda: SITE)
        self.wire = LoopbackClient(self.api, at=self.at)
        self.gateway = StripeGateway(
            secret_key=self.key, webhook_secret=WEBHOOK_SECRET, api_base=SITE, http_client=self.wire
        )

    def pass_time(self, **span: float) -> datetime:
        """Moves the clock on."""
        self.at += timedelta(**span)
        self.wire.at = self.at
        return self.at

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, key: str = "") -> ApiAnswer:
        """One request to the API, by hand, without the SDK."""
        headers = {"Authorization": f"Bearer {KEY}"} | ({"Idempotency-Key": key} if key else {})
        return self.api.answer(method, path, headers, urlencode(form or {}), at=self.at)

    def opened(self) -> str:
        """Opens the checkout of `a_request` and returns the session's name."""
        return self.gateway.open_checkout(a_request()).reference

    def tick(self) -> int:
        """The worker's turn: sends what is due to the ear; how many arrived."""
        return deliver_due(
            self.world,
            at=self.at,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url="http://toko.test",
            post=self.ear,
        )

    def kinds_heard(self) -> list[str]:
        """The kinds of the messages the shop heard."""
        return [json.loads(body)["type"] for body, _ in self.heard]

    def ear(self, _url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The shop's webhook: hears and answers `ear_status`."""
        self.heard.append((body, dict(headers)))
        return self.ear_status


def a_site(stage: Stage, webhook_url: Callable[[], str]) -> Flask:
    """A bare application with nothing but the simulator in it."""
    site = Flask("site", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    site.register_blueprint(
        make_simulator(
            stage.world,
            secret_key=KEY,
            webhook_secret=WEBHOOK_SECRET,
            webhook_url=webhook_url,
            public_url=lambda: SITE,
            mode="demo",
            clock=lambda: stage.at,
        ),
        url_prefix="/simulasi/stripe",
    )

    @site.post("/webhook/stripe")
    def ear() -> Response:
        return Response(status=stage.ear("", request.get_data(), dict(request.headers)))

    return site
