"""Officers list the shops of their region by KPB or poktan text, without telephones and people."""

import pytest
from flask import Flask

from marketplace.kit.transaction import transaction
from tests import cast, factories
from tests.browsing import Browser, words

LIST = "/program/penjual"


@pytest.fixture
def registered(app: Flask) -> Flask:
    """Her shop has told its registration, his has not."""
    with app.app_context(), transaction():
        shop = factories.shop(cast.HER_SHOP)
        shop.registration, shop.workers, shop.sector, shop.woman_led = "Poktan Maju 12", 3, "C", False
    return app


def test_shops_are_filtered_by_whether_and_what_they_registered(registered: Flask) -> None:
    officer = Browser(registered, cast.PROVINCE_OFFICER)
    everybody = words(officer.get(LIST))
    assert "1 dari 2 toko" in everybody
    assert "Poktan Maju 12" in words(officer.get(f"{LIST}?terdaftar=ya"))
    assert "Kopi Podomoro" not in words(officer.get(f"{LIST}?terdaftar=ya"))
    assert "Keripik Bu Sari" not in words(officer.get(f"{LIST}?terdaftar=tidak"))
    assert "Keripik Bu Sari" in words(officer.get(f"{LIST}?q=maju"))
    assert "Tidak ada toko yang cocok" in words(officer.get(f"{LIST}?q=%25"))
    assert officer.get(f"{LIST}?terdaftar=mungkin").status_code == 404


def test_nothing_personal_is_listed(registered: Flask) -> None:
    with registered.app_context():
        phone = factories.shop(cast.HER_SHOP).phone
    page = Browser(registered, cast.REGENCY_OFFICER).get(LIST).text
    assert phone not in page
    assert "dijawab" in page
    rows = Browser(registered, cast.REGENCY_OFFICER).get(f"{LIST}?format=csv").text.splitlines()
    assert len(rows) == 2
    assert rows[1].startswith(f"{cast.HANURA},")
    assert phone not in rows[1]


def test_a_region_outside_is_not_there(registered: Flask) -> None:
    assert Browser(registered, cast.REGENCY_OFFICER).get(f"{LIST}?wilayah=18.10").status_code == 404
    assert Browser(registered, cast.SELLER).get(LIST).status_code == 404
