"""Golden values: for every code the sums of a place, and the value that a person worked out from them."""

from dataclasses import dataclass, field

from marketplace.indicators.sums import Totals


@dataclass(frozen=True)
class Golden:
    """What is given, and what a reader must see. `then`: the sums of the base of growth."""

    here: Totals
    value: str
    words: str
    parts: tuple[int, int | None]
    then: Totals = field(default_factory=Totals)


GOLDEN = {
    # 450,000 in October.
    "SE-01": Golden(Totals(net=450_000), "450000", "Rp450.000", (450_000, None)),
    # 450,000 in a village of 320 households: 1,406.25.
    "SE-02": Golden(Totals(households_net=450_000, households=320), "1406", "Rp1.406/KK", (450_000, 320)),
    # 450,000 after 400,000.
    "SE-03": Golden(Totals(net=450_000), "12.5", "12,5%", (50_000, 400_000), Totals(net=400_000)),
    # 450,000 after 600,000 a year ago.
    "SE-03-YOY": Golden(Totals(net=450_000), "-25.0", "-25,0%", (-150_000, 600_000), Totals(net=600_000)),
    "SE-04": Golden(Totals(shops=7), "7", "7", (7, None)),
    # 3 small processors in 812 households: 0.00369..., above 0.001 and below 0.004.
    "SE-05": Golden(Totals(micro=3, micro_households=812), "0.0037", "0,0037", (3, 812)),
    # 7 of 12 verified shops sold: 58.33 %.
    "SE-06": Golden(Totals(shops=7, verified=12), "58.3", "58,3%", (7, 12)),
    # Farming, manufacturing, trade, services: four sections are the class "more than two".
    "SE-07": Golden(Totals(sectors=4), "3", "Lebih dari 2 sektor", (4, None)),
    # Shares of 1/2, 1/4 and 1/4: H = 0.5 ln 2 + 0.5 ln 4 = 1.0397207...
    "SE-07-H": Golden(
        Totals(entropy_micro=1_039_721, positive=400_000), "1.040", "1,040", (1_039_721, 400_000)
    ),
    # 3 of 8 superior products have a brand.
    "SE-08": Golden(Totals(branded=3, unggulan=8), "37.5", "37,5%", (3, 8)),
    # 3 buyers in the regency, 5 in the village, 2 outside: the regency is the widest with three.
    "SE-09": Golden(
        Totals(buyers_village=5, buyers_regency=3, buyers_outside=2, buyers=9),
        "3",
        "Kabupaten/kota",
        (3, 9),
    ),
    "SE-09-DESA": Golden(Totals(ring_village=90_000, positive=450_000), "20.0", "20,0%", (90_000, 450_000)),
    "SE-09-KEC": Golden(Totals(ring_district=45_000, positive=450_000), "10.0", "10,0%", (45_000, 450_000)),
    "SE-09-KAB": Golden(Totals(ring_regency=150_000, positive=450_000), "33.3", "33,3%", (150_000, 450_000)),
    "SE-09-PROV": Golden(Totals(ring_province=65_000, positive=450_000), "14.4", "14,4%", (65_000, 450_000)),
    "SE-09-LUAR": Golden(Totals(ring_outside=100_000, positive=450_000), "22.2", "22,2%", (100_000, 450_000)),
    # 5 of 6 packaged foods have their papers.
    "SE-10": Golden(Totals(licensed=5, packaged=6), "83.3", "83,3%", (5, 6)),
    "SE-10-NIB": Golden(Totals(nib_shops=4, shops=7), "57.1", "57,1%", (4, 7)),
    # 80,000 of 140,000 without cash.
    "SE-11": Golden(Totals(cashless=80_000, positive=140_000), "57.1", "57,1%", (80_000, 140_000)),
    # 14 sent, 6 collected.
    "SE-12": Golden(Totals(delivered=14, collected=6), "70.0", "70,0%", (14, 20)),
    "SE-12-CARA": Golden(Totals(ways=3), "3", "3", (3, None)),
    # A median of 1,830 minutes is 30 and a half hours.
    "SE-13": Golden(Totals(median_minutes=1_830, timed=20), "30.5", "30,5 jam", (1_830, 20)),
    "SE-13-P90": Golden(Totals(p90_minutes=5_763, timed=20), "96.1", "96,1 jam", (5_763, 20)),
    # 19 of 23 that ended were completed: 82.6 %.
    "SE-14": Golden(Totals(kept=19, ended=23), "82.6", "82,6%", (19, 23)),
    "SE-15": Golden(Totals(fresh_products=31, active_products=40), "77.5", "77,5%", (31, 40)),
    "SE-16": Golden(Totals(outlet=60_000, positive=450_000), "13.3", "13,3%", (60_000, 450_000)),
    # 22 of the 31 days of October.
    "SE-17": Golden(Totals(outlet_days=22, outlet_calendar=31), "71.0", "71,0%", (22, 31)),
    # Three shops of 300, 100 and 100 thousand: (9 + 1 + 1) / 25 = 0.44.
    "SE-18": Golden(
        Totals(squares=110_000_000_000, positive_shops=500_000),
        "4400",
        "4.400",
        (110_000_000_000, 250_000_000_000),
    ),
    # 120,000 of the 200,000 of those who answered, though 450,000 were sold.
    "SE-19": Golden(
        Totals(farmers=120_000, farmers_known=200_000, positive=450_000), "60.0", "60,0%", (120_000, 200_000)
    ),
    "SE-19-P": Golden(
        Totals(women=210_000, women_known=280_000, positive=450_000), "75.0", "75,0%", (210_000, 280_000)
    ),
    # 96,000 for 2.5 kg.
    "SE-20": Golden(Totals(weighed=96_000, grams=2_500), "38400", "Rp38.400/kg", (96_000, 2_500)),
    # 2 of 9 buyers ordered twice.
    "TB-01": Golden(Totals(repeat_buyers=2, buyers=9), "22.2", "22,2%", (2, 9)),
    # 450,000, of which a school bought 180,000.
    "TB-02": Golden(Totals(net=450_000, government=180_000), "270000", "Rp270.000", (270_000, None)),
    # A median of 2,745 minutes is 45 hours and three quarters: 45.75, half up.
    "TB-03": Golden(Totals(complaint_minutes=2_745, complaints=4), "45.8", "45,8 jam", (2_745, 4)),
    "TB-03-P90": Golden(Totals(complaint_p90_minutes=9_990, complaints=4), "166.5", "166,5 jam", (9_990, 4)),
}
