"""Decides which permits the demo shops have: enough that their goods stay on sale, and one of each state."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import OPERATOR, RoleGrant, User
from marketplace.catalog.models import Product
from marketplace.catalog.permits import recording, standing
from marketplace.catalog.permits.kinds import BRAND, HALAL, NIB, PIRT
from marketplace.catalog.permits.models import VERIFIED, WAITING
from marketplace.catalog.permits.recording import PermitDraft
from marketplace.catalog.permits.requirements import PACKAGED_FOOD
from marketplace.extensions import db
from marketplace.operations.demo.goods import HANURA
from marketplace.operations.demo.stage import DEMO_SHOPS
from marketplace.sellers.models import Shop, ShopMember

EVERY = 4
"""Of every so many shops one has no halal certificate yet."""


def give_all(*, opened: datetime, today: date) -> None:
    """Invented permits for every shop, written down when it had `opened`; ends are counted from `today`.

    The operator of the demo village has looked at all of its permits but the newest.
    """
    for place, shop in enumerate(db.session.scalars(select(Shop).order_by(Shop.id)).unique().all()):
        owner = select(ShopMember.user_id).where(ShopMember.shop_id == shop.id).limit(1)
        actor = f"seller:{db.session.scalars(owner).one()}"
        for draft in _drafts(shop, place, today):
            recording.record(shop, draft, actor=actor, at=opened)
    grant = select(RoleGrant.user_id).where(RoleGrant.role == OPERATOR, RoleGrant.scope == HANURA)
    operator = db.session.get_one(User, db.session.scalars(grant.limit(1)).one())
    for permit in standing.of_regions([HANURA], decided=False)[:-1]:
        recording.decide(permit, verdict=VERIFIED, reason="", by=operator, seen=WAITING, at=opened)


def _drafts(shop: Shop, place: int, today: date) -> list[PermitDraft]:
    holder, drafts = f"{shop.name} (contoh)", []
    food = select(Product.id).where(Product.shop_id == shop.id, Product.category_slug.in_(PACKAGED_FOOD))
    if db.session.scalar(food.limit(1)) is not None:
        year = (today.year + 1 + place % 4) % 100
        drafts.append(PermitDraft(PIRT, f"210187100{shop.id:04d}-{year:02d}", holder))
        if place % EVERY:
            drafts.append(PermitDraft(HALAL, f"ID1811000{shop.id:08d}", holder))
    if shop.slug in DEMO_SHOPS:
        drafts.append(PermitDraft(NIB, f"912000000{shop.id:04d}", holder))
        drafts.append(
            PermitDraft(BRAND, f"IDM{shop.id:09d}", holder, expires_on=today + timedelta(days=41 + place))
        )
    return drafts
