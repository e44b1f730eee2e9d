"""Decides the simulated Midtrans' addresses: its interfaces, Snap's page, the desk for trouble on demand."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.guards import anyone
from marketplace.kit.clock import now
from marketplace.kit.money import rupiah
from marketplace.payments.simulator.desk import BadOrder
from marketplace.payments.simulator.midtrans.api import MidtransApi
from marketplace.payments.simulator.midtrans.control import Order, carry_out, state_of
from marketplace.payments.simulator.midtrans.delivery import deliver_due
from marketplace.payments.simulator.midtrans.payments import CODES, SimulatedPayment
from marketplace.payments.simulator.midtrans.refunds import RefundRefusal
from marketplace.payments.simulator.midtrans.world import METHODS, CannotModify, MidtransWorld, NoSuchPayment

_API_IS_OPEN = "stands for Midtrans' API, which checks the server key itself"
_PAGE_IS_OPEN = "stands for a page at Midtrans; the token in the address is the secret"
_DESK_IS_OPEN = "plays the outside world in tests and scripts; exists in demo mode only"


def make_simulator(
    world: MidtransWorld,
    *,
    webhook_url: Callable[[], str],
    public_url: Callable[[], str],
    mode: str,
    clock: Callable[[], datetime] = now,
) -> Blueprint:
    """The simulator as a blueprint named `midtrans_simulator`.

    `public_url` gives the address it is mounted at (`http://localhost:8000/simulasi/midtrans`), `webhook_url`
    where the shop listens. Raises RuntimeError outside demo mode: simulated money must never buy real goods.
    """
    if mode != "demo":
        raise RuntimeError(f"the payment simulator exists in demo mode only, not in {mode!r}")
    blueprint = Blueprint("midtrans_simulator", __name__)
    api = MidtransApi(world, public_url=public_url)

    def deliver(payment: SimulatedPayment) -> None:
        deliver_due(world, at=clock(), webhook_url=webhook_url(), order_id=payment.order_id)

    _add_api(blueprint, api, clock)
    _add_page(blueprint, world, deliver, clock)
    _add_desk(blueprint, world, api, deliver, clock)
    return blueprint


def _add_api(blueprint: Blueprint, api: MidtransApi, clock: Callable[[], datetime]) -> None:
    @blueprint.route("/snap/v1/<path:rest>", methods=["GET", "POST"])
    @blueprint.route("/v2/<path:rest>", methods=["GET", "POST"])
    @anyone(_API_IS_OPEN)
    def ask(rest: str) -> Response:
        part = "/snap/v1/" if "/snap/v1/" in request.path else "/v2/"
        body = request.get_data(as_text=True)
        answer = api.answer(request.method, part + rest, dict(request.headers), body, at=clock())
        return Response(answer.text, answer.status, content_type="application/json")


def _add_page(
    blueprint: Blueprint,
    world: MidtransWorld,
    deliver: Callable[[SimulatedPayment], None],
    clock: Callable[[], datetime],
) -> None:
    @blueprint.get("/snap/v4/redirection/<token>")
    @anyone(_PAGE_IS_OPEN)
    def page(token: str) -> tuple[str, int]:
        try:
            return _page(world.payment(token, at=clock()), clock())
        except NoSuchPayment:
            return render_template("simulator/snap_closed.html", payment=None, back=None, rupiah=rupiah), 404

    @blueprint.post("/snap/v4/redirection/<token>")
    @anyone(_PAGE_IS_OPEN)
    def act(token: str) -> AnyResponse | tuple[str, int]:
        at = clock()
        try:
            payment = world.payment(token, at=at)
            if not payment.payable(at):
                return _page(payment, at)
            action = request.form.get("aksi", "")
            if action == "batal":
                return _leave(payment, "error")
            payment = _carry_out(world, payment, action, request.form.get("cara", ""), at)
        except NoSuchPayment:
            return render_template("simulator/snap_closed.html", payment=None, back=None, rupiah=rupiah), 404
        except CannotModify:
            return _page(world.payment(token, at=at), at)
        deliver(payment)
        if action == "bayar":
            return _leave(payment, "finish")
        return redirect(url_for("midtrans_simulator.page", token=token), 303)


def _carry_out(
    world: MidtransWorld, payment: SimulatedPayment, action: str, method: str, at: datetime
) -> SimulatedPayment:
    known = method if method in METHODS else "qris"
    if action == "bayar":
        payment = world.pay(payment.order_id, method=known, at=at)
    elif action == "tolak":
        payment = world.deny(payment.order_id, at=at)
    else:
        payment = world.begin(payment.order_id, known, at=at)
    world.tell(payment, payment.status, times=1, due_at=at)
    return payment


def _page(payment: SimulatedPayment, at: datetime) -> tuple[str, int]:
    back = _address(payment, "error" if payment.status in ("", "expire") else "finish")
    if payment.payable(at):
        return render_template("simulator/snap.html", payment=payment, methods=METHODS, rupiah=rupiah), 200
    paid = payment.status in ("settlement", "capture", "refund", "partial_refund")
    shown = render_template(
        "simulator/snap_closed.html", payment=payment, paid=paid, back=back, rupiah=rupiah
    )
    return shown, 200 if paid else 410


def _leave(payment: SimulatedPayment, where: str) -> AnyResponse | tuple[str, int]:
    # Only addresses that the merchant gave with its server key when opening; nothing from this request.
    address = _address(payment, where)
    return redirect(address, 303) if address else ("Terima kasih.", 200)


def _address(payment: SimulatedPayment, where: str) -> str | None:
    """The way back, with what Midtrans adds to it."""
    address = payment.params.get("callbacks", {}).get(where)
    if not address:
        return None
    told = {"order_id": payment.order_id}
    if payment.status:
        told |= {"status_code": CODES.get(payment.status, "200"), "transaction_status": payment.status}
    return f"{address}{'&' if '?' in address else '?'}{urlencode(told)}"


def _add_desk(
    blueprint: Blueprint,
    world: MidtransWorld,
    api: MidtransApi,
    deliver: Callable[[SimulatedPayment], None],
    clock: Callable[[], datetime],
) -> None:
    @blueprint.get("/kendali/<name>")
    @anyone(_DESK_IS_OPEN)
    def desk(name: str) -> tuple[dict[str, object], int]:
        try:
            return state_of(world, api, name, at=clock()), 200
        except NoSuchPayment:
            return {"error": "pembayaran tidak dikenal"}, 404

    @blueprint.post("/kendali/<name>")
    @anyone(_DESK_IS_OPEN)
    def make_happen(name: str) -> tuple[dict[str, object], int]:
        at = clock()
        try:
            order = Order.read(request.form)
            carry_out(world, name, order, at=at)
            if order.delay == timedelta(0):
                deliver(world.payment(name, at=at))
            return state_of(world, api, name, at=at), 200
        except BadOrder as error:
            return {"error": str(error)}, 400
        except NoSuchPayment:
            return {"error": "pembayaran tidak dikenal"}, 404
        except RefundRefusal as refusal:
            return {"error": str(refusal), "status_code": refusal.code}, int(refusal.code)
        except CannotModify as error:
            return {"error": f"pembayaran sudah {error.status or 'tidak dimulai'}"}, 409
