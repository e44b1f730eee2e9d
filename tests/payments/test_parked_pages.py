"""Finance's pages of money that did not fit: they show it, take one answer, and keep it readable."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.kit.clock import now
from marketplace.payments.models import ParkedDecision
from tests import cast, factories
from tests.browsing import Browser, words
from tests.payments import parked_stage

LIST = "/admin/dana-tertahan"
COUNT = {"hasil": "counted", "catatan": "Penjual setuju"}


@pytest.fixture
def finance(app: Flask) -> Browser:
    """Who keeps the books."""
    return Browser(app, cast.FINANCE)


@pytest.fixture
def page(app: Flask) -> str:
    """The page of a transfer of which Rp23 are missing."""
    with app.app_context():
        event = parked_stage.by_transfer(beyond=-23, at=now())
        db.session.remove()
    return f"{LIST}/{event}"


def decided(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.scalars(select(ParkedDecision)).unique()
        return [(row.outcome, row.person.email) for row in rows]


def test_a_sum_waits_in_the_list_until_it_is_settled_and_stays_readable(
    app: Flask, finance: Browser, page: str
) -> None:
    assert f'href="{page}"' in finance.get(LIST).text
    assert f'href="{page}"' in finance.get("/admin/pembukuan").text
    said = words(finance.get(page))
    assert "Transfer ke penjual" in said and "Yang diminta" in said and "Menunggu" in said
    answer = finance.post(page, COUNT)
    assert (answer.status_code, answer.location) == (303, page)
    assert decided(app) == [("counted", cast.FINANCE)]
    assert f'href="{page}"' not in finance.get(LIST).text
    assert f'href="{page}"' not in finance.get("/admin/pembukuan").text
    assert f'href="{page}"' in finance.get(f"{LIST}?selesai=1").text
    with app.app_context():
        who = factories.person(cast.FINANCE).name
    said = words(finance.get(page))
    assert who in said and "Penjual setuju" in said and "Simpan keputusan" not in said


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Pilih salah satu"),
        ({"hasil": "bank", "referensi": "RK-1"}, "Pilih salah satu"),
        ({"hasil": "counted"}, "Tulis mengapa"),
        ({"hasil": "seller", "catatan": "Tunai"}, "Tulis nomor referensi"),
        ({"hasil": "not_ours", "referensi": "RK-2"}, "Tulis alasannya"),
        ({"hasil": "not_ours", "catatan": "x" * 301}, "Paling banyak 300"),
    ],
)
def test_a_refused_answer_keeps_what_was_typed(
    app: Flask, finance: Browser, page: str, form: dict[str, str], said: str
) -> None:
    answer = finance.post(page, form)
    assert answer.status_code == 422 and said in words(answer)
    for name in ("referensi", "catatan"):
        assert form.get(name, "") in answer.text
    assert decided(app) == []


def test_the_same_form_again_decides_once_and_a_second_person_is_too_late(
    app: Flask, finance: Browser, page: str
) -> None:
    key = re.search(r'name="kunci" value="([^"]+)"', finance.get(page).text)
    assert key
    form = COUNT | {"kunci": key[1]}
    assert [finance.post(page, form).status_code for _time in range(2)] == [303, 303]
    other = Browser(app, cast.ADMIN).post(page, {"hasil": "not_ours", "catatan": "Salah"})
    assert other.status_code == 409 and "sudah diputuskan" in words(other)
    assert decided(app) == [("counted", cast.FINANCE)]


@pytest.mark.parametrize("who", [cast.SELLER, cast.OPERATOR, cast.PROVINCE_OFFICER, cast.BUYER])
def test_nobody_else_reaches_it(app: Flask, page: str, who: str) -> None:
    stranger = Browser(app, who)
    assert stranger.get(LIST).status_code == 404
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, COUNT).status_code == 404
    assert decided(app) == []


def test_what_fitted_has_no_page(app: Flask, finance: Browser) -> None:
    assert finance.get(f"{LIST}/1").status_code == 404
    assert finance.post(f"{LIST}/1", COUNT).status_code == 404
