"""What looks wrong is found once, opens its rows, and is settled with a note by officers of the region."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from marketplace.catalog.models import Product
from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.indicators.periods import period
from marketplace.indicators.publishing import readiness
from marketplace.indicators.quality import looking, reading, turning, twins
from marketplace.indicators.quality.looking import Found, look
from marketplace.indicators.quality.models import GONE, Finding, Settlement
from marketplace.indicators.quality.robust import far
from marketplace.kit.clock import now
from marketplace.kit.transaction import transaction
from marketplace.orders.models import Order
from marketplace.regions.models import Region
from marketplace.sellers.models import MoneyAccount, Shop, ShopMember
from tests import cast, factories
from tests.browsing import Browser, words
from tests.indicators import world

AT = world.AT


def found(kind: str) -> list[Found]:
    """What one kind of look finds now."""
    return [each for each in look(at=AT) if each.kind == kind]


def turn() -> int:
    """The worker's daily look."""
    with transaction():
        return turning.turn(at=AT)


def sold(quantity: int = 1, **order: str) -> int:
    """A completed sale of hers; what is given is written into the order afterwards. Its seller order's id."""
    (child,) = world.sell({cast.CHIPS: quantity}, at=AT - timedelta(days=2))
    if order:
        with transaction() as session:
            mine = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
            session.execute(update(Order).where(Order.id == mine.id).values(**order))
    return child


def test_a_value_far_from_the_median_is_far_however_wild_another_is() -> None:
    calm = [100_000, 90_000, 110_000, 105_000, 95_000, 98_000, 102_000, 100_000]
    usual, wild = far(104_000, calm), far(2_000_000, calm)
    assert usual is not None and abs(usual) < 1
    assert wild is not None and wild > 5
    moved = far(2_000_000, [*calm, 50_000_000])
    assert moved is not None and moved > 5
    assert far(0, calm) is None and far(100_000, calm[:7]) is None


def test_tries_and_purchases_of_ones_own_are_found_and_others_are_not(app: Flask) -> None:
    with app.app_context():
        sold()
        assert found(looking.TEST) == found(looking.SELF) == []
        tried = sold(name="Tes Pembeli")
        own = sold(phone=factories.shop(cast.HER_SHOP).phone)
        assert [each.seller_order_id for each in found(looking.TEST)] == [tried]
        assert [each.seller_order_id for each in found(looking.SELF)] == [own]
        assert "Pembeli" not in str(found(looking.TEST)[0].detail)
        sold(name="Protes Testamen")
        assert len(found(looking.TEST)) == 1


def test_a_sale_far_above_the_others_is_found(app: Flask) -> None:
    with app.app_context():
        for quantity in (1, 1, 2, 1, 2, 1, 1, 2, 1):
            sold(quantity)
        assert found(looking.ORDER) == []
        large = sold(30)
        assert [each.seller_order_id for each in found(looking.ORDER)] == [large]


def _costly(shop: str, slug: str, category: str) -> None:
    """Goods at a million each."""
    with transaction():
        goods = {"slug": slug, "name": slug, "price": 1_000_000, "stock": 10, "category": category}
        factories.put_on_shelf(factories.shop(shop), **goods)


def _sell(slug: str, times: int) -> list[int]:
    """So many sales of one piece each; the last one lets the worker hear of all."""
    at = AT - timedelta(days=2)
    return [world.sell({slug: 1}, at=at, listen=time == times)[0] for time in range(1, times + 1)]


def test_a_shop_is_measured_by_itself_even_where_all_its_sales_are_alike(app: Flask) -> None:
    with app.app_context():
        _costly(cast.HIS_SHOP, "luwak", "keripik-kerupuk")
        _sell(cast.CHIPS, 12)
        _sell("luwak", 8)
        # Each lies exactly on the median of the shop, and far above its kind and all.
        assert found(looking.ORDER) == []


def test_a_shop_of_few_sales_is_measured_by_its_kind_of_goods_and_then_by_all(app: Flask) -> None:
    with app.app_context():
        _costly(cast.HIS_SHOP, "luwak", "kopi")
        _costly(cast.HER_SHOP, "luwak-sari", "kopi")
        _sell(cast.CHIPS, 12)
        his = _sell("luwak", 7)
        assert [each.seller_order_id for each in found(looking.ORDER)] == his
        # With her sale there are eight of the kind, all alike; hers is far above her own others.
        hers = _sell("luwak-sari", 1)
        assert [each.seller_order_id for each in found(looking.ORDER)] == hers


