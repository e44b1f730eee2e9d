"""Shoppers for the tests of the buyer's pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.shopper import Shopper


@pytest.fixture
def shopper(client: FlaskClient) -> Shopper:
    """Somebody in the shop."""
    return Shopper(client)


@pytest.fixture
def stranger(app: Flask) -> Shopper:
    """Somebody else, with cookies of their own."""
    return Shopper(app.test_client())
