"""Decides who gets what of a sale beside the shop: fees on goods by dated rates, the fee of who carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from marketplace.kit.money import rate

PLATFORM, VILLAGE, SHOP, NOBODY = "platform", "village", "shop", ""
HIGHEST_BP = 3_000
"""No rule takes more than 30 %, so that both fees together can never reach the price of the goods."""


@dataclass(frozen=True)
class Rule:
    """A rate from `valid_from` on: basis points of the goods for a receiver (platform or village).

    `scope` is the code of the region whose shops it is about; empty for all. A narrower scope goes first.
    """

    receiver: str
    scope: str
    bp: int
    valid_from: datetime


class Rates(NamedTuple):
    """The rates of one sale, in basis points of the goods."""

    platform_bp: int
    village_bp: int


class Fees(NamedTuple):
    """What two receivers take of the same goods, in rupiah."""

    platform: int
    village: int


# Who carries the goods is paid for it. A courier's bill is the shop's, so the buyer's money for it is too.
_CARRIED_FOR = {
    "antar": SHOP,  # The shop brings them itself.
    "titip": VILLAGE,  # The counter of the village takes them to the bus or the travel agent.
    "ekspedisi": SHOP,  # The shop hands them to a courier and pays it.
    "ambil": NOBODY,
    "jasa": NOBODY,
}
VILLAGE_COURIER = "kurir-desa"


def delivery_receiver(method: str, courier: str = "") -> str:
    """Who gets the delivery fee: `shop`, `village`, or nobody where nothing is carried.

    `courier` is who took the goods in the end: the courier of the village works for its counter, also where
    the shop had meant to bring them itself.
    """
    return VILLAGE if method == "antar" and courier == VILLAGE_COURIER else _CARRIED_FOR[method]


def rates_for(rules: Iterable[Rule], village_code: str, at: datetime) -> Rates:
    """The rates in force at a moment for goods of a village; 0 where no rule has begun yet."""
    found = in_force(rules, at)

    def bp(receiver: str) -> int:
        fitting = [rule for rule in found if rule.receiver == receiver and covers(rule.scope, village_code)]
        return max(fitting, key=lambda rule: len(rule.scope)).bp if fitting else 0

    return Rates(bp(PLATFORM), bp(VILLAGE))


def in_force(rules: Iterable[Rule], at: datetime) -> list[Rule]:
    """Of each receiver and scope the rule that began last."""
    newest: dict[tuple[str, str], Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.valid_from):
        if rule.valid_from <= at:
            newest[rule.receiver, rule.scope] = rule
    return list(newest.values())


def covers(scope: str, village_code: str) -> bool:
    """Whether a village lies in a scope; 18.09 does not cover 18.091."""
    return not scope or village_code == scope or village_code.startswith(f"{scope}.")


def fees_of(total: int, rates: Rates) -> Fees:
    """What both receivers take of goods worth `total` rupiah, each rounded half up by itself."""
    return Fees(rate(total, rates.platform_bp), rate(total, rates.village_bp))
