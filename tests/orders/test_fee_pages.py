"""Finance sees every fee rule and adds one from now on or later, after reading what it will do."""

from datetime import timedelta

import pytest
from flask import Flask

from marketplace.kit.clock import day_wib, now
from marketplace.orders import fee_rules
from tests import cast
from tests.browsing import Browser, words

PAGE = "/admin/biaya"
TOMORROW = (day_wib(now()) + timedelta(days=1)).isoformat()
TODAY = day_wib(now()).isoformat()


@pytest.fixture
def finance(app: Flask) -> Browser:
    return Browser(app, cast.FINANCE)


def test_the_page_says_what_a_rule_would_do_before_it_is_saved(finance: Browser) -> None:
    seen = words(finance.get(f"{PAGE}?penerima=village&tarif=0,75&wilayah={cast.HANURA}&mulai="))
    assert "Mulai sekarang, desa penjual menerima 0,75% dari nilai barang" in seen
    assert "di Desa Hanura" in seen and "Rp100.000, penjual memberikan Rp750" in seen
    assert "aturan awal" in seen and "1%" in seen


def test_a_saved_rule_stands_beside_the_old_one(app: Flask, finance: Browser) -> None:
    wanted = {"penerima": "platform", "tarif": "1,5", "wilayah": "", "mulai": TOMORROW}
    answer = finance.post(PAGE, wanted)
    assert (answer.status_code, answer.location) == (303, PAGE)
    seen = words(finance.get(PAGE))
    assert "1,5%" in seen and "Akan datang" in seen and "Keuangan" in seen
    with app.app_context():
        assert next((rule.receiver, rule.bp) for rule in fee_rules.all_rules()) == ("platform", 150)
        assert fee_rules.rates_at([cast.HANURA], fee_rules.begun(at=now()), at=now())[cast.HANURA] == (100, 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"tarif": "1e3"}, "Tulis angka"),
        ({"tarif": "31"}, "0 sampai 30"),
        ({"tarif": ""}, "Tulis angka"),
        ({"mulai": TODAY}, "setelah hari ini"),
        ({"mulai": "besok"}, "2026-12-01"),
        ({"wilayah": "18.99"}, "tidak ada"),
    ],
)
def test_a_refused_rule_keeps_what_was_typed(finance: Browser, wrong: dict[str, str], said: str) -> None:
    typed = {"penerima": "village", "tarif": "0,5", "wilayah": "18.09", "mulai": TOMORROW} | wrong
    answer = finance.post(PAGE, typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value not in ("", "village"))


@pytest.mark.parametrize("who", [cast.SELLER, cast.OPERATOR, cast.PROVINCE_OFFICER])
def test_nobody_else_sees_or_adds_rules(app: Flask, who: str) -> None:
    stranger = Browser(app, who)
    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(PAGE, {"penerima": "village", "tarif": "5"}).status_code == 404
