"""Decides through which account at Stripe the application works; the simulator's, in demo mode."""

from flask import Flask, current_app

from marketplace.config import Config
from marketplace.payments.stripe_provider import StripeGateway


def register(app: Flask, config: Config) -> None:
    """Make the gateway of this application."""
    app.extensions["stripe_gateway"] = StripeGateway(
        secret_key=config.stripe_secret_key,
        webhook_secret=config.stripe_webhook_secret,
        api_base=config.stripe_api_base or None,
    )


def gateway() -> StripeGateway:
    """The gateway of the application that is answering now."""
    found: StripeGateway = current_app.extensions["stripe_gateway"]
    return found
