"""All damages, one row each: those of goods and money, and here those of facts, outbox and index."""

from tests.operations import clawback_damages, locked_damages, parked_damages, refund_damages
from tests.operations.damage import (
    CHIPS,
    FACT,
    FACT_COLUMNS,
    OUTCOME,
    PRODUCT_COLUMNS,
    RECEIPT,
    SHOP_SOLD,
    SOLD_IN,
    Damage,
    change,
    remove,
)
from tests.operations.direct_damages import DIRECT
from tests.operations.goods_damages import HISTORY, STANDING, STOCK, TOTALS
from tests.operations.money_damages import LEDGER, SHARES
from tests.operations.nota_damages import NOTAS
from tests.operations.payout_damages import PAYOUTS

FACTS = (
    change("fakta", "sale_fact", FACT, "net = net + 1", "{row}: net is", key="source"),
    change(
        "fakta", "sale_fact", FACT, "village_code = '18.09.10.2005'", "{row}: village_code is", key="source"
    ),
    change("fakta", "sale_fact", FACT, "month = '2026-12'", "{row}: month is", key="source"),
    remove("fakta", "sale_fact", FACT, "{row}: order line", key="source"),
    Damage(
        "fakta",
        "sale_fact: twice",
        "sale_fact",
        FACT,
        f"INSERT INTO sale_fact (source, {FACT_COLUMNS}) SELECT 'sale:0', {FACT_COLUMNS} FROM sale_fact "
        "WHERE source = '{row}'",
        "sale:0: there is a fact",
    ),
    change(
        "fakta",
        "seller_order",
        "SELECT id FROM seller_order WHERE number = '{cash_completed}'",
        "self_purchase = NOT self_purchase",
        "there is a fact, but order line",
    ),
)
OF_ORDER = "seller_order_id"
FIGURES = (
    change("akhir", "outcome_fact", OUTCOME, "status = 'lapsed'", "outcome {row}: status is", key=OF_ORDER),
    remove("akhir", "outcome_fact", OUTCOME, "outcome {row}: the seller order has ended", key=OF_ORDER),
    change("angka", "cell", SOLD_IN, "net = net + 1", "cell {row} ", key="region_code"),
    change("angka", "cell", "SELECT '18'", "buyers = buyers + 1", "cell 18 ", key="region_code"),
    remove("angka", "cell", SOLD_IN, "cell {row} ", key="region_code"),
    change("angka", "cell_spread", "SELECT '18'", "amounts = '{{}}'", "cell 18 ", key="region_code"),
    change("angka", "shop_month", SHOP_SOLD, "net = net + 1", "shop_month (", key="shop_id"),
)
OUTBOX = (
    change(
        "antrean",
        "outbox_delivery",
        RECEIPT,
        "done_at = NULL, error = 'broken' ",
        "event {row}, ",
        key="event_id",
    ),
    remove(
        "antrean",
        "outbox_delivery",
        RECEIPT,
        "event {row} (seller_order.completed): handed on",
        key="event_id",
    ),
)
INDEX = (
    change("indeks", "product", CHIPS, "name = 'Lain sama sekali'", "product {row}: stale"),
    change("indeks", "product", CHIPS, "status = 'paused'", "product {row}: superfluous"),
    change("indeks", "shop", "SELECT min(id) FROM shop", "status = 'suspended'", ": superfluous"),
    Damage(
        "indeks",
        "product: one more",
        "product",
        CHIPS,
        f"INSERT INTO product (slug, sold, {PRODUCT_COLUMNS}) SELECT 'kembar', 0, {PRODUCT_COLUMNS} "
        "FROM product WHERE id = '{row}'",
        ": missing",
    ),
)
DAMAGES = (
    *(*STOCK, *TOTALS, *HISTORY, *SHARES, *DIRECT, *refund_damages.DAMAGES, *parked_damages.DAMAGES),
    *(*clawback_damages.DAMAGES, *LEDGER),
    *(*PAYOUTS, *NOTAS, *STANDING, *FACTS, *FIGURES, *locked_damages.DAMAGES, *OUTBOX, *INDEX),
)
