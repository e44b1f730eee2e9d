"""No sum or difference of public cells gives a hidden one away: every reader's linear system is solved."""

import random

from hypothesis import HealthCheck, Phase, given, settings

from marketplace.indicators.periods import month
from marketplace.indicators.publishing.covering import small
from marketplace.indicators.publishing.places import Tree, tree
from tests.indicators.publishing import worlds

# Small worlds with few months find more than large ones; the year needs all twelve.
LARGE = settings(
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
QUARTER = settings(LARGE, max_examples=60)
WHOLE_YEAR = settings(LARGE, max_examples=12)


def _nothing_is_told(world: tuple[Tree, worlds.Sales], most_months: int) -> None:
    places, sold = world
    counted, shown = worlds.published(places, sold, most_months)
    for key, codes in shown.items():
        assert not [code for code in codes if small(counted[key][code])]
    assert worlds.told(places, counted, shown, informed=True) == []
    assert worlds.told(places, counted, shown, informed=False) == []
    assert worlds.bare(places, worlds.sellers(sold), shown) == []


@given(worlds.sales(most_months=3))
@QUARTER
def test_no_hidden_cell_of_a_quarter_follows_from_shown_ones(world: tuple[Tree, worlds.Sales]) -> None:
    _nothing_is_told(world, 3)


@given(worlds.sales(most_months=12))
@WHOLE_YEAR
def test_no_hidden_cell_of_a_year_follows_from_shown_ones(world: tuple[Tree, worlds.Sales]) -> None:
    _nothing_is_told(world, 12)


def test_hiding_only_small_cells_would_give_some_of_them_away() -> None:
    """The same readers, and a rule without complements: the proof above is able to fail."""
    world = {
        ("18.09.10.2001", "2026-10"): {1: 2, 2: 2, 3: 2},
        ("18.09.10.2002", "2026-10"): {4: 2, 5: 2, 6: 2},
        ("18.09.10.2003", "2026-10"): {7: 1},
    }
    places = tree(village for village, _month in world)
    counted = worlds.cells(places, world, [month("2026-10")])
    only_small = {"2026-10": frozenset(code for code, cell in counted["2026-10"].items() if not small(cell))}
    assert worlds.told(places, counted, only_small, informed=True) == [("18.09.10.2003", "2026-10")]


def test_who_makes_nearly_all_of_a_cell_is_hidden_with_it() -> None:
    """A second seller who knows 100 of 1,109 could say of the largest: at most 1,009, in truth 1,000."""
    calm: dict[int, int] = {1: 4, 2: 3, 3: 2, 4: 1}
    world = {
        ("18.09.10.2001", "2026-01"): {11: 1000, 12: 100, 13: 9},
        ("18.09.10.2002", "2026-01"): calm,
        ("18.09.10.2003", "2026-01"): {20 + shop: orders for shop, orders in calm.items()},
        ("18.09.10.2004", "2026-01"): {30 + shop: orders * 300 for shop, orders in calm.items()},
    }
    places = tree(village for village, _month in world)
    _counted, shown = worlds.published(places, world, 1)
    assert "18.09.10.2001" not in shown["2026-01"]
    # A small village is no cover: the largest would still be nearly all of both. It takes the large one too.
    assert shown["2026-01"] == {"18.09.10", "18.09", "18"}
    assert worlds.bare(places, worlds.sellers(world), {"2026-01": shown["2026-01"] | {"18.09.10.2004"}})


def test_a_month_is_decided_by_itself_so_that_nothing_later_can_change_it() -> None:
    drawn = random.Random(7)
    world = {
        (f"18.01.01.{2001 + place}", f"2026-{number:02d}"): {
            place * 10 + seller: drawn.randint(1, 3) for seller in range(drawn.randint(1, 5))
        }
        for place in range(6)
        for number in range(1, 13)
    }
    places = tree(village for village, _month in world)
    _counted, all_year = worlds.published(places, world)
    _counted, until_march = worlds.published(places, world, 3)
    assert {key: all_year[key] for key in until_march} == until_march


def test_the_remainder_of_a_shown_place_could_itself_be_shown() -> None:
    """One shop in each of two hidden villages: no single one follows, but together they are two sellers."""
    world = {
        ("18.09.10.2001", "2026-10"): {1: 4},
        ("18.09.10.2002", "2026-10"): {2: 4},
        ("18.09.10.2003", "2026-10"): {3: 2, 4: 2, 5: 2},
        ("18.09.10.2004", "2026-10"): {6: 9, 7: 9, 8: 9},
    }
    places = tree(village for village, _month in world)
    _counted, shown = worlds.published(places, world, 12)
    assert shown["2026-10"] == {"18.09.10.2004", "18.09.10", "18.09", "18"}
