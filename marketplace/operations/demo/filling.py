"""Decides how the demo market comes about: by the functions that the pages call, at the story's moments."""

import io
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random

from sqlalchemy import func, select

from marketplace.accounts import passwords
from marketplace.accounts.models import ADMIN, FINANCE, OFFICER, OPERATOR, RoleGrant, User
from marketplace.catalog import freshness, stocking
from marketplace.catalog.models import Product, Variant
from marketplace.catalog.photos import KeptPhoto, keep_photo
from marketplace.catalog.publishing import ProductDraft, publish
from marketplace.config import settings
from marketplace.extensions import db
from marketplace.kit import outbox
from marketplace.kit.clock import day_wib
from marketplace.kit.errors import DomainError
from marketplace.kit.progress import Tick
from marketplace.kit.transaction import transaction
from marketplace.operations import worker
from marketplace.operations.demo import (
    clawbacks,
    counter,
    direct,
    goods,
    goods_files,
    helping,
    household,
    payouts,
    permits,
    pictures,
    programme,
    publishing,
    returns,
    reviews,
    richer,
    sales,
    shops,
    villages,
)
from marketplace.operations.demo.goods import HANURA, DemoProduct, DemoShop
from marketplace.operations.demo.people import DEMO_PASSWORD
from marketplace.operations.demo.stage import till
from marketplace.orders import fee_rules, fees
from marketplace.payments import refunding
from marketplace.regions.models import VILLAGE, Region
from marketplace.sellers import opening
from marketplace.sellers.models import Shop, ShopMember

Bar = Callable[[str], AbstractContextManager[Tick]]
SEED = 26_11_22
STORY = timedelta(days=200)
ENOUGH = 25
VILLAGE_BP = 50
_PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("pembeli@desamart.test", "Rahma Pembeli", "", ""),
    ("pembeli2@desamart.test", "Doni Pembeli", "", ""),
    ("operator@desamart.test", "Operator Desa Hanura", OPERATOR, HANURA),
    ("kecamatan@desamart.test", "Petugas Kecamatan Teluk Pandan", OFFICER, "18.09.10"),
    ("kabupaten@desamart.test", "Petugas Kabupaten Pesawaran", OFFICER, "18.09"),
    ("provinsi@desamart.test", "Petugas Provinsi Lampung", OFFICER, "18"),
    ("admin@desamart.test", "Administrator", ADMIN, ""),
    ("keuangan@desamart.test", "Keuangan", FINANCE, ""),
)


class Filled(DomainError):
    """There are goods already; demo data goes only into an empty market."""


def fill(*, scale: int, at: datetime, progress: Bar) -> None:
    """Fill an empty market: people, shops, goods with pictures, months of orders, and `scale` more goods.

    Raises:
        Filled: there are goods already (only `scale` more can be added then).
    """
    random = Random(SEED)  # noqa: S311 - the same story every time, nothing secret
    begin, fresh = at - STORY, False
    if db.session.scalar(select(func.count(Product.id))):
        if not scale:
            raise Filled("Sudah ada produk di basis data ini.")
    else:
        plan = goods.shops(goods.products(), random)
        photos = _photos([product for shop in plan for product in shop.products], progress)
        with progress("Orang, toko, dan produk") as tick:
            _open_all(plan, photos, random, begin, tick)
        with transaction():
            permits.give_all(opened=begin + timedelta(days=10), today=day_wib(at))
        with transaction():
            fee_rules.add_rule(fees.VILLAGE, VILLAGE_BP, valid_from=begin, created_by=None, at=begin)
        sales.tell_story(begin=begin + timedelta(days=12), until=at, random=random, progress=progress)
        with transaction():
            richer.enrich(at=at)
        _restock(at)
        _confirm(at)
        helping.help_sellers(at)
        counter.sell(at)
        household.live(at)
        with transaction():
            shops.stand_open(at=at)
        fresh = True
    if scale:
        _more_goods(scale, random, at, progress)
    _hand_on(at, progress)
    if fresh:
        returns.give_back(at)
        returns.receive_another_sum(at)
        returns.complain(at)
        _hand_on(at, progress)
    _send_refunds(at)
    _hand_on(at, progress)
    if fresh:
        payouts.pay_out(at)
        clawbacks.take_back(at)
        reviews.write(at)
        goods_files.bring(at)
        villages.tell(at, officer="provinsi@desamart.test", operator=helping.HELPER)
        _hand_on(at, progress)
        programme.act(at)
        publishing.publish(at, officer="kabupaten@desamart.test")


def _photos(products: Sequence[DemoProduct], progress: Bar) -> dict[str, list[KeptPhoto]]:
    """Compose and keep the pictures of all goods, on all processors."""
    folder = settings().media_dir
    folder.mkdir(parents=True, exist_ok=True)
    jobs = [
        (product.slug, product.icon, product.category, view, folder)
        for product in products
        for view in (0, 1)
    ]
    found: dict[str, list[KeptPhoto]] = {}
    with progress("Gambar produk") as tick, ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for done, (slug, photo) in enumerate(pool.map(_photo, jobs, chunksize=4), 1):
            found.setdefault(slug, []).append(photo)
            tick(done, len(jobs))
    return found


def _photo(job: tuple[str, str, str, int, Path]) -> tuple[str, KeptPhoto]:
    slug, icon, category, view, folder = job
    return slug, keep_photo(io.BytesIO(pictures.compose(slug, icon, category, view)), folder=folder)


