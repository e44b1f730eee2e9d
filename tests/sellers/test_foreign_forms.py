"""No form of a shop or a counter is taken from another shop's member or another village's operator.

Every POST route is tried, from the table of routes, with rows that are there: a new one cannot be forgotten.
"""

import re
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.accounts.models import OPERATOR, RoleGrant
from marketplace.catalog.permits import recording
from marketplace.catalog.permits.recording import PermitDraft
from marketplace.kit.clock import day_wib, now
from marketplace.kit.transaction import transaction
from marketplace.sellers import members
from marketplace.sellers.models import STAFF, ShopInvitation
from marketplace.village_services.noting import Noted, note
from tests import cast, factories, goods_files
from tests.browsing import Browser
from tests.counter_sales import stage
from tests.orders.walks import walk
from tests.reviews.stage import reviewed
from tests.sellers.test_assisting import consented

# What opens or keeps something of one's own, and touches nothing that is there.
OWN = ("/penjual/toko/baru", "/gerai/bantuan/toko-baru", "/gerai/rekening/bank", "/gerai/rekening/qris")
# Rows that only a payment or a letter makes; the tests of their own pages try them on strangers.
MADE_ELSEWHERE = ("<key>", "<token>")
# Their row is there, but not what they ask of it: a photo, a transfer to the shop, a shop that nobody owns.
NEED_MORE = {
    "/gerai/bantuan/<slug>/undang",
    *(f"/penjual/produk/<slug>/{what}-foto" for what in ("hapus", "keterangan", "urut")),
    *(f"/penjual/pesanan/<number>/pembayaran/{what}" for what in ("terima", "tolak")),
}


@pytest.fixture
def parts(app: Flask) -> dict[str, str]:
    """What stands for a part of an address, by what comes before it and its name."""
    at = now()
    with app.app_context():
        child = factories.order({cast.CHIPS: 1}, at=at - timedelta(days=1)).order.children[0]
        number = child.number
        walk(child, "disputed", at=at - timedelta(hours=9))
        file = goods_files.check(goods_files.csv_file("nama;harga", "Dodol;1000"), at=at)
        review = reviewed(at=at - timedelta(days=2)).id
        with transaction() as session:
            shop, owner = factories.shop(cast.HER_SHOP), factories.person(cast.SELLER)
            permit = recording.record(shop, PermitDraft("pirt", "12345", "Sari"), actor="seller:1", at=at).id
            members.invite(shop, STAFF, by=owner, at=at)
            invitation = session.query(ShopInvitation).one().id
            operator = factories.person(cast.OPERATOR)
            service = note(cast.HANURA, Noted(day_wib(at), "ppob", 1, 0, 0, ""), by=operator, at=at).id
            elsewhere = factories.person(cast.VILLAGE_OFFICER_OF_ELSEWHERE)
            session.add(RoleGrant(user_id=elsewhere.id, role=OPERATOR, scope="18.10.01.2009", granted_at=at))
            person = owner.id
    consent = consented(app)
    with app.app_context():
        stage.ring({cast.CHIPS: 1}, 18_000, at=now())
        sale = stage.order().number
    return {
        "toko/<slug>": cast.HER_SHOP,
        "bantuan/<slug>": cast.HER_SHOP,
        "/<slug>": cast.CHIPS,
        "jual/<number>": sale,
        "/<number>": number,
        "impor/<int:number>": str(file),
        "ulasan/<int:number>": str(review),
        "undangan/<int:number>": str(invitation),
        "layanan/<int:number>": str(service),
        "/<int:user>": str(person),
        "/<int:consent_id>": str(consent),
        "/<int:permit_id>": str(permit),
    }


def _forms(app: Flask, section: str) -> list[str]:
    rules = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    mine = [rule for rule in rules if rule.startswith(section) and rule not in OWN]
    return [rule for rule in mine if not any(part in rule for part in MADE_ELSEWHERE)]


def _filled(rule: str, parts: dict[str, str]) -> str:
    for part, value in parts.items():
        rule = rule.replace(part, f"{part[: part.index('<')]}{value}")
    assert "<" not in rule, f"give {rule} a row that is there"
    return rule


def test_no_form_of_a_shop_or_counter_is_taken_from_strangers(app: Flask, parts: dict[str, str]) -> None:
    shop = {"toko": cast.HER_SHOP}
    strangers = {
        "/penjual": (cast.OTHER_SELLER, cast.BUYER, cast.OPERATOR, cast.VILLAGE_OFFICER_OF_ELSEWHERE),
        "/gerai": (cast.SELLER, cast.OTHER_SELLER, cast.BUYER),
    }
    for section, people in strangers.items():
        forms = _forms(app, section)
        assert len(forms) > 10
        for email in people:
            browser = Browser(app, email)
            answers = {rule: browser.post(_filled(rule, parts), shop).status_code for rule in forms}
            assert {rule: code for rule, code in answers.items() if code != 404} == {}, email


def test_no_form_of_a_counter_is_taken_from_an_operator_of_elsewhere(
    app: Flask, parts: dict[str, str]
) -> None:
    browser = Browser(app, cast.VILLAGE_OFFICER_OF_ELSEWHERE)
    # Who leaves a desk changes nothing of anybody.
    forms = [rule for rule in _forms(app, "/gerai") if "<" in rule and not rule.endswith("/selesai")]
    answers = {rule: browser.post(_filled(rule, parts)).status_code for rule in forms}
    assert {rule: code for rule, code in answers.items() if code != 404} == {}


def test_the_same_addresses_lead_their_own_people_to_something(app: Flask, parts: dict[str, str]) -> None:
    """Without this, rows that are not there would make the tests above true."""
    for section, email in (("/gerai", cast.OPERATOR), ("/penjual", cast.SELLER)):
        browser = Browser(app, email)
        # What begins something comes before what ends it.
        forms = sorted((rule for rule in _forms(app, section) if "<" in rule), key=_ends)
        answers = {rule: browser.post(_filled(rule, parts)).status_code for rule in forms}
        assert {rule for rule, code in answers.items() if code == 404} <= NEED_MORE, email


def _ends(rule: str) -> bool:
    return bool(re.search(r"batal$|keluarkan$|selesai$|akhiri$|bekukan$", rule))
