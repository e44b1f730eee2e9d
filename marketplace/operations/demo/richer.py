"""Decides which demo goods say more: one in sizes, one dearer by the piece, one sold before its harvest."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.catalog import publishing, stocking
from marketplace.catalog.detailing import Details, VariantDraft
from marketplace.catalog.models import Product
from marketplace.catalog.publishing import ProductDraft
from marketplace.extensions import db
from marketplace.kit.clock import day_wib

SIZES, BULK, AHEAD = "keripik-pisang-cokelat-250-g", "gula-aren-balok-1-kg", "gabah-kering-panen-per-kg"


def enrich(*, at: datetime) -> None:
    """Say more of three goods, none of them of the demo sellers. In the open transaction, after the story."""
    today = day_wib(at)
    said = {
        SIZES: Details(
            variant_name="250 gram",
            compare_price=21_000,
            brand="Banjar Suri",
            is_unggulan=True,
            shelf_life_days=90,
            variants=[
                VariantDraft("500 gram", 34_000, 40, net_weight_g=500, shipping_weight_g=600),
                VariantDraft("1 kg", 64_000, 25, net_weight_g=1000, shipping_weight_g=1150),
            ],
        ),
        BULK: Details(min_quantity=2, grade="Super", tiers=((10, 23_000), (50, 21_500))),
        AHEAD: Details(
            min_quantity=50,
            step=50,
            harvest_from=today + timedelta(days=35),
            harvest_until=today + timedelta(days=50),
            order_until=today + timedelta(days=28),
            expected_on=today + timedelta(days=40),
            grade="Kering panen",
            tiers=((500, 6_500), (1_000, 6_300)),
        ),
    }
    for slug, details in said.items():
        product = db.session.scalars(select(Product).where(Product.slug == slug)).one()
        if slug == AHEAD:
            # What the field is expected to give.
            stocking.receive(
                product.variants[0], 2_000, reference="panen-demo", at=at, reason="Taksiran panen"
            )
        publishing.edit(product, replace(_as_it_is(product), details=details), at=at)


def _as_it_is(product: Product) -> ProductDraft:
    first = product.variants[0]
    return ProductDraft(
        name=product.name,
        price=first.price,
        unit=product.unit,
        category_slug=product.category_slug,
        fulfilment=product.fulfilment,
        on_demand=first.on_demand,
        description=product.description,
        net_weight_g=product.net_weight_g,
        shipping_weight_g=product.shipping_weight_g,
        sector=product.sector,
    )
