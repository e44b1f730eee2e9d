"""Decides the simulated Stripe's addresses: the API, the payment page, and the desk for trouble on demand."""

from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.guards import anyone
from marketplace.kit.clock import now
from marketplace.payments.simulator.control import Order, carry_out, state_of
from marketplace.payments.simulator.delivery import deliver_due
from marketplace.payments.simulator.desk import BadOrder
from marketplace.payments.simulator.objects import SimulatedSession
from marketplace.payments.simulator.parameters import Refusal
from marketplace.payments.simulator.stripe_api import StripeApi
from marketplace.payments.simulator.world import NoSuchSession, NotOpen, NotPossible, StripeWorld

_API_IS_OPEN = "stands for Stripe's API, which checks the secret key itself"
_PAGE_IS_OPEN = "stands for a page at Stripe; the session's name in the address is the secret"
_DESK_IS_OPEN = "plays the outside world in tests and scripts; exists in demo mode only"


def make_simulator(
    world: StripeWorld,
    *,
    secret_key: str,
    webhook_secret: str,
    webhook_url: Callable[[], str],
    public_url: Callable[[], str],
    mode: str,
    clock: Callable[[], datetime] = now,
) -> Blueprint:
    """The simulator as a blueprint named `simulator`.

    `public_url` gives the address it is mounted at (`http://localhost:8000/simulasi/stripe`), `webhook_url`
    where the shop listens. Raises RuntimeError outside demo mode: simulated money must never buy real goods.
    """
    if mode != "demo":
        raise RuntimeError(f"the payment simulator exists in demo mode only, not in {mode!r}")
    blueprint = Blueprint("simulator", __name__)
    api = StripeApi(world, secret_key=secret_key, public_url=public_url)

    def deliver(session_id: str) -> None:
        deliver_due(
            world, at=clock(), webhook_secret=webhook_secret, webhook_url=webhook_url(), session_id=session_id
        )

    _add_api(blueprint, api, clock)
    _add_page(blueprint, world, deliver, clock)
    _add_desk(blueprint, world, api, deliver, clock)
    return blueprint


def _add_api(blueprint: Blueprint, api: StripeApi, clock: Callable[[], datetime]) -> None:
    @blueprint.route("/v1/<path:rest>", methods=["GET", "POST", "DELETE"])
    @anyone(_API_IS_OPEN)
    def ask(rest: str) -> Response:
        form = request.get_data(as_text=True) if request.method == "POST" else request.query_string.decode()
        answer = api.answer(request.method, f"/v1/{rest}", dict(request.headers), form, at=clock())
        return Response(answer.body, answer.status, answer.headers)


def _add_page(
    blueprint: Blueprint, world: StripeWorld, deliver: Callable[[str], None], clock: Callable[[], datetime]
) -> None:
    @blueprint.get("/bayar/<session_id>")
    @anyone(_PAGE_IS_OPEN)
    def page(session_id: str) -> tuple[str, int]:
        try:
            return _page(world.session(session_id, at=clock()))
        except NoSuchSession:
            return _not_there()

    @blueprint.post("/bayar/<session_id>")
    @anyone(_PAGE_IS_OPEN)
    def act(session_id: str) -> AnyResponse | tuple[str, int]:
        action, at = request.form.get("aksi", ""), clock()
        try:
            session = world.session(session_id, at=at)
            if action == "bayar":
                world.send_later(world.pay(session_id, at=at), times=1, due_at=at)
                deliver(session_id)
            elif action == "tolak":
                world.decline(session_id, at=at)
        except NoSuchSession:
            return _not_there()
        except NotOpen as refused:
            if action == "bayar" and refused.status == "complete":
                return _leave(session, "success_url")
            return _page(world.session(session_id, at=at))
        if action == "tolak":
            return redirect(url_for("simulator.page", session_id=session_id), 303)
        return _leave(session, "success_url" if action == "bayar" else "cancel_url")


def _page(session: SimulatedSession) -> tuple[str, int]:
    name = "simulator/pay.html" if session.payable else "simulator/closed.html"
    back = session.params.get("cancel_url") if session.status == "expired" else _success_url(session)
    status = 410 if session.status == "expired" else 200
    return render_template(name, session=session, back=back, rupiah=_rupiah), status


def _not_there() -> tuple[str, int]:
    return render_template("simulator/closed.html", session=None, back=None, rupiah=_rupiah), 404


def _leave(session: SimulatedSession, where: str) -> AnyResponse | tuple[str, int]:
    # Only addresses that the merchant gave with its secret key when opening; nothing from this request.
    if where == "success_url":
        return redirect(_success_url(session), 303)
    cancel_url = session.params.get("cancel_url")
    return redirect(cancel_url, 303) if cancel_url else _page(session)


def _success_url(session: SimulatedSession) -> str:
    return str(session.params["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def _rupiah(minor_units: int) -> str:
    whole, rest = divmod(minor_units, 100)
    text = f"Rp{whole:,}".replace(",", ".")
    return f"{text},{rest:02d}" if rest else text


def _add_desk(
    blueprint: Blueprint,
    world: StripeWorld,
    api: StripeApi,
    deliver: Callable[[str], None],
    clock: Callable[[], datetime],
) -> None:
    @blueprint.get("/kendali/<session_id>")
    @anyone(_DESK_IS_OPEN)
    def desk(session_id: str) -> tuple[dict[str, object], int]:
        try:
            return state_of(world, api, session_id, at=clock()), 200
        except NoSuchSession:
            return {"error": "sesi tidak dikenal"}, 404

    @blueprint.post("/kendali/<session_id>")
    @anyone(_DESK_IS_OPEN)
    def make_happen(session_id: str) -> tuple[dict[str, object], int]:
        at = clock()
        try:
            order = Order.read(request.form)
            carry_out(world, session_id, order, at=at)
            if order.delay == timedelta(0):
                deliver(session_id)
            return state_of(world, api, session_id, at=at), 200
        except BadOrder as error:
            return {"error": str(error)}, 400
        except NoSuchSession:
            return {"error": "sesi tidak dikenal"}, 404
        except NotOpen as error:
            return {"error": f"sesi sudah {error.status}"}, 409
        except NotPossible as error:
            return {"error": str(error)}, 409
        except Refusal as refusal:
            return refusal.body, refusal.status
