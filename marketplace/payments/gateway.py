"""Decides which payment providers there are, and through which of them this application works."""

from collections.abc import Mapping

from flask import Flask, current_app

from marketplace.config import Config
from marketplace.payments.midtrans_provider import API_BASE, MIDTRANS, SNAP_BASE, MidtransGateway
from marketplace.payments.provider import Abilities, PaymentProvider, ProviderUnavailable
from marketplace.payments.stripe_provider import STRIPE, StripeGateway

ABILITIES: Mapping[str, Abilities] = {can.code: can for can in (STRIPE, MIDTRANS)}
"""Every provider by code, also one that is not set up here: money may lie there from before."""

HOLDING = tuple(code for code, can in ABILITIES.items() if can.receiver == "platform")
"""The providers where money lies for DesaMart, each with a clearing account of its own."""

_PLACE = "payment_providers"


def register(app: Flask, config: Config) -> None:
    """Make the providers of this application; the simulated ones in demo mode."""
    app.extensions[_PLACE] = {}
    set_up(
        app,
        StripeGateway(
            secret_key=config.stripe_secret_key,
            webhook_secret=config.stripe_webhook_secret,
            api_base=config.stripe_api_base or None,
        ),
    )
    if config.midtrans_server_key:
        set_up(
            app,
            MidtransGateway(
                server_key=config.midtrans_server_key,
                api_base=config.midtrans_api_base or API_BASE,
                snap_base=config.midtrans_snap_base or SNAP_BASE,
            ),
        )


def set_up(app: Flask, provider: PaymentProvider) -> None:
    """Let an application work through a provider, in place of the one of the same code."""
    app.extensions[_PLACE][provider.can.code] = provider


def providers() -> Mapping[str, PaymentProvider]:
    """The providers of the application that is answering now, by code."""
    found: Mapping[str, PaymentProvider] = current_app.extensions[_PLACE]
    return found


def provider(code: str) -> PaymentProvider:
    """One provider of the application that is answering now.

    Raises:
        ProviderUnavailable: it is not set up here.
    """
    found = providers().get(code)
    if found is None:
        raise ProviderUnavailable("Cara pembayaran ini sedang tidak tersedia. Silakan pilih cara lain.")
    return found
