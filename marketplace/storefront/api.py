"""Decides what programs may ask about goods on sale, and about one order of their own."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from marketplace.accounts.guards import anyone
from marketplace.catalog import stocking
from marketplace.catalog.cards import Card, cards
from marketplace.catalog.listing import category_counts, listing
from marketplace.catalog.pictures import picture
from marketplace.catalog.public import category_tree, public_product
from marketplace.config import settings
from marketplace.kit.clock import now
from marketplace.kit.errors import Invalid
from marketplace.kit.paging import page_number
from marketplace.orders import queries as orders
from marketplace.orders.models import SellerOrder
from marketplace.orders.states import derived_status
from marketplace.sellers.queries import public_shop
from marketplace.storefront import filtering
from marketplace.storefront.filtering import FilterForm
from marketplace.storefront.furniture import visitor
from marketplace.storefront.hits import found

blueprint = Blueprint("goods_api", __name__)
MOST_TOLD = 20
NAMES = {
    "q": "q",
    "category": "kategori",
    "region": "wilayah",
    "min_price": "harga_min",
    "max_price": "harga_max",
    "sort": "urut",
}


@blueprint.get("/api/v1/products")
@anyone("browsing the goods")
def products() -> Response:
    """Goods on sale: the filters of `/produk` by their English names, and `shop`.

    Raises:
        Invalid: a filter cannot be read; unlike a person, a program is not answered without it.
        NotFound: there is no such shop.
    """
    at = now()
    form = FilterForm(MultiDict({name: request.args.get(asked, "") for asked, name in NAMES.items()}))
    if not form.validate():
        said = "; ".join(words for reasons in form.errors.values() for words in reasons)
        raise Invalid(said or _("Saringan ini tidak bisa dibaca."))
    shop = request.args.get("shop")
    hits = found(form.text, form.usable())
    wanted = replace(
        filtering.wanted(form.usable(), hits.ids), shop_id=public_shop(shop).id if shop else None
    )
    page = listing(wanted, page_number((request.args.get("page") or "")[:9]), at=at)
    counts = category_counts(replace(wanted, ids=hits.of_all_kinds), at=at)
    return jsonify(
        items=[_item(card) for card in page.rows],
        page=page.page,
        pages=page.pages,
        total=page.total,
        facets={
            "categories": [
                {"slug": node.slug, "name": node.name, "count": counts[node.slug]}
                for top in category_tree()
                for node in (top, *top.children)
                if counts.get(node.slug)
            ]
        },
    )


@blueprint.get("/api/v1/products/<slug>")
@anyone("looking at a product")
def product(slug: str) -> Response:
    """One product on sale, with its choices."""
    at, shown = now(), public_product(slug)
    left = stocking.available([variant.id for variant in shown.variants], at=at)
    about = _item(cards([shown.id], at=at)[0])
    more: dict[str, Any] = {
        "description": shown.description,
        "category": shown.category_slug,
        "min_quantity": shown.min_quantity,
        "images": [f"{settings().public_url}{picture(photo.key, '').src}" for photo in shown.photos],
        "variants": [
            {"id": one.id, "name": one.name, "price": one.price, "available": _told(left[one.id])}
            for one in shown.variants
        ],
    }
    return jsonify(about | more)


@blueprint.get("/api/v1/orders/<number>")
@anyone("the owner, or who holds the order's token")
def order(number: str) -> Response:
    """One order, for its owner or who holds its token: states and sums, no address and no telephone."""
    found = orders.order_for(number, visitor(), request.args.get("token"))
    return jsonify(
        number=found.number,
        status=derived_status([child.status for child in found.children]),
        placed_at=found.placed_at.isoformat(),
        payment_method=found.payment_method,
        total=found.total,
        seller_orders=[_part(child) for child in found.children],
    )


def _item(card: Card) -> dict[str, Any]:
    address = settings().public_url
    return {
        "slug": card.slug,
        "name": card.name,
        "price": card.price,
        "unit": card.unit,
        "available": _told(card.available),
        "village": {"code": card.village_code, "name": card.village},
        "shop": {"slug": card.shop_slug, "name": card.shop},
        "url": f"{address}/produk/{card.slug}",
        "image": f"{address}{card.picture.src}" if card.picture else None,
    }


def _told(available: int | None) -> int | None:
    """How many can be bought; beyond twenty it is nobody's business. None: made to order."""
    return None if available is None else min(available, MOST_TOLD)


def _part(child: SellerOrder) -> dict[str, Any]:
    return {
        "number": child.number,
        "status": child.status,
        "shop": {"slug": child.shop.slug, "name": child.shop.name},
        "delivery_method": child.delivery_method,
        "tracking_number": child.tracking_number,
        "goods_total": child.goods_total,
        "delivery_fee": child.delivery_fee,
        "total": child.total,
        "lines": [
            {
                "product": line.product_slug,
                "name": line.product_name,
                "variant": line.variant_name,
                "unit": line.unit,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
            }
            for line in child.lines
        ],
    }
