"""What a quantity costs, which quantities there are, and when goods ordered ahead are due."""

from datetime import UTC, date, datetime

import pytest

from marketplace.catalog import portions, pricing
from marketplace.catalog.models import Product, Variant
from marketplace.kit.clock import start_of_day
from marketplace.kit.errors import Invalid
from marketplace.orders import deadlines
from marketplace.orders.states import Status

TIERS = [[10, 9_000], [50, 8_000]]
HARVEST = date(2026, 12, 20)


def rice(**more: object) -> Product:
    return Product(unit="kg", **({"min_quantity": 1, "step": 1, "shipping_weight_g": 1150} | more))


@pytest.mark.parametrize(
    ("pieces", "each"), [(1, 10_000), (9, 10_000), (10, 9_000), (49, 9_000), (50, 8_000)]
)
def test_the_highest_tier_reached_sets_the_price_of_all_pieces(pieces: int, each: int) -> None:
    assert pricing.unit_price(10_000, TIERS, pieces) == each
    assert pricing.unit_price(10_000, TIERS[::-1], pieces) == each
    assert pricing.unit_price(10_000, [], pieces) == 10_000


def test_tiers_are_kept_in_order() -> None:
    assert pricing.checked_tiers(10_000, [(50, 8_000), (10, 9_000)]) == TIERS


@pytest.mark.parametrize(
    "tiers",
    [
        [(10, 9_000), (10, 8_000)],
        [(1, 9_000)],
        [(0, 9_000)],
        [(-1, 9_000)],
        [(10, 10_000)],
        [(10, 9_000), (50, 9_500)],
        [(10, 0)],
        [(n, 9_000 - n) for n in range(2, 9)],
    ],
)
def test_tiers_that_overlap_or_rise_are_refused(tiers: list[tuple[int, int]]) -> None:
    with pytest.raises(Invalid):
        pricing.checked_tiers(10_000, tiers)


def test_light_goods_are_compared_by_100_grams_and_heavy_ones_by_kilogram() -> None:
    assert pricing.per_weight(15_000, 249) == (6_024, "100 g")
    assert pricing.per_weight(15_000, 250) == (60_000, "kg")
    assert pricing.per_weight(300_000, 25_000) == (12_000, "kg")
    assert pricing.per_weight(15_000, 1000) is None
    assert pricing.per_weight(15_000, None) is None


def test_a_quantity_below_the_minimum_or_between_steps_has_a_neighbour() -> None:
    sacks = rice(min_quantity=10, step=5)
    assert [portions.nearest(sacks, number) for number in (1, 10, 14, 15, 33)] == [10, 10, 10, 15, 30]
    assert portions.refusal(sacks, 15) is None
    assert portions.refusal(sacks, 16) == "Paling sedikit 10 kg, lalu bertambah per 5."
    assert portions.refusal(rice(min_quantity=3), 2) == "Paling sedikit 3 kg."
    assert portions.refusal(rice(min_quantity=6, step=6), 7) == "Dijual per 6 kg."


def test_goods_are_ready_at_their_harvest_and_at_once_after_it() -> None:
    ahead = rice(expected_on=HARVEST, order_until=date(2026, 12, 10))
    assert portions.ready_on(ahead, on_demand=False, today=date(2026, 12, 1)) == HARVEST
    assert portions.ready_on(ahead, on_demand=False, today=HARVEST) is None
    days = [date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 19), HARVEST]
    assert [portions.is_closed(ahead, day) for day in days] == [False, True, True, False]
    made = rice(made_in_days=5)
    assert portions.ready_on(made, on_demand=True, today=date(2026, 12, 1)) == date(2026, 12, 6)
    assert portions.ready_on(made, on_demand=False, today=date(2026, 12, 1)) is None


def test_the_time_to_hand_over_counts_from_the_harvest() -> None:
    accepted = datetime(2026, 12, 1, 3, tzinfo=UTC)
    due = deadlines.deadline_of(Status.ACCEPTED, accepted, prepaid=False, expected_on=HARVEST)
    assert due == start_of_day(HARVEST) + deadlines.HAND_OVER
    late = datetime(2026, 12, 25, 3, tzinfo=UTC)
    assert (
        deadlines.deadline_of(Status.PACKED, late, prepaid=False, expected_on=HARVEST)
        == late + deadlines.HAND_OVER
    )
    answer = deadlines.deadline_of(Status.AWAITING_CONFIRMATION, accepted, prepaid=False, expected_on=HARVEST)
    assert answer == accepted + deadlines.ANSWER


def test_a_bulky_parcel_weighs_what_its_size_counts_for() -> None:
    assert portions.way_grams(Variant(product=rice(length_cm=40, width_cm=30, height_cm=20))) == 4_000
    assert portions.way_grams(Variant(product=rice(length_cm=10, width_cm=10, height_cm=10))) == 1_150
    assert portions.way_grams(Variant(product=rice(), shipping_weight_g=600)) == 600
