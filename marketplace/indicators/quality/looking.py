"""Decides what looks wrong: each detector reads, and names what it found with the numbers for its words."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from marketplace.accounts.models import User
from marketplace.catalog.models import ACTIVE, Product
from marketplace.extensions import db
from marketplace.indicators.cell_models import Cell, FirstSale
from marketplace.indicators.inputs import kinds
from marketplace.indicators.inputs.queries import known
from marketplace.indicators.models import FactExclusion, SaleFact
from marketplace.indicators.periods import month
from marketplace.indicators.quality import twins
from marketplace.indicators.quality.robust import FAR, far
from marketplace.kit.clock import day_wib, month_wib
from marketplace.orders.models import Order, OrderLine, SellerOrder
from marketplace.orders.states import Status
from marketplace.payments.models import PaymentSplit, Refund
from marketplace.regions.models import VILLAGE
from marketplace.sellers.models import VERIFIED, Shop, ShopMember

INPUTS, ANSWERS, STALE, DUPLICATE = "inputs", "answers", "stale", "duplicate"
TEST, SELF, ORDER, MONTH = "test", "self", "order", "month"
SALES = (TEST, SELF, ORDER)
NEW = timedelta(days=90)
RUN = 13
_TEST_WORDS = re.compile(r"\b(tes|test|testing|coba|uji coba|dummy|percobaan)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One thing: what it is about, where, and the numbers for its words."""

    kind: str
    subject: str
    village_code: str
    shop_id: int | None = None
    seller_order_id: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def look(*, at: datetime) -> list[Found]:
    """Everything that looks wrong now. Reads only."""
    return [found for detector in DETECTORS for found in detector(at)]


def _missing_inputs(at: datetime) -> Iterator[Found]:
    """Villages that sell, and of which households, status or focus are not known; anew every month."""
    sells = db.session.scalars(
        select(FirstSale.region_code).where(func.length(FirstSale.region_code) == 13).order_by("region_code")
    ).all()
    told = {kind: known(kind, day_wib(at)) for kind in (kinds.HOUSEHOLDS, kinds.STATUS, kinds.FOCUS)}
    for code in sells:
        missing = [kind for kind, some in told.items() if code not in some]
        if missing:
            yield Found(INPUTS, f"village:{code}:{month_wib(at)}", code, detail={"missing": missing})


def _unanswered(at: datetime) -> Iterator[Found]:
    """Verified shops that have not said what they do, how many work there, or who leads."""
    asked = select(Shop.id, Shop.village_code, Shop.name, Shop.sector, Shop.workers, Shop.woman_led).where(
        Shop.status == VERIFIED,
        or_(Shop.sector == "", Shop.workers.is_(None), Shop.woman_led.is_(None)),
    )
    for row in db.session.execute(asked.order_by(Shop.id)):
        answers = {"sector": row.sector or None, "workers": row.workers, "woman_led": row.woman_led}
        missing = [name for name, value in answers.items() if value is None]
        yield _of_shop(ANSWERS, row, at, {"missing": missing})


def _stale_shops(at: datetime) -> Iterator[Found]:
    """Verified shops of whose goods on sale not one was confirmed lately."""
    asked = (
        select(Shop.id, Shop.village_code, Shop.name, func.count().label("goods"))
        .join(Product, Product.shop_id == Shop.id)
        .where(Shop.status == VERIFIED, Product.status == ACTIVE)
        .group_by(Shop.id, Shop.village_code, Shop.name)
        .having(func.count().filter(Product.fresh) == 0)
    )
    for row in db.session.execute(asked.order_by(Shop.id)):
        yield _of_shop(STALE, row, at, {"goods": row.goods})


def _duplicates(_at: datetime) -> Iterator[Found]:
    """Shops that are probably one and the same; each pair once."""
    for first, second, what in twins.twins():
        subject = f"shops:{first.id}-{second.id}:{what}"
        detail = {"shops": [first.name, second.name], "same": what}
        yield Found(DUPLICATE, subject, second.village_code, second.id, detail=detail)


def _tests(at: datetime) -> Iterator[Found]:
    """Sales whose buyer, address or note says that they were a try. What it says is not kept."""
    asked = _sales(at).add_columns(Order.name.label("buyer"), Order.address, SellerOrder.note)
    for row in db.session.execute(asked):
        if any(_TEST_WORDS.search(text) for text in (row.buyer, row.address, row.note)):
            yield _of_sale(TEST, row, {})


def _own_purchases(at: datetime) -> Iterator[Found]:
    """Sales inside a household, which the checkout did not see.

    To a telephone of somebody of the shop, on the order or of the buyer's account; to somebody whose own shop
    has the same bank account or QRIS; to a buyer whose money went back to the shop's own account.
    """
    people = select(ShopMember.shop_id, User.id, User.phone).join(User, User.id == ShopMember.user_id)
    members, shops_of = defaultdict[int, set[Any]](set), defaultdict[int, set[int]](set)
    for shop_id, user_id, phone in db.session.execute(people):
        members[shop_id] |= {user_id, phone}
        shops_of[user_id].add(shop_id)
    held, refunded = twins.accounts(), _refunded_to(at)
    asked = _sales(at).outerjoin(User, User.id == Order.user_id)
    asked = asked.add_columns(
        Order.phone, Order.user_id, User.phone.label("own_phone"), Shop.phone.label("shop_phone")
    )
    for row in db.session.execute(asked):
        signs = {row.phone, row.user_id, row.own_phone} - {None, ""}
        theirs = set[str]().union(*(held.get(shop, ()) for shop in shops_of.get(row.user_id, ())))
        mine = held.get(row.shop_id, set())
        back = {account.partition(":")[2] for account in mine} & refunded.get(row.id, set())
        if signs & (members[row.shop_id] | {row.shop_phone}) or theirs & mine or back:
            yield _of_sale(SELF, row, {})


