"""The menu of the programme's back room: short, grouped, and it takes along what is chosen."""

import re
from html import unescape

from flask import Flask

from marketplace.indicators.sections import SECTIONS
from tests import cast
from tests.indicators import world


def links(page: str) -> dict[str, str]:
    """Address by label, as the menu of a page has them."""
    [menu] = re.findall(r'<nav class="work-nav[^>]*>(.*?)</nav>', page, re.DOTALL)
    return {
        label.strip(): unescape(href) for href, label in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', menu)
    }


def test_every_section_stands_in_the_menu_once_and_an_indicator_is_no_section(app: Flask) -> None:
    page = world.enter(app, cast.PROVINCE_OFFICER).get("/program").text
    assert sorted(links(page)) == sorted(str(section.name) for section in SECTIONS) and len(SECTIONS) <= 18


def test_a_section_keeps_the_region_and_the_period_in_view(app: Flask) -> None:
    page = world.enter(app, cast.PROVINCE_OFFICER).get("/program/wilayah/18.09?periode=2026-Q3").text
    assert links(page)["Indikator"] == "/program/indikator?wilayah=18.09&periode=2026-Q3"
    page = world.enter(app, cast.PROVINCE_OFFICER).get("/program/indikator?wilayah=18.10&periode=2026").text
    assert links(page)["Wilayah"] == "/program/wilayah/18.10?periode=2026"


def test_every_address_of_the_menu_answers_every_reader(app: Flask) -> None:
    for email in (cast.OPERATOR, cast.DISTRICT_OFFICER, cast.PROVINCE_OFFICER, cast.ADMIN):
        browser = world.enter(app, email)
        for label, href in links(browser.get("/program").text).items():
            assert browser.get(href, follow_redirects=True).status_code == 200, (email, label, href)
