"""An outlet in Hanura: she lets its operator sell her chips at the counter; the operator runs the BUMDes."""

from datetime import UTC, datetime

from sqlalchemy import select

from marketplace.counter_sales import ringing
from marketplace.counter_sales.ringing import Sale
from marketplace.extensions import db
from marketplace.indicators import rebuilding
from marketplace.indicators.facts import FIELDS
from marketplace.indicators.models import OutcomeFact, SaleFact
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs, worker
from marketplace.orders.models import Order, SellerOrder
from marketplace.sellers import assisting, opening
from marketplace.sellers.assist_models import SPOKEN
from tests import cast, factories

AT = datetime(2026, 11, 16, 3, 0, tzinfo=UTC)
BUMDES, HONEY = "bumdes-hanura", "madu-hutan"


def consent(slug: str = cast.HER_SHOP, *, at: datetime = AT) -> None:
    """The seller lets the operator of Hanura help and sell, in a transaction of its own."""
    with transaction():
        operator = factories.person(cast.OPERATOR)
        assisting.give(factories.shop(slug), operator, way=SPOKEN, witness="Bu Kadus", by=operator, at=at)


def open_bumdes(*, at: datetime = AT) -> None:
    """The outlet's own shop, in which the operator works, with honey at 50,000."""
    with transaction():
        operator = factories.person(cast.OPERATOR)
        shop = opening.open_shop(
            operator,
            name="BUMDes Hanura",
            kind="bumdes",
            village_code=cast.HANURA,
            phone="+628127000111",
            at=at,
            slug=BUMDES,
        )
        opening.verify(shop, at=at)
        factories.put_on_shelf(shop, slug=HONEY, name="Madu Hutan", price=50_000, stock=10, at=at)


def variant(slug: str) -> int:
    """The id of the first variant of these goods."""
    return factories.product(slug).variants[0].id


def left(slug: str) -> int:
    """Pieces on the shelf."""
    db.session.expire_all()
    return factories.product(slug).variants[0].on_hand


def ring(
    goods: dict[str, int], seen: int, *, pay: str = "ambil", phone: str = "", at: datetime = AT
) -> list[int]:
    """Sell over the counter of Hanura; the ids of the seller orders, by shop."""
    with transaction():
        pieces = {variant(slug): number for slug, number in goods.items()}
        placed = ringing.ring_up(
            Sale(cast.HANURA, pieces, pay, seen, phone),
            operator=factories.person(cast.OPERATOR),
            secret=factories.SECRET,
            at=at,
        )
        return [part.id for part in sorted(placed.parts, key=lambda part: part.shop_id)]


def child(seller_order_id: int) -> SellerOrder:
    """A seller order as it is now."""
    db.session.expire_all()
    return db.session.get_one(SellerOrder, seller_order_id)


def order() -> Order:
    """The newest order of all."""
    db.session.expire_all()
    return db.session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).unique().one()


def settle(*, at: datetime = AT) -> None:
    """Let the worker do its part, and every proof hold; made again from zero, facts come to the same rows."""
    assert worker.drain(at=at) == 0
    result = proofs.prove(at=at)
    assert [line for proof in result.proofs for line in proof.differences] == []
    before = facts(), ends()
    with transaction():
        rebuilding.rebuild(at=at)
    assert (facts(), ends()) == before


def facts() -> list[dict[str, object]]:
    """All sale facts."""
    rows = db.session.execute(select(SaleFact.__table__).order_by(SaleFact.source))
    return [{field: row._mapping[field] for field in FIELDS} for row in rows]


def ends() -> list[dict[str, object]]:
    """All outcomes."""
    rows = db.session.execute(select(OutcomeFact.__table__).order_by(OutcomeFact.seller_order_id))
    return [dict(row._mapping) for row in rows]