def test_a_month_far_from_the_twelve_before_is_found(app: Flask) -> None:
    with app.app_context():
        facts = [
            world.fact(place, world.HANURA, 1_000_000 + place * 10_000, f"2026-{place:02d}-10")
            for place in range(1, 10)
        ]
        world.store([*facts, world.fact(50, world.HANURA, 30_000_000, "2026-10-10")])
        (month,) = found(looking.MONTH)
        assert (month.village_code, month.detail["month"]) == (world.HANURA, "2026-10")
        world.store([*facts, world.fact(50, world.HANURA, 1_100_000, "2026-10-10")])
        assert found(looking.MONTH) == []


def test_shops_that_are_stale_unanswered_or_twice_there_are_found(app: Flask) -> None:
    with app.app_context():
        shop = factories.shop(cast.HER_SHOP)
        with transaction() as session:
            session.execute(update(Product).where(Product.shop_id == shop.id).values(fresh=False))
            session.execute(
                update(Shop).values(sector="C", workers=2, woman_led=True).where(Shop.id == shop.id)
            )
        assert [each.shop_id for each in found(looking.STALE)] == [shop.id]
        assert shop.id not in [each.shop_id for each in found(looking.ANSWERS)]
        assert found(looking.DUPLICATE) == []
        other = factories.shop(cast.HIS_SHOP)
        with transaction() as session:
            moved = {"village_code": shop.village_code, "phone": shop.phone}
            session.execute(update(Shop).where(Shop.id == other.id).values(**moved))
        (twice,) = found(looking.DUPLICATE)
        assert twice.detail["same"] == "phone"


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        ("UD. Maju Jaya", "maju-jaya", "name"),
        ("Toko Jaya Maju", "Maju Jaya", "name"),
        ("Keripik Bu Sari", "Kripik Bu Sari", "similar"),
        ("Kopi Robusta Way Tebu", "Kopi Robutsa Way Tebu", "similar"),
        ("Keripik Bu Sari", "Keripik Bu Tari", None),
        ("Kelompok Tani Maju 1", "Kelompok Tani Maju 2", None),
        ("Warung Sari", "Toko Sari", None),
        ("Rahma", "Rahmat", None),
        ("Tempe Pak Budi", "Tahu Pak Budi", None),
    ],
)
def test_names_are_twins_when_only_their_writing_differs(one: str, other: str, what: str | None) -> None:
    assert twins.alike(one, other) == twins.alike(other, one) == what


def _account(shop_id: int, number: str) -> None:
    with transaction() as session:
        adder = factories.person(cast.SELLER).id
        before = update(MoneyAccount).where(MoneyAccount.shop_id == shop_id, MoneyAccount.ended_at.is_(None))
        session.execute(before.values(ended_at=AT))
        row = MoneyAccount(shop_id=shop_id, kind="bank", bank="BRI", number=number, holder="Siti")
        row.added_by, row.added_at = adder, AT
        session.add(row)


def test_shops_with_one_account_are_twins_and_buy_from_one_another(app: Flask) -> None:
    """A household with two shops: one bank account, a buyer who belongs to the other shop."""
    with app.app_context():
        hers, his = factories.shop(cast.HER_SHOP), factories.shop(cast.HIS_SHOP)
        _account(hers.id, "0012-3456-789")
        _account(his.id, "00123456780")
        member = db.session.scalars(select(ShopMember.user_id).where(ShopMember.shop_id == his.id)).first()
        child = sold()
        with transaction() as session:
            mine = session.scalars(select(Order).order_by(Order.id.desc()).limit(1)).one()
            session.execute(update(Order).where(Order.id == mine.id).values(user_id=member))
        assert found(looking.DUPLICATE) == found(looking.SELF) == []
        _account(his.id, "0012 3456 789")
        (twice,) = found(looking.DUPLICATE)
        assert twice.detail["same"] == "account" and "Siti" not in str(twice.detail)
        assert [each.seller_order_id for each in found(looking.SELF)] == [child]


