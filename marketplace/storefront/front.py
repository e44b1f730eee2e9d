"""Decides what the front page offers: search, categories, what is new, and the regions to browse."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import anyone
from marketplace.catalog.cards import next_change
from marketplace.catalog.listing import NEWEST, Filter, listing
from marketplace.catalog.public import category_tree, regions_with_goods
from marketplace.kit import alike
from marketplace.kit.clock import now
from marketplace.regions.queries import names
from marketplace.storefront.illustrations import category_pictures, hero

blueprint = Blueprint("front", __name__)
NEW_GOODS = 8
VILLAGE_CODE, REGENCY_CODE = 13, 5


@blueprint.get("/")
@anyone("the shop window")
def front() -> ResponseReturnValue:
    """Show the shop window."""
    at = now()
    alike.until(next_change, at=at)
    villages = regions_with_goods(VILLAGE_CODE)
    regencies: dict[str, int] = {}
    for code, number in villages.items():
        regencies[code[:REGENCY_CODE]] = regencies.get(code[:REGENCY_CODE], 0) + number
    named = names(sorted(regencies))
    categories = [node for node in category_tree() if node.count]
    return render_template(
        "storefront/front.html",
        newest=listing(Filter(sort=NEWEST), 1, at=at, per_page=NEW_GOODS),
        categories=categories,
        pictures=category_pictures(node.slug for node in categories),
        hero=hero(),
        regencies=[(code, named.get(code, code), regencies[code]) for code in sorted(regencies)],
        villages=len(villages),
    )
