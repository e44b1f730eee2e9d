"""A shop's report counts what the facts under the figures count, on the same WIB days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.config import Config
from marketplace.extensions import db
from marketplace.indicators.models import SaleFact
from marketplace.kit.clock import now
from marketplace.operations import worker
from marketplace.payouts.payees import Payee
from marketplace.reports import selling
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.browsing import Browser, words
from tests.indicators import world
from tests.payments.cards import CardDesk
from tests.payments.refund_stage import TWO_KINDS, by_card
from tests.payouts import stage

SOLD = datetime(2026, 10, 20, 3, tzinfo=UTC)
BACK = datetime(2026, 10, 28, 3, tzinfo=UTC)
TODAY = date(2026, 11, 12)


def of_facts(shop: Shop) -> dict[date, int]:
    """Rupiah of a shop's facts by WIB day."""
    rows = select(SaleFact.day, func.sum(SaleFact.net)).where(SaleFact.shop_id == shop.id)
    return {day: int(net) for day, net in db.session.execute(rows.group_by(SaleFact.day))}


def test_the_report_holds_the_rupiah_of_the_facts(app: Flask, config: Config) -> None:
    with app.app_context():
        desk = CardDesk(config.data_dir)
        sale = by_card(desk, TWO_KINDS, at=SOLD).bring(at=SOLD).complete(at=SOLD)
        sale.refund({0: 1}, at=BACK)
        world.sell({cast.CHIPS: 2, cast.COFFEE: 1}, at=SOLD + timedelta(days=9), listen=False)
        worker.drain(at=now())
        for slug in cast.SHOPS:
            shop = factories.shop(slug)
            days = selling.net_by_day(shop, date(2025, 1, 1))
            assert days == of_facts(shop) != {}
            report = selling.report(shop, today=TODAY)
            assert report.net == sum(days.values()) == report.years[1].net
            assert sum(sold.net for sold in report.best) == report.net


def test_weeks_run_from_monday_to_sunday_in_wib(app: Flask) -> None:
    with app.app_context():
        # Sunday 23.30 and Monday 00.30 in Jakarta are the same day in UTC.
        for at in (datetime(2026, 11, 8, 16, 30, tzinfo=UTC), datetime(2026, 11, 8, 17, 30, tzinfo=UTC)):
            world.sell({cast.CHIPS: 1}, at=at, listen=False)
        report = selling.report(factories.shop(cast.HER_SHOP), today=TODAY)
        assert [(week.first, week.net, week.orders) for week in report.weeks[-2:]] == [
            (date(2026, 11, 2), 18_000, 1),
            (date(2026, 11, 9), 18_000, 1),
        ]
        assert len(report.weeks) == 12 and report.weeks[0].first == date(2026, 8, 24)


def test_the_best_product_stands_first(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 2, cast.CRACKERS: 4}, at=SOLD, listen=False)
        best = selling.report(factories.shop(cast.HER_SHOP), today=TODAY).best
        assert [(sold.name, sold.quantity, sold.net) for sold in best] == [
            ("Kerupuk Ikan", 4, 50_000),
            ("Keripik Pisang Cokelat", 2, 36_000),
        ]


def test_years_are_those_of_wib(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 1}, at=datetime(2025, 12, 31, 16, 59, tzinfo=UTC), listen=False)
        world.sell({cast.CHIPS: 2}, at=datetime(2025, 12, 31, 17, 1, tzinfo=UTC), listen=False)
        years = selling.report(factories.shop(cast.HER_SHOP), today=TODAY).years
        assert [(year.year, year.net) for year in years] == [(2025, 18_000), (2026, 36_000)]


@pytest.mark.parametrize(("net", "percent"), [(-5, 0), (0, 0), (499_999_999, 99), (700_000_000, 100)])
def test_the_marker_is_filled_in_whole_percent(net: int, percent: int) -> None:
    assert selling.Year(2026, net).percent == percent


def test_a_shop_without_sales_reads_what_will_be_there(app: Flask) -> None:
    page = Browser(app, cast.SELLER).get("/penjual/laporan")
    assert "Belum ada penjualan yang selesai" in words(page)


def test_the_page_and_the_files_say_the_same(app: Flask) -> None:
    with app.app_context():
        world.sell({cast.CHIPS: 2}, at=now(), listen=False)
        stage.sold(Payee(shop_id=factories.shop(cast.HER_SHOP).id), 36_000)
        db.session.remove()
    seller = Browser(app, cast.SELLER)
    page = words(seller.get("/penjual/laporan"))
    assert "Penjualan 12 minggu Rp36.000" in page and "Pesanan selesai 1" in page
    assert "Belum dibayarkan ke Anda Rp36.000" in page
    assert "0% dari Rp500 juta" in page and "bukan nasihat pajak" in page
    weeks = seller.get("/penjual/laporan.csv").text.splitlines()
    assert len(weeks) == 13 and weeks[-1].endswith(",1,36000")
    goods = seller.get("/penjual/laporan.csv?isi=produk").text.splitlines()
    assert goods[1] == "Keripik Pisang Cokelat,2,bungkus,36000"


def test_only_people_of_a_shop_read_it(app: Flask) -> None:
    assert Browser(app, cast.BUYER).get("/penjual/laporan").status_code == 404
    assert Browser(app).get("/penjual/laporan").status_code == 303
    other = words(Browser(app, cast.OTHER_SELLER).get("/penjual/laporan"))
    assert "Keripik Bu Sari" not in other
