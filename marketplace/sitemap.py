"""One table: which blueprints there are. Their routes carry the contract's whole addresses."""

from importlib import import_module

from flask import Flask

from marketplace.config import Config
from marketplace.notices import mailbox_views
from marketplace.payments import gateway
from marketplace.payments.simulator import mounting

BLUEPRINTS = (
    "accounts.views",
    "regions.api",
    "sellers.assist_counter_views",
    "sellers.assist_owner_views",
    "sellers.opening_views",
    "sellers.shop_views",
    "sellers.member_views",
    "sellers.review_views",
    "catalog.media_views",
    "catalog.shop_page_views",
    "catalog.photo_views",
    "catalog.seller_views",
    "catalog.waiting_views",
    "catalog.stock_views",
    "catalog.permits.seller_views",
    "catalog.permits.counter_views",
    "catalog.imports.seller_views",
    "orders.counter_views",
    "orders.seller_views",
    "orders.packing_views",
    "reviews.seller_views",
    "reviews.counter_views",
    "orders.notas.seller_views",
    "orders.admin_views",
    "payments.complaint_views",
    "payments.seller_payment_views",
    "payments.seller_refund_views",
    "payments.admin_refund_views",
    "payments.admin_clawback_views",
    "payments.admin_dispute_fee_views",
    "payments.admin_parked_views",
    "payments.counter_views",
    "payments.account_views",
    "counter_sales.views",
    "counter_sales.day_views",
    "payments.webhook",
    "payouts.seller_views",
    "payouts.counter_views",
    "payouts.batch_views",
    "payouts.payout_views",
    "payouts.settlement_views",
    "notices.views",
    "notices.choice_views",
    "indicators.officer_views",
    "indicators.publishing.public_views",
    "indicators.publishing.officer_views",
    "indicators.publishing.export_views",
    "indicators.dictionary_views",
    "indicators.reading_views",
    "indicators.silence_views",
    "village_services.counter_views",
    "indicators.evidence.sheet_views",
    "indicators.service_views",
    "indicators.seller_list_views",
    "indicators.inputs.form_views",
    "indicators.inputs.file_views",
    "indicators.uplift.views",
    "indicators.uplift.act_views",
    "indicators.uplift.file_views",
    "indicators.quality.views",
    "indicators.quality.completeness_views",
    "reports.seller_views",
    "storefront.front",
    "storefront.finding",
    "storefront.api",
    "storefront.product_page",
    "storefront.shops",
    "storefront.catalogues",
    "storefront.basket",
    "storefront.checkout",
    "storefront.tracking",
    "storefront.reviewing",
    "storefront.refund_accounts",
    "storefront.notas",
    "storefront.paying_directly",
    "storefront.language",
    "operations.admin_views",
    "operations.health",
)


def register(app: Flask, config: Config) -> None:
    """Join all blueprints to the application; payment simulators and mailbox in demo mode only."""
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"marketplace.{name}").blueprint)
    gateway.register(app, config)
    if config.demo:
        app.register_blueprint(mailbox_views.blueprint)
        mounting.mount(app, config)
