"""Cohorts of villages: each sum is that of its villages, a village of which nothing is known is in none."""

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from marketplace.indicators import cohorts
from marketplace.indicators.inputs import reading, recording
from marketplace.indicators.inputs.kinds import KINDS
from marketplace.indicators.periods import period
from marketplace.indicators.uplift import recording as acts
from marketplace.indicators.uplift.models import GRANT
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.transaction import transaction
from marketplace.regions.queries import region
from tests import cast, factories
from tests.browsing import words
from tests.indicators import world

OCTOBER = period("2026-10")
PAGE = "/program/banding/kelompok?wilayah={}&periode=2026-10"


def say(kind: str, code: str, **said: str) -> None:
    """Somebody enters one input, as the form and the file do."""
    draft = reading.read(
        KINDS[kind], {"kode": code, "sumber": "SK Bupati 1/2026", **said}, today=date(2026, 11, 20)
    )
    with transaction():
        recording.record([draft], by=factories.person(cast.OPERATOR), at=world.AT)


@pytest.fixture
def market(app: Flask) -> Flask:
    """Hanura is a locus with its grant, Hurun a locus without; of Bagelen nothing is known."""
    with app.app_context():
        say("locus", world.HANURA, tanggal="2026-01-05", lokus="ya")
        say("locus", world.HURUN, tanggal="2026-01-05", lokus="ya")
        with transaction():
            grant = Draft(world.HANURA, date(2026, 2, 1), 30_000_000, "SK Bupati 1/2026", GRANT)
            acts.record([grant], by=factories.person(cast.REGENCY_OFFICER), at=world.AT)
        world.store(
            [
                world.fact(1, world.HANURA, 100_000, "2026-09-10"),
                world.fact(2, world.HANURA, 60_000),
                world.fact(3, world.HURUN, 80_000, shop_id=2, payment_method="qris"),
                world.fact(4, world.BAGELEN, 15_000, shop_id=3),
            ]
        )
    return app


def test_a_cohort_is_the_sum_of_its_villages(market: Flask) -> None:
    with market.app_context():
        found = cohorts.cohorts(region(world.PESAWARAN), cohorts.STIMULUS, OCTOBER, at=world.AT)
        told = {
            cohort.name: {figure.code: figure.value for figure in cohort.figures} for cohort in found.cohorts
        }
    with_grant, without = (
        told["Desa lokus dengan dana stimulan"],
        told["Desa lokus tanpa dana stimulan"],
    )
    assert (with_grant["SE-01"], without["SE-01"]) == (Decimal(60_000), Decimal(80_000))
    assert with_grant["SE-03"] == Decimal("-40.0")
    assert (with_grant["SE-11"], without["SE-11"]) == (Decimal("0.0"), Decimal("100.0"))
    assert "SE-04" not in with_grant and "SE-13" not in with_grant
    assert found.unknown >= 1


def test_what_was_not_known_yet_makes_no_cohort(market: Flask) -> None:
    with market.app_context():
        found = cohorts.cohorts(region(world.PESAWARAN), cohorts.STIMULUS, period("2026-01"), at=world.AT)
        assert [cohort.name for cohort in found.cohorts] == ["Desa lokus tanpa dana stimulan"]
        assert cohorts.cohorts(region(world.PESAWARAN), cohorts.FOCUS, OCTOBER, at=world.AT).cohorts == []


def test_officers_compare_cohorts_of_their_own_region_only(market: Flask) -> None:
    mine = world.enter(market, cast.REGENCY_OFFICER)
    told = words(mine.get(PAGE.format(world.PESAWARAN)))
    assert "Desa lokus dengan dana stimulan" in told
    assert "Rp60.000" in told
    assert "Belum ada kelompok" in words(mine.get(PAGE.format(world.PESAWARAN) + "&kelompok=fokus"))
    assert mine.get(PAGE.format(world.PESAWARAN) + "&kelompok=lain").status_code == 404
    assert "SE-01" in mine.get(PAGE.format(world.PESAWARAN) + "&format=csv").text
    assert mine.get(PAGE.format(world.PODOMORO)).status_code == 404
    assert "Banding kelompok desa" in words(mine.get(f"/program/banding?wilayah={world.PESAWARAN}"))
