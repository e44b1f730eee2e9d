"""Reads of a shop's own goods, always through the shop: what belongs to another is not found."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, func, select

from marketplace.catalog import stocking
from marketplace.catalog.models import DRAFT, Category, Photo, Product
from marketplace.catalog.pictures import Picture, picture
from marketplace.extensions import db
from marketplace.kit.errors import NotFound
from marketplace.kit.paging import Page
from marketplace.regions.queries import children, label
from marketplace.sellers.models import Shop

PER_PAGE = 20


@dataclass(frozen=True)
class ShelfRow:
    """Goods as their seller sees them in a list: `price` rupiah, `held` of `on_hand` pieces are ordered.

    Price and pieces are those of the first variant; `price_from` as in `cards.Card`.
    """

    slug: str
    name: str
    unit: str
    price: int
    status: str
    on_demand: bool
    on_hand: int
    held: int
    picture: Picture | None
    price_from: int | None = None

    @property
    def available(self) -> int:
        """Pieces that a buyer can still order."""
        return max(0, self.on_hand - self.held)


def product_of(shop: Shop, slug: str) -> Product:
    """One product of a shop, with its variants and photos.

    Raises:
        NotFound: unknown, or another shop's.
    """
    product = db.session.scalar(select(Product).where(Product.slug == slug, Product.shop_id == shop.id))
    if product is None:
        raise NotFound("Produk ini tidak ada di toko Anda.")
    return product


def goods_name(slug: str) -> str:
    """What goods are called now; empty: there are none with this slug."""
    return db.session.scalar(select(Product.name).where(Product.slug == slug)) or ""


def products_of(shop: Shop, page: int, *, at: datetime) -> Page[ShelfRow]:
    """A shop's goods, newest first."""
    return _page([Product.shop_id == shop.id], page, at)


def waiting_for_photo(shop: Shop, page: int, *, at: datetime) -> Page[ShelfRow]:
    """Drafts of a shop without any photo, newest first: prepared, and sold once there is one."""
    return _page(_without_photo(shop), page, at)


def count_without_photo(shop: Shop) -> int:
    """How many drafts of the shop wait for their first photo."""
    return db.session.scalar(select(func.count(Product.id)).where(*_without_photo(shop))) or 0


def shelf_row(product: Product, *, at: datetime) -> ShelfRow:
    """One product as its seller sees it in the list."""
    return _shelf_rows([product], at)[0]


def category_choices() -> dict[str, list[tuple[str, str]]]:
    """The categories that goods may stand in, as (slug, name), by the name of the category above them."""
    rows = db.session.scalars(select(Category).order_by(Category.sort, Category.slug)).all()
    above = {row.parent_slug for row in rows}
    names = {row.slug: row.name_id for row in rows}
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.slug not in above:
            group = names.get(row.parent_slug or "", _("Lainnya"))
            groups.setdefault(group, []).append((row.slug, row.name_id))
    return groups


def villages_around(shop: Shop) -> list[tuple[str, str]]:
    """The other villages of the shop's kecamatan, as (code, name): where its goods may come from too."""
    district = shop.village_code.rpartition(".")[0]
    return [(row.code, label(row)) for row in children(district) if row.code != shop.village_code]


def price_from(product: Product) -> int | None:
    """Rupiah of the cheapest variant, where they do not all cost the same."""
    prices = {variant.price for variant in product.variants}
    return min(prices) if len(prices) > 1 else None


def _without_photo(shop: Shop) -> list[ColumnElement[bool]]:
    has_photo = exists().where(Photo.product_id == Product.id)
    return [Product.shop_id == shop.id, Product.status == DRAFT, ~has_photo]


def _page(wanted: list[ColumnElement[bool]], page: int, at: datetime) -> Page[ShelfRow]:
    rows = db.session.scalars(
        select(Product)
        .where(*wanted)
        .order_by(Product.created_at.desc(), Product.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    total = db.session.scalar(select(func.count(Product.id)).where(*wanted)) or 0
    return Page(_shelf_rows(list(rows.unique()), at), page, PER_PAGE, total)


def _shelf_rows(products: list[Product], at: datetime) -> list[ShelfRow]:
    first = {product.id: product.variants[0] for product in products}
    held = stocking.held([variant.id for variant in first.values()], at=at)
    return [
        ShelfRow(
            slug=product.slug,
            name=product.name,
            unit=product.unit,
            price=first[product.id].price,
            status=product.status,
            on_demand=first[product.id].on_demand,
            on_hand=first[product.id].on_hand,
            held=held.get(first[product.id].id, 0),
            picture=picture(product.photos[0].key, product.name) if product.photos else None,
            price_from=price_from(product),
        )
        for product in products
    ]
