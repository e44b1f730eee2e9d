"""The demo has a shop that was opened twice and a household that buys from itself, for officers to settle."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from marketplace.extensions import db
from marketplace.indicators.quality import looking, turning
from marketplace.indicators.quality.models import Finding
from marketplace.kit.transaction import transaction
from marketplace.operations import proofs
from marketplace.operations.demo import household
from tests import cast, direct
from tests.browsing import Browser, words
from tests.factories import AT
from tests.indicators import world

TODAY = AT + timedelta(days=12)
LOOKED_FOR = (looking.DUPLICATE, looking.SELF)


def test_the_daily_look_finds_both_and_an_officer_settles_them(app: Flask) -> None:
    with app.app_context():
        direct.bank_accounts(cast.HER_SHOP)
        household.live(TODAY)
        world.catch_up(at=TODAY)
        with transaction():
            turning.turn(at=TODAY)
        asked = select(Finding).where(Finding.kind.in_(LOOKED_FOR)).order_by(Finding.kind)
        twin, own = db.session.scalars(asked).all()
        assert (twin.kind, twin.detail["same"], own.kind) == (looking.DUPLICATE, "account", looking.SELF)
        assert (twin.village_code, own.village_code) == (cast.HANURA, cast.HANURA)
        result = proofs.prove(at=TODAY)
        assert result.holds, result.as_text()
        numbers = twin.id, own.id
        db.session.remove()
    officer = Browser(app, cast.REGENCY_OFFICER)
    for number, outcome in zip(numbers, ("mended", "excluded"), strict=True):
        said = {"hasil": outcome, "catatan": "Sudah ditanyakan kepada keluarganya"}
        assert officer.post(f"/program/mutu/{number}", said).status_code == 303
        assert "Sudah ditanyakan" in words(officer.get(f"/program/mutu/{number}"))
