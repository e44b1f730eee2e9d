"""Decides what is said of an indicator: its words, the sums it is made of, and how it is read."""

from dataclasses import dataclass

# SUM and DISTINCT take one sum as it is; RATIO divides one by another; GROWTH compares one with its own past;
# MEASURE was made while the facts were counted (a median, an entropy) and only changes its unit;
# CLASS falls into one of a few named steps.
SUM, DISTINCT, RATIO, GROWTH, MEASURE, CLASS = "sum", "distinct", "ratio", "growth", "measure", "class"
RUPIAH, PERCENT, SHOPS = "Rp", "%", "usaha"
PER_HOUSEHOLD, PER_KG, HOURS, NATS = "Rp/KK", "Rp/kg", "jam", "nat"
QUOTIENT, STEP, WAYS, INDEX = "rasio", "kelas", "cara", "indeks"
UP, DOWN, NEUTRAL = "up", "down", "neutral"
ADDED, RECOUNTED = "added", "recounted"
SALES, OUTCOMES, SNAPSHOTS, OUTLETS = "sales", "outcomes", "snapshots", "outlets"
PERIOD_BEFORE, YEAR_BEFORE = "period before", "year before"


@dataclass(frozen=True)
class Indicator:
    """One figure of the set. Texts are translated when shown; `short` is for heads of columns.

    `over` and `under` name the sums of `Totals` that make numerator and denominator; a value is `over` times
    `factor` by `under` (a measure: `over` by `divisor`), rounded half up to `decimals`. `part_of` names the
    main code of a sub-measure. `direction` says which way is good, `rolls` whether the parts are added on
    the way up or counted again, `source` which facts lie underneath, `covered` the sum that tells for how
    many villages they are known. `classes` are the words of a CLASS, from 0; `points` what the official
    yardstick gives from a value on. `scored` is False for what is only shown beside the set, `public` for
    what rests on those who answered, or whose data are known: a shown cell could tell of one of them.

    `version` grows when the formula changes, so that an old figure can be told from a new one.
    """

    code: str
    kind: str
    name_id: str
    name_en: str
    short: str
    unit: str
    decimals: int
    over: str
    under: str | None
    numerator: str
    denominator: str | None
    definition: str
    counterpart: str
    version: str = "1"
    part_of: str | None = None
    direction: str = UP
    rolls: str = ADDED
    source: str = SALES
    covered: str = "villages_selling"
    base: str = PERIOD_BEFORE
    factor: int = 1
    divisor: int = 1
    classes: tuple[str, ...] = ()
    points: tuple[tuple[str, int], ...] = ()
    scored: bool = True
    public: bool = True
