"""What is sold over a counter is turnover of the village; it makes no buyer, no answer, no kept promise.

October in Hanura: one order of 100,000 is brought to Jakarta in 600 minutes, another is declined. The outlet
sells eight times over its counter: five times 20,000 to people who leave no number, 50,000 by QRIS to B, and
twice 25,000 to C. Worked out by hand:
"""

from flask import Flask

from marketplace.indicators import queries, wording
from marketplace.indicators.periods import period
from tests import cast
from tests.indicators import world

GOLDEN = {
    "SE-01": "Rp300.000",
    # 200,000 of 300,000 stayed in the village.
    "SE-09-DESA": "66,7%",
    # Only B and C are known to have bought in it: five nameless sales do not make a third buyer.
    "SE-09": "Belum ada",
    "SE-11": "16,7%",
    # One order was brought, eight were collected at the outlet: 1 of 9, in two ways.
    "SE-12": "11,1%",
    "SE-12-CARA": "2",
    # The one that somebody waited for took ten hours.
    "SE-13": "10,0 jam",
    "SE-13-P90": "10,0 jam",
    # Of two orders that asked for an answer one was kept.
    "SE-14": "50,0%",
    "SE-16": "66,7%",
    # A, B and C bought; C came back.
    "TB-01": "33,3%",
}
COUNTER = {"channel": "counter", "delivery_method": "ambil", "destination_code": cast.HANURA}
NOBODY, B, C = "", "b" * 32, "c" * 32


def october() -> None:
    """Write the month of the first lines of this file."""
    sold = [(20_000, NOBODY, "ambil")] * 5 + [(50_000, B, "qris"), (25_000, C, "ambil"), (25_000, C, "ambil")]
    facts = [world.fact(1, cast.HANURA, 100_000)]
    ends = [
        world.outcome(1, cast.HANURA, minutes=600),
        world.outcome(2, cast.HANURA, status="declined", ended_by="seller", minutes=None),
    ]
    for number, (net, buyer, pay) in enumerate(sold, 3):
        facts.append(world.fact(number, cast.HANURA, net, buyer_key=buyer, payment_method=pay, **COUNTER))
        ends.append(
            world.outcome(
                number,
                cast.HANURA,
                minutes=None,
                channel="counter",
                delivery_method="ambil",
                ended_by="counter",
            )
        )
    world.store(facts, ends)


def test_a_village_that_sells_over_the_counter_reads_what_was_worked_out_by_hand(app: Flask) -> None:
    with app.app_context():
        october()
        figures = queries.figures(cast.HANURA, "village", period("2026-10"), at=world.AT)
        found = {each.code: wording.value(each) for each in figures if each.code in GOLDEN}
        assert found == GOLDEN