def _open_all(
    plan: Sequence[DemoShop], photos: Mapping[str, list[KeptPhoto]], random: Random, at: datetime, tick: Tick
) -> None:
    password = passwords.hashed(DEMO_PASSWORD)
    with transaction() as session:
        for place, (email, name, role, scope) in enumerate(_PEOPLE):
            person = _person(email, name, f"+62812700{place:05d}", password, at)
            if role:
                session.add(RoleGrant(user_id=person.id, role=role, scope=scope, granted_at=at))
            if role == OPERATOR:
                direct.give_counter_account(person, at=at)
    villages = _villages(random)
    for place, shop in enumerate(plan):
        with transaction():
            _open(shop, place, photos=photos, villages=villages, password=password, random=random, at=at)
        tick(place + 1, len(plan))


def _person(email: str, name: str, phone: str, password: str, at: datetime) -> User:
    user = User(email=email, name=name, phone=phone, password_hash=password, created_at=at)
    db.session.add(user)
    db.session.flush()
    return user


def _villages(random: Random) -> dict[str, list[str]]:
    """Villages of Lampung by regency, in an order of chance."""
    found: dict[str, list[str]] = {}
    rows = (
        select(Region.code)
        .where(Region.level == VILLAGE, Region.code.startswith("18."))
        .order_by(Region.code)
    )
    for code in db.session.scalars(rows):
        found.setdefault(code[:5], []).append(code)
    for codes in found.values():
        random.shuffle(codes)
    return found


def _open(
    plan: DemoShop,
    place: int,
    *,
    photos: Mapping[str, list[KeptPhoto]],
    villages: Mapping[str, list[str]],
    password: str,
    random: Random,
    at: datetime,
) -> None:
    opened = at + timedelta(hours=place % 200)
    email = plan.email or f"toko{place:03d}@desamart.test"
    owner = _person(email, plan.owner, f"+62813800{place:05d}", password, opened)
    village = plan.village or villages[plan.regency][place % 9]
    shop = opening.open_shop(
        owner,
        name=plan.name,
        kind=plan.kind,
        village_code=village,
        phone=owner.phone,
        at=opened,
        slug=plan.slug or None,
        facts=shops.told(plan, place),
    )
    opening.verify(shop, at=opened)
    direct.give_accounts(shop, owner, place, at=opened)
    for number, product in enumerate(plan.products):
        publish(
            shop,
            ProductDraft(
                name=product.name,
                price=product.price,
                unit=product.unit,
                category_slug=product.category,
                fulfilment=product.fulfilment,
                stock=product.stock + (random.randrange(20) if product.stock > 12 else 0),
                description=goods.describe(product, shop.village.name),
                net_weight_g=product.net_weight_g,
                shipping_weight_g=product.shipping_weight_g,
                sector=product.kbli,
                photos=photos[product.slug],
            ),
            at=opened + timedelta(days=random.randrange(10), hours=number),
        )


def _restock(at: datetime) -> None:
    """Leave enough on the shelves for who tries the market now; what is limited stays limited."""
    with transaction():
        rows = select(Variant).join(Product).where(Variant.on_hand < ENOUGH, Product.slug != goods.LIMITED)
        for variant in db.session.scalars(rows.order_by(Variant.id)).unique():
            stocking.receive(
                variant, ENOUGH + variant.id % 30, reference=f"kirim-{variant.id}", at=at, reason="Stok baru"
            )


def _confirm(at: datetime) -> None:
    """Most shops have confirmed their stock in the last days; one in nine has not for long: it steps back."""
    with transaction():
        for place, shop in enumerate(db.session.scalars(select(Shop).order_by(Shop.id)).unique().all()):
            freshness.confirm_all(shop, at=at - timedelta(days=16 if place % 9 == 8 else place % 6))


def _more_goods(number: int, random: Random, at: datetime, progress: Bar) -> None:
    """Generated goods beside the supplied ones, for tries with many: no pictures of their own."""
    base = [product for product in goods.products() if product.slug != goods.LIMITED]
    owners = list(db.session.scalars(select(Shop.id).join(ShopMember).order_by(Shop.id)))
    batch = 100
    with progress("Produk tambahan") as tick:
        for start in range(0, number, batch):
            with transaction():
                shops = {
                    shop.id: shop for shop in db.session.scalars(select(Shop).where(Shop.id.in_(owners)))
                }
                for place in range(start, min(start + batch, number)):
                    product = base[place % len(base)]
                    shop = shops[random.choice(owners)]
                    publish(
                        shop,
                        ProductDraft(
                            name=f"{product.name} No. {place + 1}",
                            price=max(500, product.price * random.randrange(80, 121) // 100),
                            unit=product.unit,
                            category_slug=product.category,
                            fulfilment=product.fulfilment,
                            stock=random.randrange(1, 200),
                            description=goods.describe(product, shop.village.name),
                            net_weight_g=product.net_weight_g,
                            shipping_weight_g=product.shipping_weight_g,
                            sector=product.kbli,
                        ),
                        at=at,
                    )
            tick(min(start + batch, number), number)


def _send_refunds(at: datetime) -> None:
    """Send money back where the goods did not come, as the worker does."""
    till(at)
    while refunding.send_due(at=at):
        db.session.remove()


def _hand_on(at: datetime, progress: Bar) -> None:
    """Let everybody hear what happened, as the worker does."""
    total = outbox.waiting()
    with progress("Catatan dan angka") as tick:
        while worker.hand_on(at):
            tick(total - outbox.waiting(), total)
            db.session.remove()
        tick(total, total)
