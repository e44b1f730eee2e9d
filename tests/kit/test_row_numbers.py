"""A number in an address that no row can have is no page, on every route that takes one."""

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter, ValidationError

from marketplace.kit.columns import MOST_ID
from marketplace.kit.row_numbers import row_number


def test_no_address_asks_a_database_for_a_number_that_it_cannot_hold(app: Flask) -> None:
    numbers: list[BaseConverter] = [
        converter
        for rule in app.url_map.iter_rules()
        for converter in rule._converters.values()
        if "\\d" in converter.regex
    ]
    assert len(numbers) > 20
    for converter in numbers:
        assert converter.to_python(str(MOST_ID)) == MOST_ID
        with pytest.raises(ValidationError):
            converter.to_python(str(MOST_ID + 1))


def test_such_an_address_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        app.url_map.bind("localhost").match(f"/admin/dana-tertahan/{MOST_ID + 1}", method="GET")


@pytest.mark.parametrize("text", [None, "", "-1", "1.5", "1e3", "٣", "9" * 19, "9" * 5_000])
def test_what_is_typed_for_a_row_and_can_be_none_is_none(text: str | None) -> None:
    assert row_number(text) == 0 and row_number("17") == 17
