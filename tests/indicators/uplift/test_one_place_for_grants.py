"""A grant is noted in one place, as an act; what stood among the inputs has been carried over, once."""

from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from marketplace.extensions import db
from marketplace.indicators.inputs.models import DatedInput
from marketplace.indicators.inputs.queries import in_force
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.models import GRANT, ProgrammeAct
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.transaction import transaction
from marketplace.operations.setup import MIGRATIONS
from tests import cast, factories
from tests.indicators import world

MARCH, SEPTEMBER = date(2026, 3, 10), date(2026, 9, 10)


def given(code: str, day: date, rupiah: int, **other: Any) -> dict[str, Any]:
    """A grant as it was noted among the inputs."""
    row = {"village_code": code, "kind": "grant", "as_of": day, "number": rupiah, "source": "SK 12/2026"}
    return row | {"entered_at": world.AT} | other


def carry() -> None:
    """What the migration does with the grants among the inputs."""
    spec = spec_from_file_location("u3", MIGRATIONS / "versions" / "2026-11-23_public_buyers.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with transaction() as session:
        module.carry_grants(session.connection())


def test_grants_among_the_inputs_become_acts_once_with_who_said_so(app: Flask) -> None:
    with app.app_context():
        by = factories.person(cast.REGENCY_OFFICER)
        with transaction() as session:
            rows = [
                given(world.HANURA, MARCH, 30_000_000, by_id=by.id),
                given(world.HANURA, SEPTEMBER, 5_000_000, by_id=by.id),
                given(world.HURUN, MARCH, 20_000_000, by_id=None),
                given(world.BAGELEN, MARCH, 10_000_000, by_id=by.id),
            ]
            for row in rows:
                session.execute(insert(DatedInput), [row])
            wrong = session.scalars(
                select(DatedInput.id).where(DatedInput.village_code == world.BAGELEN)
            ).one()
            corrected = given(world.BAGELEN, MARCH, 12_000_000, by_id=by.id, replaces_id=wrong)
            session.execute(insert(DatedInput), [corrected])
            # The first one was noted as an act as well, by the day of its decree.
            recording.record(
                [Draft(world.HANURA, date(2026, 3, 2), 30_000_000, "SK 12/2026", GRANT)], by=by, at=world.AT
            )
        carry()
        carry()
        acts = [(act.village_code, act.day, act.rupiah) for act in recording.standing(ProgrammeAct)]
        assert sorted(acts) == sorted(
            [
                (world.HANURA, date(2026, 3, 2), 30_000_000),
                (world.HANURA, SEPTEMBER, 5_000_000),
                (world.HURUN, MARCH, 20_000_000),
                (world.BAGELEN, MARCH, 12_000_000),
            ]
        )
        assert (
            db.session.scalars(select(DatedInput).where(DatedInput.kind == "grant", in_force())).all() == []
        )


def test_the_inputs_point_to_the_acts_and_take_no_grants(app: Flask) -> None:
    officer = world.enter(app, cast.REGENCY_OFFICER)
    pointed = officer.get(f"/program/masukan/stimulan?wilayah={world.HANURA}")
    assert pointed.status_code == 303
    assert pointed.location == f"/program/uplift/tindakan?wilayah={world.HANURA}"
    assert "/program/uplift/tindakan?wilayah=18.09" in officer.get("/program/masukan").text
    for page in (f"/program/masukan/stimulan/desa/{world.HANURA}", "/program/masukan/stimulan/berkas"):
        assert officer.get(page).status_code == 404
