"""Decides where the simulated providers stand in demo mode, and who carries their messages to the shop."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask

from marketplace.config import Config
from marketplace.extensions import csrf
from marketplace.payments import gateway
from marketplace.payments.simulator import delivery, views, world
from marketplace.payments.simulator.midtrans import delivery as midtrans_delivery
from marketplace.payments.simulator.midtrans import loopback as midtrans_loopback
from marketplace.payments.simulator.midtrans import views as midtrans_views
from marketplace.payments.simulator.midtrans import world as midtrans_world

Carry = Callable[[datetime], int]
STRIPE, MIDTRANS = "/simulasi/stripe", "/simulasi/midtrans"


def mount(app: Flask, config: Config) -> None:
    """Join the simulators to a demo application; `deliver_simulated` is the worker's turn."""
    carriers = [_stripe(app, config), _midtrans(app, config)]
    app.extensions["deliver_simulated"] = lambda at: sum(carry(at) for carry in carriers)


def _stripe(app: Flask, config: Config) -> Carry:
    remembered = world.StripeWorld(config.simulator_file)
    heard_at = f"{config.public_url}/webhook/stripe"
    blueprint = views.make_simulator(
        remembered,
        mode=config.mode,
        secret_key=config.stripe_secret_key,
        webhook_secret=config.stripe_webhook_secret,
        webhook_url=lambda: heard_at,
        public_url=lambda: f"{config.public_url}{STRIPE}",
    )
    _join(app, blueprint, STRIPE)
    secret = config.stripe_webhook_secret
    return lambda at: delivery.deliver_due(remembered, at=at, webhook_secret=secret, webhook_url=heard_at)


def _midtrans(app: Flask, config: Config) -> Carry:
    remembered = midtrans_world.MidtransWorld(
        config.midtrans_simulator_file, server_key=config.midtrans_server_key
    )
    heard_at = f"{config.public_url}/webhook/midtrans"
    blueprint = midtrans_views.make_simulator(
        remembered,
        mode=config.mode,
        webhook_url=lambda: heard_at,
        public_url=lambda: f"{config.public_url}{MIDTRANS}",
    )
    _join(app, blueprint, MIDTRANS)
    here = f"{config.public_url}{MIDTRANS}"
    if config.midtrans_api_base == config.midtrans_snap_base == here:
        gateway.set_up(app, midtrans_loopback.before(remembered, here))
    return lambda at: midtrans_delivery.deliver_due(remembered, at=at, webhook_url=heard_at)


def _join(app: Flask, blueprint: Blueprint, place: str) -> None:
    csrf.exempt(blueprint)
    app.register_blueprint(blueprint, url_prefix=place)
