"""Decides how goods come on sale: published, edited, paused and resumed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import or_, select

from marketplace.catalog import detailing, photos, shelving, stocking, units
from marketplace.catalog.detailing import Details
from marketplace.catalog.models import ACTIVE, DRAFT, FULFILMENTS, PAUSED, Category, Product, Variant
from marketplace.catalog.permits.standing import gap_of
from marketplace.catalog.photos import KeptPhoto
from marketplace.catalog.sectors import sector_of
from marketplace.extensions import db
from marketplace.kit import codes
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import Conflict, Invalid
from marketplace.kit.money import MOST
from marketplace.kit.outbox import announce
from marketplace.kit.texts import noted
from marketplace.sellers.models import VERIFIED, Shop

# The seller's pages have these addresses where a product has its slug.
RESERVED = ("baru", "impor", "foto", "tanpa-foto")


@dataclass(frozen=True)
class ProductDraft:
    """What a seller says about goods. `price` in whole rupiah per unit, weights in grams per unit.

    Left out, weights follow from the unit and the sector (a KBLI 2020 code) from the category. `stock` counts
    pieces in hand; `on_demand` goods are made after the order and have none. `details` left out leaves what
    is known; a `hidden` one is kept as a draft, also by a verified shop.
    """

    name: str
    price: int
    unit: str
    category_slug: str
    fulfilment: str = "nasional"
    stock: int = 0
    on_demand: bool = False
    description: str = ""
    net_weight_g: int | None = None
    shipping_weight_g: int | None = None
    sector: str = ""
    photos: Sequence[KeptPhoto] = ()
    details: Details | None = None
    hidden: bool = False


def publish(shop: Shop, draft: ProductDraft, *, at: datetime, actor: str = "") -> Product:
    """Put goods on sale, with one variant and the stock in hand. A shop not verified yet gets a draft.

    Raises:
        Invalid: a value that cannot be; the field names are those of the form.
        Conflict: a photo belongs to a product already.
    """
    _check(draft)
    product = Product(
        slug=_unique_slug(draft.name),
        shop_id=shop.id,
        status=DRAFT,
        sold=0,
        created_at=at,
        updated_at=at,
        confirmed_at=at,
    )
    _describe(product, draft)
    product.variants = [Variant(position=0, name="", price=draft.price, on_demand=draft.on_demand, on_hand=0)]
    if shop.status == VERIFIED and not draft.hidden:
        product.status, product.published_at = ACTIVE, at
    db.session.add(product)
    db.session.flush()
    if draft.stock and not draft.on_demand:
        first = product.variants[0]
        stocking.receive(first, draft.stock, reference="awal", at=at, reason=noted("Stok awal"), actor=actor)
    if draft.details is not None:
        detailing.describe(product, draft.details, at=at, actor=actor)
    _show_photos(product, draft.photos, at)
    _tell(product, at)
    return product


def edit(product: Product, draft: ProductDraft, *, at: datetime, actor: str = "") -> None:
    """Say anew what goods are and cost, and show further photos. The first variant's stock is not touched.

    Earlier orders keep what they were sold as. A sector given earlier stays while the category does.

    Raises:
        Invalid: a value that cannot be.
        Conflict: a photo belongs to a product already.
    """
    _check(draft)
    if draft.sector or draft.category_slug != product.category_slug:
        product.sector = ""
    _describe(product, draft)
    detailing.reprice(product.variants[0], draft.price)
    if product.variants[0].on_demand != draft.on_demand:
        shelving.make_to_order(product, draft.on_demand, at=at)
    if draft.details is not None:
        detailing.describe(product, draft.details, at=at, actor=actor)
    product.updated_at = at
    _show_photos(product, draft.photos, at)
    _tell(product, at)


def pause(product: Product, *, at: datetime) -> None:
    """Take goods off the shelf for now; orders placed go on."""
    product.status, product.updated_at = PAUSED, at
    _tell(product, at)


def resume(product: Product, *, at: datetime) -> None:
    """Put paused goods or a draft on the shelf.

    Raises:
        Conflict: the shop is not verified, the draft has no photo yet, or a permit is missing and the time
            without it is over.
    """
    hindrance = _hindrance(product, at)
    if hindrance:
        raise Conflict(hindrance)
    product.status, product.updated_at = ACTIVE, at
    product.published_at = product.published_at or at
    _tell(product, at)


def photograph(product: Product, kept: Sequence[KeptPhoto], *, at: datetime) -> str:
    """Give goods without a photo their first ones, and put a draft on the shelf, which waited for them.

    Answers what still hinders it, in words; empty: it is on the shelf. The photos stay either way.

    Raises:
        Conflict: a photo belongs to a product already, or these goods have one.
    """
    if product.photos:
        raise Conflict("Barang ini sudah berfoto. Foto lain ditambahkan di halaman produknya.")
    _show_photos(product, kept, at)
    product.updated_at = at
    hindrance = _hindrance(product, at)
    if product.status == DRAFT and not hindrance:
        resume(product, at=at)
    else:
        _tell(product, at)
    return hindrance if product.status == DRAFT else ""


def remove_photo(product: Product, key: str, *, at: datetime) -> None:
    """No longer show a photo of the product; its picture in lists may change.

    Raises:
        NotFound: the product has no such photo.
        Conflict: it is the only one.
    """
    photos.remove(product, key)
    product.updated_at = at
    _tell(product, at)


def move_photo(product: Product, key: str, *, up: bool, at: datetime) -> None:
    """Show a photo one place earlier or later; the first one is the product's picture in lists.

    Raises:
        NotFound: the product has no such photo.
    """
    photos.move(product, key, up=up)
    product.updated_at = at
    _tell(product, at)


def tell_photo(product: Product, key: str, alt: str, *, at: datetime) -> None:
    """Say what a photo shows.

    Raises:
        NotFound: the product has no such photo.
        Invalid: longer than 160 letters.
    """
    photos.tell(product, key, alt)
    product.updated_at = at


def _hindrance(product: Product, at: datetime) -> str:
    """Why goods cannot be on the shelf, in words; empty: they can."""
    if product.shop.status != VERIFIED:
        return noted("Toko ini belum diverifikasi desa, jadi produknya belum bisa tampil.")
    if product.status == DRAFT and not product.photos:
        return noted("Tambahkan satu foto dulu. Produk dengan foto jauh lebih sering dibeli.")
    gap = gap_of(product)
    if gap is not None and gap.due_on < day_wib(at):
        return noted("Produk ini menunggu izinnya. Catat izinnya di halaman Izin, lalu ia tampil sendiri.")
    return ""


def _check(draft: ProductDraft) -> None:
    if not 3 <= len(draft.name.strip()) <= 120:
        raise Invalid("Nama produk 3 sampai 120 huruf.", "nama")
    if not 0 < draft.price <= MOST:
        raise Invalid("Harga harus lebih dari Rp0.", "harga")
    if not 0 <= draft.stock <= 1_000_000:
        raise Invalid("Stok harus 0 sampai 1.000.000.", "stok")
    if draft.fulfilment not in FULFILMENTS:
        raise Invalid("Pilih cara barang sampai ke pembeli.", "pengiriman")
    if not draft.unit or len(draft.unit) > 20:
        raise Invalid("Pilih satuannya.", "satuan")
    category = db.session.get(Category, draft.category_slug)
    if category is None or category.slug in set(db.session.scalars(select(Category.parent_slug).distinct())):
        raise Invalid("Pilih kategori yang paling dekat.", "kategori")


def _describe(product: Product, draft: ProductDraft) -> None:
    product.name = draft.name.strip()
    product.unit = draft.unit
    product.category_slug = draft.category_slug
    product.fulfilment = draft.fulfilment
    product.description = draft.description.strip()
    product.sector = draft.sector or product.sector or sector_of(draft.category_slug)
    product.net_weight_g = units.net_weight(draft.unit) if draft.net_weight_g is None else draft.net_weight_g
    product.shipping_weight_g = (
        units.way_weight(draft.unit) if draft.shipping_weight_g is None else draft.shipping_weight_g
    )


def _show_photos(product: Product, kept: Sequence[KeptPhoto], at: datetime) -> None:
    for photo in kept:
        photos.attach(product, photo, at=at)
    if kept:
        db.session.expire(product, ["photos"])


def _unique_slug(name: str) -> str:
    base = codes.slug(name)
    wanted = or_(Product.slug == base, Product.slug.startswith(f"{base}-", autoescape=True))
    taken = {*RESERVED, *db.session.scalars(select(Product.slug).where(wanted))}
    return next(slug for slug in _numbered(base) if slug not in taken)


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}-{number}"


def _tell(product: Product, at: datetime) -> None:
    announce("product.changed", f"product:{product.id}", {"product_id": product.id}, at=at)
