"""Decides how the shop searches without an index: plain words in the names of product, category and shop."""

from sqlalchemy import or_, select

from marketplace.catalog.models import ACTIVE, Category, Product
from marketplace.extensions import db
from marketplace.search.synonyms import parts
from marketplace.search.words import asked
from marketplace.sellers.models import VERIFIED, Shop

_NAMES = (Product.name, Category.name_id, Shop.name)


def find_plain(text: str, *, limit: int = 500) -> list[int]:
    """Ids of products for sale that contain every word asked for; the first word in the name comes first.

    Neither synonyms nor slips: this is for the time while the index is being made. Odd input finds nothing.
    """
    wanted = [word for part in parts(asked(text)) if not part.optional for word in part.typed]
    if not wanted:
        return []
    everything = [or_(*(name.icontains(word, autoescape=True) for name in _NAMES)) for word in wanted]
    rows = db.session.scalars(
        select(Product.id)
        .join(Shop, Product.shop_id == Shop.id)
        .join(Category, Product.category_slug == Category.slug)
        .where(Product.status == ACTIVE, Shop.status == VERIFIED, *everything)
        .order_by(Product.name.icontains(wanted[0], autoescape=True).desc(), Product.id.desc())
        .limit(limit)
    )
    return list(rows)
