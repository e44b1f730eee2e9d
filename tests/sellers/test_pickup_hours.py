"""A shop says by weekday when goods can be picked up; whoever picks them up reads it."""

import pytest
from flask import Flask

from marketplace.kit.transaction import transaction
from marketplace.sellers import pickup
from tests import cast, factories
from tests.browsing import Browser, words
from tests.factories import AT
from tests.shopper import Shopper

PAGE = "/penjual/toko/jam-ambil"
WEEK = ["08.00-16.00"] * 5 + ["08.00-12.00", ""]
SAID = "Senin sampai Jumat 08.00-16.00, Sabtu 08.00-12.00"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ([], ""),
        ([""] * 7, ""),
        (["pagi"] * 7, "Setiap hari pagi"),
        (WEEK, SAID),
        (["", "sore", "", "", "", "", "sore"], "Selasa sore, Minggu sore"),
    ],
)
def test_days_that_say_the_same_stand_together(app: Flask, hours: list[str], said: str) -> None:
    with app.test_request_context():
        with transaction():
            shop = factories.shop(cast.HER_SHOP)
            pickup.say(shop, hours, at=AT)
        assert pickup.words(factories.shop(cast.HER_SHOP)) == said


def test_the_owner_says_it_and_the_buyer_who_picks_up_reads_it(app: Flask) -> None:
    shopper = Shopper(app.test_client())
    owner = Browser(app, cast.SELLER)
    form = {f"hari-{place}": text for place, text in enumerate(WEEK)}
    refused = owner.post(PAGE, form | {"hari-6": "x" * 41})
    assert refused.status_code == 422 and 'value="08.00-12.00"' in refused.text
    assert owner.post(PAGE, form).location == "/penjual/toko"
    assert 'value="08.00-12.00"' in owner.get(PAGE).text
    shopper.take(cast.CHIPS, "1")
    assert f"Ambil di toko atau gerai desa. {SAID}." in words(shopper.get(f"/checkout?wilayah={cast.HURUN}"))
    assert Browser(app, cast.OTHER_SELLER).post(f"{PAGE}?toko={cast.HER_SHOP}", form).status_code == 404
