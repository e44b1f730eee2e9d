"""Counts the sums of a place and period in plain Python, from facts and outcomes, by their definitions."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from fractions import Fraction
from math import log
from typing import Any

from marketplace.indicators.periods import Period
from marketplace.indicators.sums import RINGS, Totals

Row = dict[str, Any]


def totals(facts: Iterable[Row], outcomes: Iterable[Row], place: str, period: Period) -> Totals:
    """Everything of `Totals` that comes from facts and outcomes."""

    def here(row: Row) -> bool:
        return str(row["village_code"]).startswith(place) and period.first <= row["month"] <= period.last

    lines = [fact for fact in facts if here(fact)]
    ends = [outcome for outcome in outcomes if here(outcome)]
    return Totals(**(_sales(lines) | _people(lines) | _goods(lines) | _ends(ends)))


def _sales(lines: list[Row]) -> dict[str, int]:
    sold = [line for line in lines if line["net"] > 0]

    def positive(counts: Callable[[Row], bool]) -> int:
        return sum(line["net"] for line in sold if counts(line))

    weighed = [line for line in lines if line["grams"] is not None]
    return {
        "net": sum(line["net"] for line in lines),
        "positive": sum(line["net"] for line in sold),
        "cashless": positive(lambda line: line["payment_method"] not in ("cod", "ambil")),
        "lines": len(lines),
        "orders": len({line["seller_order_id"] for line in sold}),
        "villages_selling": len({line["village_code"] for line in lines}),
        "outlet": positive(
            lambda line: (
                line["shop_kind"] in ("bumdes", "bumdesma", "bumk", "koperasi")
                or line["delivery_method"] == "titip"
                or line["channel"] == "assisted"
            )
        ),
        "farmers": positive(lambda line: line["farmer"] is True),
        "farmers_known": positive(lambda line: line["farmer"] is not None),
        "women": positive(lambda line: line["woman_led"] is True),
        "women_known": positive(lambda line: line["woman_led"] is not None),
        "government": sum(line["net"] for line in lines if line["government"]),
        "grams": sum(line["grams"] for line in weighed),
        "weighed": sum(line["net"] for line in weighed),
        **{f"ring_{ring}": sum(line["net"] for line in sold if _ring(line) == ring) for ring in RINGS},
    }


def _people(lines: list[Row]) -> dict[str, int]:
    sold = [line for line in lines if line["net"] > 0]
    nets: dict[int, int] = defaultdict(int)
    orders: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        nets[line["shop_id"]] += line["net"]
    for line in sold:
        orders[line["buyer_key"]].add(line["seller_order_id"])
    active = {shop: net for shop, net in nets.items() if net > 0}
    unlisted = {line["shop_id"] for line in sold if not line["nib"]}
    with_sale = {line["shop_id"] for line in sold}
    return {
        "shops": len(active),
        "squares": sum(net**2 for net in active.values()),
        "positive_shops": sum(active.values()),
        "nib_shops": sum(shop in with_sale and shop not in unlisted for shop in active),
        "buyers": len(orders),
        "repeat_buyers": sum(len(some) > 1 for some in orders.values()),
        **{
            f"buyers_{ring}": len({line["buyer_key"] for line in sold if _ring(line) == ring})
            for ring in RINGS
        },
    }


def _goods(lines: list[Row]) -> dict[str, int]:
    sold = [line for line in lines if line["net"] > 0]
    sections: dict[str, int] = defaultdict(int)
    categories: dict[str, int] = defaultdict(int)
    for line in lines:
        sections[line["section"]] += line["net"]
        categories[line["category_slug"]] += line["net"]
    nets = [net for net in categories.values() if net > 0]
    entropy = -sum(net / sum(nets) * log(net / sum(nets)) for net in nets)
    packaged = {line["product_id"] for line in sold if line["packaged"]}
    unlicensed = {line["product_id"] for line in sold if line["packaged"] and not line["licensed"]}
    superior = [line for line in sold if line["unggulan"]]
    return {
        "sectors": sum(net > 0 for section, net in sections.items() if section),
        "entropy_micro": int(entropy * 1_000_000 + 0.5),
        "unggulan": len({line["product_id"] for line in superior}),
        "branded": len({line["product_id"] for line in superior if line["branded"]}),
        "packaged": len(packaged),
        "licensed": len(packaged - unlicensed),
    }


def _ends(ends: list[Row]) -> dict[str, int]:
    kept = [end for end in ends if end["status"] == "completed"]
    counted = [end for end in ends if not end["early"]]
    minutes = sorted(end["minutes"] for end in ends if end["minutes"] is not None)
    complaints = sorted(end["complaint_minutes"] for end in ends if end["complaint_minutes"] is not None)
    return {
        "ended": len(counted),
        "kept": len(kept),
        "delivered": sum(end["delivery_method"] not in ("ambil", "jasa") for end in kept),
        "collected": sum(end["delivery_method"] == "ambil" for end in kept),
        "ways": len({end["delivery_method"] for end in kept}),
        "timed": len(minutes),
        "median_minutes": _median(minutes),
        "p90_minutes": minutes[-(-len(minutes) * 9 // 10) - 1] if minutes else 0,
        "complaints": len(complaints),
        "complaint_minutes": _median(complaints),
        "complaint_p90_minutes": complaints[-(-len(complaints) * 9 // 10) - 1] if complaints else 0,
        "villages_ended": len({end["village_code"] for end in counted}),
    }


def _median(known: list[int]) -> int:
    middle = known[(len(known) - 1) // 2 : len(known) // 2 + 1]
    return int(Fraction(sum(middle), len(middle)) + Fraction(1, 2)) if middle else 0


def _ring(line: Row) -> str:
    there, home = line["destination_code"], line["village_code"]
    lengths = (13, 8, 5, 2)
    return next((RINGS[at] for at, size in enumerate(lengths) if there[:size] == home[:size]), RINGS[4])
