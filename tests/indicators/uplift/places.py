"""A region with enough villages for an estimate: their places, sales, acts and what is known of them."""

from datetime import UTC, date, datetime

import numpy as np
from sqlalchemy import insert

from marketplace.extensions import db
from marketplace.indicators.inputs import reading
from marketplace.indicators.inputs import recording as inputs
from marketplace.indicators.inputs.kinds import LOCUS
from marketplace.indicators.periods import month
from marketplace.indicators.uplift import recording
from marketplace.indicators.uplift.models import GRANT
from marketplace.indicators.uplift.said import Draft
from marketplace.kit.transaction import transaction
from marketplace.regions.models import DISTRICT, VILLAGE, Region
from tests import cast, factories
from tests.indicators import world
from tests.indicators.uplift import worlds

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
DISTRICT_CODE = "18.09.77"
LAST = month("2026-10")


def code_of(row: int) -> str:
    """The code of the village in a row of the panel."""
    return f"{DISTRICT_CODE}.{2001 + row}"


def settle(treated: int, controls: int, *, seed: int = 2) -> worlds.World:
    """Put an invented world into the market: villages in one district, a fact per month, grants as acts."""
    made = worlds.world(treated, controls=controls, seed=seed)
    outcome = np.nan_to_num(made.panel.outcome)
    keys = [each.key for each in LAST.run(worlds.MONTHS)]
    with transaction() as session:
        session.execute(insert(Region), _places(len(outcome)))
    world.store(
        world.fact(row * 100 + place, code_of(row), round(outcome[row, place]), f"{key}-15", shop_id=row + 1)
        for row in range(len(outcome))
        for place, key in enumerate(keys)
        if outcome[row, place] > 0
    )
    with transaction():
        by = factories.person(cast.ADMIN)
        starts = enumerate(keys[start] for start in made.panel.start[:treated])
        acts = [
            Draft(code_of(row), date.fromisoformat(f"{key}-10"), 30_000_000, "SK uji", GRANT)
            for row, key in starts
        ]
        recording.record(acts, by=by, at=AT)
        day = date(2024, 1, 1)
        chosen = [reading.Draft(code_of(row), LOCUS, day, "SK uji", word="ya") for row in range(3)]
        inputs.record(chosen, by=by, at=AT)
    db.session.remove()
    return made


def _places(count: int) -> list[dict[str, str | None]]:
    district = _place(DISTRICT_CODE, "Kecamatan Uji", "kecamatan", DISTRICT, DISTRICT_CODE[:5])
    names = ((code_of(row), f"Desa Uji {row + 1}") for row in range(count))
    return [district, *(_place(code, name, "desa", VILLAGE, DISTRICT_CODE) for code, name in names)]


def _place(code: str, name: str, kind: str, level: str, parent: str) -> dict[str, str | None]:
    place = {"code": code, "name": name, "kind": kind, "level": level, "parent_code": parent}
    return {**place, "postal_code": None}
