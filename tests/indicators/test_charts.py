"""Where the points of a chart stand, and what a spreadsheet gets to see."""

from decimal import Decimal

import pytest

from marketplace.indicators.charts import line_chart, share
from marketplace.kit.csv_files import safe


def chart(*values: int | None):  # type: ignore[no-untyped-def]
    points = [
        (str(i), None if value is None else Decimal(value), str(value)) for i, value in enumerate(values)
    ]
    return line_chart(points, str)


def test_a_missing_value_breaks_the_line_and_has_no_dot() -> None:
    drawn = chart(1, 2, None, 3, 4)
    assert len(drawn.strokes) == 2
    assert [dot.words for dot in drawn.dots] == ["1", "2", "3", "4"]


def test_larger_values_stand_higher_and_everything_is_inside_the_box() -> None:
    drawn = chart(-500_000, 0, 1_234_567, 800_000)
    low, zero, top, high = (dot.y for dot in drawn.dots)
    assert top < high < zero < low
    assert zero == drawn.zero
    assert all(0 <= dot.x <= drawn.width and 0 <= dot.y <= drawn.height for dot in drawn.dots)


@pytest.mark.parametrize("values", [(0, 0), (7,), (-5, -3), (10**12, 1), (3, 4)])
def test_the_axis_encloses_all_values_with_a_few_round_marks(values: tuple[int, ...]) -> None:
    drawn = chart(*values)
    marks = [Decimal(tick.label) for tick in drawn.rows]
    assert 2 <= len(marks) <= 7
    assert min(marks) <= min(0, *values, 0) and max(marks) >= max(0, *values, 0)


def test_nothing_is_drawn_from_nothing() -> None:
    assert chart(None, None) is None


@pytest.mark.parametrize(
    ("value", "largest", "length"), [(5, 10, 50.0), (10, 10, 100.0), (-5, 10, 0.0), (0, 0, 0.0)]
)
def test_a_bar_is_as_long_as_its_share_of_the_largest(value: int, largest: int, length: float) -> None:
    assert share(value, largest) == length


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@x", "\tx", "\rx"])
def test_text_that_a_spreadsheet_would_run_is_disarmed(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("cell", ["Keripik", "", -5, Decimal("-0.5"), None])
def test_numbers_and_plain_words_stay_as_they_are(cell: str | int | Decimal | None) -> None:
    assert safe(cell) == cell
