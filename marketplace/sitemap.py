"""One table: which blueprints there are. Their routes carry the contract's whole addresses."""

from importlib import import_module

from flask import Flask

from marketplace.config import Config
from marketplace.extensions import csrf
from marketplace.payments import gateway
from marketplace.payments.simulator.delivery import deliver_due
from marketplace.payments.simulator.views import make_simulator
from marketplace.payments.simulator.world import StripeWorld

BLUEPRINTS = (
    "accounts.views",
    "regions.api",
    "catalog.media_views",
    "catalog.seller_views",
    "catalog.stock_views",
    "orders.counter_views",
    "orders.seller_views",
    "orders.notas.seller_views",
    "orders.admin_views",
    "payments.complaint_views",
    "payments.seller_payment_views",
    "payments.counter_views",
    "payments.account_views",
    "payments.webhook",
    "payouts.seller_views",
    "payouts.counter_views",
    "payouts.batch_views",
    "payouts.payout_views",
    "payouts.settlement_views",
    "indicators.officer_views",
    "storefront.front",
    "storefront.finding",
    "storefront.product_page",
    "storefront.shops",
    "storefront.basket",
    "storefront.checkout",
    "storefront.tracking",
    "storefront.notas",
    "storefront.paying_directly",
    "operations.admin_views",
    "operations.health",
)
SIMULATOR = "/simulasi/stripe"


def register(app: Flask, config: Config) -> None:
    """Join all blueprints to the application; the payment simulator in demo mode only."""
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"marketplace.{name}").blueprint)
    gateway.register(app, config)
    if config.demo:
        world = StripeWorld(config.simulator_file)
        simulator = make_simulator(
            world,
            mode=config.mode,
            secret_key=config.stripe_secret_key,
            webhook_secret=config.stripe_webhook_secret,
            webhook_url=lambda: f"{config.public_url}/webhook/stripe",
            public_url=lambda: f"{config.public_url}{SIMULATOR}",
        )
        csrf.exempt(simulator)
        app.register_blueprint(simulator, url_prefix=SIMULATOR)
        app.extensions["deliver_simulated"] = lambda at: deliver_due(
            world,
            at=at,
            webhook_secret=config.stripe_webhook_secret,
            webhook_url=f"{config.public_url}/webhook/stripe",
        )
