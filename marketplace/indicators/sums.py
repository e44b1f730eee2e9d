"""Decides which sums there are of one region and period: what indicators are divided and compared from."""

from dataclasses import dataclass

RUPIAH, SQUARED, GRAMS, MINUTES, MILLIONTHS = "Rp", "Rp²", "gram", "menit", "sepersejuta"
# How far goods go, seen from the seller's village; a class of SE-09 is a place in this row, from 1.
RINGS = ("village", "district", "regency", "province", "outside")
ENOUGH_BUYERS = 3


@dataclass(frozen=True)
class Totals:
    """Sums of ONE region and ONE period. Whole rupiah, grams, minutes, counts; 0 if nothing is known.

    Everything is additive over villages, or counted again in the larger place and the longer period: nothing
    here may be averaged. "Positive" leaves out facts below zero (refunds, exclusions).
    """

    # From sale facts. `shops` have a net of their own above zero; `cashless` is the part of `positive` paid
    # without cash; `orders` are distinct seller orders.
    net: int = 0
    positive: int = 0
    cashless: int = 0
    shops: int = 0
    lines: int = 0
    orders: int = 0
    villages_selling: int = 0
    # The part of `net` that government offices bought: as their buyers said, and nobody else.
    government: int = 0
    # Distinct buyer keys with a sale; of them those with two orders or more.
    buyers: int = 0
    repeat_buyers: int = 0
    # Sum of the squares of the net of shops above zero, and the sum of that net.
    squares: int = 0
    positive_shops: int = 0
    # Distinct sections of KBLI with positive net; Shannon's H over categories with positive net (natural
    # logarithm) in millionths, half up.
    sectors: int = 0
    entropy_micro: int = 0
    # Distinct products sold: superior ones, of them with a brand; packaged food, of them with valid papers.
    unggulan: int = 0
    branded: int = 0
    packaged: int = 0
    licensed: int = 0
    nib_shops: int = 0
    # Positive rupiah, and distinct buyers, by how far the goods went from the seller's village.
    ring_village: int = 0
    ring_district: int = 0
    ring_regency: int = 0
    ring_province: int = 0
    ring_outside: int = 0
    buyers_village: int = 0
    buyers_district: int = 0
    buyers_regency: int = 0
    buyers_province: int = 0
    buyers_outside: int = 0
    # Positive rupiah sold by, consigned to or handled at the village outlet.
    outlet: int = 0
    # Positive rupiah of sellers who say that they are farmers (led by women), and of those who answered.
    farmers: int = 0
    farmers_known: int = 0
    women: int = 0
    women_known: int = 0
    # Grams and net rupiah of the lines that have a weight.
    grams: int = 0
    weighed: int = 0
    # From outcome facts: seller orders that ended (without the buyer's own early cancellations), of them
    # completed; completed ones by way; distinct ways; minutes from accepted (or harvest) to delivered.
    ended: int = 0
    kept: int = 0
    delivered: int = 0
    collected: int = 0
    ways: int = 0
    timed: int = 0
    median_minutes: int = 0
    p90_minutes: int = 0
    # Orders that ended after a complaint, and minutes from the complaint to the end.
    complaints: int = 0
    complaint_minutes: int = 0
    complaint_p90_minutes: int = 0
    villages_ended: int = 0
    # From dated inputs and snapshots, as known at the end of the period. `households_net` is the net of the
    # villages whose households are known, `micro_households` their households where shops were counted too.
    households: int = 0
    households_net: int = 0
    known_households: int = 0
    verified: int = 0
    active_products: int = 0
    fresh_products: int = 0
    micro: int = 0
    micro_households: int = 0
    villages_seen: int = 0
    # Days with activity at outlets, and calendar days of the villages that have a record of an outlet.
    outlet_days: int = 0
    outlet_calendar: int = 0
    villages_outlet: int = 0

    @property
    def handed_over(self) -> int:
        """Completed orders, delivered or collected."""
        return self.delivered + self.collected

    @property
    def private_net(self) -> int:
        """Net rupiah without what government offices bought."""
        return self.net - self.government

    @property
    def positive_shops_squared(self) -> int:
        """What `squares` would be if one shop had sold everything."""
        return self.positive_shops**2

    @property
    def widest_ring(self) -> int:
        """The place in RINGS, from 1, of the widest ring with enough buyers; 0 when none has them."""
        reached = [at for at, ring in enumerate(RINGS, 1) if getattr(self, f"buyers_{ring}") >= ENOUGH_BUYERS]
        return max(reached, default=0)


# In which unit a sum stands; what is not named is a count.
UNITS = (
    dict.fromkeys(
        (
            *("net", "positive", "cashless", "positive_shops", "outlet", "weighed", "households_net"),
            *("farmers", "farmers_known", "women", "women_known", "government", "private_net"),
            *(f"ring_{ring}" for ring in RINGS),
        ),
        RUPIAH,
    )
    | dict.fromkeys(("squares", "positive_shops_squared"), SQUARED)
    | dict.fromkeys(("median_minutes", "p90_minutes", "complaint_minutes", "complaint_p90_minutes"), MINUTES)
    | {"grams": GRAMS, "entropy_micro": MILLIONTHS}
)