def _refunded_to(at: datetime) -> dict[int, set[str]]:
    """The bank accounts to which buyers wanted their money back, by the seller's order."""
    found: dict[int, set[str]] = defaultdict(set)
    rows = db.session.execute(
        select(PaymentSplit.seller_order_id, Refund.account_number)
        .join(PaymentSplit, PaymentSplit.id == Refund.split_id)
        .where(Refund.account_number != "", Refund.owed_at >= at - NEW)
    )
    for seller_order_id, number in rows:
        found[seller_order_id].add(twins.digits(number))
    return found


def _large_sales(at: datetime) -> Iterator[Found]:
    """New sales far above others: of the same shop; where it has too few, of its kind of goods, or of all."""
    since = at - timedelta(days=365)
    rows = db.session.execute(_sales(at, since=since)).all()
    kinds_of = _categories(since)
    groups: dict[object, list[int]] = defaultdict(list)
    for row in rows:
        for group in (row.shop_id, kinds_of.get(row.id, ""), None):
            groups[group].append(row.goods_total)
    for row in rows:
        if row.completed_at < at - NEW:
            continue
        measured = (
            far(row.goods_total, groups[group]) for group in (row.shop_id, kinds_of.get(row.id, ""), None)
        )
        distance = next((each for each in measured if each is not None), None)
        if distance is not None and distance > FAR:
            yield _of_sale(ORDER, row, {"distance": round(distance, 1)})


def _categories(since: datetime) -> dict[int, str]:
    """The kind of goods of each sale; of several the first by name."""
    rows = db.session.execute(
        select(SaleFact.seller_order_id, func.min(SaleFact.category_slug))
        .where(SaleFact.happened_at >= since)
        .group_by(SaleFact.seller_order_id)
    )
    return {row[0]: row[1] for row in rows}


def _wild_months(at: datetime) -> Iterator[Found]:
    """Villages whose last full month lies far from the twelve before, above or below."""
    last = month(month_wib(at)).back()
    run = [each.key for each in last.run(RUN)]
    cell = Cell.__table__.c
    nets: dict[str, dict[str, int]] = defaultdict(dict)
    asked = select(cell.region_code, cell.period_key, cell.net).where(
        cell.level == VILLAGE, cell.period_key.in_(run)
    )
    for code, key, net in db.session.execute(asked.order_by(cell.region_code)):
        nets[code][key] = net
    for code, some in nets.items():
        distance = far(some.get(last.key, 0), [some[key] for key in run[:-1] if key in some])
        if distance is not None and abs(distance) > FAR:
            detail = {"month": last.key, "net": some[last.key], "distance": round(distance, 1)}
            yield Found(MONTH, f"village:{code}:{last.key}", code, detail=detail)


DETECTORS: tuple[Callable[[datetime], Iterator[Found]], ...] = (
    _missing_inputs, _unanswered, _stale_shops, _duplicates,
    _tests, _own_purchases, _large_sales, _wild_months,
)  # fmt: skip


def _sales(at: datetime, since: datetime | None = None) -> Any:
    """Completed sales that count in the figures and were not taken out of them."""
    counted = select(SaleFact.order_line_id).join(OrderLine, OrderLine.id == SaleFact.order_line_id)
    out = select(FactExclusion.id).where(FactExclusion.seller_order_id == SellerOrder.id)
    return (
        select(
            SellerOrder.id, SellerOrder.village_code, SellerOrder.shop_id,
            SellerOrder.goods_total, SellerOrder.completed_at, Shop.name,
        )
        .join(Order, Order.id == SellerOrder.order_id)
        .join(Shop, Shop.id == SellerOrder.shop_id)
        .where(
            SellerOrder.status == Status.COMPLETED,
            SellerOrder.self_purchase.is_(False),
            SellerOrder.completed_at >= (since or at - NEW),
            counted.where(OrderLine.seller_order_id == SellerOrder.id).exists(),
            ~out.exists(),
        )
        .order_by(SellerOrder.id)
    )  # fmt: skip


def _of_shop(kind: str, row: Any, at: datetime, detail: dict[str, Any]) -> Found:
    subject = f"shop:{row.id}:{month_wib(at)}"
    return Found(kind, subject, row.village_code, row.id, detail={"shop": row.name, **detail})


def _of_sale(kind: str, row: Any, detail: dict[str, Any]) -> Found:
    told = {"rupiah": row.goods_total, "shop": row.name, **detail}
    return Found(kind, f"order:{row.id}", row.village_code, row.shop_id, row.id, told)
