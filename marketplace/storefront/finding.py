"""Decides what the list of goods answers: search, filters, order and page, all in the address."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.accounts.guards import anyone
from marketplace.catalog.cards import next_change
from marketplace.catalog.listing import category_counts, listing
from marketplace.catalog.public import category_tree, regencies_with_goods
from marketplace.kit import alike
from marketplace.kit.clock import now
from marketplace.kit.paging import page_number
from marketplace.regions.queries import names
from marketplace.storefront import filtering
from marketplace.storefront.filtering import Choice, FilterForm
from marketplace.storefront.hits import found

blueprint = Blueprint("finding", __name__)


@blueprint.get("/produk")
@anyone("browsing the goods")
def products() -> ResponseReturnValue:
    """List goods. A filter that cannot be read is named beside its field; the others still work."""
    form, at = FilterForm(request.args), now()
    fine = form.validate()
    usable = form.usable()
    hits = found(form.text, usable)
    wanted = filtering.wanted(usable, hits.ids)
    counts = category_counts(replace(wanted, ids=hits.of_all_kinds), at=at)
    choices = filtering.categories(counts, wanted.category, more=hits.more), _regions(wanted.region)
    alike.until(next_change, at=at)
    page = listing(wanted, _page(), at=at, address=partial(filtering.address, usable))
    shown = render_template(
        "storefront/products.html",
        form=form,
        page=page,
        choices=choices,
        chips=tuple(filtering.chips(usable)),
        text=form.text,
        total=filtering.at_least(page.total, more=hits.more),
        plain_search=hits.plain,
        categories=[node for node in category_tree() if node.count],
    )
    return shown, 200 if fine else 422


def _page() -> int:
    return page_number((request.args.get("halaman") or "")[:9])


def _regions(chosen: str) -> tuple[Choice, ...]:
    named = names({*regencies_with_goods(), *([chosen] if chosen else [])})
    return tuple(sorted(named.items()))
