"""Decides how the adapter reaches the simulated Midtrans without a server.

Every notification is answered by a question. A server that asked itself over HTTP would, with enough of them
at once, have no thread left to answer.
"""

import io
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from marketplace.kit.clock import now
from marketplace.payments.midtrans_provider import MidtransGateway
from marketplace.payments.simulator.midtrans.api import MidtransApi
from marketplace.payments.simulator.midtrans.world import MidtransWorld


def before(world: MidtransWorld, base: str) -> MidtransGateway:
    """The adapter before a simulated Midtrans whose pages stand at `base`."""
    wire = LoopbackAdapter(MidtransApi(world, public_url=lambda: base), base)
    return MidtransGateway(
        server_key=world.server_key, api_base=base, snap_base=base, open_session=wire.session
    )


class LoopbackAdapter(BaseAdapter):
    """Answers requests from the simulated API. `at` is the present it believes in; None is the real one."""

    def __init__(self, api: MidtransApi, base: str, *, at: datetime | None = None) -> None:
        super().__init__()
        self.at = at
        self._api = api
        self._base = base

    def session(self) -> requests.Session:
        """A session that gets its answers here."""
        session = requests.Session()
        session.mount(self._base, self)
        return session

    def send(self, request: requests.PreparedRequest, *_args: Any, **_named: Any) -> requests.Response:
        """One request and its answer."""
        path = (urlsplit(request.url or "").path).removeprefix(urlsplit(self._base).path)
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        headers = {name: str(value) for name, value in request.headers.items()}
        answer = self._api.answer(request.method or "", path, headers, body, at=self.at or now())
        reply = requests.Response()
        reply.status_code, reply.raw, reply.request = answer.status, io.BytesIO(answer.text.encode()), request
        reply.url = request.url or ""
        return reply

    def close(self) -> None:
        """Nothing is held open."""
