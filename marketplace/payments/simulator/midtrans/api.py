"""Decides how the simulated Midtrans answers its two interfaces: who may ask, each endpoint, each refusal.

Sources: https://docs.midtrans.com/docs/api-authorization-headers, …/docs/error-code-and-response-code,
…/reference/cancel-a-snap-session, …/reference-link/expire-transaction.
"""

import base64
import binascii
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from marketplace.payments.simulator.midtrans import refunds
from marketplace.payments.simulator.midtrans.refunds import RefundRefusal
from marketplace.payments.simulator.midtrans.snap_rules import SnapRefusal, Tree
from marketplace.payments.simulator.midtrans.world import CannotModify, MidtransWorld, NoSuchPayment

SNAP = "/snap/v1/transactions"
_DENIED = "Access denied due to unauthorized transaction, please check client or server key"
_CANNOT = "Merchant cannot modify the status of the transaction"


@dataclass(frozen=True)
class ApiAnswer:
    """Status and JSON of one answer."""

    status: int
    body: Tree

    @property
    def text(self) -> str:
        """The body as it travels."""
        return json.dumps(self.body)


class MidtransApi:
    """The endpoints DesaMart uses, over one remembered world.

    `public_url` gives the address (without a final slash) under which the simulator's pages are reached.
    """

    def __init__(self, world: MidtransWorld, *, public_url: Callable[[], str]) -> None:
        self._world = world
        self._public_url = public_url

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: str, *, at: datetime
    ) -> ApiAnswer:
        """Answers one request. `body` is JSON, or empty."""
        known = {name.lower(): value for name, value in headers.items()}
        snap = path.startswith("/snap/")
        if not hmac.compare_digest(
            _key_in(known.get("authorization", "")).encode(), self._world.server_key.encode()
        ):
            return _snap_no(401, [_DENIED]) if snap else _core_no("401", _DENIED)
        tree = _tree(body)
        return self._snap(method, path, tree, at) if snap else self._core(method, path, tree, at)

    def page_of(self, token: str) -> str:
        """The address of a payment page."""
        return f"{self._public_url()}/snap/v4/redirection/{token}"

    def _snap(self, method: str, path: str, tree: object, at: datetime) -> ApiAnswer:
        parts = path.removeprefix(SNAP).strip("/").split("/")
        if method != "POST" or not path.startswith(SNAP) or (parts != [""] and parts[1:] != ["cancel"]):
            return _snap_no(404, ["The requested resource is not found"])
        try:
            if parts == [""]:
                page = self._world.open_page(tree, at=at)
                return ApiAnswer(201, {"token": page.token, "redirect_url": self.page_of(page.token)})
            self._world.cancel_page(parts[0], at=at)
        except SnapRefusal as refusal:
            return _snap_no(refusal.status, refusal.messages)
        except NoSuchPayment:
            return _snap_no(404, ["token not found"])
        except CannotModify as refusal:
            over = refusal.status == "canceled"
            return _snap_no(400, ["token already canceled" if over else "Transaction is on progress"])
        return ApiAnswer(200, {"canceled_at": at.astimezone(UTC).isoformat(timespec="milliseconds")})

    def _core(self, method: str, path: str, tree: object, at: datetime) -> ApiAnswer:
        version, _, rest = path.strip("/").partition("/")
        name, _, action = rest.partition("/")
        endpoints = {
            ("GET", "status"): self._status,
            ("POST", "expire"): self._expire,
            ("POST", "refund"): self._refund,
        }
        endpoint = endpoints.get((method, action))
        if version != "v2" or endpoint is None:
            return _core_no("404", "The requested resource is not found")
        try:
            if not self._world.payment(name, at=at).status:
                raise NoSuchPayment
            return endpoint(name, tree if isinstance(tree, dict) else {}, at)
        except NoSuchPayment:
            return _core_no("404", "Transaction doesn't exist.")
        except CannotModify:
            return _core_no("412", _CANNOT)
        except RefundRefusal as refusal:
            return _core_no(refusal.code, str(refusal))

    def _status(self, name: str, _tree: Tree, at: datetime) -> ApiAnswer:
        return ApiAnswer(200, self._world.shown(self._world.payment(name, at=at), at=at))

    def _expire(self, name: str, _tree: Tree, at: datetime) -> ApiAnswer:
        expired = self._world.expire(name, at=at)
        self._world.tell(expired, "expire", times=1, due_at=at)
        told = self._world.shown(expired, at=at)
        return ApiAnswer(200, told | {"status_message": "Success, transaction has expired"})

    def _refund(self, name: str, tree: Tree, at: datetime) -> ApiAnswer:
        made = refunds.create(self._world, name, tree, at=at)
        payment = self._world.payment(name, at=at)
        self._world.tell(payment, payment.status, times=1, due_at=at)
        return ApiAnswer(200, made)


def _tree(body: str) -> Any:
    try:
        return json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return None


def _key_in(authorization: str) -> str:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _snap_no(status: int, messages: list[str]) -> ApiAnswer:
    return ApiAnswer(status, {"error_messages": messages})


def _core_no(code: str, message: str) -> ApiAnswer:
    return ApiAnswer(int(code), {"status_code": code, "status_message": message, "id": str(uuid.uuid4())})
