"""Decides what the programme did in the demo: too little for an effect, which the page says in words."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.catalog import freshness
from marketplace.extensions import db
from marketplace.indicators import cells
from marketplace.indicators.quality import turning
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.models import GRANT, OUTLET, TRAINING
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.clock import day_wib
from marketplace.kit.transaction import transaction
from marketplace.operations.demo import villages
from marketplace.operations.demo.goods import HANURA, PODOMORO

STIMULUS = 30_000_000
DECREE = "Surat keputusan contoh (data demo)"
# Beside the demo village every sixth one was given a grant, on the tenth of March.
EACH, GIVEN_ON = 6, (3, 10)


def act(at: datetime) -> None:
    """Note acts and baselines of two villages, and let the daily look begin."""
    first, later = day_wib(at - timedelta(days=120)), day_wib(at - timedelta(days=75))
    with transaction():
        by = db.session.scalars(select(User).where(User.email == "provinsi@desamart.test")).one()
        given = date(day_wib(at).year, *GIVEN_ON)
        acts = [
            *(Draft(code, given, STIMULUS, DECREE, GRANT) for code in villages.places()[EACH::EACH]),
            Draft(HANURA, first, STIMULUS, DECREE, GRANT),
            Draft(HANURA, later, None, "Berita acara contoh (data demo)", OUTLET),
            Draft(PODOMORO, later, None, "Daftar hadir contoh (data demo)", TRAINING),
        ]
        recording.record(acts, by=by, at=at)
        surveys = [Draft(HANURA, day_wib(at - timedelta(days=190)), 4_500_000, "Survei contoh (data demo)")]
        recording.record(surveys, by=by, at=at)
    # The look reads which villages sell, and which goods nobody has confirmed for long.
    cells.refresh(at=at)
    with transaction():
        freshness.step_back(at=at)
    with transaction():
        turning.turn(at=at)
