"""How complete the data are that figures are made of: per region, in counts and percent, with their age."""

import csv
import io
from datetime import date
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select, update

from marketplace.catalog.permits import recording as permits
from marketplace.catalog.permits.kinds import NIB
from marketplace.extensions import db
from marketplace.indicators.inputs import kinds, reading, recording
from marketplace.indicators.quality.completeness import WEIGHT, Known, Line, lines, together
from marketplace.kit.transaction import transaction
from marketplace.sellers.models import Shop
from tests import cast, factories
from tests.browsing import Browser, words
from tests.indicators import world
from tests.statements import count

PAGE = "/program/mutu/kelengkapan"


def say(kind: str, code: str, **said: str) -> None:
    """Somebody enters one input, as the form does."""
    draft = reading.read(
        kinds.KINDS[kind], {"kode": code, "sumber": "Profil desa", **said}, today=world.AT.date()
    )
    with transaction():
        recording.record([draft], by=factories.person(cast.OPERATOR), at=world.AT)


@pytest.fixture
def known(app: Flask) -> Flask:
    """Hanura has sold since September, Hurun since October; of both something is known."""
    with app.app_context():
        world.store(
            [
                world.fact(1, world.HANURA, 9_000, "2026-09-10"),
                world.fact(2, world.HANURA, 9_000, grams=None),
                world.fact(3, world.HANURA, 9_000),
                world.fact(3, world.HANURA, -9_000, "2026-10-20", source="refund:1"),
                world.fact(4, world.HURUN, 9_000),
            ]
        )
        say(kinds.HOUSEHOLDS, world.HANURA, jumlah="1204", tanggal="30/06/2026")
        say(kinds.HOUSEHOLDS, world.HANURA, jumlah="1250", tanggal="01/10/2026")
        say(kinds.HOUSEHOLDS, world.HURUN, jumlah="800", tanggal="01/07/2026")
        for named, days in (("2026-08", "20"), ("2026-09", "22")):
            say(kinds.OUTLET_DAYS, world.HANURA, bulan=named, hari=days)
        shop = factories.shop(cast.HER_SHOP)
        with transaction() as session:
            session.execute(update(Shop).values(sector="", workers=None, woman_led=None))
            session.execute(update(Shop).where(Shop.id == shop.id).values(sector="C", woman_led=False))
        with transaction():
            draft = permits.PermitDraft(NIB, "9120001234567", "Sari")
            permits.record(factories.shop(cast.HER_SHOP), draft, actor="seller:1", at=world.AT)
        db.session.remove()
    return app


def of(found: list[Line], code: str) -> dict[str, Known]:
    """What is known of one region."""
    return next(dict(line.known) for line in found if line.place.code == code)


def test_inputs_shops_weights_and_months_of_outlets_are_counted_with_their_age(known: Flask) -> None:
    with known.app_context():
        hanura = of(lines(world.TELUK_PANDAN, "village", at=world.AT), world.HANURA)
        # The older value does not hold any more, and says nothing of the age.
        assert hanura[kinds.HOUSEHOLDS] == Known(1, 1, date(2026, 10, 1), date(2026, 10, 1))
        assert hanura[kinds.STATUS] == Known(0, 1)
        # September and October are over and sold in; of August nobody asks.
        assert hanura[kinds.OUTLET_DAYS].known == 1 and hanura[kinds.OUTLET_DAYS].whole == 2
        # Two lines of October, of which one has a weight; money that went back is no line.
        assert hanura[WEIGHT] == Known(1, 2)
        shops = db.session.scalars(select(Shop).where(Shop.village_code == world.HANURA)).unique().all()
        for key, told in (("sector", 1), ("workers", 0), ("woman_led", 1), (NIB, 1)):
            assert (key, hanura[key]) == (key, Known(told, len(shops)))


def test_a_region_is_what_its_villages_are_together(known: Flask) -> None:
    with known.app_context():
        villages = lines(world.PESAWARAN, "village", at=world.AT)
        whole = together(villages)
        assert of(lines(world.LAMPUNG, "regency", at=world.AT), world.PESAWARAN) == whole
        assert together(lines(world.PESAWARAN, "district", at=world.AT)) == whole
        assert whole[kinds.HOUSEHOLDS] == Known(2, len(villages), date(2026, 7, 1), date(2026, 10, 1))
        assert whole[kinds.OUTLET_DAYS].whole == 3 and whole[WEIGHT] == Known(2, 3)
        assert Known(999, 1000).percent == 99 and Known().percent is None


def test_officers_read_it_of_their_own_region_and_find_where_to_enter_what_lacks(known: Flask) -> None:
    officer = Browser(known, cast.REGENCY_OFFICER)
    page = officer.get(PAGE)
    assert "Teluk Pandan" in words(page) and "Seluruhnya" in words(page)
    assert f"/program/masukan/status?wilayah={world.TELUK_PANDAN}&amp;hanya=kurang" in page.text
    assert f"wilayah={world.PESAWARAN}" in officer.get("/program/mutu").text.split(PAGE)[1][:40]
    shops = officer.get(f"{PAGE}?wilayah={world.TELUK_PANDAN}&bagian=toko")
    assert "NIB Berat barang terjual" in words(shops)
    assert f"/program/penjual?wilayah={world.HANURA}" in shops.text
    for asked in ("wilayah=18", "wilayah=18.10", "bagian=lain", "tingkat=provinsi"):
        assert (asked, officer.get(f"{PAGE}?{asked}").status_code) == (asked, 404)
    operator = Browser(known, cast.OPERATOR)
    assert f"/program/masukan/status/desa/{world.HANURA}" in operator.get(PAGE).text
    assert Browser(known, cast.SELLER).get(PAGE).status_code == 404


def test_the_file_holds_every_measure_of_every_region(known: Flask) -> None:
    officer = Browser(known, cast.REGENCY_OFFICER)
    text = officer.get(f"{PAGE}?wilayah={world.TELUK_PANDAN}&format=csv").get_data(as_text=True)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    with known.app_context():
        villages = lines(world.TELUK_PANDAN, "village", at=world.AT)
    assert len(rows) == 11 * len(villages)
    (families,) = [row for row in rows if (row["kode"], row["data"]) == (world.HANURA, "Jumlah keluarga")]
    assert list(families.values())[3:] == ["desa", "1", "1", "100", "2026-10-01", "2026-10-01"]
    for form in ("xlsx", "json"):
        assert officer.get(f"{PAGE}?format={form}").status_code == 200


def test_all_villages_of_a_province_cost_as_many_queries_as_its_regencies(known: Flask) -> None:
    officer = Browser(known, cast.PROVINCE_OFFICER)
    few, many = (f"{PAGE}?wilayah={world.LAMPUNG}&tingkat={level}" for level in ("kabupaten", "desa"))
    with known.app_context():
        officer.get(many)
        assert count(partial(officer.get, few)) == count(partial(officer.get, many))
        for region, level in ((world.TELUK_PANDAN, "village"), (world.LAMPUNG, "village")):
            assert count(partial(lines, region, level, at=world.AT)) == 7
        villages = lines(world.LAMPUNG, "village", at=world.AT)
        assert len(villages) > len(lines(world.LAMPUNG, "regency", at=world.AT))