def test_shops_with_one_qris_are_twins_and_nearly_one_name_makes_twins_in_one_village(app: Flask) -> None:
    with app.app_context():
        hers, his = factories.shop(cast.HER_SHOP).id, factories.shop(cast.HIS_SHOP).id
        with transaction() as session:
            session.execute(update(Shop).where(Shop.id == his).values(name="Kripik Bu Sari"))
        assert found(looking.DUPLICATE) == []
        with transaction() as session:
            session.execute(update(Shop).where(Shop.id == his).values(village_code=cast.HANURA))
        (similar,) = found(looking.DUPLICATE)
        assert similar.detail == {"shops": ["Keripik Bu Sari", "Kripik Bu Sari"], "same": "similar"}
        with transaction() as session:
            for shop in (hers, his):
                row = MoneyAccount(shop_id=shop, kind="qris", qris="000201TEST", holder="Siti")
                row.added_by, row.added_at = factories.person(cast.SELLER).id, AT
                session.add(row)
        (twice,) = found(looking.DUPLICATE)
        assert twice.detail["same"] == "account"


def test_the_daily_look_keeps_a_finding_once_and_closes_it_when_it_is_gone(app: Flask) -> None:
    with app.app_context():
        sold(name="Tes")
        assert turning.is_due(at=AT)
        assert turn() > 0
        assert not turning.is_due(at=AT)
        assert turn() == 0
        assert reading.open_by_kind(cast.HANURA)[looking.TEST] == 1
        with transaction() as session:
            session.execute(update(Order).values(name="Rahma"))
        turn()
        assert looking.TEST not in reading.open_by_kind(cast.HANURA)
        assert GONE in db.session.scalars(select(Settlement.outcome)).all()


def test_an_excluded_sale_leaves_the_figures_and_the_finding_says_why(app: Flask) -> None:
    with app.app_context():
        child = sold(name="Tes")
        turn()
        number = _finding(child)
        before = _net()
        db.session.remove()
    officer = Browser(app, cast.REGENCY_OFFICER)
    page = words(officer.get(f"/program/mutu/{number}"))
    assert "Keripik Pisang Cokelat" in page and "Keluarkan" not in page.split("Selesaikan")[0]
    assert officer.post(f"/program/mutu/{number}", {"hasil": "excluded", "catatan": ""}).status_code == 422
    said = {"hasil": "excluded", "catatan": "Pesanan uji coba tim program"}
    assert officer.post(f"/program/mutu/{number}", said).status_code == 303
    assert officer.post(f"/program/mutu/{number}", said).status_code == 409
    assert "Pesanan uji coba tim program" in words(officer.get(f"/program/mutu/{number}"))
    with app.app_context():
        assert before > 0 and _net() == 0
        assert [each for each in look(at=now()) if each.kind == looking.TEST] == []


def test_findings_are_read_and_settled_inside_the_own_region_only(app: Flask) -> None:
    with app.app_context():
        child = sold(name="Tes")
        turn()
        number = _finding(child)
        db.session.remove()
    stranger, operator = (Browser(app, who) for who in (cast.VILLAGE_OFFICER_OF_ELSEWHERE, cast.OPERATOR))
    said = {"hasil": "fine", "catatan": "Sudah ditanyakan"}
    assert stranger.get(f"/program/mutu/{number}").status_code == 404
    assert stranger.get(f"/program/mutu?wilayah={cast.HANURA}").status_code == 404
    assert stranger.post(f"/program/mutu/{number}", said).status_code == 404
    assert operator.get(f"/program/mutu/{number}").status_code == 200
    assert operator.post(f"/program/mutu/{number}", said).status_code == 404
    officer = Browser(app, cast.DISTRICT_OFFICER)
    assert "Pesanan percobaan" in words(officer.get("/program/mutu"))
    assert officer.post(f"/program/mutu/{number}", said).status_code == 303
    assert "Pesanan percobaan" not in words(officer.get("/program/mutu"))
    assert "Pesanan percobaan" in words(officer.get("/program/mutu?semua=ya"))


def test_findings_and_what_was_said_cannot_be_changed(app: Flask) -> None:
    with app.app_context():
        sold(name="Tes")
        turn()
        with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
            session.execute(text("UPDATE finding SET kind = 'fine'"))


def _finding(child: int) -> int:
    number = db.session.scalar(select(Finding.id).where(Finding.seller_order_id == child))
    assert number
    return number


def _net() -> int:
    return sum(db.session.scalars(select(SaleFact.net)))


def test_open_findings_are_told_before_a_month_is_handed_in(app: Flask) -> None:
    with app.app_context():
        sold(name="Tes Pembeli")
        region = db.session.get_one(Region, cast.HANURA[:5])
        told = "temuan mutu data menunggu keputusan"
        assert not any(told in words for words in readiness.missing(region, period("2026-10")))
        turn()
        count = reading.how_many(region.code, "", open_only=True)
        assert count
        assert f"{count} {told}." in readiness.missing(region, period("2026-10"))
