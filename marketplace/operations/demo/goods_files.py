"""Decides which files of goods the demo has seen: one that gave codes, one to decide on."""

from datetime import datetime

from sqlalchemy import select

from marketplace.catalog.imports import beginning, carrying, checking, exporting, keeping
from marketplace.catalog.imports.models import GOOD
from marketplace.catalog.queries import category_choices
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.sellers.models import Shop, ShopMember


def bring(at: datetime) -> None:
    """Let a demo shop have a file taken over, and send another one that waits for its decision."""
    shop = db.session.scalars(select(Shop).where(Shop.slug == DEMO_SHOPS[0])).one()
    # Goods of several choices have several rows.
    names = list(dict.fromkeys(row[1] for row in exporting.goods_rows(shop)))
    codes = "\n".join(f'BS-{place:03d};"{name}"' for place, name in enumerate(names, 1))
    _send(shop, f"kode;nama\n{codes}", "kode-barang.csv", at, begins=True)
    while carrying.carry_on(at):
        db.session.remove()
    shop = db.session.scalars(select(Shop).where(Shop.slug == DEMO_SHOPS[0])).one()
    rows = (
        "kode;nama;harga;stok;kategori",
        f'BS-001;"{names[0]}";21.000;40;',
        "BS-900;Sale Pisang Gulung;19.000;24;kue-roti",
        "BS-901;Stik Keju;15,5;10;kue-roti",
    )
    _send(shop, "\n".join(rows), "harga-baru.csv", at, begins=False)


def _send(shop: Shop, text: str, name: str, at: datetime, *, begins: bool) -> None:
    owner = db.session.scalars(select(ShopMember.user_id).where(ShopMember.shop_id == shop.id).limit(1)).one()
    actor = f"seller:{owner}"
    found = checking.forecast(shop, text.encode(), b"", category_choices(), at=at)
    key = keeping.keep(settings().import_dir, found.lines, b"")
    with transaction():
        row, _stale = checking.record(shop, found, key=key, file_name=name, actor=actor, at=at)
        if begins:
            beginning.begin(row, GOOD, actor=actor)
