"""Decides how the SDK reaches the simulator without a server: tests and demo data speak to it in process."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import stripe

from marketplace.kit.clock import now
from marketplace.payments.simulator.stripe_api import StripeApi


class LoopbackClient(stripe.HTTPClient):
    """An HTTP client for `StripeGateway` that asks the simulated API directly.

    `at` is the present the API believes in; None is the real one.
    """

    name = "loopback"

    def __init__(self, api: StripeApi, *, at: datetime | None = None) -> None:
        super().__init__()
        self.at = at
        self._api = api

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        """One request and its answer: text, status and headers, as the SDK wants them."""
        parts = urlsplit(url)
        path = parts.path[parts.path.index("/v1/") :]
        form = post_data if isinstance(post_data, str) else parts.query
        answer = self._api.answer(method, path, headers or {}, form, at=self.at or now())
        return answer.body, answer.status, answer.headers

    def close(self) -> None:
        """Nothing is held open."""
