"""Decides what a shop still lacks before it sells, what hinders selling first."""

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from marketplace.catalog.models import Photo, Product
from marketplace.extensions import db
from marketplace.sellers.models import VERIFIED, MoneyAccount, Shop


@dataclass(frozen=True)
class Item:
    """One thing: whether it is done, whether nothing is sold without it, where it is done, and a hint."""

    label: str
    done: bool
    needed: bool
    href: str
    hint: str


def checklist(shop: Shop) -> list[Item]:
    """What is to be done, undone and needed things first; done ones last."""
    items = [
        Item(
            _("Disetujui operator desa"),
            shop.status == VERIFIED,
            True,
            "/penjual/toko#keadaan",
            _("Operator memeriksa pengajuan Anda. Pembeli melihat toko setelah itu."),
        ),
        Item(
            _("Produk pertama dengan foto"),
            _has_photographed(shop),
            True,
            "/penjual/produk/baru",
            _("Boleh disiapkan sekarang juga."),
        ),
        Item(
            _("Profil lengkap"),
            bool(shop.about and shop.sector),
            False,
            "/penjual/toko#pengaturan",
            _("Beberapa kalimat tentang toko membuat pembeli percaya."),
        ),
        Item(
            _("Rekening atau QRIS"),
            _has_account(shop),
            False,
            "/penjual/rekening",
            _("Tanpa ini pembeli tetap bisa membayar tunai."),
        ),
    ]
    return sorted(items, key=lambda item: (item.done, not item.needed))


def _has_photographed(shop: Shop) -> bool:
    rows = select(func.count(Photo.id)).join(Product, Product.id == Photo.product_id)
    return bool(db.session.scalar(rows.where(Product.shop_id == shop.id)))


def _has_account(shop: Shop) -> bool:
    rows = select(func.count(MoneyAccount.id)).where(MoneyAccount.ended_at.is_(None))
    return bool(db.session.scalar(rows.where(MoneyAccount.shop_id == shop.id)))
