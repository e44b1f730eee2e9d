"""Decides whom the operator of the demo village helps: a seller for a while, and one who has no account."""

from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import shelving
from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.operations.demo.goods import HANURA
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.sellers import act_words, assisting, opening
from marketplace.sellers.assist_models import SPOKEN
from marketplace.sellers.models import Shop

HELPER = "operator@desamart.test"
BEFORE = timedelta(days=9)
HARVEST = (24, 18)
WITHOUT_ACCOUNT = "Anyaman Mbah Sum"


def help_sellers(at: datetime) -> None:
    """A consent of last week with a few deliveries to the shelf, and a shop that the counter opened today."""
    operator = db.session.scalars(select(User).where(User.email == HELPER)).one()
    _bring_goods(operator.id, at)
    with transaction():
        operator = db.session.get_one(User, operator.id)
        opened = at - timedelta(hours=3)
        shop = opening.open_shop(
            None,
            name=WITHOUT_ACCOUNT,
            kind="umkm",
            village_code=HANURA,
            phone=operator.phone,
            about="Tampah, bakul, dan tikar pandan dari Hanura.",
            at=opened,
        )
        assisting.give(shop, operator, way=SPOKEN, witness="Bu Kadus Tiga", by=operator, at=opened)


def _bring_goods(operator_id: int, at: datetime) -> None:
    with transaction():
        operator = db.session.get_one(User, operator_id)
        shop = db.session.scalars(select(Shop).where(Shop.slug == DEMO_SHOPS[0])).one()
        rows = select(Product).where(Product.shop_id == shop.id).order_by(Product.id).limit(len(HARVEST))
        products = db.session.scalars(rows).unique().all()
        given = at - BEFORE
        consent = assisting.give(shop, operator, way=SPOKEN, witness="Pak RT Dua", by=operator, at=given)
        for day, (product, pieces) in enumerate(zip(products, HARVEST, strict=False), 1):
            moment = given + timedelta(days=day)
            shelving.add(product, pieces, note="Dibawa ke gerai", actor=f"operator:{operator.id}", at=moment)
            what = act_words.WORDS["seller_stock.add"]
            assisting.write_act(consent.id, operator, what=what, object_=product.name, at=moment)
