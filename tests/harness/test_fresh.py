"""Each test finds the prepared database as if it were the first, on the engine it is told to use."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions.models import Region
from marketplace.sellers.models import Shop
from tests.served import Served


@pytest.mark.parametrize("turn", ["first", "second"])
def test_what_one_test_changes_the_next_does_not_see(app: Flask, engine_name: str, turn: str) -> None:
    with app.app_context():
        assert db.engine.dialect.name == engine_name
        assert db.session.scalars(select(Shop.name)).all()
        assert "Berubah" not in db.session.scalars(select(Shop.name)).all()
        with transaction() as session:
            session.execute(update(Shop).values(name="Berubah"))


def test_the_server_and_the_test_look_at_the_same_rows(served: Served) -> None:
    with served.app():
        assert db.session.scalar(select(func.count()).select_from(Region))


def test_an_application_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").status_code == 200
