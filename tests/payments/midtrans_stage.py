"""A stage for the Midtrans tests: a simulated world, the adapter before it, and a bare site around it."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

from marketplace.config import PROJECT
from marketplace.payments.midtrans_provider import MIDTRANS, MidtransGateway
from marketplace.payments.provider import CheckoutRequest, HostedCheckout
from marketplace.payments.simulator.midtrans.api import ApiAnswer, MidtransApi
from marketplace.payments.simulator.midtrans.delivery import deliver_due
from marketplace.payments.simulator.midtrans.loopback import LoopbackAdapter
from marketplace.payments.simulator.midtrans.views import make_simulator
from marketplace.payments.simulator.midtrans.world import MidtransWorld
from tests.payments import stripe_stage
from tests.payments.stripe_stage import NOON

KEY = "SB-Mid-server-rahasia"
SITE = "http://midtrans.test/simulasi/midtrans"
ORDER = "attempt-1"
SNAP = "/snap/v1/transactions"


def a_request(**changes: object) -> CheckoutRequest:
    """An order of Rp52.500 to be paid within two hours of NOON."""
    return stripe_stage.a_request(**{"expires_at": NOON + MIDTRANS.page_lives} | changes)


def a_body(**changes: object) -> dict[str, Any]:
    """The smallest request that opens a page of Rp12.500."""
    return {
        "transaction_details": {"order_id": ORDER, "gross_amount": 12_500},
        "item_details": [{"id": "1", "name": "Kopi robusta 100 g", "price": 12_500, "quantity": 1}],
        **changes,
    }


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
        self.world = MidtransWorld(self.path, server_key=KEY)
        self.api = MidtransApi(self.world, public_url=lambda: SITE)
        self.wire = LoopbackAdapter(self.api, SITE, at=self.at)
        self.gateway = MidtransGateway(
            server_key=self.key, api_base=SITE, snap_base=SITE, open_session=self.wire.session
        )

    def pass_time(self, **span: float) -> datetime:
        """Moves the clock on."""
        self.at += timedelta(**span)
        self.wire.at = self.at
        return self.at

    def ask(self, method: str, path: str, body: object = None, *, key: str = KEY) -> ApiAnswer:
        """One request to the API, by hand, without the adapter."""
        headers = {"Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}"}
        text = "" if body is None else json.dumps(body)
        return self.api.answer(method, path, headers, text, at=self.at)

    def opened(self) -> HostedCheckout:
        """Opens the checkout of `a_request`."""
        return self.gateway.open_checkout(a_request())

    def tick(self) -> int:
        """The worker's turn: sends what is due to the ear; how many arrived."""
        return deliver_due(self.world, at=self.at, webhook_url="http://toko.test", post=self.ear)

    def told(self) -> list[str]:
        """The states that the shop heard of."""
        return [json.loads(body)["transaction_status"] for body, _ in self.heard]

    def ear(self, _url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The shop's webhook: hears and answers `ear_status`."""
        self.heard.append((body, dict(headers)))
        return self.ear_status


def a_site(stage: Stage, webhook_url: Callable[[], str]) -> Flask:
    """A bare application with nothing but the simulator in it."""
    site = Flask("site", template_folder=str(PROJECT / "templates"), static_folder=str(PROJECT / "static"))
    simulator = make_simulator(
        stage.world, webhook_url=webhook_url, public_url=lambda: SITE, mode="demo", clock=lambda: stage.at
    )
    site.register_blueprint(simulator, url_prefix="/simulasi/midtrans")

    @site.post("/webhook/midtrans")
    def ear() -> Response:
        return Response(status=stage.ear("", request.get_data(), dict(request.headers)))

    return site
