"""Makes the facts of an invented province: 2,651 villages, 36 months, as many lines as asked, ever the same.

Every value follows from the number of its line by whole arithmetic, inside the database.
"""

from collections.abc import Iterator

from sqlalchemy import insert, text

from marketplace.extensions import db
from marketplace.kit.transaction import transaction
from marketplace.regions.models import DISTRICT, REGENCY, VILLAGE, Region

REGENCIES, DISTRICTS, VILLAGES, MONTHS = 15, 229, 2_651, 36
PROVINCE_CODE = "18"
FIRST_YEAR = 2024
PORTION = 250_000
OFF = "31.71.01.1001"

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :low UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :high), "
# An order has two lines; what belongs to the order follows from its number, the rest from that of the line.
_LINES = (
    "line AS (SELECT i, 10000000 + i / 2 AS o,"
    " i * :villages / :total AS v, (i * :villages * 36 / :total) % 36 AS m, "
    "(i * 2654435761 + 11) % 4294967296 AS h, (i / 2 * 2654435761 + 97) % 4294967296 AS g FROM n) "
)
_MONTH = "(:year + m / 12) || '-' || substr('0' || (m % 12 + 1), -2)"
_DAY = f"{_MONTH} || '-' || substr('0' || (g / 64 % 28 + 1), -2)"
FACTS = (
    _NUMBERS
    + _LINES
    + "INSERT INTO sale_fact (source, happened_at, day, month, village_code, shop_id, product_id,"
    " product_name, category_slug, sector, quantity, unit, grams, net, payment_method, delivery_method,"
    " destination_code, buyer_key, channel, order_line_id, seller_order_id, section, grade, shop_kind,"
    " unggulan, branded, packaged, licensed, nib, farmer, woman_led) SELECT 'world:' || i, "
    + f"{_DAY} || ' 05:00:00.000000', {_DAY}, {_MONTH}, here.code, v * 12 + g % 10,"
    " (v * 12 + g % 10) * 8 + h % 6,"
    " 'Barang ' || (h % 6), 'kategori-' || ((g % 10 * 8 + h % 6) % 23), '10794', 1 + h % 3, 'bungkus', 250,"
    " CASE WHEN i % 50 = 0 THEN -1 ELSE 1 END * (5000 + h / 16 % 200 * 500),"
    " CASE g / 8 % 3 WHEN 0 THEN 'cod' WHEN 1 THEN 'qris' ELSE 'stripe' END,"
    " CASE g / 32 % 4 WHEN 0 THEN 'ambil' WHEN 1 THEN 'titip' ELSE 'antar' END,"
    f" CASE WHEN g / 16 % 10 < 4 THEN here.code WHEN g / 16 % 10 < 9 THEN there.code ELSE '{OFF}' END,"
    " 'pembeli-' || (v / 3 * 60 + g / 128 % 90), 'online', i, o, substr('CAG', g % 3 + 1, 1), '', 'umkm',"
    " h % 4 = 0, h % 8 = 0, g % 2, g % 5 < 3, g % 3 = 0, g % 4 = 0, g % 2 = 0"
    " FROM line JOIN bench_village here ON here.place = v"
    " JOIN bench_village there ON there.place = (v + 1 + g / 256 % 300) % :villages"
)
OUTCOMES = (
    _NUMBERS
    + _LINES
    + "INSERT INTO outcome_fact (seller_order_id, village_code, shop_id, delivery_method, status, ended_by,"
    " early, ended_at, day, month, placed_at, accepted_at, shipped_at, delivered_at, minutes)"
    " SELECT o, here.code, v * 12 + g % 10,"
    " CASE g / 32 % 4 WHEN 0 THEN 'ambil' WHEN 1 THEN 'titip' ELSE 'antar' END,"
    f" 'completed', 'buyer', 0, {_DAY} || ' 05:00:00.000000', {_DAY}, {_MONTH},"
    f" {_DAY} || ' 01:00:00.000000', NULL, NULL, NULL, 60 + g % 6000"
    " FROM line JOIN bench_village here ON here.place = v WHERE i % 2 = 0"
)


def make_regions() -> list[str]:
    """Regencies, districts and villages; the codes of the villages, in order."""
    regencies = [f"{PROVINCE_CODE}.{21 + number}" for number in range(REGENCIES)]
    districts = [f"{regencies[at * REGENCIES // DISTRICTS]}.{at % 90 + 1:02d}" for at in range(DISTRICTS)]
    villages = [f"{districts[at * DISTRICTS // VILLAGES]}.{2001 + at % 900}" for at in range(VILLAGES)]
    with transaction() as session:
        for level, kind, codes in (
            (REGENCY, "kabupaten", regencies),
            (DISTRICT, "kecamatan", districts),
            (VILLAGE, "desa", villages),
        ):
            rows = [_region(code, kind, level) for code in codes]
            session.execute(insert(Region), rows)
    return villages


def fill(villages: list[str], lines: int) -> Iterator[int]:
    """Write the facts and outcomes; yields how many lines are there."""
    bound = {"villages": len(villages), "total": lines, "year": FIRST_YEAR}
    with transaction() as session:
        session.execute(text("CREATE TABLE bench_village (place INTEGER PRIMARY KEY, code TEXT)"))
        rows = [{"place": place, "code": code} for place, code in enumerate(villages)]
        session.execute(text("INSERT INTO bench_village VALUES (:place, :code)"), rows)
    for low in range(0, lines, PORTION):
        high = min(low + PORTION, lines)
        with transaction() as session:
            for statement in (FACTS, OUTCOMES):
                session.execute(text(statement), bound | {"low": low, "high": high})
        yield high
    db.session.remove()


def _region(code: str, kind: str, level: str) -> dict[str, str]:
    parent = code.rpartition(".")[0]
    return {"code": code, "name": f"{kind} {code}", "kind": kind, "level": level, "parent_code": parent}
